import Diagnostics

/// Workflow commands of GitHub Actions: a line each that becomes an annotation of the changed file. GitHub shows the first
/// ten of a step; the SARIF upload has no such limit.
struct GitHubAnnotations {
  private let report: Report

  init(_ report: Report) { self.report = report }

  var text: String { report.findings.map { line($0) + "\n" }.joined() }

  private func line(_ diagnostic: Diagnostic) -> String {
    var properties: [(String, String)] = []
    if let range = diagnostic.primary?.range {
      let (start, end) = (range.startPosition, range.endPosition)
      properties = [("file", report.root.path(of: range.source.name)), ("line", "\(start.line)")]
      properties += [("endLine", "\(end.line)"), ("col", "\(start.column)")]
      // An end column counts only on the line of the start.
      if start.line == end.line { properties.append(("endColumn", "\(end.column)")) }
    }
    let title = report.catalog[diagnostic.rule]?.title
    properties.append(("title", [diagnostic.rule, title].compactMap(\.self).joined(separator: " ")))
    let list = properties.map { "\($0)=\(Self.escaped(property: $1))" }.joined(separator: ",")
    let message = ([diagnostic.message] + diagnostic.notes + diagnostic.help.map { "help: " + $0 }).joined(
      separator: "\n"
    )
    return "::\(command(diagnostic.severity)) \(list)::\(Self.escaped(message))"
  }

  private func command(_ severity: Severity) -> String {
    switch severity {
    case .error: "error"
    case .warning: "warning"
    case .note: "notice"
    }
  }

  /// The runner reads commands line by line: a line feed from a file must not begin one of its own.
  private static func escaped(_ text: String) -> String {
    replacing(["%": "%25", "\n": "%0A"], in: DisplayText.escaped(text, keepingLineFeeds: true))
  }

  private static func escaped(property: String) -> String {
    replacing([":": "%3A", ",": "%2C"], in: escaped(property))
  }

  private static func replacing(_ escapes: [Unicode.Scalar: String], in text: String) -> String {
    text.unicodeScalars.map { escapes[$0] ?? String($0) }.joined()
  }
}
