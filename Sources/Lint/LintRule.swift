package import Diagnostics

/// A judgement of a resolved policy: what it is about, and where it applies.
struct LintRule: Sendable {
  let description: RuleDescription
  /// The places of the policy that the rule objects to.
  private let judge: @Sendable (LintInput) -> [LintInput.Objection]

  init(_ description: RuleDescription, _ judge: @escaping @Sendable (LintInput) -> [LintInput.Objection]) {
    self.description = description
    self.judge = judge
  }

  func findings(in input: LintInput) -> [Diagnostic] {
    judge(input).map { input.diagnostic(for: $0, by: description) }
  }
}

/// The rules of the linter, by family. A new rule is one value and one word here.
package enum LintRules {
  static let all: [LintRule] =
    ProcessRules.all + CapabilityRules.all + EnvironmentRules.all
    + PathRules.all + FilesystemRules.all
    + NetworkRules.all + ResourceRules.all + SyscallRules.all + FilterRules.all + RingRules.all + TargetRules.all
    + AcceptanceRules.all

  /// What all rules find, suppressed or not.
  package static func findings(in input: LintInput) -> [Diagnostic] { all.flatMap { $0.findings(in: input) } }

  /// For the catalog of rules.
  package static let descriptions: [RuleDescription] = all.map(\.description) + SuppressionRules.all

  /// The titles of the families, by the beginning of their ids.
  package static let families: [(prefix: String, title: String)] = [
    ("RF1", "The language"),
    ("RF2", "Process and privilege"),
    ("RF3", "File system"),
    ("RF4", "Network"),
    ("RF5", "Resources"),
    ("RF6", "System calls"),
    ("RF7", "Targets and tests"),
    ("RF8", "Artifacts"),
    ("RF9", "Suppressions"),
  ]
}
