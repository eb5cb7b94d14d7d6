package import Diagnostics
package import Policy

/// An entry of `lint.suppress`: a finding that the policy's owners have decided to live with.
package struct Suppression: Sendable {
  package let rule: String
  /// The key whose findings are meant, with everything below it; nil is the whole policy.
  package let path: String?
  package let reason: String
  /// The last day on which it counts.
  package let expires: CalendarDate?
  /// The whole entry.
  package let range: SourceRange

  package init(rule: String, path: String?, reason: String, expires: CalendarDate?, range: SourceRange) {
    self.rule = rule
    self.path = path
    self.reason = reason
    self.expires = expires
    self.range = range
  }

  package init(_ entry: PolicySuppression) {
    self.init(rule: entry.rule, path: entry.path, reason: entry.reason, expires: entry.expires, range: entry.range)
  }

  /// An entry of the policy is about all that is found in it; one of an ancestor about the ancestor's own lines.
  func covers(_ finding: Diagnostic, of policy: SourceText) -> Bool {
    guard finding.rule == rule else { return false }
    guard range.source === policy || finding.primary?.range.source === range.source else { return false }
    guard let path else { return true }
    guard let subject = finding.subject, subject.utf8.starts(with: path.utf8) else { return false }
    // Below a key, not merely beginning like it: `process.user` is not below `process.use`.
    let rest = subject.utf8.dropFirst(path.utf8.count).first
    return rest == nil || rest == UInt8(ascii: ".") || rest == UInt8(ascii: "[")
  }

  /// Whether it hides anything: without a reason, or after its day, it does not.
  func counts(on today: CalendarDate) -> Bool {
    Reason.isGiven(by: reason) && (expires.map { $0 >= today } ?? true)
  }

  /// The rules whose findings a policy may live with: all of the linter's, and what the language only warns of.
  private static let suppressible: Set<String> = Set(
    LintRules.all.map(\.description.id) + PolicyRules.all.filter { $0.severity < .error }.map(\.id)
  )

  /// What is wrong with the entry itself, given the findings that it is about.
  func findings(on today: CalendarDate, uses: [Diagnostic]) -> [Diagnostic] {
    guard Self.suppressible.contains(rule) else {
      let known = Self.suppressible.sorted()
      return [
        finding(
          SuppressionRules.unknownRule,
          "there is no rule `\(rule)` that can be suppressed",
          help: Spelling.nearest(to: rule, among: known).map { ["did you mean `\($0)`?"] } ?? []
        )
      ]
    }
    var findings: [Diagnostic] = []
    if !Reason.isGiven(by: reason) {
      findings.append(finding(SuppressionRules.noReason, "no reason is given for hiding \(rule)"))
    }
    if uses.isEmpty {
      findings.append(
        finding(SuppressionRules.unused, "nothing is found here by \(rule)", help: ["take the entry out"])
      )
    } else if let expires, expires < today {
      findings.append(finding(SuppressionRules.expired, "the suppression of \(rule) ended with \(expires.description)"))
    } else if let expires, expires <= today.adding(days: 30) {
      findings.append(finding(SuppressionRules.endsSoon, "the suppression of \(rule) ends with \(expires.description)"))
    } else if expires == nil, uses.contains(where: { $0.severity == .error }) {
      findings.append(finding(SuppressionRules.withoutEnd, "the suppression of \(rule) never ends"))
    }
    return findings
  }

  private func finding(_ rule: RuleDescription, _ message: String, help: [String] = []) -> Diagnostic {
    rule.finding(message, at: range, help: help, subject: "lint.suppress[\(self.rule) \(path ?? "")]")
  }
}
