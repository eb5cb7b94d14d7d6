package import Sandbox

/// Tells why a sandbox refuses a call, and what would let it through.
package struct RefusalExplainer: Sendable {
  package struct Explanation: Equatable, Sendable {
    /// The path of the setting that refuses (`syscalls.deny[1]`).
    package let setting: String
    /// A sentence without its full stop.
    package let reason: String
    /// What to change in the policy, in the order of doing; empty when no policy can allow the call.
    package let remedies: [String]
  }

  /// With a filter that asks about everything it does not allow.
  package let filter: SeccompFilter
  private let sandbox: Sandbox
  private let native: SyscallABI
  private let policy: FilterPolicy

  /// `sandbox` is what the filter enforces.
  package init(_ sandbox: Sandbox, native: SyscallABI = .current) throws(SeccompError) {
    self.sandbox = sandbox
    self.native = native
    policy = try FilterPolicy(sandbox, native: native)
    filter = try SeccompFilter.compile(for: sandbox, native: native, variant: .explaining)
  }

  /// What the policy does with a call.
  package func action(for call: SeccompData) -> FilterAction { policy.action(for: call) }

  /// The arguments with everything set to 0 that no condition of the policy looks at.
  package func significantArguments(of call: SeccompData) -> [UInt64] { policy.significantArguments(of: call) }

  /// The ABI and the name of a call, as far as this build knows them, with the names of its parameters.
  package func name(of call: SeccompData) -> (abi: String, syscall: String, parameters: [String]) {
    guard let abi = SyscallABI(of: call) else {
      return ("0x" + String(call.architecture, radix: 16), "syscall_\(call.number)", [])
    }
    guard let syscall = Syscall(number: call.number, on: abi) else {
      return (abi.name, "syscall_\(call.number)", [])
    }
    let names = syscall.parameterNames
    return (
      abi.name, syscall.name,
      syscall.parameterWidths(on: abi).indices.map { index in
        names.indices.contains(index) && names[index] != "?" ? names[index] : "arg\(index)"
      }
    )
  }

  /// Why the call is refused; nil when it is not.
  package func explanation(of call: SeccompData) -> Explanation? {
    guard let cause = cause(of: call, in: sandbox) else { return nil }
    let subject = name(of: call).syscall
    let setting: String
    let reason: String
    switch cause {
    case .foreignABI(let abi):
      setting = "syscalls.architectures"
      reason = "calls through the ABI \(abi?.name ?? name(of: call).abi) are not among \(setting)"
    case .denied(let rule):
      let entry = sandbox.syscalls.deny[rule]
      setting = "syscalls.deny[\(rule)]"
      let arguments = entry.condition == nil ? "" : " with these arguments"
      reason = "\(entry.selector.name) is denied\(arguments)" + (entry.reason.map { ": " + $0 } ?? "")
    case .socketFamily(let family):
      setting = "network.socket_families"
      let name = SocketFamily.allCases.first { $0.number == family }?.rawValue ?? "number \(family)"
      reason = "the socket family \(name) is not among \(setting)"
    case .unmetCondition(let rule):
      setting = "syscalls.allow[\(rule)]"
      reason = "\(sandbox.syscalls.allow[rule].selector.name) allows \(subject), but not with these arguments"
    case .opaque:
      setting = "syscalls.unknown"
      reason = "what \(subject) does lies in memory, where no filter sees it"
    case .unknownNumber:
      setting = "syscalls.unknown"
      reason = "there is no system call of this number that this version of ringfence knows"
    case .notAllowed:
      setting = "syscalls.allow"
      reason = "nothing in \(setting) has \(subject)"
    }
    return Explanation(setting: setting, reason: reason, remedies: remedies(of: call))
  }

  private func cause(of call: SeccompData, in sandbox: Sandbox) -> RefusalCause? {
    let abis = sandbox.syscalls.architectures.map { SyscallABI($0, native: native) }
    guard let abi = SyscallABI(of: call), abis.contains(abi) else { return .foreignABI(SyscallABI(of: call)) }
    guard let syscall = Syscall(number: call.number, on: abi) else { return .unknownNumber }
    guard let rules = try? RuleSet(sandbox, abis: abis) else { return .notAllowed }
    return rules.cause(of: syscall, call.arguments, on: abi)
  }

  /// Changes the policy until the call is allowed, so that the advice is true: a call may be refused for more than one
  /// reason.
  private func remedies(of call: SeccompData) -> [String] {
    var sandbox = sandbox
    var remedies: [String] = []
    // Each round removes a cause for good, and rules are finite; a call has few causes.
    for _ in 0..<16 {
      guard let cause = cause(of: call, in: sandbox) else { return remedies }
      switch cause {
      case .foreignABI(let abi):
        guard let abi, let architecture = SyscallArchitecture(rawValue: abi.name) else { return [] }
        sandbox.syscalls.architectures.append(architecture)
        remedies.append("add \(architecture.rawValue) to syscalls.architectures")
      case .denied(let rule):
        let removed = sandbox.syscalls.deny.remove(at: rule)
        remedies.append("take \(removed.selector.name) out of syscalls.deny")
      case .socketFamily(let number):
        guard let family = SocketFamily.allCases.first(where: { $0.number == number }) else { return [] }
        sandbox.network.socketFamilies.insert(family)
        remedies.append("add \(family.rawValue) to network.socket_families")
      case .unmetCondition, .notAllowed, .opaque:
        let (_, name, _) = self.name(of: call)
        guard name != "socketcall" else { return [] }
        sandbox.syscalls.allow.append(SyscallRule(.name(name)))
        remedies.append("add \(name) to syscalls.allow")
      case .unknownNumber:
        return []
      }
    }
    return []
  }
}

extension SyscallABI {
  /// The ABI that a call came through.
  init?(of call: SeccompData) {
    let found = Self.allCases.first {
      $0.auditArchitecture == call.architecture && $0.numbers.contains(call.number)
    }
    guard let found else { return nil }
    self = found
  }
}

extension SyscallRule.Selector {
  /// As a policy writes it.
  fileprivate var name: String {
    switch self {
    case .name(let name), .group(let name): name
    }
  }
}

extension FilterPolicy {
  /// The arguments of a call with everything set to 0 that its decision does not hang on.
  fileprivate func significantArguments(of call: SeccompData) -> [UInt64] {
    var masks = [UInt64](repeating: 0, count: 6)
    for section in sections
    where section.abi.auditArchitecture == call.architecture && section.abi.numbers.contains(call.number) {
      for clause in section.decision(for: call.number).clauses { clause.condition.collect(into: &masks) }
    }
    return zip(call.arguments, masks).map { $0 & $1 }
  }
}

extension FilterCondition {
  /// Adds the bits of the arguments that the condition looks at.
  fileprivate func collect(into masks: inout [UInt64]) {
    switch self {
    case .all(let conditions), .any(let conditions): for condition in conditions { condition.collect(into: &masks) }
    case .not(let condition): condition.collect(into: &masks)
    case .argument(let argument, let test):
      if case .masked(let mask, _) = test {
        masks[argument.index] |= mask & argument.mask
      } else {
        masks[argument.index] |= argument.mask
      }
    }
  }
}
