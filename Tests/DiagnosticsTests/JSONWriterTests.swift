import CanonicalJSON
import Testing

/// Which characters stand in a text as they are.
@Suite struct JSONWriterTests {
  private static let escaped: [ClosedRange<UInt32>] = [
    0...0x1F, 0x22...0x22, 0x5C...0x5C, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF...0xFEFF, 0xFFFE...0xFFFF,
  ]

  private func expected(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": return #"\""#
    case "\\": return #"\\"#
    case "\n": return #"\n"#
    case "\r": return #"\r"#
    case "\t": return #"\t"#
    default: break
    }
    guard Self.escaped.contains(where: { $0.contains(scalar.value) }) else { return String(scalar) }
    let digits = String(scalar.value, radix: 16)
    return #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
  }

  @Test func everyCharacterIsItselfOrItsEscape() {
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let expected = expected(scalar)
      let written = JSON.string(String(scalar)).encoded(.compact)
      guard written != Array("\"\(expected)\"".utf8) else { continue }
      Issue.record("U+\(String(value, radix: 16)): \(String(decoding: written, as: UTF8.self))")
      return
    }
  }

  @Test(arguments: ["", "a", "\u{0}", "a\u{0}", "\u{0}a", "é\u{0}\u{0}é", "a\"b\\c\nd", "\u{2028}\u{1F600}\u{2028}"])
  func whatIsBetweenStaysInItsPlace(_ text: String) {
    let expected = text.unicodeScalars.map(self.expected).joined()
    #expect(JSON.string(text).text(.compact) == "\"\(expected)\"")
  }
}
