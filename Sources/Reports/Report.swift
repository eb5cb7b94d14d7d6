import CanonicalJSON
package import Diagnostics

/// What a check of some files came to, in every format that somebody reads.
package struct Report: Sendable {
  /// A finding that does not count, and why.
  package struct Suppressed: Sendable {
    package enum Kind: String, Sendable {
      /// By an entry of the policy.
      case policy
      /// By a baseline: it was known when the baseline was recorded.
      case baseline
    }

    package let diagnostic: Diagnostic
    package let kind: Kind
    package let reason: String

    package init(_ diagnostic: Diagnostic, kind: Kind, reason: String) {
      self.diagnostic = diagnostic
      self.kind = kind
      self.reason = reason
    }
  }

  /// In reading order, each once.
  package let findings: [Diagnostic]
  package let suppressed: [Suppressed]
  /// The names of all files that were checked, those without a finding included.
  package let files: [String]
  package let catalog: RuleCatalog
  package let toolVersion: String
  let root: ReportRoot
  /// Where rules are explained; nil when nobody has said.
  let rulesPage: RulesPage?

  /// `root` is the absolute folder that the paths in machine-readable reports are relative to: usually the top of the
  /// repository, where the reader of the report looks files up.
  package init(
    findings: [Diagnostic],
    suppressed: [Suppressed] = [],
    files: [String],
    catalog: RuleCatalog,
    toolVersion: String,
    root: String,
    rulesPage: RulesPage? = nil
  ) {
    self.findings = findings.inReadingOrder.withoutRepeats
    self.suppressed = suppressed
    self.files = files
    self.catalog = catalog
    self.toolVersion = toolVersion
    self.root = ReportRoot(root)
    self.rulesPage = rulesPage
  }

  /// The whole report, ready to be written to a file or a stream.
  package func render(
    _ format: OutputFormat,
    style: TerminalStyle = .plain
  ) -> String {
    switch format {
    case .human: HumanRenderer(style: style, rulesPage: rulesPage).render(findings)
    case .concise: ConciseRenderer.render(findings)
    case .json: FindingsDocument(self).json.text(.indented)
    case .sarif: SARIFLog(self).json.text(.indented)
    case .github: GitHubAnnotations(self).text
    case .gitlab: GitLabCodeQuality(self).json.text(.indented)
    case .junit: JUnitDocument(self).text
    }
  }

  /// For the end of a run on a terminal: `2 errors, 1 warning in 3 files (1 suppressed)`.
  package var summary: String {
    let counts = Severity.allCases.reversed().compactMap { severity -> String? in
      let count = findings.count { $0.severity == severity }
      return count == 0 ? nil : Self.counted(count, severity.rawValue)
    }
    let files = Self.counted(files.count, "file")
    let found = counts.isEmpty ? "no findings" : counts.joined(separator: ", ")
    return "\(found) in \(files)" + (suppressed.isEmpty ? "" : " (\(suppressed.count) suppressed)")
  }

  private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
