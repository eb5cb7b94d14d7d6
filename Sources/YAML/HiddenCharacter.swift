/// Characters that a reader cannot see, or that change what a reader sees (Unicode Technical Standard 55).
enum HiddenCharacter {
  /// What such a character is called; nil for any other.
  static func name(of scalar: Unicode.Scalar) -> String? {
    switch scalar {
    case "\t", "\n", "\r": return nil
    // Letters, marks and ideographs that most texts are made of, so that a long one costs no look into tables.
    case " "..."~", "\u{A1}"..."\u{AC}", "\u{AE}"..."\u{34E}", "\u{4E00}"..."\u{9FFF}", "\u{AC00}"..."\u{D7A3}":
      return nil
    case "\0": return "the character NUL"
    case "\u{200E}", "\u{200F}", "\u{61C}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}":
      return "the bidirectional control \(code(of: scalar))"
    case "\u{2028}", "\u{2029}", "\u{85}": return "the line separator \(code(of: scalar))"
    case "\u{2800}": return "the invisible character \(code(of: scalar))"
    default: break
    }
    if scalar.value & 0xFFFE == 0xFFFE { return "the non-character \(code(of: scalar))" }
    switch scalar.properties.generalCategory {
    case .control: return "the control character \(code(of: scalar))"
    case .format: return "the invisible character \(code(of: scalar))"
    default: break
    }
    return scalar.properties.isDefaultIgnorableCodePoint ? "the invisible character \(code(of: scalar))" : nil
  }

  /// The name of the first such character in a text; nil when there is none.
  static func name(in text: String) -> String? {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 > 0x7E }) else { return nil }
    return text.unicodeScalars.lazy.compactMap(name(of:)).first
  }

  /// Whether YAML 1.1 takes the character for the end of a line, and with it of a comment.
  static func endsLine(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "\u{85}" || scalar == "\u{2028}" || scalar == "\u{2029}" || scalar.value < 0x20
  }

  static func isVariationSelector(_ scalar: Unicode.Scalar) -> Bool { ("\u{FE00}"..."\u{FE0F}").contains(scalar) }

  private static func code(of scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}
