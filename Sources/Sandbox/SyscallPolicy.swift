/// Which system calls the program may make. The first match wins: a deny rule, then an allow rule, then `unknown` for
/// numbers that this build does not know (and clone3), then `defaultAction`.
package struct SyscallPolicy: Sendable, Equatable {
  package var defaultAction = SyscallAction.errno(.eperm)
  /// For numbers that this build does not know, and for clone3, whose flags no filter can see.
  package var unknownAction = SyscallAction.errno(.enosys)
  /// The ABIs that may be used; a call through any other kills the program.
  package var architectures: [SyscallArchitecture] = [.native]
  package var allow: [SyscallRule] = [SyscallRule(.group("@startup"))]
  package var deny: [SyscallRule] = []

  package init() {}
}

/// What happens to a call that is not allowed.
package enum SyscallAction: Hashable, Sendable {
  /// The whole process is killed with SIGSYS.
  case kill
  /// The call returns this error and does nothing.
  case errno(ErrorName)

  /// As a policy writes it: `kill`, `errno EPERM`.
  package var description: String {
    switch self {
    case .kill: "kill"
    case .errno(let name): "errno \(name.rawValue)"
    }
  }
}

/// The errors that a filter may answer with, by their C names; numbers are those of x86_64, aarch64 and riscv64.
package enum ErrorName: String, Sendable, CaseIterable {
  case eperm = "EPERM"
  case enoent = "ENOENT"
  case eagain = "EAGAIN"
  case enomem = "ENOMEM"
  case eacces = "EACCES"
  case einval = "EINVAL"
  case enosys = "ENOSYS"
  case enotsup = "EOPNOTSUPP"
  case eafnosupport = "EAFNOSUPPORT"

  package var number: UInt16 {
    switch self {
    case .eperm: 1
    case .enoent: 2
    case .eagain: 11
    case .enomem: 12
    case .eacces: 13
    case .einval: 22
    case .enosys: 38
    case .enotsup: 95
    case .eafnosupport: 97
    }
  }
}

/// An ABI of the kernel, by the name that libseccomp and systemd use.
package enum SyscallArchitecture: String, Sendable, CaseIterable {
  /// The one that the sandbox runs on.
  case native
  case x86_64 = "x86_64"
  case x86 = "x86"
  case x32 = "x32"
  case aarch64 = "aarch64"
  case riscv64 = "riscv64"
}

/// One entry of an allow or deny list.
package struct SyscallRule: Hashable, Sendable {
  package enum Selector: Hashable, Sendable {
    /// A call by the kernel's name for it.
    case name(String)
    /// A set of calls by its name with the `@`.
    case group(String)
  }

  package var selector: Selector
  /// When the rule applies; nil is always. Only with a call by name.
  package var condition: ArgumentCondition?
  package var reason: String?

  package init(_ selector: Selector, when condition: ArgumentCondition? = nil, reason: String? = nil) {
    self.selector = selector
    self.condition = condition
    self.reason = reason
  }
}

/// A condition on the arguments of a call. Arguments compare as unsigned numbers of the width that the kernel gives the
/// parameter: the upper half of an `int` is not looked at, because the kernel does not look at it either.
package indirect enum ArgumentCondition: Hashable, Sendable {
  case all([ArgumentCondition])
  case any([ArgumentCondition])
  case not(ArgumentCondition)
  case argument(index: Int, ArgumentTest)
}

/// A test of one argument; `index` above is 0...5.
package enum ArgumentTest: Hashable, Sendable {
  case equals(UInt64)
  case isOneOf([UInt64])
  /// `argument & mask == value`.
  case masked(mask: UInt64, equals: UInt64)
  case less(than: UInt64)
  case greater(than: UInt64)
  /// Both ends belong to it.
  case range(ClosedRange<UInt64>)
}
