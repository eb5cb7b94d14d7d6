import Diagnostics
import LanguageServer
import Testing

/// Where a cursor is in a text; `|` marks it.
@Suite struct ContextTests {
  @Test(arguments: [
    ("|", "", "either"), ("na|", "", "either"), ("a: |", "a", "value"), ("a:\n  |", "a", "either"),
    ("a:\n  b|", "a", "either"),
    ("a:\n  b: 1\nc|", "", "either"), ("a:\n  b:\n    c: 1\n  |", "a", "either"), ("a: {|", "a", "key"),
    ("a: {b: 1, |", "a", "key"), ("a: {b: |", "a.b", "value"), ("a: {b: [1, |", "a.b.1", "value"),
    ("a: [|", "a.0", "value"),
    ("a: [x, y|", "a.1", "value"), ("a:\n  [x,\n   y|", "a.1", "value"), ("a: {b: 1}\nc: |", "c", "value"),
    ("a:\n  - |", "a.0", "either"), ("a:\n  - x\n  - |", "a.1", "either"), ("a:\n- x\n- y: |", "a.1.y", "value"),
    ("a:\n  - b: 1\n    |", "a.0", "either"), ("a:\n  - b: 1\n    c: |", "a.0.c", "value"),
    ("a:\n  - b: 1\n  |", "a", "either"),
    ("a: \"x|", "a", "value"), ("a: [\"@x|", "a.0", "value"), ("a: {\"b\": |", "a.b", "value"),
    ("a: # x\n  |", "a", "either"),
    ("\"a\": |", "a", "value"), ("a:\n  b: 1\n\n  # x\n\n  |", "a", "either"), ("a: [\"]\", |", "a.1", "value"),
    ("a: [{b: 1}, {c: |", "a.1.c", "value"), ("a:\r\n  b: 1\r\n  |", "a", "either"),
    ("a: |\n text\nb: x|", "b", "value"),
  ])
  func contexts(_ marked: String, _ path: String, _ place: String) throws {
    // The mark is the last; a literal text begins with one.
    let bytes = Array(marked.utf8)
    let offset = try #require(bytes.lastIndex(of: UInt8(ascii: "|")))
    let source = SourceText(name: "p", bytes: Array(bytes[..<offset] + bytes[(offset + 1)...]))
    let context = try #require(CursorContext(in: source, at: offset))
    let found = context.path.map { step in
      switch step {
      case .key(let name): name
      case .item(let index): "\(index)"
      }
    }
    #expect(found.joined(separator: ".") == path)
    #expect("\(context.place)" == place)
  }

  @Test(arguments: ["# |", "a: 1 # |", "a: [ # |", "a: |\n  text|", "a: >\n  x\n  y|"]) func nowhere(
    _ marked: String
  ) throws {
    let bytes = Array(marked.utf8)
    let offset = try #require(bytes.lastIndex(of: UInt8(ascii: "|")))
    let source = SourceText(name: "p", bytes: Array(bytes[..<offset]))
    #expect(CursorContext(in: source, at: offset) == nil)
  }
}
