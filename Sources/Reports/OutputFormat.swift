/// How findings are written, by the names of `--format`.
package enum OutputFormat: String, Sendable, CaseIterable {
  /// For a person, with the source lines.
  case human
  /// One line a finding.
  case concise
  /// Our own document, `ringfence.findings/1`.
  case json
  /// SARIF 2.1.0 (OASIS), for code scanning.
  case sarif
  /// Workflow commands that GitHub Actions turns into annotations.
  case github
  /// GitLab's Code Quality report.
  case gitlab
  /// JUnit's XML, for whatever shows test results.
  case junit
}
