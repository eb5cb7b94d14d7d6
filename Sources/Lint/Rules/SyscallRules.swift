import Diagnostics
import Sandbox
import Seccomp

/// The filter of system calls.
enum SyscallRules {
  static let all = [
    noFilter, twinAllowed, dangerousCall, newNamespaces, foreignABI, unknownNotENOSYS, pointerCondition, neverHolds,
    allowedAndDenied,
  ]

  static let noFilter = LintRule(
    RuleDescription(
      "RF6001",
      "filter that filters nothing",
      .error,
      """
      The lists let through the very calls that a filter is there to stop: mounting, loading code into the kernel, \
      tracing, rebooting. The kernel's whole surface is open, as with `seccomp=unconfined`.
      """,
      references: [
        "CIS Docker Benchmark 1.6.0, 5.22", "Kubernetes Pod Security Standards, baseline: seccomp",
        "NSA/CISA Kubernetes Hardening Guide 1.2, seccomp",
      ],
      example: .init(
        before:
          "syscalls:\n  allow: [\"@container-default\", \"@privileged\", \"@debug\", \"@mount\", \"@namespaces\"]",
        after: "syscalls:\n  allow: [\"@container-default\"]"
      )
    )
  ) { input in
    guard filtersNothing(input.reach) else { return [] }
    return [
      input.objection(
        to: "syscalls.allow",
        "the filter lets everything dangerous through",
        help: ["begin with [\"@container-default\"] and add what a run is refused"]
      )
    ]
  }

  static let twinAllowed = LintRule(
    RuleDescription(
      "RF6003",
      "denied call with an allowed twin",
      .warning,
      """
      Several calls do the same: chmod, fchmodat and fchmodat2, say, or execve and execveat. Denying one of them stops \
      only programs that use that one, and the C library uses another next year. Deny them all, or none.
      """,
      references: ["moby/moby issue 22632", "syscalls(2)"],
      example: .init(
        before: "syscalls:\n  allow: [\"@container-default\"]\n  deny: [chmod]",
        after: "syscalls:\n  allow: [\"@container-default\"]\n  deny: [chmod, fchmod, fchmodat, fchmodat2]"
      )
    )
  ) { input in
    let reach = input.reach
    return input.sandbox.syscalls.deny.enumerated().compactMap { index, rule in
      guard case .name(let name) = rule.selector, rule.condition == nil else { return nil }
      let others = SyscallKnowledge.twins.filter { $0.contains(name) }.flatMap(\.self)
        .filter { $0 != name && reach.allows($0) }
      guard !others.isEmpty else { return nil }
      return input.objection(
        toEntry: index,
        of: "syscalls.deny",
        named: name,
        "`\(name)` is denied, but \(quoted(others)) \(others.count == 1 ? "does" : "do") the same",
        help: ["deny \(quoted(others)) too"]
      )
    }
  }

  static let dangerousCall = LintRule(
    RuleDescription(
      "RF6004",
      "dangerous call",
      .warning,
      """
      The call belongs to administrators and debuggers, or has been the beginning of most escapes from containers. \
      Docker's default profile denies it, or allows it only because it is harmless with that engine's other protections. \
      An allow rule with a `reason` says that somebody thought about it.
      """,
      confidence: .medium,
      references: [
        "Docker documentation, seccomp: significant syscalls blocked by the default profile",
        "minijail, seccomp_policy_lint.py", "CVE-2022-0185 (fsconfig)", "CVE-2022-2602 (io_uring)",
        "userfaultfd(2), /proc/sys/vm/unprivileged_userfaultfd",
      ],
      example: .init(
        before: "syscalls:\n  allow: [\"@container-default\", bpf]",
        after: "syscalls:\n  allow: [\"@container-default\"]"
      )
    )
  ) { input in
    let reach = input.reach
    if filtersNothing(reach) { return [] }
    return zip(input.sandbox.syscalls.allow, reach.allowed).enumerated().compactMap { index, entry in
      let (rule, calls) = entry
      guard rule.reason == nil, !isOrdinary(rule) else { return nil }
      let names = calls.map(\.name).filter { SyscallKnowledge.dangers[$0] != nil }.sorted()
      guard let first = names.first, let danger = SyscallKnowledge.dangers[first] else { return nil }
      let name = rule.selectorName
      let message =
        names.count == 1 && first == name
        ? "`\(name)` \(danger)"
        : "`\(name)` allows \(quoted(Array(names.prefix(4))))" + (names.count > 4 ? " and \(names.count - 4) more" : "")
      return input.objection(
        toEntry: index,
        of: "syscalls.allow",
        named: name,
        message,
        notes: names.count > 1
          ? names.prefix(4).compactMap { call in SyscallKnowledge.dangers[call].map { "\(call) \($0)" } } : [],
        help: ["give the rule a `reason`, if the program cannot do without"]
      )
    }
  }

  static let newNamespaces = LintRule(
    RuleDescription(
      "RF6005",
      "new namespaces",
      .warning,
      """
      In a user namespace of its own the program is root: it mounts file systems, configures networks and reaches code of \
      the kernel that only administrators could reach before. Most holes of the kernel that got out of containers in \
      recent years began with unshare(CLONE_NEWUSER).
      """,
      references: [
        "user_namespaces(7)", "CVE-2022-0185", "CVE-2023-32233", "containers/common issue 1988",
      ],
      example: .init(
        before: "syscalls:\n  allow: [\"@container-default\", unshare]",
        after: "syscalls:\n  allow: [\"@container-default\"]"
      )
    )
  ) { input in
    let reach = input.reach
    if filtersNothing(reach) { return [] }
    let calls = Set(["unshare", "setns", "clone3"].compactMap { Syscall(named: $0) })
    return zip(input.sandbox.syscalls.allow, reach.allowed).enumerated().compactMap { index, entry in
      let (rule, allowed) = entry
      guard rule.reason == nil, rule.condition == nil, !isOrdinary(rule) else { return nil }
      let names = allowed.intersection(calls).map(\.name).sorted()
      guard !names.isEmpty else { return nil }
      return input.objection(
        toEntry: index,
        of: "syscalls.allow",
        named: rule.selectorName,
        "\(quoted(names)) lets the program make or enter namespaces"
      )
    }
  }

  static let foreignABI = LintRule(
    RuleDescription(
      "RF6006",
      "foreign ABI",
      .warning,
      """
      The 32-bit ABIs number their calls differently, pack several into one (socketcall, ipc) whose arguments no filter \
      sees, and are used so rarely that holes in them live long. Programs of this machine need none of them.
      """,
      references: ["seccomp(2), NOTES", "systemd.exec(5), SystemCallArchitectures", "moby default profile, archMap"],
      example: .init(
        before: "syscalls:\n  architectures: [native, x32]",
        after: "syscalls:\n  architectures: [native]"
      )
    )
  ) { input in
    input.sandbox.syscalls.architectures.enumerated().filter { [.x86, .x32].contains($0.element) }.map { index, abi in
      input.objection(
        toEntry: index,
        of: "syscalls.architectures",
        named: abi.rawValue,
        "calls through the \(abi.rawValue) ABI pass too",
        remedy: .remove(summary: "allow no \(abi.rawValue) calls")
      )
    }
  }

  static let unknownNotENOSYS = LintRule(
    RuleDescription(
      "RF6007",
      "wrong answer to new calls",
      .warning,
      """
      C libraries try the newest call first and fall back to an older one when the answer is ENOSYS. Any other answer \
      looks like a real failure: programs break when the library under them is updated. ENOSYS lets nothing through.
      """,
      references: ["opencontainers/runc issue 2151", "moby/moby issue 42680 (clone3)"],
      example: .init(
        before: "syscalls:\n  unknown: {errno: EPERM}",
        after: "syscalls:\n  unknown: {errno: ENOSYS}"
      )
    )
  ) { input in
    let action = input.sandbox.syscalls.unknownAction
    guard action != .errno(.enosys) else { return [] }
    return [
      input.objection(
        to: "syscalls.unknown",
        action == .kill
          ? "a library that tries a new call is killed instead of falling back"
          : "a library that tries a new call takes \(action.description) for a real failure"
      )
    ]
  }

  static let pointerCondition = LintRule(
    RuleDescription(
      "RF6008",
      "condition on what a pointer points to",
      .error,
      """
      The filter sees the address in the register, not the path or structure that is there, and other threads change that \
      after the filter has looked. A condition on such an argument protects nothing; use the file system's clauses.
      """,
      confidence: .medium,
      references: ["seccomp(2), NOTES: pointer arguments", "minijail0(5)"],
      example: .init(
        before: "syscalls:\n  deny: [{name: openat, args: [{index: 1, equals: 4096}]}]",
        after: "syscalls:\n  deny: [{name: openat, args: [{index: 2, equals: 4096}]}]"
      )
    )
  ) { input in
    rules(of: input.sandbox.syscalls).compactMap { list, index, rule in
      guard case .name(let name) = rule.selector, let condition = rule.condition,
        let parameters = Syscall(named: name)?.parameterNames
      else { return nil }
      let bad = condition.tests.first { argument, test in
        parameters.indices.contains(argument) && SyscallKnowledge.pointers.contains(parameters[argument])
          && test != .equals(0)
      }
      guard let bad else { return nil }
      return input.objection(
        toEntry: index,
        of: list,
        named: name,
        "argument \(bad.argument) of `\(name)`, \(parameters[bad.argument]), is a pointer: the filter cannot see what it points to"
      )
    }
  }

  static let neverHolds = LintRule(
    RuleDescription(
      "RF6009",
      "condition that never holds",
      .error,
      """
      No value of the argument's width passes the test, so that the rule is not there: what it should deny is allowed, \
      what it should allow is denied.
      """,
      references: ["seccomp(2), struct seccomp_data"],
      example: .init(
        before: "syscalls:\n  deny: [{name: socket, args: [{index: 0, greater: 4294967295}]}]",
        after: "syscalls:\n  deny: [{name: socket, args: [{index: 0, equals: 38}]}]"
      )
    )
  ) { input in
    rules(of: input.sandbox.syscalls).compactMap { list, index, rule in
      guard case .name(let name) = rule.selector, let condition = rule.condition, condition.neverHolds(in: name) else {
        return nil
      }
      return input.objection(
        toEntry: index,
        of: list,
        named: name,
        "the condition on `\(name)` never holds",
        notes: ["an argument compares by the width that the kernel reads: an `int` is at most 4294967295"]
      )
    }
  }

  static let allowedAndDenied = LintRule(
    RuleDescription(
      "RF6010",
      "allowed and denied",
      .warning,
      """
      Deny rules come first: this allow rule lets nothing through. One of the two is not what was meant.
      """,
      references: ["opencontainers/runc pull request 3109", "seccomp(2)"],
      example: .init(
        before: "syscalls:\n  allow: [\"@container-default\", add_key]\n  deny: [\"@keyring\"]",
        after: "syscalls:\n  allow: [\"@container-default\"]\n  deny: [\"@keyring\"]"
      )
    )
  ) { input in
    let reach = input.reach
    return zip(input.sandbox.syscalls.allow, reach.allowed).enumerated().compactMap { index, entry in
      let (rule, allowed) = entry
      guard allowed.isEmpty, !SyscallReach.members(of: rule).isEmpty else { return nil }
      let name = rule.selectorName
      return input.objection(
        toEntry: index,
        of: "syscalls.allow",
        named: name,
        "`\(name)` is denied below, whatever this rule says",
        remedy: .remove(summary: "take `\(name)` out of `syscalls.allow`")
      )
    }
  }

  private static func filtersNothing(_ reach: SyscallReach) -> Bool {
    SyscallKnowledge.sentinels.allSatisfy(reach.allows)
  }

  /// The groups that sandboxes begin with: what is in them has been weighed by those who made them.
  private static func isOrdinary(_ rule: SyscallRule) -> Bool {
    ["@container-default", "@startup"].contains(rule.selectorName)
  }

  static func rules(of policy: SyscallPolicy) -> [(list: String, index: Int, rule: SyscallRule)] {
    policy.allow.enumerated().map { ("syscalls.allow", $0.offset, $0.element) }
      + policy.deny.enumerated().map { ("syscalls.deny", $0.offset, $0.element) }
  }

  static func quoted(_ names: [String]) -> String {
    let quoted = names.map { "`\($0)`" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
    return quoted.dropLast().joined(separator: ", ") + " and " + last
  }
}

extension ArgumentCondition {
  /// All tests of single arguments in it.
  fileprivate var tests: [(argument: Int, test: ArgumentTest)] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.tests)
    case .not(let part): part.tests
    case .argument(let index, let test): [(index, test)]
    }
  }
}
