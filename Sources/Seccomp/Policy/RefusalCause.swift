import Sandbox

/// What in a sandbox refuses a call: the first thing that would have to change for the call to be let through.
enum RefusalCause: Hashable, Sendable {
  /// The ABI is none of the sandbox's; nil when this build does not know it.
  case foreignABI(SyscallABI?)
  /// An entry of `syscalls.deny`, by its index.
  case denied(rule: Int)
  /// A socket of this family; the call itself is allowed.
  case socketFamily(UInt32)
  /// An entry of `syscalls.allow` has the call, by its index, but not with these arguments.
  case unmetCondition(rule: Int)
  /// What the call does lies in memory, where no filter sees it.
  case opaque
  /// This build knows no call of this number.
  case unknownNumber
  /// Nothing allows it.
  case notAllowed
}

extension RuleSet {
  /// Why a call is refused; nil when it is not. By the same rules, in the same order, as `section`.
  func cause(of syscall: Syscall, _ arguments: SeccompData.Arguments, on abi: SyscallABI) -> RefusalCause? {
    func holds(_ condition: ArgumentCondition?, of syscall: Syscall) -> Bool {
      condition.map { Self.typed($0, of: syscall, on: abi).holds(for: arguments) } ?? true
    }
    for (index, selection) in deny.enumerated() {
      let isDenied =
        switch selection {
        case .syscall(syscall, let condition): holds(condition, of: syscall)
        case .syscall: false
        case .members(let members): members.contains(syscall)
        case .containerDefault:
          ContainerDefault.allowances(capabilities: capabilities).contains {
            $0.syscall == syscall && holds($0.condition, of: syscall)
          }
        }
      if isDenied { return .denied(rule: index) }
    }
    var cause: RefusalCause?
    for (index, selection) in allow.enumerated() {
      let conditions: [ArgumentCondition?] =
        switch selection {
        case .syscall(syscall, let condition): [condition]
        case .syscall: []
        case .members(let members): members.contains(syscall) && !Self.opaque.contains(syscall) ? [nil] : []
        case .containerDefault where syscall == Self.socketcall: []
        case .containerDefault:
          ContainerDefault.allowances(capabilities: capabilities).filter { $0.syscall == syscall }.map(\.condition)
        }
      guard !conditions.isEmpty else { continue }
      guard conditions.contains(where: { holds($0, of: syscall) }) else {
        cause = .unmetCondition(rule: index)
        continue
      }
      guard Self.socketMakers.contains(syscall) else { return nil }
      let family = FilterArgument(index: 0, bits: 32).mask & arguments[0]
      if families.contains(family) { return nil }
      cause = .socketFamily(UInt32(truncatingIfNeeded: family))
    }
    return cause ?? (Self.opaque.contains(syscall) ? .opaque : .notAllowed)
  }
}
