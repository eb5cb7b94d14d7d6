/// A fix as the lines that go and the lines that come.
struct FixDiff {
  private let fix: Diagnostic.Fix

  init(_ fix: Diagnostic.Fix) { self.fix = fix }

  func render(gutter: Int, style: TerminalStyle) -> [String] {
    var rows: [String] = []
    for (source, edits) in editsBySource {
      guard let edited = TextEdits(edits).applied(to: source) else { continue }
      for hunk in LineDifference(from: source.bytes, to: edited, context: 0).hunks {
        var (oldLine, newLine) = (hunk.oldStart, hunk.newStart)
        for line in hunk.lines {
          switch line {
          case .kept: break
          case .removed(let text):
            rows.append(row(oldLine, "- " + text, ink: .removed, gutter: gutter, style: style))
            oldLine += 1
          case .added(let text):
            rows.append(row(newLine, "+ " + text, ink: .added, gutter: gutter, style: style))
            newLine += 1
          }
        }
      }
    }
    return rows
  }

  private func row(_ line: Int, _ text: String, ink: TerminalStyle.Ink, gutter: Int, style: TerminalStyle) -> String {
    let number = String(line)
    let padding = String(repeating: " ", count: max(0, gutter - number.utf8.count))
    return padding + style.paint(number, .gutter) + " " + style.paint(text, ink)
  }

  private var editsBySource: [(source: SourceText, edits: [Diagnostic.Fix.Edit])] {
    var groups: [(source: SourceText, edits: [Diagnostic.Fix.Edit])] = []
    for edit in fix.edits {
      if let index = groups.firstIndex(where: { $0.source === edit.range.source }) {
        groups[index].edits.append(edit)
      } else {
        groups.append((edit.range.source, [edit]))
      }
    }
    return groups
  }
}
