/// Goes through YAML up to a place, keeping only what is open there. It never fails: what it does not understand it passes
/// over, as a reader's eye does.
struct CursorScan {
  private let bytes: [UInt8]
  /// What is open in block style, with the column that it begins at.
  private var blocks: [(column: Int, step: CursorContext.Step)] = []
  /// What is open in flow style: `[` and `{`.
  private var flows: [Flow] = []
  /// The column of the key whose value is a literal or folded text, as long as lines are indented more.
  private var textColumn: Int?
  private var offset = 0

  private struct Flow {
    let isMap: Bool
    var key: String?
    var index = 0
  }

  /// What the end of a line, or of the text, is inside of.
  private struct Token {
    var start: Int
    var quote: UInt8?
    var isComment = false
    /// Whether a key with its colon stands before it on the line.
    var isValue = false
  }

  /// `bytes` end at the place.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func context() -> CursorContext? {
    while true {
      let end = endOfLine(from: offset)
      let isLast = end == bytes.count
      let token = flows.isEmpty ? blockLine(to: end) : flowLine(to: end)
      guard isLast else {
        offset = end + 1
        continue
      }
      guard let token, !token.isComment else { return nil }
      return CursorContext(
        path: path,
        place: place(token),
        word: token.start..<bytes.count,
        isQuoted: token.quote != nil
      )
    }
  }

  private var path: [CursorContext.Step] {
    blocks.map(\.step) + flows.compactMap { $0.isMap ? $0.key.map { .key($0) } : .item($0.index) }
  }

  private func place(_ token: Token) -> CursorContext.Place {
    if let flow = flows.last { return flow.isMap && flow.key == nil ? .key : .value }
    return token.isValue ? .value : .either
  }

  private func endOfLine(from start: Int) -> Int { bytes[start...].firstIndex(of: 10) ?? bytes.count }

  private func byte(_ index: Int, before end: Int) -> UInt8? { index < end ? bytes[index] : nil }

  private func isSpace(_ byte: UInt8?) -> Bool { byte == nil || byte == 32 || byte == 9 || byte == 13 }

  /// nil inside of a text that spans lines.
  private mutating func blockLine(to end: Int) -> Token? {
    var index = offset
    while byte(index, before: end) == 32 { index += 1 }
    var column = index - offset
    let isBlank = isSpace(byte(index, before: end))
    if let text = textColumn {
      if column > text || isBlank && end < bytes.count { return nil }
      textColumn = nil
    }
    if byte(index, before: end) == UInt8(ascii: "#") { return Token(start: index, isComment: true) }
    // An empty line within closes nothing.
    if isBlank, end < bytes.count { return Token(start: index) }
    let isItem = bytes[index..<end].first == UInt8(ascii: "-") && isSpace(byte(index + 1, before: end))
    close(at: column, isItem: isItem)
    while byte(index, before: end) == UInt8(ascii: "-"), isSpace(byte(index + 1, before: end)) {
      blocks.append((column, .item(nextItem(at: column))))
      lastItem = nil
      index += 1
      while byte(index, before: end) == 32 { index += 1 }
      column = index - offset
    }
    lastItem = nil
    if let (key, after) = key(at: index, before: end) {
      blocks.append((column, .key(key)))
      return value(at: after, to: end, column: column)
    }
    return scalarOrFlow(at: index, to: end, isValue: false)
  }

  /// The item that the line before closed, if this line begins the next of the same list.
  private var lastItem: (column: Int, index: Int)?

  private mutating func close(at column: Int, isItem: Bool) {
    while let last = blocks.last {
      if case .item(let index) = last.step, last.column == column, isItem { lastItem = (column, index) }
      let isItself: Bool
      if case .item = last.step { isItself = true } else { isItself = !isItem }
      guard last.column > column || last.column == column && isItself else { return }
      blocks.removeLast()
    }
  }

  private func nextItem(at column: Int) -> Int {
    guard let lastItem, lastItem.column == column else { return 0 }
    return lastItem.index + 1
  }

  /// A key with its colon.
  private func key(at start: Int, before end: Int) -> (name: String, after: Int)? {
    guard let first = byte(start, before: end) else { return nil }
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      guard let close = bytes[(start + 1)..<end].firstIndex(of: first),
        byte(close + 1, before: end) == UInt8(ascii: ":")
      else { return nil }
      return (String(decoding: bytes[(start + 1)..<close], as: UTF8.self), close + 2)
    }
    guard first != UInt8(ascii: "["), first != UInt8(ascii: "{") else { return nil }
    var index = start
    while let byte = byte(index, before: end) {
      if byte == UInt8(ascii: "#"), index > start, isSpace(bytes[index - 1]) { return nil }
      if byte == UInt8(ascii: ":"), index + 1 < end ? isSpace(bytes[index + 1]) : true {
        return (String(decoding: bytes[start..<index], as: UTF8.self), index + 1)
      }
      index += 1
    }
    return nil
  }

  private mutating func value(at start: Int, to end: Int, column: Int) -> Token? {
    var index = start
    while index < end, isSpace(bytes[index]) { index += 1 }
    if let first = byte(index, before: end), first == UInt8(ascii: "|") || first == UInt8(ascii: ">") {
      textColumn = column
      return nil
    }
    return scalarOrFlow(at: index, to: end, isValue: true)
  }

  private mutating func scalarOrFlow(at start: Int, to end: Int, isValue: Bool) -> Token? {
    guard let first = byte(start, before: end) else { return Token(start: start, isValue: isValue) }
    if first == UInt8(ascii: "[") || first == UInt8(ascii: "{") {
      offset = start
      return flowLine(to: end)
    }
    if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
      let isOpen = !bytes[(start + 1)..<end].contains(first)
      return Token(start: isOpen ? start + 1 : start, quote: isOpen ? first : nil, isValue: isValue)
    }
    for index in start..<end where bytes[index] == UInt8(ascii: "#") && (index == start || isSpace(bytes[index - 1])) {
      return Token(start: index, isComment: true)
    }
    return Token(start: start, isValue: isValue)
  }

  private mutating func flowLine(to end: Int) -> Token? {
    var token = Token(start: offset)
    var index = offset
    var isFresh = true
    while index < end {
      let byte = bytes[index]
      if let quote = token.quote {
        if byte == quote {
          token.quote = nil
        } else if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
          index += 1
        }
        index += 1
        continue
      }
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        flows.append(Flow(isMap: byte == UInt8(ascii: "{")))
        (token, isFresh) = (Token(start: index + 1), true)
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        _ = flows.popLast()
        (token, isFresh) = (Token(start: index + 1), true)
        if flows.isEmpty { return closed(from: index + 1, to: end) }
      case UInt8(ascii: ","):
        if let last = flows.indices.last {
          flows[last].key = nil
          flows[last].index += 1
        }
        (token, isFresh) = (Token(start: index + 1), true)
      case UInt8(ascii: ":") where isKeyEnd(index, end):
        if let last = flows.indices.last, flows[last].isMap, flows[last].key == nil {
          flows[last].key = Self.name(bytes[token.start..<index])
          (token, isFresh) = (Token(start: index + 1), true)
        }
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        if isFresh { token = Token(start: index + 1, quote: byte) }
        isFresh = false
      case UInt8(ascii: "#") where isFresh || isSpace(bytes[index - 1]):
        return Token(start: index, isComment: true)
      case 32, 9, 13: if isFresh { token.start = index + 1 }
      default: isFresh = false
      }
      index += 1
    }
    return token
  }

  /// What follows a list or map that has been closed: nothing, but perhaps a comment.
  private func closed(from start: Int, to end: Int) -> Token? {
    let isComment = bytes[start..<end].contains(UInt8(ascii: "#"))
    return Token(start: end, isComment: isComment, isValue: true)
  }

  /// A colon ends a key before a space, a bracket, or the end of a line, and right after a quote.
  private func isKeyEnd(_ index: Int, _ end: Int) -> Bool {
    guard index + 1 < end else { return true }
    let next = bytes[index + 1]
    let isAfterQuote = index > 0 && (bytes[index - 1] == UInt8(ascii: "\"") || bytes[index - 1] == UInt8(ascii: "'"))
    return isSpace(next) || next == UInt8(ascii: "[") || next == UInt8(ascii: "{") || next == UInt8(ascii: ",")
      || isAfterQuote
  }

  private static func name(_ bytes: ArraySlice<UInt8>) -> String {
    let quotes: Set<UInt8> = [UInt8(ascii: "\""), UInt8(ascii: "'")]
    return String(decoding: bytes.filter { !quotes.contains($0) && $0 != 32 && $0 != 9 }, as: UTF8.self)
  }
}
