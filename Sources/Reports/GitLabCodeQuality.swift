import CanonicalJSON
import Diagnostics

/// The report that GitLab shows in a merge request (`artifacts:reports:codequality`).
struct GitLabCodeQuality {
  private let report: Report

  init(_ report: Report) { self.report = report }

  var json: JSON {
    let fingerprints = Fingerprint.of(report.findings, root: report.root)
    return .array(zip(report.findings, fingerprints).map(issue))
  }

  private func issue(_ diagnostic: Diagnostic, fingerprint: String) -> JSON {
    [
      "description": .string(diagnostic.message),
      "check_name": .string(diagnostic.rule),
      "fingerprint": .string(fingerprint),
      "severity": .string(severity(diagnostic.severity)),
      "location": location(diagnostic),
    ]
  }

  /// Every issue needs a path and a line: what has no place of its own is put at the top of the repository.
  private func location(_ diagnostic: Diagnostic) -> JSON {
    guard let range = diagnostic.primary?.range else { return ["path": ".", "lines": ["begin": 1]] }
    return [
      "path": .string(report.root.path(of: range.source.name)),
      "lines": ["begin": .integer(range.startPosition.line), "end": .integer(range.endPosition.line)],
    ]
  }

  private func severity(_ severity: Severity) -> String {
    switch severity {
    case .error: "critical"
    case .warning: "major"
    case .note: "info"
    }
  }
}
