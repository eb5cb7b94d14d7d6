/// How bad a finding is. SARIF calls them `error`, `warning` and `note`.
package enum Severity: String, Sendable, CaseIterable, Comparable {
  case note
  case warning
  case error

  package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .note: 0
    case .warning: 1
    case .error: 2
    }
  }
}

/// One thing that is wrong, or could be better, with what a reader needs to act: what, where, why and what to do.
///
/// A diagnostic is data. The renderers decide how it looks, so that every format carries the same ranges.
package struct Diagnostic: Sendable {
  /// A stretch of text and what it has to do with the finding.
  package struct Label: Sendable, Equatable {
    package let range: SourceRange
    /// What to write beside the underline; nil repeats nothing.
    package let message: String?

    package init(_ range: SourceRange, _ message: String? = nil) {
      self.range = range
      self.message = message
    }
  }

  /// A change that mends the finding, as edits of the text that was read.
  package struct Fix: Sendable {
    package struct Edit: Sendable {
      package let range: SourceRange
      package let replacement: String

      package init(_ range: SourceRange, replacement: String) {
        self.range = range
        self.replacement = replacement
      }
    }

    package let summary: String
    package let edits: [Edit]
    /// Whether the change keeps or tightens what the policy allows, so that `--fix` may apply it unasked.
    package let isSafe: Bool

    package init(summary: String, edits: [Edit], isSafe: Bool) {
      self.summary = summary
      self.edits = edits
      self.isSafe = isSafe
    }
  }

  /// A stable id, `RFnnnn`, that a policy can name to suppress the finding and `ringfence explain` has a page for.
  package let rule: String
  package var severity: Severity
  /// One sentence, lower case, without a full stop.
  package let message: String
  /// Where it is; nil only for what has no text, such as a file that cannot be opened.
  package let primary: Label?
  /// Other places that explain it: the earlier key, the parent policy.
  package var secondary: [Label]
  /// Facts: what happens otherwise, what is in force.
  package var notes: [String]
  /// What to do about it.
  package var help: [String]
  package var fix: Fix?
  /// The key of the policy that the finding is about (`filesystem.write`), by which it can be suppressed and recognised
  /// after the text around it has moved; nil for what is about no key.
  package var subject: String?
  /// Secrets near its places, which no report may repeat.
  package var secrets: [SourceRange] = []

  package init(
    rule: String,
    severity: Severity,
    _ message: String,
    at primary: Label?,
    secondary: [Label] = [],
    notes: [String] = [],
    help: [String] = [],
    fix: Fix? = nil,
    subject: String? = nil
  ) {
    self.rule = rule
    self.severity = severity
    self.message = message
    self.primary = primary
    self.secondary = secondary
    self.notes = notes
    self.help = help
    self.fix = fix
    self.subject = subject
  }
}

extension [Diagnostic] {
  /// In the order in which a reader meets them: by file, then by place, then by rule. What has no place comes first.
  package var inReadingOrder: [Diagnostic] {
    sorted { left, right in
      guard let here = left.primary?.range, let there = right.primary?.range else {
        return left.primary == nil && (right.primary != nil || left.rule < right.rule)
      }
      return (here.source.name, here.start, left.rule) < (there.source.name, there.start, right.rule)
    }
  }
}

/// Why something could not be read: at least one diagnostic of severity error, all those of the file at once.
package struct InvalidInput: Error, Sendable {
  package let diagnostics: [Diagnostic]

  package init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics
  }
}
