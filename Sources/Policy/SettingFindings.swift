import Diagnostics

/// Collects what is wrong, or odd, about settings of a policy.
struct SettingFindings {
  private(set) var diagnostics: [Diagnostic] = []
  /// Where a finding goes that is about a value that the policy does not give.
  private let fallback: SourceRange?

  init(root: Setting) { fallback = root["name"]?.range ?? root.range }

  mutating func report(
    _ rule: RuleDescription,
    _ message: String,
    at range: SourceRange?,
    earlier: (range: SourceRange, label: String)? = nil,
    notes: [String] = [],
    help: String? = nil
  ) {
    diagnostics.append(
      rule.finding(
        message,
        at: range ?? fallback,
        secondary: earlier.map { [Diagnostic.Label($0.range, $0.label)] } ?? [],
        notes: notes,
        help: help.map { [$0] } ?? []
      )
    )
  }

  mutating func add(_ found: [Diagnostic]) { diagnostics += found }

  /// Items of a list that are there already, under the name that `key` gives them.
  mutating func reportRepeats(
    in list: Setting?,
    as rule: RuleDescription = PolicyRules.ineffective,
    key: (Setting) -> String? = { $0.text ?? $0.integer.map { String($0) } }
  ) {
    var seen: [String: SourceRange] = [:]
    for item in list?.items ?? [] {
      guard let name = key(item) else { continue }
      if let first = seen[name] {
        let earlier = (first, "first here")
        report(rule, "\(name.quoted) is named twice", at: item.range, earlier: earlier, help: "keep one of the two")
      } else {
        seen[name] = item.range
      }
    }
  }
}
