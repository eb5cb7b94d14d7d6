import Sandbox
import Seccomp

/// Which calls a policy lets through, and by which of its rules.
struct SyscallReach {
  /// The calls that each allow rule lets through for some arguments, in the order of the rules; what a deny rule takes
  /// away for all arguments is not among them.
  let allowed: [Set<Syscall>]
  /// The calls that are denied whatever their arguments.
  let denied: Set<Syscall>

  init(_ policy: SyscallPolicy) {
    let denied = policy.deny.filter { $0.condition == nil }
      .reduce(into: Set<Syscall>()) { $0.formUnion(Self.members(of: $1)) }
    self.denied = denied
    allowed = policy.allow.map { Self.members(of: $0).subtracting(denied) }
  }

  func allows(_ name: String) -> Bool {
    guard let syscall = Syscall(named: name) else { return false }
    return allowed.contains { $0.contains(syscall) }
  }

  static func members(of rule: SyscallRule) -> Set<Syscall> {
    switch rule.selector {
    case .name(let name): Set([Syscall(named: name)].compactMap(\.self))
    case .group(let name): Set(SyscallGroup(named: name)?.members ?? [])
    }
  }
}

extension SyscallRule {
  /// The call or group, as the policy names it.
  var selectorName: String {
    switch selector {
    case .name(let name), .group(let name): name
    }
  }
}
