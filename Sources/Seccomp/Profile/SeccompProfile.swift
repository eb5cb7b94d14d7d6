import Sandbox

/// `linux.seccomp` of the OCI runtime specification, which is also what Docker's profiles resolve to.
package struct SeccompProfile: Hashable, Sendable {
  /// A comparison of an argument (`linux.seccomp.syscalls[].args[]`).
  package struct Argument: Hashable, Sendable {
    package enum Comparison: String, Sendable, CaseIterable {
      case notEqual = "SCMP_CMP_NE"
      case less = "SCMP_CMP_LT"
      case lessOrEqual = "SCMP_CMP_LE"
      case equal = "SCMP_CMP_EQ"
      case greaterOrEqual = "SCMP_CMP_GE"
      case greater = "SCMP_CMP_GT"
      /// `argument & value == valueTwo`.
      case maskedEqual = "SCMP_CMP_MASKED_EQ"
    }

    /// 0...5.
    package var index: Int
    package var value: UInt64
    package var valueTwo: UInt64
    package var comparison: Comparison

    package init(index: Int, _ comparison: Comparison, _ value: UInt64, valueTwo: UInt64 = 0) {
      self.index = index
      self.value = value
      self.valueTwo = valueTwo
      self.comparison = comparison
    }
  }

  package struct Rule: Hashable, Sendable {
    package var names: [String]
    package var action: FilterAction
    package var arguments: [Argument]

    package init(_ names: [String], _ action: FilterAction, when arguments: [Argument] = []) {
      self.names = names
      self.action = action
      self.arguments = arguments
    }
  }

  package var defaultAction: FilterAction
  /// The ABIs beside the host's own, which libseccomp always adds. ABIs that this build does not know are left out.
  package var architectures: [SyscallABI]
  package var rules: [Rule]

  package init(defaultAction: FilterAction, architectures: [SyscallABI], rules: [Rule]) {
    self.defaultAction = defaultAction
    self.architectures = architectures
    self.rules = rules
  }
}

extension SeccompProfile {
  /// What runc makes of the profile through libseccomp (libcontainer/seccomp/seccomp_linux.go; crun does the same):
  ///
  /// - A rule whose action is the default one is dropped, so it cannot override another.
  /// - A name that libseccomp does not know is dropped.
  /// - An unconditional rule of a call beats its conditional ones.
  /// - Several comparisons of one argument in a rule become rules of their own: any of them is enough.
  /// - Comparisons are of 64 bits on a 64-bit ABI, whatever the kernel looks at, and of the lower 32 on x86 and x32.
  /// - On x86, a rule for a call that `socketcall` or `ipc` can make too becomes one for that as well, without its
  ///   comparisons, which the filter could not make.
  /// - Where rules of different actions overlap, libseccomp promises nothing; the first is taken here.
  /// - runc answers ENOSYS for numbers beyond the highest that a rule names, unless the default action lets calls pass.
  ///
  /// Calls of other ABIs get `foreign`. runc and crun leave that at killing the thread. crun answers nothing in the place
  /// of a stub.
  package func meaning(
    host: SyscallABI,
    unknownNames: Set<String> = [],
    hasStub: Bool = true,
    foreign: FilterAction = .killThread
  ) -> FilterPolicy {
    var abis = [host]
    for abi in architectures where !abis.contains(abi) { abis.append(abi) }
    return FilterPolicy(
      sections: abis.map { section(for: $0, unknownNames: unknownNames, hasStub: hasStub) },
      foreign: foreign
    )
  }

  private func section(for abi: SyscallABI, unknownNames: Set<String>, hasStub: Bool) -> FilterPolicy.Section {
    var builder = FilterPolicy.Section.Builder(abi: abi)
    var highest: UInt32 = 0
    var effective: [(syscall: Syscall, rule: Rule)] = []
    for rule in rules {
      for name in rule.names where !unknownNames.contains(name) {
        guard let syscall = Syscall(named: name), let number = syscall.number(on: abi) else { continue }
        highest = max(highest, number)
        if rule.action != defaultAction { effective.append((syscall, rule)) }
      }
      guard abi == .x86, rule.action != defaultAction else { continue }
      for name in rule.names where !unknownNames.contains(name) {
        guard let (multiplexer, call) = Multiplexer.call(for: name), let syscall = Syscall(named: multiplexer) else {
          continue
        }
        effective.append((syscall, Rule([multiplexer], rule.action, when: [Argument(index: 0, .equal, call)])))
      }
    }
    // libseccomp keeps one unconditional rule a call, the first.
    var unconditional: Set<Syscall> = []
    for (syscall, rule) in effective where rule.arguments.isEmpty {
      if unconditional.insert(syscall).inserted { builder.add(syscall, when: nil, rule.action) }
    }
    for (syscall, rule) in effective where !rule.arguments.isEmpty && !unconditional.contains(syscall) {
      builder.add(syscall, when: rule.condition(on: abi), rule.action)
    }
    return builder.finish(
      known: defaultAction,
      unknown: defaultAction,
      beyond: hasStub && highest > 0 && !defaultAction.letsPass ? (highest, .errno(38)) : nil
    )
  }
}

extension SeccompProfile.Rule {
  fileprivate func condition(on abi: SyscallABI) -> FilterCondition {
    let conditions = arguments.map { $0.condition(on: abi) }
    let hasRepetition = Set(arguments.map(\.index)).count < arguments.count
    return hasRepetition ? .any(conditions) : .all(conditions)
  }
}

extension SeccompProfile.Argument {
  fileprivate func condition(on abi: SyscallABI) -> FilterCondition {
    // libseccomp sees x32 as an ABI of 32 bits, although its registers have 64.
    let argument = FilterArgument(index: index, bits: abi == .x86 || abi == .x32 ? 32 : 64)
    let value = value & argument.mask
    return switch comparison {
    case .equal: .argument(argument, .equals(value))
    case .notEqual: .not(.argument(argument, .equals(value)))
    case .less: .argument(argument, .less(than: value))
    case .lessOrEqual: .not(.argument(argument, .greater(than: value)))
    case .greater: .argument(argument, .greater(than: value))
    case .greaterOrEqual: .not(.argument(argument, .less(than: value)))
    case .maskedEqual: .argument(argument, .masked(mask: value, equals: valueTwo & value))
    }
  }
}

extension FilterAction {
  /// Whether runc takes the action for one that lets calls pass (`isAllowAction`).
  fileprivate var letsPass: Bool {
    switch kind {
    case .allow, .log, .trace: true
    case .errno, .trap, .killThread, .killProcess, .userNotification: false
    }
  }
}

/// The system calls of i386 that make several others: linux/net.h and linux/ipc.h.
private enum Multiplexer {
  static func call(for name: String) -> (multiplexer: String, number: UInt64)? {
    if let number = socketcall[name] { return ("socketcall", number) }
    return ipc[name].map { ("ipc", $0) }
  }

  private static let socketcall: [String: UInt64] = [
    "socket": 1, "bind": 2, "connect": 3, "listen": 4, "accept": 5, "getsockname": 6, "getpeername": 7, "socketpair": 8,
    "send": 9, "recv": 10, "sendto": 11, "recvfrom": 12, "shutdown": 13, "setsockopt": 14, "getsockopt": 15,
    "sendmsg": 16, "recvmsg": 17, "accept4": 18, "recvmmsg": 19, "sendmmsg": 20,
  ]
  private static let ipc: [String: UInt64] = [
    "semop": 1, "semget": 2, "semctl": 3, "semtimedop": 4, "msgsnd": 11, "msgrcv": 12, "msgget": 13, "msgctl": 14,
    "shmat": 21, "shmdt": 22, "shmget": 23, "shmctl": 24,
  ]
}
