package import Diagnostics

/// What reading JSON may cost.
package struct JSONLimits: Sendable {
  /// In bytes.
  package var size: Int
  /// Arrays and objects inside one another.
  package var depth: Int
  /// Values of all kinds.
  package var nodes: Int

  package init(size: Int = 16 << 20, depth: Int = 128, nodes: Int = 4 << 20) {
    self.size = size
    self.nodes = nodes
    // The reader calls itself once a level; the ceiling keeps it far from the end of any thread's stack.
    self.depth = min(depth, 512)
  }
}

extension JSONNode {
  /// Reads a JSON text strictly by RFC 8259. Duplicate names are all reported; anything else ends the reading.
  package init(reading source: SourceText, limits: JSONLimits = JSONLimits()) throws(InvalidInput) {
    var reader = JSONReader(source: source, limits: limits)
    do {
      self = try reader.readDocument()
    } catch {
      throw InvalidInput(reader.duplicates + [error.diagnostic])
    }
    guard reader.duplicates.isEmpty else { throw InvalidInput(reader.duplicates) }
  }
}

/// What ended the reading.
private struct Unreadable: Error {
  let diagnostic: Diagnostic
}

private struct JSONReader {
  let source: SourceText
  let bytes: [UInt8]
  let limits: JSONLimits
  var offset = 0
  var nodes = 0
  var duplicates: [Diagnostic] = []

  init(source: SourceText, limits: JSONLimits) {
    self.source = source
    bytes = source.bytes
    self.limits = limits
  }

  mutating func readDocument() throws(Unreadable) -> JSONNode {
    guard bytes.count <= limits.size else {
      throw failure(JSONRules.limit, "the text is larger than \(limits.size) bytes", 0..<0)
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      throw failure(
        JSONRules.encoding,
        "the text begins with a byte order mark",
        0..<3,
        help: "save it as UTF-8 without a byte order mark"
      )
    }
    if let place = UTF8Check.firstInvalid(in: bytes) {
      let help = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) ? "this looks like UTF-16" : nil
      throw failure(JSONRules.encoding, "this byte is not UTF-8", place..<place + 1, help: help ?? "save it as UTF-8")
    }
    skipSpace()
    let node = try readValue(at: .root, depth: 0)
    skipSpace()
    if offset < bytes.count {
      throw failure(JSONRules.trailingText, "there is text after the end of the value", offset..<lineEnd(from: offset))
    }
    return node
  }

  private mutating func readValue(at location: JSONNode.Location, depth: Int) throws(Unreadable) -> JSONNode {
    guard offset < bytes.count else {
      throw failure(JSONRules.syntax, "expected a value, but the text ends here", offset..<offset)
    }
    let start = offset
    nodes += 1
    guard nodes <= limits.nodes else {
      throw failure(JSONRules.limit, "there are more than \(limits.nodes) values up to here", start..<start + 1)
    }
    let value: JSONNode.Value
    switch bytes[offset] {
    case UInt8(ascii: "{"): value = .object(try readMembers(at: location, depth: try deeper(depth)))
    case UInt8(ascii: "["): value = .array(try readItems(at: location, depth: try deeper(depth)))
    case UInt8(ascii: "\""): value = .string(try readString())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): value = .number(try readNumber())
    default: value = try readWord()
    }
    return JSONNode(value: value, range: range(start..<offset), location: location)
  }

  private func deeper(_ depth: Int) throws(Unreadable) -> Int {
    guard depth < limits.depth else {
      throw failure(JSONRules.limit, "this nests deeper than \(limits.depth) levels", offset..<offset + 1)
    }
    return depth + 1
  }

  private mutating func readItems(at location: JSONNode.Location, depth: Int) throws(Unreadable) -> [JSONNode] {
    let open = offset
    var items: [JSONNode] = []
    offset += 1
    skipSpace()
    if take("]") { return items }
    while true {
      items.append(try readValue(at: .item(location, items.count), depth: depth))
      skipSpace()
      if take("]") { return items }
      try expectComma(orClosing: "]", openedAt: open)
      skipSpace()
    }
  }

  private mutating func readMembers(
    at location: JSONNode.Location,
    depth: Int
  ) throws(Unreadable) -> [JSONNode.Member] {
    let open = offset
    var members: [JSONNode.Member] = []
    // By UTF-8: String's own equality takes two names for one when they differ only in Unicode normalisation.
    var places: [[UInt8]: SourceRange] = [:]
    offset += 1
    skipSpace()
    if take("}") { return members }
    while true {
      let start = offset
      guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else {
        throw failure(
          JSONRules.syntax,
          "expected a name in double quotes",
          offset..<min(offset + 1, bytes.count),
          opened: open
        )
      }
      let name = try readString()
      let nameRange = range(start..<offset)
      skipSpace()
      guard take(":") else {
        throw failure(JSONRules.syntax, "expected ':' after the name", offset..<min(offset + 1, bytes.count))
      }
      skipSpace()
      let value = try readValue(at: .member(location, name), depth: depth)
      if let first = places[Array(name.utf8)] {
        duplicates.append(
          JSONRules.duplicateName.finding(
            "\(JSON.string(name).text(.compact)) is there twice",
            at: nameRange,
            label: "again here",
            secondary: [Diagnostic.Label(first, "first here")],
            help: ["remove one of them; engines take the last in silence"]
          )
        )
      } else {
        places[Array(name.utf8)] = nameRange
        members.append(JSONNode.Member(name: name, nameRange: nameRange, value: value))
      }
      skipSpace()
      if take("}") { return members }
      try expectComma(orClosing: "}", openedAt: open)
      skipSpace()
    }
  }

  private mutating func expectComma(orClosing close: Unicode.Scalar, openedAt open: Int) throws(Unreadable) {
    guard take(",") else {
      let place = offset..<min(offset + 1, bytes.count)
      throw failure(
        JSONRules.syntax,
        offset < bytes.count ? "expected ',' or '\(close)'" : "the text ends before '\(close)'",
        place,
        opened: open
      )
    }
    let comma = offset - 1
    skipSpace()
    if offset < bytes.count, bytes[offset] == UInt8(ascii: close) {
      throw failure(JSONRules.syntax, "there is no value after this comma", comma..<comma + 1, help: "remove the comma")
    }
  }

  private mutating func readWord() throws(Unreadable) -> JSONNode.Value {
    let start = offset
    while offset < bytes.count, isWordByte(bytes[offset]) { offset += 1 }
    switch String(decoding: bytes[start..<offset], as: UTF8.self) {
    case "true": return .bool(true)
    case "false": return .bool(false)
    case "null": return .null
    default: break
    }
    let place = start..<max(offset, min(start + 1, bytes.count))
    switch bytes[start] {
    case UInt8(ascii: "'"): throw failure(JSONRules.syntax, "expected a value", place, help: "use double quotes")
    case UInt8(ascii: "/"), UInt8(ascii: "#"):
      throw failure(JSONRules.syntax, "expected a value", place, help: "JSON has no comments")
    default:
      let word = String(decoding: bytes[place], as: UTF8.self)
      let near = Spelling.nearest(to: word, among: ["true", "false", "null"])
      throw failure(
        JSONRules.syntax,
        "expected a value",
        place,
        help: near.map { "did you mean \($0)?" } ?? (word.utf8.count > 1 ? "a string needs double quotes" : nil)
      )
    }
  }

  /// RFC 8259, section 6. The spelling is kept.
  private mutating func readNumber() throws(Unreadable) -> JSONNumber {
    let start = offset
    _ = take("-")
    let whole = skipDigits()
    guard whole.count > 0 else {
      throw failure(JSONRules.syntax, "expected a digit after '-'", start..<min(offset + 1, bytes.count))
    }
    if whole.count > 1, bytes[whole.lowerBound] == UInt8(ascii: "0") {
      throw failure(
        JSONRules.syntax,
        "a number cannot begin with 0",
        start..<offset,
        help: "JSON has no octal numbers; write the mode 0777 as 511"
      )
    }
    if take("."), skipDigits().isEmpty {
      throw failure(JSONRules.syntax, "expected a digit after '.'", start..<min(offset + 1, bytes.count))
    }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      if skipDigits().isEmpty {
        throw failure(JSONRules.syntax, "expected a digit in the exponent", start..<min(offset + 1, bytes.count))
      }
    }
    if offset < bytes.count, isWordByte(bytes[offset]) {
      while offset < bytes.count, isWordByte(bytes[offset]) { offset += 1 }
      throw failure(JSONRules.syntax, "this is no number", start..<offset, help: "a value with a unit is a string")
    }
    return JSONNumber(checkedLexeme: String(decoding: bytes[start..<offset], as: UTF8.self))
  }

  private mutating func readString() throws(Unreadable) -> String {
    let start = offset
    var content: [UInt8] = []
    offset += 1
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: content, as: UTF8.self)
      case UInt8(ascii: "\\"):
        try readEscape(into: &content)
      case 0x00..<0x20:
        let isLineEnd = bytes[offset] == UInt8(ascii: "\n") || bytes[offset] == UInt8(ascii: "\r")
        throw failure(
          JSONRules.syntax,
          isLineEnd ? "the string does not end on its line" : "a control character has to be escaped in a string",
          isLineEnd ? start..<offset : offset..<offset + 1,
          help: isLineEnd ? "close it with \", or write the line feed as \\n" : nil
        )
      default:
        content.append(bytes[offset])
        offset += 1
      }
    }
    throw failure(JSONRules.syntax, "the string does not end", start..<start + 1)
  }

  private mutating func readEscape(into content: inout [UInt8]) throws(Unreadable) {
    let start = offset
    offset += 1
    guard offset < bytes.count else {
      throw failure(JSONRules.syntax, "the string does not end", start..<offset)
    }
    let letter = bytes[offset]
    offset += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(letter)
    case UInt8(ascii: "b"): content.append(0x08)
    case UInt8(ascii: "f"): content.append(0x0C)
    case UInt8(ascii: "n"): content.append(0x0A)
    case UInt8(ascii: "r"): content.append(0x0D)
    case UInt8(ascii: "t"): content.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try readScalar(escapeStart: start)
      content += UTF8.encode(scalar).map(Array.init) ?? []
    default:
      throw failure(JSONRules.syntax, "there is no such escape", start..<offset, help: "write a backslash as \\\\")
    }
  }

  private mutating func readScalar(escapeStart start: Int) throws(Unreadable) -> Unicode.Scalar {
    let unit = try readHexadecimal(escapeStart: start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    // A high surrogate has to be followed by the escape of a low one.
    if UTF16.isLeadSurrogate(UInt16(truncatingIfNeeded: unit)), bytes[offset...].starts(with: "\\u".utf8) {
      let second = offset
      offset += 2
      let low = try readHexadecimal(escapeStart: second)
      if UTF16.isTrailSurrogate(UInt16(truncatingIfNeeded: low)),
        let scalar = Unicode.Scalar(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))
      {
        return scalar
      }
      offset = second
    }
    throw failure(JSONRules.encoding, "half a surrogate pair stands for no character", start..<offset)
  }

  private mutating func readHexadecimal(escapeStart start: Int) throws(Unreadable) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard offset < bytes.count, let digit = Character(Unicode.Scalar(bytes[offset])).hexDigitValue else {
        throw failure(
          JSONRules.syntax,
          "\\u needs four hexadecimal digits",
          start..<min(offset + 1, bytes.count)
        )
      }
      value = value << 4 | UInt32(digit)
      offset += 1
    }
    return value
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): offset += 1
      default: return
      }
    }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard offset < bytes.count, bytes[offset] == UInt8(ascii: scalar) else { return false }
    offset += 1
    return true
  }

  private mutating func skipDigits() -> Range<Int> {
    let start = offset
    while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { offset += 1 }
    return start..<offset
  }

  private func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+"),
      UInt8(ascii: "-"), 0x80...0xFF:
      true
    default: false
    }
  }

  private func lineEnd(from offset: Int) -> Int {
    bytes[offset...].firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? bytes.count
  }

  private func range(_ offsets: Range<Int>) -> SourceRange {
    SourceRange(source: source, start: offsets.lowerBound, end: offsets.upperBound)
  }

  private func failure(
    _ rule: RuleDescription,
    _ message: String,
    _ place: Range<Int>,
    help: String? = nil,
    opened: Int? = nil
  ) -> Unreadable {
    let secondary = opened.map { [Diagnostic.Label(range($0..<$0 + 1), "opened here")] } ?? []
    return Unreadable(
      diagnostic: rule.finding(message, at: range(place), secondary: secondary, help: help.map { [$0] } ?? [])
    )
  }
}
