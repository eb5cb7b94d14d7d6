import CanonicalJSON
import Diagnostics
import Sandbox
import Seccomp

/// Conditions on arguments, and Docker's conditions on the machine.
enum SeccompArgumentRules {
  static let all: [SeccompRules.Rule] = [
    noSuchArgument, sameIndex, width, mask, secondValue, alwaysOrNever, minimumKernel, conditionNames,
  ]

  private static let noSuchArgument = SeccompRules.Rule(
    "RF8420",
    "no such argument",
    .error,
    "The call has fewer arguments than the condition looks at: what it compares is left over from earlier calls."
  ) { profile, rule in
    profile.entries.flatMap { entry in
      entry.arguments.compactMap { argument in
        guard let index = argument["index"], let position = index.integer, position <= 5 else { return nil }
        let counts = entry.names.compactMap { $0.string }.compactMap { name in
          SyscallTable.parameterCount(of: name).map { (name, $0) }
        }
        guard let (name, count) = counts.first(where: { position >= $0.1 }) else { return nil }
        return rule.finding(
          "\(name) has \(count == 1 ? "one argument" : "\(count) arguments"), counted from 0",
          at: index.range
        )
      }
    }
  }

  private static let sameIndex = SeccompRules.Rule(
    "RF8421",
    "two conditions on one argument",
    .error,
    """
    runc makes a rule of its own of each condition when two are on the same argument: either of them is enough. A range \
    written so lets everything through.
    """
  ) { profile, rule in
    profile.entries.flatMap { entry -> [Diagnostic] in
      var seen: [Int64: JSONNode] = [:]
      return entry.arguments.compactMap { argument in
        guard let index = argument["index"], let position = index.integer else { return nil }
        guard let first = seen[position] else {
          seen[position] = index
          return nil
        }
        return rule.finding(
          "either of these conditions is enough, not both together",
          at: index.range,
          secondary: [Diagnostic.Label(first.range, "the other condition on argument \(position)")],
          notes: ["runc splits them into two rules"],
          help: ["write one condition with SCMP_CMP_MASKED_EQ, or one rule for each value"]
        )
      }
    }
  }

  private static let width = SeccompRules.Rule(
    "RF8422",
    "comparison wider than the argument",
    .warning,
    """
    The kernel looks only at the lower half of an `int`, the filter compares all 64 bits: with something in the upper \
    half a program passes a comparison for inequality, and reaches what was meant to be denied. Docker's own default \
    profile has this hole for sockets.
    """
  ) { profile, rule in
    profile.entries.flatMap { entry -> [Diagnostic] in
      let name = entry.names.compactMap(\.string).first ?? ""
      return entry.arguments.compactMap { argument in
        guard let comparison = argument["op"], let word = comparison.string, let index = argument["index"]?.integer,
          let bits = SyscallTable.argumentBits(at: Int(clamping: index), in: name), bits < 64
        else { return nil }
        // An equality that allows fails safe, one that denies can be passed by; inequalities the other way round.
        let passable =
          entry.lets ? ["SCMP_CMP_NE", "SCMP_CMP_GT", "SCMP_CMP_GE"] : ["SCMP_CMP_EQ", "SCMP_CMP_LT", "SCMP_CMP_LE"]
        guard passable.contains(word) else { return nil }
        return rule.finding(
          "argument \(index) of \(name) has \(bits) bits, but 64 are compared: it can be passed by",
          at: comparison.range,
          help: ["compare with SCMP_CMP_MASKED_EQ, the mask \(bits < 32 ? (1 << bits) - 1 : 4_294_967_295)"]
        )
      }
    }
  }

  private static let mask = SeccompRules.Rule(
    "RF8423",
    "mask that never matches",
    .error,
    """
    SCMP_CMP_MASKED_EQ compares `argument & value` with `valueTwo`: with bits in `valueTwo` that are not in `value`, the \
    mask, it never holds.
    """
  ) { profile, rule in
    profile.entries.flatMap(\.arguments).compactMap { argument in
      guard argument["op"]?.string == "SCMP_CMP_MASKED_EQ", let mask = argument["value"], let bits = mask.unsigned
      else {
        return nil
      }
      let second = argument["valueTwo"]
      let wanted = second?.unsigned ?? 0
      if bits == 0 { return rule.finding("the mask has no bit", at: mask.range, severity: .warning) }
      if wanted & ~bits == 0 { return nil }
      return rule.finding(
        "this holds for no argument: \(wanted) has bits outside of the mask",
        at: second?.range ?? mask.range,
        secondary: [Diagnostic.Label(mask.range, "the mask")]
      )
    }
  }

  private static let secondValue = SeccompRules.Rule(
    "RF8424",
    "second value without effect",
    .warning,
    "`valueTwo` is looked at only by SCMP_CMP_MASKED_EQ."
  ) { profile, rule in
    profile.entries.flatMap(\.arguments).compactMap { argument in
      guard let member = argument.member("valueTwo"), member.value.unsigned ?? 0 != 0,
        let word = argument["op"]?.string, word != "SCMP_CMP_MASKED_EQ"
      else { return nil }
      return rule.finding("\(word) does not look at valueTwo", at: member.nameRange)
    }
  }

  private static let alwaysOrNever = SeccompRules.Rule(
    "RF8425",
    "comparison without effect",
    .warning,
    "No unsigned number is less than 0, and all are at least 0; the same holds at the other end."
  ) { profile, rule in
    profile.entries.flatMap(\.arguments).compactMap { argument in
      guard let value = argument["value"], let bound = value.unsigned, let word = argument["op"]?.string else {
        return nil
      }
      switch (word, bound) {
      case ("SCMP_CMP_LT", 0), ("SCMP_CMP_GT", .max): return rule.finding("this never holds", at: value.range)
      case ("SCMP_CMP_GE", 0), ("SCMP_CMP_LE", .max): return rule.finding("this always holds", at: value.range)
      default: return nil
      }
    }
  }

  private static let minimumKernel = SeccompRules.Rule(
    "RF8426",
    "kernel version",
    .error,
    "`minKernel` is major.minor, such as \"4.8\". Docker refuses another form, but only when the container starts."
  ) { profile, rule in
    profile.entries.flatMap { [$0.node["includes"], $0.node["excludes"]] }.compactMap { filter in
      guard let node = filter?["minKernel"], let version = node.string else { return nil }
      let parts = version.split(separator: ".", omittingEmptySubsequences: false)
      if parts.count == 2, parts.allSatisfy({ UInt16($0) != nil }) { return nil }
      return rule.finding("this is no kernel version of the form 4.8", at: node.range)
    }
  }

  private static let conditionNames = SeccompRules.Rule(
    "RF8427",
    "condition that never holds",
    .warning,
    """
    `includes` and `excludes` compare capabilities and architectures by their exact names; another name never matches, \
    so the rule never, or always, holds.
    """
  ) { profile, rule in
    let capabilities = Capability.allCases.map(\.prefixedName)
    let architectures = [
      "386", "amd64", "arm", "arm64", "loong64", "mips", "mips64", "mips64le", "mipsle", "ppc64", "ppc64le", "riscv64",
      "s390", "s390x", "x86", "x32", "mips64n32", "mipsel64n32", "mipsel", "mipsel64",
    ]
    return profile.entries.flatMap { [$0.node["includes"], $0.node["excludes"]] }.flatMap { filter -> [Diagnostic] in
      unknown(filter?["caps"], capabilities, rule) + unknown(filter?["arches"], architectures, rule)
    }
  }

  private static func unknown(_ list: JSONNode?, _ known: [String], _ rule: RuleDescription) -> [Diagnostic] {
    (list?.items ?? []).compactMap { node in
      guard let name = node.string, !known.contains(name) else { return nil }
      let near = Spelling.nearest(to: name, among: known)
      return rule.finding(
        "\(JSON.string(name).text(.compact)) matches nothing",
        at: node.range,
        help: near.map { ["did you mean \"\($0)\"?"] } ?? []
      )
    }
  }
}
