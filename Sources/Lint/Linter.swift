package import Diagnostics
package import Policy
package import Reports

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

  /// - Parameters:
  ///   - today: The day by which suppressions expire; a caller's, so that the same input gives the same answer.
  ///   - honoursSuppressions: False shows everything, for audits.
  package init(today: CalendarDate, honoursSuppressions: Bool = true) {
    self.today = today
    self.honoursSuppressions = honoursSuppressions
  }

  package func lint(_ policy: ResolvedPolicy) -> LintResult {
    let input = LintInput(
      sandbox: policy.sandbox,
      source: policy.source,
      origins: policy.origins,
      acceptedControls: Set(policy.accepted.filter { $0.isInForce(on: today) }.map(\.control)),
      testCount: policy.tests.count
    )
    return lint(input, suppressions: policy.suppressions.map(Suppression.init), warnings: policy.warnings)
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

extension SourceRange {
  fileprivate func overlaps(_ other: SourceRange?) -> Bool {
    guard let other, source === other.source else { return false }
    return start < other.end && other.start < end
  }
}
