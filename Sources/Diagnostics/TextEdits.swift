/// Edits of one text, applied together.
package struct TextEdits {
  private let edits: [Diagnostic.Fix.Edit]

  package init(_ edits: [Diagnostic.Fix.Edit]) {
    self.edits = edits.sorted { ($0.range.start, $0.range.end) < ($1.range.start, $1.range.end) }
  }

  /// The text after the edits; nil when one lies outside of it or two overlap, since no order of them is then right.
  package func applied(to source: SourceText) -> [UInt8]? {
    var result: [UInt8] = []
    var position = 0
    for edit in edits {
      guard edit.range.start >= position, edit.range.end <= source.bytes.count else { return nil }
      result += source.bytes[position..<edit.range.start]
      result += edit.replacement.utf8
      position = edit.range.end
    }
    return result + source.bytes[position...]
  }
}

extension [Diagnostic.Fix] {
  /// The text after as many of these fixes as go together: a fix that touches what an earlier one changed waits for the
  /// next round, when the text has been read again. Fixes of other texts are passed over.
  package func applied(to source: SourceText) -> (bytes: [UInt8], count: Int) {
    var accepted: [Diagnostic.Fix.Edit] = []
    var bytes = source.bytes
    var count = 0
    for fix in self where !fix.edits.isEmpty && fix.edits.allSatisfy({ $0.range.source === source }) {
      guard let edited = TextEdits(accepted + fix.edits).applied(to: source) else { continue }
      accepted += fix.edits
      bytes = edited
      count += 1
    }
    return (bytes, count)
  }
}
