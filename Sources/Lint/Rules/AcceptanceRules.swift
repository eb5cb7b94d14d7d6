import Diagnostics
import Policy
import Sandbox

/// What a policy accepts to lose: as much of an exception as a suppression, and judged as one.
enum AcceptanceRules {
  static let all = [noReason, unneeded, repeated]

  static let noReason = LintRule(
    RuleDescription(
      "RF7006",
      "acceptance without a reason",
      .error,
      """
      An acceptance gives up a protection on a target. Without a reason that says why that is good enough there, nobody \
      can tell a decision from a way around the error, and nobody dares to take it out again.
      """,
      references: ["CIS Controls 8, 4.1: documented exceptions", "hadolint/hadolint issue 441"],
      example: .init(
        before: "accept: [{target: docker, control: resources.output, reason: tbd}]",
        after: "accept: [{target: docker, control: resources.output, reason: the caller stops reading at 1 MiB}]"
      )
    )
  ) { input in
    entries(of: input).compactMap { index, acceptance in
      guard !Reason.isGiven(by: acceptance.reason) else { return nil }
      return objection(
        to: acceptance,
        at: index,
        in: input,
        "no reason is given for losing `\(acceptance.control.rawValue)`",
        help: ["say why that is good enough on this target, in a few words"]
      )
    }
  }

  static let unneeded = LintRule(
    RuleDescription(
      "RF7007",
      "acceptance that nothing needs",
      .warning,
      """
      The target enforces the control, so that nothing is lost today. Left in the policy, the entry would accept the loss \
      in silence on the day on which a change of the policy, or of the target's version, brings it about.
      """,
      references: ["ringfence show --target", "rome/tools issue 3655 (unused suppressions)"],
      example: .init(
        before: "accept: [{target: all, control: process.user, reason: the old image needed root}]",
        after: "process:\n  user: \"65534:65534\""
      )
    )
  ) { input in
    entries(of: input).compactMap { index, acceptance in
      guard isUnneeded(acceptance, in: input) else { return nil }
      let place = acceptance.target.map(\.rawValue) ?? "every target"
      return objection(
        to: acceptance,
        at: index,
        in: input,
        acceptance.control == .user && acceptance.target == nil
          ? "the program does not run as root, so that there is nothing to accept"
          : "\(place) enforces `\(acceptance.control.rawValue)`, so that there is nothing to accept",
        remedy: .remove(summary: "take the acceptance out")
      )
    }
  }

  static let repeated = LintRule(
    RuleDescription(
      "RF7008",
      "acceptance that is there twice",
      .warning,
      """
      Another entry of this policy, or of one that it extends, accepts the same for as long. Whoever takes one of them out \
      believes that the control is enforced again, and it is not.
      """,
      references: ["NIST SP 800-53, RA-3: accepted risks are reviewed"],
      example: .init(
        before:
          "accept:\n  - {target: docker, control: resources.output, reason: the caller stops reading at 1 MiB}\n  - {target: docker, control: resources.output, reason: the caller stops reading}",
        after: "accept:\n  - {target: docker, control: resources.output, reason: the caller stops reading at 1 MiB}"
      )
    )
  ) { input in
    entries(of: input).compactMap { index, acceptance in
      // Of two that say the same, the later is one too many.
      let isCovered = input.acceptances.enumerated().contains { other, candidate in
        guard other != index, candidate.accepts(allOf: acceptance) else { return false }
        let isEqual = acceptance.accepts(allOf: candidate)
        return !isEqual || candidate.range.source !== acceptance.range.source || other < index
      }
      guard isCovered else { return nil }
      return objection(
        to: acceptance,
        at: index,
        in: input,
        "losing `\(acceptance.control.rawValue)` there is accepted already",
        remedy: .remove(summary: "take the acceptance out")
      )
    }
  }

  /// The policy's own entries: those of an ancestor are judged where they stand.
  private static func entries(of input: LintInput) -> [(index: Int, acceptance: Acceptance)] {
    input.acceptances.enumerated().filter { $0.element.range.source === input.source }
      .map { (index: $0.offset, acceptance: $0.element) }
  }

  private static func isUnneeded(_ acceptance: Acceptance, in input: LintInput) -> Bool {
    let user = input.sandbox.process.user
    // This one also lets the policy be one at all.
    if acceptance.control == .user, acceptance.target == nil, user.uid == 0 || user.gid == 0 { return false }
    if acceptance.control == .user, acceptance.target == nil { return true }
    // Nothing is lowered to Kubernetes yet, so that nothing can be lost there.
    let targets = acceptance.target.map { [$0] } ?? TargetName.allCases.filter { $0 != .kubernetes }
    let answers = targets.map { input.losses(acceptance.control, $0) }
    return answers.allSatisfy { $0 == false }
  }

  private static func objection(
    to acceptance: Acceptance,
    at index: Int,
    in input: LintInput,
    _ message: String,
    help: [String] = [],
    remedy: LintInput.Remedy? = nil
  ) -> LintInput.Objection {
    input.objection(
      toEntry: index,
      of: "accept",
      named: "\(acceptance.target?.rawValue ?? "all") \(acceptance.control.rawValue)",
      message,
      help: help,
      remedy: remedy
    )
  }
}
