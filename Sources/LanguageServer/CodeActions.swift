import CanonicalJSON
import Diagnostics

/// The fixes of findings as the protocol's `CodeAction`.
struct CodeActions {
  let document: OpenDocument
  let published: PublishedDiagnostics
  /// Whether the client takes edits that name the version they are for.
  let takesVersions: Bool

  /// The fixes of what is found in a stretch of the text, and one for all safe fixes of it.
  func json(of findings: [Diagnostic], in range: Range<Int>, kinds: [String]?) -> JSON {
    var actions: [JSON] = []
    if Self.includes("quickfix", kinds) {
      for finding in findings {
        let place = published.range(of: finding)
        guard place.lowerBound <= range.upperBound, range.lowerBound <= place.upperBound, let fix = finding.fix,
          let edit = edit(fix.edits)
        else { continue }
        actions.append([
          "title": .string(Self.title(fix)), "kind": "quickfix", "isPreferred": .bool(fix.isSafe),
          "diagnostics": published.json(of: [finding]), "edit": edit,
        ])
      }
    }
    let safe = findings.compactMap(\.fix).filter(\.isSafe)
    let (bytes, count) = safe.applied(to: document.source)
    if Self.includes("source.fixAll", kinds), count > 0 {
      let whole = SourceRange(source: document.source, start: 0, end: document.source.bytes.count)
      let edits = [Diagnostic.Fix.Edit(whole, replacement: String(decoding: bytes, as: UTF8.self))]
      if let edit = edit(edits) {
        actions.append([
          "title": "Apply all safe fixes of Ringfence", "kind": "source.fixAll", "edit": edit,
        ])
      }
    }
    return .array(actions)
  }

  /// A kind asks for itself and all below it, as in `source` for `source.fixAll`.
  private static func includes(_ kind: String, _ kinds: [String]?) -> Bool {
    guard let kinds else { return true }
    return kinds.contains { $0.isEmpty || kind == $0 || kind.hasPrefix($0 + ".") }
  }

  private static func title(_ fix: Diagnostic.Fix) -> String {
    let summary = fix.summary.prefix(1).uppercased() + fix.summary.dropFirst()
    return fix.isSafe ? summary : summary + " (a guess: look at it)"
  }

  /// nil when an edit is of another text.
  private func edit(_ edits: [Diagnostic.Fix.Edit]) -> JSON? {
    guard !edits.isEmpty, edits.allSatisfy({ $0.range.source === document.source }) else { return nil }
    let changes = JSON.array(
      edits.map {
        ["range": document.positions.range($0.range.start..<$0.range.end), "newText": .string($0.replacement)]
      }
    )
    if takesVersions {
      let identifier: JSON = ["uri": .string(document.address), "version": .integer(document.version)]
      return ["documentChanges": [["textDocument": identifier, "edits": changes]]]
    }
    return ["changes": .object(JSONObject([(document.address, changes)]))]
  }
}
