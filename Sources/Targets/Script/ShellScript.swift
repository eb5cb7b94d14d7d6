import Diagnostics

/// The simple commands of a POSIX shell script, in order, those inside of command substitutions too. Nothing is run and
/// nothing is expanded: a word that the shell would expand is known only as far as it is written out.
struct ShellScript {
  /// A word after quotes are taken away.
  struct Word: Sendable {
    /// With nothing in the place of an expansion.
    let text: String
    /// Whether the shell takes the word exactly as `text`.
    let isLiteral: Bool
    /// The variables that it expands, by name.
    let variables: [String]
    let range: SourceRange
  }

  struct Command: Sendable {
    let words: [Word]
  }

  let commands: [Command]

  static let syntax = RuleDescription(
    "RF8601",
    "script that no shell reads",
    .error,
    "A quote, a substitution or a parenthesis is opened and not closed, so the shell stops there."
  )

  static func read(_ source: SourceText) throws(InvalidInput) -> ShellScript {
    var reader = ShellReader(source: source)
    do throws(ShellReader.Failure) {
      try reader.readCommands(until: nil, depth: 0)
    } catch {
      let end = min(error.start + 1, source.bytes.count)
      throw InvalidInput([
        syntax.finding(error.message, at: SourceRange(source: source, start: error.start, end: end))
      ])
    }
    return ShellScript(commands: reader.commands)
  }
}

private struct ShellReader {
  struct Failure: Error {
    let message: String
    let start: Int
  }

  private struct OpenWord {
    let start: Int
    var bytes: [UInt8] = []
    var isLiteral = true
    var variables: [String] = []
  }

  private static let deepest = 64
  /// Words that begin or join commands and are none themselves.
  private static let reserved: Set = [
    "if", "then", "else", "elif", "fi", "do", "done", "while", "until", "for", "case", "esac", "in", "{", "}", "!",
  ]

  let source: SourceText
  let bytes: [UInt8]
  var offset = 0
  var commands: [ShellScript.Command] = []
  private var current: [ShellScript.Word] = []
  private var heredocs: [[UInt8]] = []
  /// Whether the innermost substitution is one in backquotes, which the next backquote ends.
  private var isInBackquotes = false

  init(source: SourceText) {
    self.source = source
    bytes = source.bytes
  }

  /// Reads up to the end of the text, or to the parenthesis that ends a substitution.
  mutating func readCommands(until end: UInt8?, depth: Int) throws(Failure) {
    guard depth < Self.deepest else { throw Failure(message: "substitutions nest too deep", start: offset) }
    let (outer, wasInBackquotes) = (current, isInBackquotes)
    current = []
    isInBackquotes = end == UInt8(ascii: "`")
    defer { isInBackquotes = wasInBackquotes }
    while offset < bytes.count {
      let byte = bytes[offset]
      switch byte {
      case end:
        offset += 1
        finishCommand()
        current = outer
        return
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): offset += 1
      case UInt8(ascii: "\\") where peek(1) == UInt8(ascii: "\n"): offset += 2
      case UInt8(ascii: "#"): skipLine()
      case UInt8(ascii: "\n"):
        offset += 1
        finishCommand()
        skipHeredocs()
      case UInt8(ascii: ";"), UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ")"):
        offset += 1
        finishCommand()
      case UInt8(ascii: "<"), UInt8(ascii: ">"): try readRedirection(depth: depth)
      default:
        let word = try readWord(depth: depth)
        // `2>`: the number is part of the redirection.
        let next = peek(0)
        let isNumber = !word.text.isEmpty && word.text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        if isNumber, next == UInt8(ascii: ">") || next == UInt8(ascii: "<") { continue }
        if current.isEmpty, word.isLiteral, Self.reserved.contains(word.text) { continue }
        current.append(word)
      }
    }
    finishCommand()
    current = outer
    if end != nil { throw Failure(message: "this substitution is not closed", start: bytes.count) }
  }

  private mutating func finishCommand() {
    if !current.isEmpty { commands.append(ShellScript.Command(words: current)) }
    current = []
  }

  private func peek(_ distance: Int) -> UInt8? {
    offset + distance < bytes.count ? bytes[offset + distance] : nil
  }

  private mutating func skipLine() {
    while offset < bytes.count, bytes[offset] != UInt8(ascii: "\n") { offset += 1 }
  }

  private mutating func readRedirection(depth: Int) throws(Failure) {
    let start = offset
    while let byte = peek(0),
      [UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"), UInt8(ascii: "|")].contains(byte)
    {
      offset += 1
    }
    let isHeredoc = bytes[start..<offset].elementsEqual("<<".utf8)
    if isHeredoc, peek(0) == UInt8(ascii: "-") { offset += 1 }
    while peek(0) == UInt8(ascii: " ") || peek(0) == UInt8(ascii: "\t") { offset += 1 }
    guard let next = peek(0), next != UInt8(ascii: "\n") else { return }
    let word = try readWord(depth: depth)
    if isHeredoc { heredocs.append(Array(word.text.utf8)) }
  }

  private mutating func skipHeredocs() {
    for delimiter in heredocs {
      while offset < bytes.count {
        let start = offset
        skipLine()
        let line = bytes[start..<offset].drop { $0 == UInt8(ascii: "\t") }
        if offset < bytes.count { offset += 1 }
        if line.elementsEqual(delimiter) { break }
      }
    }
    heredocs = []
  }

  private mutating func readWord(depth: Int) throws(Failure) -> ShellScript.Word {
    var word = OpenWord(start: offset)
    reading: while let byte = peek(0) {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: ";"),
        UInt8(ascii: "&"), UInt8(ascii: "|"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "<"),
        UInt8(ascii: ">"):
        break reading
      case UInt8(ascii: "\\"):
        if peek(1) != UInt8(ascii: "\n"), let next = peek(1) { word.bytes.append(next) }
        offset = min(offset + 2, bytes.count)
      case UInt8(ascii: "'"): try readSingleQuotes(into: &word)
      case UInt8(ascii: "\""): try readDoubleQuotes(into: &word, depth: depth)
      case UInt8(ascii: "$"): try readExpansion(into: &word, depth: depth)
      case UInt8(ascii: "`") where isInBackquotes: break reading
      case UInt8(ascii: "`"): try readBackquotes(into: &word, depth: depth)
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["):
        // A pattern, which the shell replaces by the files that match.
        word.isLiteral = false
        word.bytes.append(byte)
        offset += 1
      default:
        word.bytes.append(byte)
        offset += 1
      }
    }
    // Something that begins no word, and so must not be met again for ever.
    if offset == word.start { offset += 1 }
    return ShellScript.Word(
      text: String(decoding: word.bytes, as: UTF8.self),
      isLiteral: word.isLiteral,
      variables: word.variables,
      range: SourceRange(source: source, start: word.start, end: offset)
    )
  }

  private mutating func readSingleQuotes(into word: inout OpenWord) throws(Failure) {
    let start = offset
    offset += 1
    while let byte = peek(0) {
      offset += 1
      if byte == UInt8(ascii: "'") { return }
      word.bytes.append(byte)
    }
    throw Failure(message: "this quote is not closed", start: start)
  }

  private mutating func readDoubleQuotes(into word: inout OpenWord, depth: Int) throws(Failure) {
    let start = offset
    offset += 1
    while let byte = peek(0) {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return
      case UInt8(ascii: "\\"):
        if let next = peek(1) {
          let special: [UInt8] = Array("\"\\$`".utf8)
          if !special.contains(next), next != UInt8(ascii: "\n") { word.bytes.append(byte) }
          if next != UInt8(ascii: "\n") { word.bytes.append(next) }
        }
        offset = min(offset + 2, bytes.count)
      case UInt8(ascii: "$"): try readExpansion(into: &word, depth: depth)
      case UInt8(ascii: "`"): try readBackquotes(into: &word, depth: depth)
      default:
        word.bytes.append(byte)
        offset += 1
      }
    }
    throw Failure(message: "this quote is not closed", start: start)
  }

  private mutating func readExpansion(into word: inout OpenWord, depth: Int) throws(Failure) {
    let start = offset
    offset += 1
    switch peek(0) {
    case UInt8(ascii: "("):
      offset += 1
      try readCommands(until: UInt8(ascii: ")"), depth: depth + 1)
    case UInt8(ascii: "{"): try readBraces(into: &word, depth: depth)
    case let byte? where isNameByte(byte) || Array("@*#?$!-".utf8).contains(byte):
      let name = offset
      offset += 1
      if isNameByte(byte) { while let next = peek(0), isNameByte(next) { offset += 1 } }
      word.variables.append(String(decoding: bytes[name..<offset], as: UTF8.self))
    default:
      // A lone dollar is a dollar.
      word.bytes.append(bytes[start])
      return
    }
    word.isLiteral = false
  }

  private mutating func readBraces(into word: inout OpenWord, depth: Int) throws(Failure) {
    let start = offset
    guard depth < Self.deepest else { throw Failure(message: "substitutions nest too deep", start: start) }
    offset += 1
    let name = offset
    while let byte = peek(0), isNameByte(byte) { offset += 1 }
    word.variables.append(String(decoding: bytes[name..<offset], as: UTF8.self))
    var inner = OpenWord(start: offset)
    while let byte = peek(0) {
      switch byte {
      case UInt8(ascii: "}"):
        offset += 1
        word.variables += inner.variables
        return
      case UInt8(ascii: "\\"): offset = min(offset + 2, bytes.count)
      case UInt8(ascii: "'"): try readSingleQuotes(into: &inner)
      case UInt8(ascii: "\""): try readDoubleQuotes(into: &inner, depth: depth + 1)
      case UInt8(ascii: "$"): try readExpansion(into: &inner, depth: depth + 1)
      default: offset += 1
      }
    }
    throw Failure(message: "this brace is not closed", start: start)
  }

  private mutating func readBackquotes(into word: inout OpenWord, depth: Int) throws(Failure) {
    word.isLiteral = false
    let start = offset
    offset += 1
    guard bytes[offset...].contains(UInt8(ascii: "`")) else {
      throw Failure(message: "this substitution is not closed", start: start)
    }
    try readCommands(until: UInt8(ascii: "`"), depth: depth + 1)
  }

  private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
