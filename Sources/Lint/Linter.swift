package import Diagnostics
package import Policy
package import Reports
package import Sandbox

/// What the linter says of one policy.
package struct LintResult: Sendable {
  /// In reading order.
  package let findings: [Diagnostic]
  /// What the policy accepts, with its reasons.
  package let suppressed: [Report.Suppressed]
}

/// Judges resolved policies.
package struct Linter: Sendable {
  private let today: CalendarDate
  private let honoursSuppressions: Bool
  private let losses: Losses

  /// Whether a target loses a control of a sandbox; nil where that cannot be told. Targets are not the linter's to know.
  package typealias Losses = @Sendable (Control, TargetName, Sandbox) -> Bool?

  /// - Parameters:
  ///   - today: The day by which suppressions expire; a caller's, so that the same input gives the same answer.
  ///   - honoursSuppressions: False shows everything, for audits.
  ///   - losses: What targets cannot enforce, for judging what a policy accepts.
  package init(
    today: CalendarDate,
    honoursSuppressions: Bool = true,
    losses: @escaping Losses = { _, _, _ in nil }
  ) {
    self.today = today
    self.losses = losses
    self.honoursSuppressions = honoursSuppressions
  }

  /// - Parameters:
  ///   - policy: What to judge.
  ///   - errors: Why the policy is invalid: what they say is not said again.
  /// - Returns: What the rules find, and what the policy suppresses of it.
  package func lint(_ policy: ResolvedPolicy, besides errors: [Diagnostic] = []) -> LintResult {
    let losses = losses
    let sandbox = policy.sandbox
    let input = LintInput(
      sandbox: policy.sandbox,
      source: policy.source,
      origins: policy.origins,
      acceptances: policy.accepted,
      losses: { losses($0, $1, sandbox) },
      today: today,
      testCount: policy.tests.count
    )
    let result = lint(input, suppressions: policy.suppressions.map(Suppression.init), warnings: policy.warnings)
    guard !errors.isEmpty else { return result }
    let findings = result.findings.filter { finding in
      !errors.contains { $0.rule == finding.rule && finding.isAt($0.primary?.range) }
    }
    return LintResult(findings: findings, suppressed: result.suppressed)
  }

  package func lint(_ input: LintInput, suppressions: [Suppression], warnings: [Diagnostic] = []) -> LintResult {
    let judged = LintRules.findings(in: input)
    // What a rule says of a value is more than what the language had to say of it.
    let found =
      judged
      + warnings.filter { warning in
        !judged.contains { $0.primary?.range.overlaps(warning.primary?.range) ?? false }
      }
    guard honoursSuppressions else { return LintResult(findings: found.inReadingOrder, suppressed: []) }

    var remaining: [Diagnostic] = []
    var suppressed: [Report.Suppressed] = []
    var uses = Array(repeating: [Diagnostic](), count: suppressions.count)
    for finding in found {
      let matches = suppressions.indices.filter { suppressions[$0].covers(finding, of: input.source) }
      for index in matches { uses[index].append(finding) }
      if let index = matches.first(where: { suppressions[$0].counts(on: today) }) {
        suppressed.append(.init(finding, kind: .policy, reason: suppressions[index].reason))
      } else {
        remaining.append(finding)
      }
    }
    for (suppression, uses) in zip(suppressions, uses) where suppression.range.source === input.source {
      remaining += suppression.findings(on: today, uses: uses)
    }
    return LintResult(findings: remaining.inReadingOrder, suppressed: suppressed)
  }
}

extension Diagnostic {
  fileprivate func isAt(_ range: SourceRange?) -> Bool {
    guard let own = primary?.range else { return range == nil }
    return own.overlaps(range)
  }
}

extension SourceRange {
  fileprivate func overlaps(_ other: SourceRange?) -> Bool {
    guard let other, source === other.source else { return false }
    return start < other.end && other.start < end
  }
}
