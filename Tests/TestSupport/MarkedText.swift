package import Diagnostics
package import Testing

/// A text with the ranges that a test expects written into it: `«…»` where a diagnostic's primary label has to be, `‹…›`
/// where a secondary one has to be. The markers are not part of the text.
///
///     let policy = MarkedText("version: 1\n«naem»: x\n", name: "policy.yaml")
///     policy.expect(diagnose(policy.source), rules: ["RF1002"])
package struct MarkedText {
  package let source: SourceText
  /// In the order in which they begin; an outer one before those inside of it.
  package let primary: [SourceRange]
  package let secondary: [SourceRange]

  package init(_ marked: String, name: String = "policy.yaml") {
    var bytes: [UInt8] = []
    var open: [(isPrimary: Bool, slot: Int)] = []
    var ranges: [(isPrimary: Bool, start: Int, end: Int)] = []
    for scalar in marked.unicodeScalars {
      switch scalar {
      case "«", "‹":
        open.append((scalar == "«", ranges.count))
        ranges.append((scalar == "«", bytes.count, bytes.count))
      case "»", "›":
        guard let last = open.popLast(), last.isPrimary == (scalar == "»") else {
          Issue.record("a marker is closed that is not open: \(marked)")
          continue
        }
        ranges[last.slot].end = bytes.count
      default: bytes += String(scalar).utf8
      }
    }
    if !open.isEmpty { Issue.record("a marker is open at the end: \(marked)") }
    let source = SourceText(name: name, bytes: bytes)
    self.source = source
    primary = ranges.filter(\.isPrimary).map { SourceRange(source: source, start: $0.start, end: $0.end) }
    secondary = ranges.filter { !$0.isPrimary }.map { SourceRange(source: source, start: $0.start, end: $0.end) }
  }

  /// The text without its markers.
  package var text: String { String(decoding: source.bytes, as: UTF8.self) }

  /// Expects one diagnostic for each `«…»`, with exactly that range, and, where the text has `‹…›`, exactly those as the
  /// secondary labels of all of them together. `rules`, when given, are the ids in the order of the text.
  ///
  /// Ranges are compared by place, not by text: the diagnostics may come from another reading of the same bytes.
  package func expect(
    _ diagnostics: [Diagnostic],
    rules: [String]? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let sorted = diagnostics.inReadingOrder
    let report = ConciseRenderer.render(sorted)
    let found = sorted.map { $0.primary.map { Place($0.range) } }
    #expect(found == primary.map { Place($0) }, "found:\n\(report)", sourceLocation: sourceLocation)
    if !secondary.isEmpty {
      let labels = sorted.flatMap(\.secondary).map { Place($0.range) }.sorted {
        ($0.start, $0.end) < ($1.start, $1.end)
      }
      #expect(labels == secondary.map { Place($0) }, "found:\n\(report)", sourceLocation: sourceLocation)
    }
    if let rules { #expect(sorted.map(\.rule) == rules, "found:\n\(report)", sourceLocation: sourceLocation) }
  }
}

/// A range as a test failure should print it.
private struct Place: Equatable, CustomStringConvertible {
  let start: Int
  let end: Int
  let description: String

  init(_ range: SourceRange) {
    start = range.start
    end = range.end
    let (from, to) = (range.startPosition, range.endPosition)
    description = "\(from.line):\(from.column)-\(to.line):\(to.column) `\(range.text)`"
  }
}
