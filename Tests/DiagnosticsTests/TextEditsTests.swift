import Diagnostics
import TestSupport
import Testing

@Suite struct TextEditsTests {
  private func fix(_ edits: [(SourceRange, String)]) -> Diagnostic.Fix {
    Diagnostic.Fix(summary: "", edits: edits.map { .init($0.0, replacement: $0.1) }, isSafe: true)
  }

  @Test func editsAreAppliedTogether() {
    let text = MarkedText("a: «1»  # keep\nb: «2»\n")
    let edits = TextEdits(fix([(text.primary[1], "20"), (text.primary[0], "")]).edits)
    #expect(edits.applied(to: text.source) == Array("a:   # keep\nb: 20\n".utf8))
  }

  @Test func overlappingEditsAreRefused() {
    let text = MarkedText("«ab«c»d»\n")
    #expect(TextEdits(fix([(text.primary[0], "x"), (text.primary[1], "y")]).edits).applied(to: text.source) == nil)
    let outside = SourceRange(source: text.source, start: 2, end: 99)
    #expect(TextEdits([.init(outside, replacement: "")]).applied(to: text.source) == nil)
  }

  @Test func fixesThatTouchTheSamePlaceWait() {
    let text = MarkedText("«a«b»c» «d»\n")
    let fixes = [fix([(text.primary[0], "X")]), fix([(text.primary[1], "Y")]), fix([(text.primary[2], "Z")])]
    let (bytes, count) = fixes.applied(to: text.source)
    #expect(bytes == Array("X Z\n".utf8))
    #expect(count == 2)
  }
}

@Suite struct LineDifferenceTests {
  @Test(arguments: [
    ("a\nb\nc\n", "a\nB\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"),
    ("a\n", "", "@@ -1,1 +0,0 @@\n-a\n"),
    ("", "a\n", "@@ -0,0 +1,1 @@\n+a\n"),
    ("a\nb\n", "b\n", "@@ -1,2 +1,1 @@\n-a\n b\n"),
    ("a\nb\nc\n", "c\na\nb\n", "@@ -1,3 +1,3 @@\n+c\n a\n b\n-c\n"),
  ])
  func unified(_ old: String, _ new: String, _ expected: String) {
    #expect(LineDifference(from: Array(old.utf8), to: Array(new.utf8)).text == expected)
  }

  @Test func equalTextsDoNotDiffer() {
    #expect(LineDifference(from: Array("a\n".utf8), to: Array("a\n".utf8)).isEmpty)
  }

  @Test func farChangesAreHunksOfTheirOwn() {
    let old = (1...30).map { "\($0)\n" }.joined()
    let new = (1...30).map { [2, 28].contains($0) ? "x\n" : "\($0)\n" }.joined()
    let text = LineDifference(from: Array(old.utf8), to: Array(new.utf8)).text
    #expect(text.split(separator: "\n").filter { $0.hasPrefix("@@") } == ["@@ -1,5 +1,5 @@", "@@ -25,6 +25,6 @@"])
  }

  /// The lines kept and removed are the old text, those kept and added the new one, whatever the texts are.
  @Test func reconstructsBothTexts() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let (old, new) = (randomLines(&random), randomLines(&random))
      let difference = LineDifference(from: bytes(old), to: bytes(new), context: 100)
      guard old != new else { continue }
      let lines = difference.hunks.flatMap(\.lines)
      #expect(lines.compactMap { if case .added = $0 { nil } else { text($0) } } == old)
      #expect(lines.compactMap { if case .removed = $0 { nil } else { text($0) } } == new)
    }
  }

  private func text(_ line: LineDifference.Line) -> String {
    switch line {
    case .kept(let text), .removed(let text), .added(let text): text
    }
  }

  private func bytes(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }

  private func randomLines(_ random: inout SeededGenerator) -> [String] {
    (0..<Int.random(in: 0...30, using: &random)).map { _ in ["a", "b", "c", "d"].randomElement(using: &random) ?? "" }
  }
}
