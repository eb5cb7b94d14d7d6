import CanonicalJSON
import Diagnostics
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
  private func read(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(InvalidInput) -> JSONNode {
    try JSONNode(reading: SourceText(name: "test.json", bytes: bytes), limits: limits)
  }

  private func diagnostics(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) -> [Diagnostic] {
    do {
      _ = try read(bytes, limits: limits)
      return []
    } catch {
      return error.diagnostics
    }
  }

  @Test(
    "reads and writes back",
    arguments: [
      "null", "true", "false", "0", "-0", "12", "-1.5", "1e5", "1E+05", "0.10", "\"\"", "[]", "{}", "[1,2,[3]]",
      #"{"b":1,"a":{"c":[null,true,"x"]}}"#, #""\"\\\n\t\r""#, #""é€😀""#, "123456789012345678901234567890",
    ]
  )
  func roundTrip(text: String) throws {
    #expect(try read(Array(text.utf8)).json.text(.compact) == text)
  }

  @Test(
    "decodes escapes",
    arguments: [
      (#""\u0041\/\b\f""#, "A/\u{8}\u{c}"), (#""\ud83d\ude00""#, "😀"), (#""\u0000""#, "\0"), (#""\uFFFF""#, "\u{FFFF}"),
      (#""\u00e9""#, "é"),
    ]
  )
  func escapes(text: String, value: String) throws {
    #expect(try read(Array(text.utf8)).string == value)
  }

  /// A text, the rule that refuses it, and line:column of the first and after the last character underlined.
  @Test(
    "refuses, with the exact place",
    arguments: [
      ("", "RF8001", "1:1-1:1"),
      ("  \n ", "RF8001", "2:2-2:2"),
      ("nul", "RF8001", "1:1-1:4"),
      ("[1, tru]", "RF8001", "1:5-1:8"),
      ("[1,]", "RF8001", "1:3-1:4"),
      ("{\"a\":1,}", "RF8001", "1:7-1:8"),
      ("[1 2]", "RF8001", "1:4-1:5"),
      ("[1", "RF8001", "1:3-1:3"),
      ("{\"a\" 1}", "RF8001", "1:6-1:7"),
      ("{a: 1}", "RF8001", "1:2-1:3"),
      ("{1: 1}", "RF8001", "1:2-1:3"),
      ("{\"a\":}", "RF8001", "1:6-1:7"),
      ("'a'", "RF8001", "1:1-1:2"),
      ("// c\n1", "RF8001", "1:1-1:2"),
      ("01", "RF8001", "1:1-1:3"),
      ("-", "RF8001", "1:1-1:2"),
      ("-a", "RF8001", "1:1-1:3"),
      ("1.", "RF8001", "1:1-1:3"),
      (".5", "RF8001", "1:1-1:3"),
      ("+1", "RF8001", "1:1-1:3"),
      ("1e", "RF8001", "1:1-1:3"),
      ("0x1F", "RF8001", "1:1-1:5"),
      ("64m", "RF8001", "1:1-1:4"),
      ("NaN", "RF8001", "1:1-1:4"),
      ("\"a", "RF8001", "1:1-1:2"),
      ("\"a\nb\"", "RF8001", "1:1-1:3"),
      ("\"a\u{1}b\"", "RF8001", "1:3-1:4"),
      (#""\x41""#, "RF8001", "1:2-1:4"),
      (#""\u12G4""#, "RF8001", "1:2-1:7"),
      (#""é\ud800x""#, "RF8003", "1:3-1:9"),
      (#""\udc00""#, "RF8003", "1:2-1:8"),
      (#""\ud800\u0041""#, "RF8003", "1:2-1:8"),
      ("\u{FEFF}{}", "RF8003", "1:1-1:2"),
      ("{} {}", "RF8005", "1:4-1:6"),
      ("1\n\n]", "RF8005", "3:1-3:2"),
      (#"{"a":1,"b":2,"a":3}"#, "RF8002", "1:14-1:17"),
      (#"{"a":1,"\u0061":3}"#, "RF8002", "1:8-1:16"),
    ]
  )
  func refuses(text: String, rule: String, place: String) throws {
    let found = diagnostics(Array(text.utf8))
    #expect(found.count == 1)
    let diagnostic = try #require(found.first)
    #expect(diagnostic.rule == rule)
    let range = try #require(diagnostic.primary?.range)
    let (start, end) = (range.startPosition, range.endPosition)
    #expect("\(start.line):\(start.column)-\(end.line):\(end.column)" == place)
  }

  @Test(
    "refuses bytes that are not UTF-8",
    arguments: [
      ([0x80], 0), ([0x22, 0xC3], 1), ([0x22, 0xC0, 0xAF, 0x22], 1), ([0x22, 0xE0, 0x80, 0x80, 0x22], 1),
      ([0x22, 0xED, 0xA0, 0x80, 0x22], 1), ([0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], 1), ([0x22, 0xF0, 0x9F, 0x98], 1),
      ([0x22, 0x41, 0xFF, 0x22], 2), ([0xFF, 0xFE, 0x7B, 0x00], 0), ([0x22, 0xE2, 0x28, 0xA1, 0x22], 1),
    ] as [([UInt8], Int)]
  )
  func notUTF8(bytes: [UInt8], offset: Int) {
    let found = diagnostics(bytes)
    #expect(found.map(\.rule) == ["RF8003"])
    #expect(found.first?.primary?.range.start == offset)
  }

  @Test("duplicates are all reported, each with the first place, and Unicode normalisation makes none")
  func duplicates() {
    let found = diagnostics(Array(#"{"a":1,"a":2,"b":{"c":1,"c":2},"a":3}"#.utf8))
    #expect(found.map(\.rule) == ["RF8002", "RF8002", "RF8002"])
    #expect(found.map { $0.secondary.first?.range.start } == [1, 18, 1])
    #expect(diagnostics(Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)).isEmpty)
  }

  @Test("deep nesting is refused, not followed", arguments: ["[", "{\"a\":", "[{\"a\":"])
  func deep(unit: String) {
    let bomb = Array(String(repeating: unit, count: 200_000).utf8)
    #expect(diagnostics(bomb).map(\.rule) == ["RF8004"])
    let fits = Array((String(repeating: "[", count: 128) + String(repeating: "]", count: 128)).utf8)
    #expect(diagnostics(fits).isEmpty)
    #expect(diagnostics([UInt8(ascii: "[")] + fits + [UInt8(ascii: "]")]).map(\.rule) == ["RF8004"])
  }

  @Test("a text over the size limit is not read")
  func size() {
    #expect(diagnostics(Array("[1, 2]".utf8), limits: JSONLimits(size: 5)).map(\.rule) == ["RF8004"])
    #expect(diagnostics(Array("[1,2]".utf8), limits: JSONLimits(size: 5)).isEmpty)
  }

  @Test("a large object costs time in proportion to its size")
  func wide() throws {
    let text = "{" + (0..<50_000).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
    let node = try read(Array(text.utf8))
    #expect(node.members.count == 50_000)
    #expect(node.json.text(.compact) == text)
  }

  @Test("nodes know their place, their path and their kind")
  func navigation() throws {
    let text = #"{ "process": {"args": ["sh", 7]}, "x": {"a.b": null} }"#
    let node = try read(Array(text.utf8))
    let argument = try #require(node["process"]?["args"]?.items.last)
    #expect(argument.path == "process.args[1]")
    #expect(argument.range.text == "7")
    #expect(argument.integer == 7)
    #expect(argument.kind == "a number")
    #expect(node["x"]?["a.b"]?.path == #"x["a.b"]"#)
    #expect(node.path == "")
    #expect(node.member("process")?.nameRange.text == "\"process\"")
    #expect(node["process"]?.head.text == "{")
    #expect(node["process"]?["nothing"] == nil)
    #expect(node[any: "nope", "x"]?.object?.count == 1)
  }

  @Test(
    "numbers are whole only when they are written so",
    arguments: [
      ("1", 1), ("-7", -7), ("9223372036854775807", Int64.max), ("9223372036854775808", nil), ("1.0", nil),
      ("1e3", nil),
    ] as [(String, Int64?)]
  )
  func integers(text: String, value: Int64?) throws {
    #expect(try read(Array(text.utf8)).integer == value)
  }

  @Test("random mutations of a good text never crash", arguments: [1, 2, 3, 4] as [UInt64])
  func mutations(seed: UInt64) {
    let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true,null],"b":{"c":[],"d":{}},"é":"\n"}"#.utf8)
    var generator = SplitMix(state: seed)
    for _ in 0..<3000 {
      var mutant = text
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let index = Int.random(in: 0..<mutant.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: mutant[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: mutant.remove(at: index)
        case 2: mutant.insert(mutant[Int.random(in: 0..<mutant.count, using: &generator)], at: index)
        default: mutant.removeSubrange(index...)
        }
        if mutant.isEmpty { break }
      }
      for diagnostic in diagnostics(mutant) {
        let range = diagnostic.primary?.range
        #expect((range?.end ?? .max) <= mutant.count)
      }
    }
  }
}

/// SplitMix64: the same seed gives the same numbers on every machine.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
