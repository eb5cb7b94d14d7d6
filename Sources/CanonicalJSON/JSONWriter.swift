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

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": bytes += "\\\"".utf8
      case "\\": bytes += "\\\\".utf8
      case "\n": bytes += "\\n".utf8
      case "\r": bytes += "\\r".utf8
      case "\t": bytes += "\\t".utf8
      // Control characters by RFC 8259, section 7. U+2028 and U+2029 end a line in JavaScript, DEL and C1 controls steer
      // terminals, and the bidirectional controls reorder what a reviewer sees: none of them is ever written raw.
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FEFF}",
        // Noncharacters, which YAML, and the XML of test reports, cannot hold.
        "\u{FFFE}"..."\u{FFFF}":
        let digits = String(scalar.value, radix: 16)
        bytes += "\\u".utf8
        bytes += repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count)
        bytes += digits.utf8
      case _ where scalar.isASCII: bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      default: bytes += UTF8.encode(scalar).map(Array.init) ?? []
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
