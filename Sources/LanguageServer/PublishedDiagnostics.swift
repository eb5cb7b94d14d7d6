import CanonicalJSON
import Diagnostics
import Policy

/// Findings as the protocol's `Diagnostic`.
struct PublishedDiagnostics {
  let document: OpenDocument
  /// nil when there is no page to link to.
  let rulesPage: RulesPage?

  func json(of findings: [Diagnostic]) -> JSON { .array(findings.map(json)) }

  private func json(of finding: Diagnostic) -> JSON {
    var object = JSONObject([
      ("range", document.positions.range(range(of: finding))),
      ("severity", .integer(finding.severity.number)),
      ("code", .string(finding.rule)),
      ("source", "ringfence"),
      ("message", .string(message(of: finding))),
    ])
    if let rulesPage { object["codeDescription"] = ["href": .string(rulesPage.address(of: finding.rule))] }
    let related = relatedInformation(of: finding)
    if !related.isEmpty { object["relatedInformation"] = .array(related) }
    return .object(object)
  }

  /// A finding of an ancestor's text is shown where that ancestor comes into this one.
  func range(of finding: Diagnostic) -> Range<Int> {
    let places = (finding.primary.map { [$0] } ?? []) + finding.secondary
    guard let label = places.first(where: { $0.range.source === document.source }) else { return 0..<0 }
    return label.range.start..<label.range.end
  }

  private func message(of finding: Diagnostic) -> String {
    var lines = [finding.message]
    // Where the finding is shown elsewhere, its place is part of it.
    if let primary = finding.primary, primary.range.source !== document.source {
      lines = ["\(primary.range.location): \(finding.message)"]
    }
    lines += finding.notes + finding.help.map { "help: \($0)" }
    return lines.joined(separator: "\n")
  }

  private func relatedInformation(of finding: Diagnostic) -> [JSON] {
    let shown = range(of: finding)
    let labels = (finding.primary.map { [$0] } ?? []) + finding.secondary
    var maps: [ObjectIdentifier: PositionMap] = [ObjectIdentifier(document.source): document.positions]
    return labels.compactMap { label in
      let isShown = label.range.source === document.source && label.range.start..<label.range.end == shown
      guard !isShown, let address = address(of: label.range.source) else { return nil }
      let key = ObjectIdentifier(label.range.source)
      let positions = maps[key] ?? PositionMap(label.range.source)
      maps[key] = positions
      return [
        "location": [
          "uri": .string(address), "range": positions.range(label.range.start..<label.range.end),
        ],
        "message": .string(label.message ?? finding.message),
      ]
    }
  }

  /// nil for a text that has no file, such as a policy that comes with Ringfence.
  private func address(of source: SourceText) -> String? {
    source === document.source ? document.address : source.address
  }
}

extension SourceText {
  /// The `file:` URI of a text that was read from a file.
  var address: String? {
    guard !name.utf8.starts(with: "<".utf8), !name.isEmpty else { return nil }
    let isAbsolute = name.utf8.first == UInt8(ascii: "/")
    return FileAddress.address(of: isAbsolute ? name : PolicyFile.workingFolder + "/" + name)
  }
}

extension Severity {
  /// `DiagnosticSeverity`: error, warning, information.
  fileprivate var number: Int {
    switch self {
    case .error: 1
    case .warning: 2
    case .note: 3
    }
  }
}
