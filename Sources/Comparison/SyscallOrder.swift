import Sandbox
import Seccomp

/// The order of syscall policies: which calls a filter lets through that another does not.
enum SyscallOrder {
  /// Decided over all calls with all arguments. A filter also depends on the capabilities and the socket families; where
  /// only those differ, they are what is reported.
  static func gain(from old: Sandbox, to new: Sandbox) -> String? {
    if old.syscalls == new.syscalls { return nil }
    do {
      guard let witness = try FilterProof.looser(FilterPolicy(new), than: FilterPolicy(old)) else { return nil }
      return (witness.left.isDenial ? "survive " : "call ") + witness.call.description
    } catch {
      // A filter that is too involved for a proof is compared by its words.
      return gainByRule(from: old.syscalls, to: new.syscalls)
    }
  }

  /// A witness for each rule that lets more through than before, and for each that no longer stops something; empty when
  /// what got looser is no single rule's doing.
  static func gains(from old: Sandbox, to new: Sandbox) -> [String] {
    let added = new.syscalls.allow.filter { !old.syscalls.allow.contains($0) }
    let lifted = old.syscalls.deny.filter { !new.syscalls.deny.contains($0) }
    // Each is judged as if none of the others had changed, so that its witness passes the new filter too.
    var base = new
    base.syscalls.allow.removeAll { added.contains($0) }
    base.syscalls.deny += lifted
    let trials =
      added.map { rule in
        var trial = base
        trial.syscalls.allow.append(rule)
        return trial
      }
      + lifted.map { rule in
        var trial = base
        trial.syscalls.deny.removeAll { $0 == rule }
        return trial
      }
    // What no rule of either list has done: capabilities, families, architectures.
    var witnesses = [gain(from: old, to: base)].compactMap(\.self)
    for trial in trials.prefix(mostTrials) {
      guard let witness = gain(from: base, to: trial, notIn: old) ?? gain(from: old, to: trial),
        !witnesses.contains(witness)
      else { continue }
      witnesses.append(witness)
    }
    return witnesses
  }

  /// A call that one sandbox lets through and another does not, if a third does not either.
  private static func gain(from base: Sandbox, to trial: Sandbox, notIn old: Sandbox) -> String? {
    guard let witness = try? FilterProof.looser(FilterPolicy(trial), than: FilterPolicy(base)),
      let before = try? FilterPolicy(old), before.action(for: witness.call).isDenial
    else { return nil }
    return (witness.left.isDenial ? "survive " : "call ") + witness.call.description
  }

  /// A proof takes about a millisecond, and nobody reads more witnesses than these.
  private static let mostTrials = 32

  /// By rule: one is covered by an equal one or by one without a condition for the same calls.
  private static func gainByRule(from old: SyscallPolicy, to new: SyscallPolicy) -> String? {
    for rule in new.allow where !old.allow.contains(where: { covers($0, rule) }) {
      return "call \(text(rule))"
    }
    for rule in old.deny where !new.deny.contains(where: { covers($0, rule) }) {
      return "call \(text(rule))"
    }
    if let abi = new.architectures.first(where: { !old.architectures.contains($0) }) {
      return "make calls of the \(abi.rawValue) ABI"
    }
    if old.defaultAction == .kill, new.defaultAction != .kill { return "survive a call that is not allowed" }
    if old.unknownAction == .kill, new.unknownAction != .kill { return "survive a call that nobody knows" }
    return nil
  }

  private static func covers(_ general: SyscallRule, _ special: SyscallRule) -> Bool {
    general.selector == special.selector && (general.condition == nil || general.condition == special.condition)
  }

  /// A rule in one line: `socket(arg0 == 38)`.
  static func text(_ rule: SyscallRule) -> String {
    let name =
      switch rule.selector {
      case .name(let name), .group(let name): name
      }
    return rule.condition.map { "\(name)(\(text($0)))" } ?? name
  }

  private static func text(_ condition: ArgumentCondition) -> String {
    switch condition {
    case .all(let parts): parts.map(text).joined(separator: " and ")
    case .any(let parts): "(" + parts.map(text).joined(separator: " or ") + ")"
    case .not(let part): "not (\(text(part)))"
    case .argument(let index, let test): text(test, of: "arg\(index)")
    }
  }

  private static func text(_ test: ArgumentTest, of argument: String) -> String {
    switch test {
    case .equals(let value): "\(argument) == \(value)"
    case .isOneOf(let values): "\(argument) in \(values)"
    case .masked(let mask, let value): "\(argument) & \(mask) == \(value)"
    case .less(let bound): "\(argument) < \(bound)"
    case .greater(let bound): "\(argument) > \(bound)"
    case .range(let range): "\(argument) in \(range.lowerBound)...\(range.upperBound)"
    }
  }
}
