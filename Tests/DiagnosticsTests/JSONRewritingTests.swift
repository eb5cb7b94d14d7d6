import CanonicalJSON
import Diagnostics
import TestSupport
import Testing

@Suite("JSON that somebody else laid out")
struct JSONRewritingTests {
  private func read(_ text: String) throws -> JSONNode {
    try JSONNode(reading: SourceText(name: "test.json", text: text))
  }

  /// A text, what it is to say, and the text that says it.
  @Test(
    "what is the same keeps its bytes, what is new is laid out as its neighbours",
    arguments: [
      (#" { "a" : 1 } "#, #"{"a":1}"#, #" { "a" : 1 } "#),
      (#" { "a" : 1 } "#, #"{"a":2}"#, #" { "a" : 2 } "#),
      (#" { "a" : 1 } "#, #"{"a":1,"b":[2]}"#, #" { "a" : 1, "b" : [2] } "#),
      (#"{"a":"\u003c\/","b":1}"#, #"{"a":"</","b":2}"#, #"{"a":"\u003c\/","b":2}"#),
      (#"{"a":"\u003c"}"#, #"{"a":">"}"#, #"{"a":">"}"#),
      ("{\n\t\"a\": 1.0,\n\t\"b\": []\n}", #"{"b":[]}"#, "{\n\t\"b\": []\n}"),
      ("{\n\t\"a\": 1.0,\n\t\"b\": []\n}", #"{"a":1.0}"#, "{\n\t\"a\": 1.0\n}"),
      (
        "{\n\t\"a\": 1.0,\n\t\"b\": []\n}\n", #"{"a":1.0,"n":{"x":1},"b":[true]}"#,
        "{\n\t\"a\": 1.0,\n\t\"n\": {\n\t\t\"x\": 1\n\t},\n\t\"b\": [\n\t\ttrue\n\t]\n}\n"
      ),
      ("{\r\n  \"a\": 1\r\n}", #"{"a":1,"b":[1]}"#, "{\r\n  \"a\": 1,\r\n  \"b\": [\r\n    1\r\n  ]\r\n}"),
      ("[1, 2, 3]", "[1,4]", "[1, 4]"),
      ("[1\n, 2]", "[[4]]", "[[4]]"),
      ("[1, 2]", "[1,2,3]", "[1, 2, 3]"),
      ("[ 1 ]", "[]", "[]"),
      ("[ ]", "[]", "[ ]"),
      (#"{"a":1,"b":2}"#, #"{"b":2,"a":1}"#, #"{"b":2,"a":1}"#),
      (#"{"é":"é"}"#, "{\"e\u{301}\":\"e\u{301}\"}", "{\"e\u{301}\":\"e\u{301}\"}"),
      (#"["é"]"#, "[\"e\u{301}\"]", "[\"e\u{301}\"]"),
      ("1e3", "1000", "1000"),
    ]
  )
  func edits(text: String, value: String, expected: String) throws {
    let written = try read(text).text(saying: read(value).json)
    #expect(Array(written).elementsEqual(expected.utf8), "\(String(decoding: written, as: UTF8.self))")
  }

  @Test("a text says what it was told to, whatever it was and is to be")
  func random() throws {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<1000 {
      let (text, old) = (Self.text(depth: 3, using: &generator), Self.text(depth: 3, using: &generator))
      let node = try read(text)
      #expect(node.text(saying: node.json).elementsEqual(text.utf8), "\(text)")
      let value = try read(old).json
      let written = node.text(saying: value)
      let again = try JSONNode(reading: SourceText(name: "test.json", bytes: written))
      #expect(again.json == value, "\(text) saying \(old) is \(String(decoding: written, as: UTF8.self))")
    }
  }

  /// A random text with spaces anywhere, and few names, so that two texts have some in common.
  static func text(depth: Int, using generator: inout SeededGenerator) -> String {
    func space() -> String { ["", "", " ", "\n", "\r\n\t", "  "].randomElement(using: &generator) ?? "" }
    switch Int.random(in: depth > 0 ? 0..<7 : 2..<7, using: &generator) {
    case 0:
      let items = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
        space() + text(depth: depth - 1, using: &generator) + space()
      }
      return "[" + (items.isEmpty ? space() : items.joined(separator: ",")) + "]"
    case 1:
      let names = ["a", "b", "\\u0063", "d\\/", "é"].filter { _ in Bool.random(using: &generator) }
      let members = names.shuffled(using: &generator).map { name in
        "\(space())\"\(name)\"\(space()):\(space())\(text(depth: depth - 1, using: &generator))\(space())"
      }
      return "{" + (members.isEmpty ? space() : members.joined(separator: ",")) + "}"
    default:
      let leaves = ["null", "true", "1", "1.0", "-0", "1E+5", #""""#, #""\u003c""#, #""<""#, #""\ud83d\ude00""#]
      return leaves.randomElement(using: &generator) ?? "0"
    }
  }
}
