/// What a rule is about, for `explain`, for the generated page of rules and for SARIF's `rules`.
package struct RuleDescription: Sendable, Hashable {
  /// How sure a finding of the rule is to be a problem.
  package enum Confidence: String, Sendable, CaseIterable {
    case low
    case medium
    case high
  }

  /// A part of a policy, or of another file, that the rule finds, and the same part mended.
  package struct Example: Sendable, Hashable {
    package let before: String
    package let after: String
    /// What a block of it is marked with in Markdown.
    package let language: String

    package init(before: String, after: String, language: String = "yaml") {
      self.before = before
      self.after = after
      self.language = language
    }
  }

  /// What comes of it when nothing is done, and with which engines.
  package struct Effect: Sendable, Hashable {
    package enum Outcome: String, Sendable, CaseIterable {
      case doesNotStart = "does not start"
      case insecure
      case ignored = "ignored in silence"
    }

    package let outcome: Outcome
    /// By the names of their programs.
    package let engines: [String]

    package init(_ outcome: Outcome, _ engines: [String]) {
      self.outcome = outcome
      self.engines = engines
    }
  }

  /// `RFnnnn`; never given to another rule.
  package let id: String
  /// A few words, lower case.
  package let title: String
  /// What its findings have unless the rule says otherwise at the place.
  package let severity: Severity
  package let confidence: Confidence
  /// Why it matters and what to do, in whole sentences.
  package let explanation: String
  /// Where the world agrees: benchmarks with the version that their numbers are of, CVEs, man pages.
  package let references: [String]
  package let example: Example?
  /// Only of rules about what engines read.
  package let effects: [Effect]

  package init(
    _ id: String,
    _ title: String,
    _ severity: Severity,
    _ explanation: String,
    confidence: Confidence = .high,
    references: [String] = [],
    example: Example? = nil,
    effects: [Effect] = []
  ) {
    self.id = id
    self.title = title
    self.severity = severity
    self.confidence = confidence
    self.explanation = explanation
    self.references = references
    self.example = example
    self.effects = effects
  }

  /// The same rule with more on its page.
  package func documented(references: [String], example: Example?, effects: [Effect]) -> RuleDescription {
    RuleDescription(
      id,
      title,
      severity,
      explanation,
      confidence: confidence,
      references: references,
      example: example,
      effects: effects
    )
  }

  /// The title as one word, for formats that want a name: `runs-as-root`.
  package var name: String {
    title.utf8.split { !(0x61...0x7A).contains($0 | 0x20) && !(0x30...0x39).contains($0) }
      .map { String(decoding: $0.map { $0 | 0x20 }, as: UTF8.self) }.joined(separator: "-")
  }

  /// A finding of this rule.
  package func finding(
    _ message: String,
    at primary: SourceRange?,
    label: String? = nil,
    severity: Severity? = nil,
    secondary: [Diagnostic.Label] = [],
    notes: [String] = [],
    help: [String] = [],
    fix: Diagnostic.Fix? = nil,
    subject: String? = nil
  ) -> Diagnostic {
    Diagnostic(
      rule: id,
      severity: severity ?? self.severity,
      message,
      at: primary.map { Diagnostic.Label($0, label) },
      secondary: secondary,
      notes: notes,
      help: help,
      fix: fix,
      subject: subject
    )
  }
}
