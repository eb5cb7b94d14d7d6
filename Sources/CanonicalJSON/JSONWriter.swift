extension JSON {
  /// How a value is laid out. Both layouts are fixed: the same value gives the same bytes in every version of Ringfence.
  package enum Layout: Sendable {
    /// One line, no spaces.
    case compact
    /// Two spaces an indent, one member a line, and a line feed at the end. Empty arrays and objects stay on one line.
    case indented
  }

  /// The value as UTF-8.
  package func encoded(_ layout: Layout) -> [UInt8] {
    switch layout {
    case .compact: encoded(indent: nil, depth: 0)
    case .indented: encoded(indent: JSONIndent(), depth: 0) + [UInt8(ascii: "\n")]
    }
  }

  /// The value as a part of a text that is laid out so, `depth` levels below its top; nil is one line, no spaces.
  func encoded(indent: JSONIndent?, depth: Int) -> [UInt8] {
    var writer = JSONWriter(indent: indent)
    writer.write(self, depth: depth)
    return writer.bytes
  }

  package func text(_ layout: Layout) -> String { String(decoding: encoded(layout), as: UTF8.self) }
}

/// How lines are broken in a text with one member a line.
struct JSONIndent: Sendable {
  var lineEnd: [UInt8] = [UInt8(ascii: "\n")]
  /// What a line begins with, once for each level.
  var unit: [UInt8] = [UInt8](repeating: UInt8(ascii: " "), count: 2)
}

private struct JSONWriter {
  let indent: JSONIndent?
  var bytes: [UInt8] = []

  init(indent: JSONIndent?) { self.indent = indent }

  mutating func write(_ value: JSON, depth: Int) {
    switch value {
    case .null: bytes += "null".utf8
    case .bool(let value): bytes += (value ? "true" : "false").utf8
    case .number(let number): bytes += number.lexeme.utf8
    case .string(let text): write(text)
    case .array(let items):
      write(items, between: "[", and: "]", depth: depth) { writer, item in writer.write(item, depth: depth + 1) }
    case .object(let object):
      write(object.members, between: "{", and: "}", depth: depth) { writer, member in
        writer.write(member.name)
        writer.bytes += (writer.indent == nil ? ":" : ": ").utf8
        writer.write(member.value, depth: depth + 1)
      }
    }
  }

  private mutating func write<Item>(
    _ items: [Item],
    between open: String,
    and close: String,
    depth: Int,
    _ writeItem: (inout JSONWriter, Item) -> Void
  ) {
    bytes += open.utf8
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine(depth: depth + 1)
      writeItem(&self, item)
    }
    if !items.isEmpty { breakLine(depth: depth) }
    bytes += close.utf8
  }

  private mutating func breakLine(depth: Int) {
    guard let indent else { return }
    bytes += indent.lineEnd
    for _ in 0..<depth { bytes += indent.unit }
  }

  /// Byte by byte, and what needs no escape at once: a program's output can have any size, and runs of others wait for it.
  private mutating func write(_ text: String) {
    var text = text
    bytes.append(UInt8(ascii: "\""))
    text.withUTF8 { text in
      // What is not written yet begins here.
      var start = 0
      var place = 0
      while place < text.count {
        let (length, escape) = JSONEscape.first(in: text[place...])
        if let escape {
          bytes += UnsafeBufferPointer(rebasing: text[start..<place])
          write(escape)
          start = place + length
        }
        place += length
      }
      bytes += UnsafeBufferPointer(rebasing: text[start...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func write(_ escape: JSONEscape) {
    bytes.append(UInt8(ascii: "\\"))
    switch escape {
    case .short(let character): bytes.append(character)
    case .long(let code):
      bytes.append(UInt8(ascii: "u"))
      for position in 1...4 {
        let digit = UInt8(truncatingIfNeeded: code >> UInt32(16 - 4 * position) & 15)
        bytes.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
      }
    }
  }
}

/// How a character is written that is not to be written as it is.
private enum JSONEscape {
  /// By one letter after the backslash.
  case short(UInt8)
  /// `\uXXXX`.
  case long(UInt32)

  /// Looks at one character.
  ///
  /// Control characters need one by RFC 8259, section 7. U+2028 and U+2029 end a line in JavaScript, DEL and C1 controls
  /// steer terminals, and the bidirectional controls reorder what a reviewer sees: none of them is ever written raw. Nor
  /// are noncharacters, which YAML, and the XML of test reports, cannot hold.
  ///
  /// - Parameter text: Well-formed UTF-8, not empty.
  /// - Returns: The length of the first character in bytes, and its escape if it needs one.
  @inline(__always)
  static func first(in text: Slice<UnsafeBufferPointer<UInt8>>) -> (length: Int, escape: JSONEscape?) {
    let start = text.startIndex
    let byte = text[start]
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return (1, .short(byte))
    case UInt8(ascii: "\n"): return (1, .short(UInt8(ascii: "n")))
    case UInt8(ascii: "\r"): return (1, .short(UInt8(ascii: "r")))
    case UInt8(ascii: "\t"): return (1, .short(UInt8(ascii: "t")))
    case 0...0x1F, 0x7F: return (1, .long(UInt32(byte)))
    case 0...0x7F: return (1, nil)
    case 0x80...0xDF:
      let code = UInt32(byte & 0x1F) << 6 | UInt32(text[start + 1] & 0x3F)
      return (2, code <= 0x9F ? .long(code) : nil)
    case 0xE0...0xEF:
      let code =
        UInt32(byte & 0x0F) << 12 | UInt32(text[start + 1] & 0x3F) << 6 | UInt32(text[start + 2] & 0x3F)
      switch code {
      case 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFE...0xFFFF: return (3, .long(code))
      default: return (3, nil)
      }
    default: return (4, nil)
    }
  }
}
