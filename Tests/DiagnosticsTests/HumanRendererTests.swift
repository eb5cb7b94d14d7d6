import Diagnostics
import TestSupport
import Testing

@Suite struct HumanRendererTests {
  private let renderer = HumanRenderer(style: .plain)

  private func rendered(
    _ marked: String,
    severity: Severity = .error,
    label: String? = nil,
    secondary: [String?] = [],
    notes: [String] = [],
    help: [String] = []
  ) -> String {
    let text = MarkedText(marked, name: "p.yaml")
    return renderer.render(
      Diagnostic(
        rule: "RF1001",
        severity: severity,
        "something is wrong",
        at: text.primary.first.map { Diagnostic.Label($0, label) },
        secondary: zip(text.secondary, secondary).map { Diagnostic.Label($0, $1) },
        notes: notes,
        help: help
      )
    )
  }

  @Test func pointsAtExactlyTheRange() {
    #expect(
      rendered("version: 1\n«naem»: x\n", label: "not a key", notes: ["a note"], help: ["did you mean `name`?"]) == """
        error[RF1001]: something is wrong
         --> p.yaml:2:1
          |
        2 | naem: x
          | ^^^^ not a key
          = note: a note
          = help: did you mean `name`?
          = docs: ringfence explain RF1001

        """
    )
  }

  /// What the third row, the source line, and the fourth, the underline, have to be.
  @Test(arguments: [
    ("a tab", "\ta: «b»\n", "1 |     a: b", "  |        ^"),
    ("a tab inside", "ab\t«c»\n", "1 | ab  c", "  |     ^"),
    ("wide characters", "鍵: «値»\n", "1 | 鍵: 値", "  |     ^^"),
    ("an emoji", "🙂: «x»\n", "1 | 🙂: x", "  |     ^"),
    ("a combining mark", "e\u{301}: «x»\n", "1 | e\u{301}: x", "  |    ^"),
    ("an escape sequence", "a: «\u{1B}[31mred»\n", "1 | a: \\x1b[31mred", "  |    ^^^^^^^^^^^"),
    ("a bidirectional control", "a: «\u{202E}b»\n", "1 | a: \\u{202e}b", "  |    ^^^^^^^^^"),
    ("a zero-width space", "na\u{200B}me: «x»\n", "1 | na\\u{200b}me: x", "  |               ^"),
    ("a no-break space", "a:\u{A0}«x»\n", "1 | a:\\u{a0}x", "  |         ^"),
    ("a C1 control", "a: «\u{9B}31m»\n", "1 | a: \\u{9b}31m", "  |    ^^^^^^^^^"),
    ("a carriage return", "a: \r«b»\n", "1 | a: \\rb", "  |      ^"),
    ("a line end of Windows", "a: «b»\r\nc: d\r\n", "1 | a: b", "  |    ^"),
    ("nothing", "a:«»\n", "1 | a:", "  |   ^"),
    ("the end of the text", "a: b\n«»", "2 |", "  | ^"),
    ("a deletion character", "a: «\u{7F}»\n", "1 | a: \\x7f", "  |    ^^^^"),
    ("a tag character", "a: «\u{E0041}»\n", "1 | a: \\u{e0041}", "  |    ^^^^^^^^^"),
  ])
  func underlinesInColumnsOfTheTerminal(_ name: String, _ marked: String, _ line: String, _ underline: String) {
    let rows = rendered(marked).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(rows[3] == line, "\(name)")
    #expect(rows[4] == underline, "\(name)")
  }

  @Test func showsBytesThatAreNoText() {
    let source = SourceText(name: "p.yaml", bytes: Array("a: ".utf8) + [0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80])
    let label = Diagnostic.Label(SourceRange(source: source, start: 4, end: 5))
    let rows = renderer.render(Diagnostic(rule: "RF1001", severity: .error, "m", at: label)).split(separator: "\n")
    #expect(rows[3] == #"1 | a: \xff\xc0\x80\xed\xa0\x80"#)
    #expect(rows[4] == "  |        ^^^^")
  }

  /// Nothing that comes from a file, its name included, reaches the terminal as a control character.
  @Test(arguments: [TerminalStyle.plain, TerminalStyle(isColoured: true, hasLinks: true)])
  func controlsNeverPass(style: TerminalStyle) {
    let hostile = (0...0x9F).compactMap(Unicode.Scalar.init).map(String.init).joined() + "\u{2028}\u{2066}\u{FEFF}"
    let source = SourceText(name: hostile, text: hostile)
    let range = SourceRange(source: source, start: 0, end: source.bytes.count)
    let fix = Diagnostic.Fix(summary: hostile, edits: [.init(range, replacement: hostile)], isSafe: true)
    let diagnostic = Diagnostic(
      rule: hostile,
      severity: .warning,
      hostile,
      at: Diagnostic.Label(range, hostile),
      secondary: [Diagnostic.Label(range, hostile)],
      notes: [hostile],
      help: [hostile],
      fix: fix
    )
    let output =
      HumanRenderer(style: style, rulesPage: RulesPage("https://example.com/" + hostile)).render(diagnostic)
      + ConciseRenderer.render([diagnostic])
      + LineDifference(from: source.bytes, to: [1, 2, 3]).text
    var rest = output
    // Our own colours are the only sequences.
    for parameters in ["0", "1", "1;31", "1;32", "1;33", "1;34", "1;36", "31", "32"] {
      rest = rest.split(separator: "\u{1B}[\(parameters)m", omittingEmptySubsequences: false).joined()
    }
    let controls = rest.unicodeScalars.filter {
      $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
    }
    #expect(controls.isEmpty)
  }

  @Test func labelsInSeveralFiles() {
    let child = MarkedText("version: 1\nname: child\n‹extends: parent›\n", name: "child.yaml")
    let parent = MarkedText("version: 1\nname: parent\nresources:\n  memory: «unlimited»\n", name: "parent.yaml")
    let diagnostic = Diagnostic(
      rule: "RF5001",
      severity: .error,
      "memory has no limit",
      at: Diagnostic.Label(parent.primary[0], "any amount"),
      secondary: [Diagnostic.Label(child.secondary[0], "inherited here")]
    )
    #expect(
      renderer.render(diagnostic) == """
        error[RF5001]: memory has no limit
         --> parent.yaml:4:11
          |
        4 |   memory: unlimited
          |           ^^^^^^^^^ any amount
          |
         ::: child.yaml:3:1
          |
        3 | extends: parent
          | --------------- inherited here
          = docs: ringfence explain RF5001

        """
    )
  }

  @Test func severalLabelsOnOneLineHangBelowEachOther() {
    let output = rendered("{‹one›: 1, ‹two›: 2, «three»: 3}\n", label: "third", secondary: ["first", "second"])
    let rows = output.split(separator: "\n").map(String.init)
    #expect(
      Array(rows[3...7]) == [
        "1 | {one: 1, two: 2, three: 3}",
        "  |  ---     ---     ^^^^^ third",
        "  |  |       |",
        "  |  |       second",
        "  |  first",
      ]
    )
  }

  @Test func overlappingLabelsKeepTheirWords() {
    let output = rendered("«{‹one›: 1}»\n", label: "the map", secondary: ["the key"])
    let rows = output.split(separator: "\n").map(String.init)
    #expect(
      Array(rows[3...7]) == ["1 | {one: 1}", "  | ^^^^^^^^", "  | ||", "  | |the key", "  | the map"]
    )
  }

  @Test func aRangeOfManyLinesShowsItsEnds() {
    let output = rendered("a:\n  «b: 1\n  c: 2\n  d: 3\n  e: 4\n»f: 5\n", label: "all of this")
    let rows = output.split(separator: "\n").map(String.init)
    #expect(
      Array(rows[3...7]) == ["2 |   b: 1", "  |   ^^^^", "...", "5 |   e: 4", "  |   ^^^^ all of this"]
    )
  }

  @Test func aFixIsShownAsItsLines() {
    let text = MarkedText("capabilities:\n  - «SYS_ADMIN»  # why?\n  - CHOWN\n", name: "p.yaml")
    let fix = Diagnostic.Fix(
      summary: "remove it",
      edits: [.init(text.primary[0], replacement: "KILL")],
      isSafe: true
    )
    let diagnostic = Diagnostic(rule: "RF2004", severity: .error, "m", at: .init(text.primary[0]), fix: fix)
    #expect(
      renderer.render(diagnostic).contains(
        """
          = fix: remove it
        2 -   - SYS_ADMIN  # why?
        2 +   - KILL  # why?

        """
      )
    )
  }

  @Test func whatHasNoPlaceIsStillSaid() {
    let output = renderer.render(Diagnostic(rule: "RF1000", severity: .error, "cannot read p.yaml", at: nil))
    #expect(output == "error[RF1000]: cannot read p.yaml\n  = docs: ringfence explain RF1000\n")
  }

  @Test func aLongLineIsCutToAWindow() {
    let source = SourceText(
      name: "p.yaml",
      text: String(repeating: "é", count: 100_000) + "bad" + String(repeating: "x", count: 100_000)
    )
    let range = SourceRange(source: source, start: 200_000, end: 200_003)
    let rows = renderer.render(Diagnostic(rule: "RF1001", severity: .error, "m", at: .init(range))).split(
      separator: "\n"
    )
    let column = rows[3].firstRange(of: "bad").map { rows[3].distance(from: rows[3].startIndex, to: $0.lowerBound) }
    #expect(rows[3].utf8.count < 260)
    #expect(rows[4].firstIndex(of: "^").map { rows[4].distance(from: rows[4].startIndex, to: $0) } == column)
    #expect(rows[4].count { $0 == "^" } == 3)
  }

  @Test func colourIsOnlyWhereAskedFor() {
    let diagnostic = Diagnostic(rule: "RF1001", severity: .error, "m", at: nil)
    #expect(!HumanRenderer(style: .plain).render(diagnostic).contains("\u{1B}"))
    let coloured = HumanRenderer(
      style: TerminalStyle(isColoured: true, hasLinks: true),
      rulesPage: RulesPage("https://example.com/rules")
    ).render(diagnostic)
    #expect(coloured.contains("\u{1B}]8;;https://example.com/rules#rf1001\u{1B}\\RF1001\u{1B}]8;;\u{1B}\\"))
  }

  @Test func conciseIsOneLine() {
    let text = MarkedText("a\n  «b»: c\n", name: "dir/p.yaml")
    let found = Diagnostic(rule: "RF1001", severity: .warning, "two\nlines", at: .init(text.primary[0]))
    #expect(ConciseRenderer.render([found]) == "dir/p.yaml:2:3: warning[RF1001]: two\\nlines\n")
  }
}
