/// Diagnostics for a person at a terminal: the message, the place, the source lines with what is meant underlined, what is
/// known about it, and what to do.
///
///     error[RF1002]: unknown key `memroy`
///      --> policies/build.yaml:12:3
///        |
///     12 |   memroy: 256Mi
///        |   ^^^^^^ not a key of `resources`
///        = help: did you mean `memory`?
///        = docs: ringfence explain RF1002
package struct HumanRenderer: Sendable {
  private let style: TerminalStyle
  private let rulesPage: RulesPage?

  /// `rulesPage` is where rules are explained, for terminals with links.
  package init(style: TerminalStyle, rulesPage: RulesPage? = nil) {
    self.style = style
    self.rulesPage = rulesPage
  }

  /// Each with an empty line after it, and without the secrets that any of them is about.
  package func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.withoutSecrets.map { render($0) + "\n" }.joined()
  }

  /// One, with a line feed at its end.
  package func render(_ diagnostic: Diagnostic) -> String {
    let gutter = gutterWidth(of: diagnostic)
    var rows = [header(of: diagnostic)]
    rows += places(of: diagnostic, gutter: gutter)
    for note in diagnostic.notes { rows += remark("note", note, ink: .note, gutter: gutter) }
    for help in diagnostic.help { rows += remark("help", help, ink: .help, gutter: gutter) }
    if let fix = diagnostic.fix {
      rows += remark(fix.isSafe ? "fix" : "unsafe fix", fix.summary, ink: .help, gutter: gutter)
      rows += FixDiff(fix).render(gutter: gutter, style: style)
    }
    rows += remark("docs", "ringfence explain \(diagnostic.rule)", ink: .strong, gutter: gutter)
    return rows.map { $0 + "\n" }.joined()
  }

  private func header(of diagnostic: Diagnostic) -> String {
    let rule = style.link(DisplayText.escaped(diagnostic.rule), to: rulesPage?.address(of: diagnostic.rule))
    return style.paint("\(diagnostic.severity.rawValue)[\(rule)]", diagnostic.severity.ink)
      + style.paint(": " + DisplayText.escaped(diagnostic.message), .strong)
  }

  private func places(of diagnostic: Diagnostic, gutter: Int) -> [String] {
    let margin = String(repeating: " ", count: gutter)
    var rows: [String] = []
    for (index, group) in diagnostic.labelsBySource.enumerated() {
      let isFirst = index == 0
      if !isFirst { rows.append(margin + " " + style.paint("|", .gutter)) }
      let place = (group.primary ?? group.secondary.first)?.range.location ?? ""
      rows.append(margin + style.paint(isFirst ? "-->" : ":::", .gutter) + " " + DisplayText.escaped(place))
      let snippet = Snippet(source: group.source, primary: group.primary, secondary: group.secondary)
      rows += snippet.render(gutter: gutter, style: style, severity: diagnostic.severity)
    }
    return rows
  }

  /// A remark below the snippet; its own line feeds continue it at the same indent.
  private func remark(_ kind: String, _ text: String, ink: TerminalStyle.Ink, gutter: Int) -> [String] {
    let margin = String(repeating: " ", count: gutter + 1)
    let lines = DisplayText.escaped(text, keepingLineFeeds: true).split(
      separator: "\n",
      omittingEmptySubsequences: false
    )
    let indent = margin + "  " + String(repeating: " ", count: kind.utf8.count + 2)
    return lines.enumerated().map { index, line in
      index == 0 ? margin + style.paint("=", .gutter) + " " + style.paint(kind, ink) + ": " + line : indent + line
    }
  }

  private func gutterWidth(of diagnostic: Diagnostic) -> Int {
    let snippets = diagnostic.labelsBySource.map {
      Snippet(source: $0.source, primary: $0.primary, secondary: $0.secondary).gutterWidth
    }
    let edits = diagnostic.fix?.edits.map { String($0.range.endPosition.line).utf8.count } ?? []
    return (snippets + edits).max() ?? 1
  }
}

extension Diagnostic {
  /// The labels of one text.
  struct LabelGroup {
    let source: SourceText
    var primary: Label?
    var secondary: [Label]
  }

  /// The text of the primary label first, then the others in the order of their labels.
  var labelsBySource: [LabelGroup] {
    var groups: [LabelGroup] = []
    if let primary { groups.append(LabelGroup(source: primary.range.source, primary: primary, secondary: [])) }
    for label in secondary {
      if let index = groups.firstIndex(where: { $0.source === label.range.source }) {
        groups[index].secondary.append(label)
      } else {
        groups.append(LabelGroup(source: label.range.source, primary: nil, secondary: [label]))
      }
    }
    return groups
  }
}
