import Diagnostics
import Sandbox
import Seccomp

/// Rules of a filter that do nothing, or leave nothing: what a list says, and what it comes to.
enum FilterRules {
  static let all = [nothingStarts, foreignMachine, callOfNoABI, alwaysHolds, shadowed]

  static let nothingStarts = LintRule(
    RuleDescription(
      "RF6012",
      "filter under which nothing starts",
      .error,
      """
      The filter is in force before the program is: it is started by execve, and ends by exit_group. A filter without \
      them makes every run fail, with an error that looks like the program's own.
      """,
      references: ["execve(2)", "exit_group(2)", "ringfence explain @startup"],
      example: .init(
        before: "syscalls:\n  allow: [\"@container-default\"]\n  deny: [execve, execveat]",
        after: "syscalls:\n  allow: [\"@container-default\"]"
      )
    )
  ) { input in
    let missing = ["execve", "exit_group"].filter { !input.reach.allows($0) }
    guard !missing.isEmpty else { return [] }
    let policy = input.sandbox.syscalls
    // Denied on purpose, or forgotten.
    let denying = policy.deny.firstIndex { rule in
      rule.condition == nil && SyscallReach.members(of: rule).contains { missing.contains($0.name) }
    }
    let message = "nothing can start: \(SyscallRules.quoted(missing)) \(missing.count == 1 ? "is" : "are") not allowed"
    let help = ["every program needs what is in `@startup`"]
    guard let denying else { return [input.objection(to: "syscalls.allow", message, help: help)] }
    let name = policy.deny[denying].selectorName
    return [
      input.objection(toEntry: denying, of: "syscalls.deny", named: name, message, label: "denied here", help: help)
    ]
  }

  static let foreignMachine = LintRule(
    RuleDescription(
      "RF6013",
      "host whose ABI is not allowed",
      .warning,
      """
      A list of architectures that lacks the one of this machine kills every program here at its first call, and \
      `compile` and `run` refuse the policy. `native` is whatever machine the policy is compiled on.
      """,
      references: ["seccomp(2), NOTES", "systemd.exec(5), SystemCallArchitectures"],
      example: .init(
        before: "syscalls:\n  architectures: [\(foreignArchitecture)]",
        after: "syscalls:\n  architectures: [native]"
      )
    )
  ) { input in
    guard !input.sandbox.syscalls.allowsHostABI else { return [] }
    return [
      input.objection(
        to: "syscalls.architectures",
        "the ABI of this host, \(SyscallABI.current.name), is not among the architectures",
        help: ["write `native` for the machine that the policy is compiled on"]
      )
    ]
  }

  private static let foreignArchitecture = SyscallABI.current == .aarch64 ? "x86_64" : "aarch64"

  static let callOfNoABI = LintRule(
    RuleDescription(
      "RF6014",
      "call that no ABI of the policy has",
      .warning,
      """
      The name is one of the kernel's, but of another ABI, such as a call of 32-bit programs. The rule does nothing: what \
      it should deny has another name here.
      """,
      references: ["syscalls(2), architecture-specific details"],
      example: .init(
        before: "syscalls:\n  allow: [\"@container-default\"]\n  deny: [socketcall]",
        after: "syscalls:\n  allow: [\"@container-default\"]"
      )
    )
  ) { input in
    let policy = input.sandbox.syscalls
    // A policy for `native` may be compiled on any machine.
    let abis = policy.architectures.flatMap { architecture -> [SyscallABI] in
      architecture == .native
        ? [.x86_64, .aarch64, .riscv64] : [SyscallABI(architecture, native: .current)]
    }
    return SyscallRules.rules(of: policy).compactMap { list, index, rule in
      guard case .name(let name) = rule.selector, let call = Syscall(named: name), !abis.contains(where: call.exists)
      else { return nil }
      let others = SyscallABI.allCases.filter(call.exists).map(\.name)
      return input.objection(
        toEntry: index,
        of: list,
        named: name,
        "`\(name)` is a call of \(others.joined(separator: " and ")), which the policy does not allow",
        remedy: .remove(summary: "take `\(name)` out of `\(list)`")
      )
    }
  }

  static let alwaysHolds = LintRule(
    RuleDescription(
      "RF6015",
      "condition that always holds",
      .warning,
      """
      Every value of the argument's width passes the test, so that the rule allows, or denies, the call as a whole. A \
      reader of the rule believes otherwise.
      """,
      references: ["seccomp(2), struct seccomp_data"],
      example: .init(
        before: "syscalls:\n  deny: [{name: socket, args: [{index: 0, range: [0, 4294967295]}]}]",
        after: "syscalls:\n  deny: [{name: socket, args: [{index: 0, equals: 38}]}]"
      )
    )
  ) { input in
    SyscallRules.rules(of: input.sandbox.syscalls).compactMap { list, index, rule in
      guard case .name(let name) = rule.selector, let condition = rule.condition, condition.alwaysHolds(in: name) else {
        return nil
      }
      return input.objection(
        toEntry: index,
        of: list,
        named: name,
        "the condition on `\(name)` always holds",
        help: ["write `\(name)` alone, if the whole call is meant"]
      )
    }
  }

  static let shadowed = LintRule(
    RuleDescription(
      "RF6016",
      "condition that another rule makes void",
      .warning,
      """
      The same list names the call without a condition, or a group that does, and that rule decides: whatever the \
      condition keeps out comes in, and what it lets in would have come in anyway.
      """,
      references: ["seccomp_rule_add(3)", "seccomp(2)"],
      example: .init(
        before: "syscalls:\n  allow: [\"@container-default\", {name: socket, args: [{name: family, equals: AF_UNIX}]}]",
        after:
          "syscalls:\n  allow: [\"@container-default\"]\n  deny: [{name: socket, args: [{not: [{name: family, equals: AF_UNIX}]}]}]"
      )
    )
  ) { input in
    SyscallRules.rules(of: input.sandbox.syscalls).compactMap { list, index, rule in
      guard case .name(let name) = rule.selector, rule.condition != nil, let call = Syscall(named: name),
        let other = list == "syscalls.allow" ? allowing(call, in: input) : denying(call, in: input)
      else { return nil }
      return input.objection(
        toEntry: index,
        of: list,
        named: name,
        "the condition on `\(name)` decides nothing: `\(other.selectorName)` in the same list has none",
        help: [
          list == "syscalls.allow"
            ? "take `\(name)` out of the other rule, or deny what the condition should keep out"
            : "take one of the two out"
        ]
      )
    }
  }

  /// The rule that allows a call without a condition; nil when there is none.
  private static func allowing(_ call: Syscall, in input: LintInput) -> SyscallRule? {
    zip(input.sandbox.syscalls.allow, input.reach.allowed).first { rule, calls in
      rule.condition == nil && calls.contains(call) && isWhole(rule, call)
    }?.0
  }

  /// The rule that denies a call without a condition; nil when there is none.
  private static func denying(_ call: Syscall, in input: LintInput) -> SyscallRule? {
    guard input.reach.denied.contains(call) else { return nil }
    return input.sandbox.syscalls.deny.first { rule in
      rule.condition == nil && SyscallReach.members(of: rule).contains(call) && isWhole(rule, call)
    }
  }

  /// Whether a rule is about all uses of a call that it covers.
  private static func isWhole(_ rule: SyscallRule, _ call: Syscall) -> Bool {
    SyscallGroup(named: rule.selectorName)?.condition(on: call) == nil
  }
}
