import Diagnostics

/// What is wrong with a text before anybody parses it: its encoding, its size, and characters that hide.
struct TextInspection {
  private let source: SourceText
  private let limits: YAMLLimits
  private(set) var diagnostics: [Diagnostic] = []
  /// Whether the text can be parsed at all.
  private(set) var isReadable = true

  init(_ source: SourceText, limits: YAMLLimits) {
    self.source = source
    self.limits = limits
    if source.bytes.count > limits.bytes {
      let size = source.bytes.count
      reject(
        YAMLRules.limits,
        "the text has \(size) bytes; \(limits.bytes) are the limit",
        at: 0..<0,
        help: "no policy is as long"
      )
    } else if source.bytes.starts(with: [0xFF, 0xFE]) || source.bytes.starts(with: [0xFE, 0xFF]) {
      reject(YAMLRules.encoding, "the text is UTF-16 or UTF-32", at: 0..<2, help: "save it as UTF-8")
    } else if source.bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      let help = "save it as UTF-8 without one"
      reject(YAMLRules.encoding, "the text begins with a byte order mark", at: 0..<3, help: help)
    } else {
      inspectCharacters()
    }
  }

  private mutating func inspectCharacters() {
    var line = Line(start: 0)
    var hasLoneReturn = false
    var offset = 0
    while offset < source.bytes.count {
      let byte = source.bytes[offset]
      if byte >= 0x20, byte < 0x7F {
        offset += 1
        continue
      }
      guard let (scalar, length) = decodeScalar(at: offset) else {
        let message = "the byte \(hexadecimal(byte)) is not UTF-8"
        reject(YAMLRules.encoding, message, at: offset..<offset + 1, help: "save the file as UTF-8")
        return
      }
      switch scalar {
      case "\n": line = Line(start: offset + 1)
      case "\t": break
      case "\0":
        // One is enough: a text in another encoding has thousands.
        let help = "save the file as UTF-8, not UTF-16"
        reject(YAMLRules.hiddenText, "the character NUL in the text", at: offset..<offset + 1, help: help)
        return
      case "\r":
        let isAlone = offset + 1 == source.bytes.count || source.bytes[offset + 1] != UInt8(ascii: "\n")
        if isAlone, !hasLoneReturn {
          hasLoneReturn = true
          warnOfLoneReturn(at: offset)
        }
      default: inspect(scalar, at: offset..<offset + length, in: &line)
      }
      offset += length
    }
  }

  private mutating func warnOfLoneReturn(at offset: Int) {
    let range = SourceRange(source: source, start: offset, end: offset)
    let message = "a lone carriage return ends this line"
    diagnostics.append(YAMLRules.lineEnds.finding(message, at: range, help: ["use line feeds"]))
  }

  private mutating func inspect(_ scalar: Unicode.Scalar, at place: Range<Int>, in line: inout Line) {
    guard let name = HiddenCharacter.name(of: scalar) else { return }
    let isComment = !HiddenCharacter.endsLine(scalar) && line.isComment(at: place.lowerBound, in: source.bytes)
    // An emoji in a comment is often followed by one; it hides nothing there.
    if isComment, HiddenCharacter.isVariationSelector(scalar) { return }
    // However many warnings there are, the first error is among what is reported.
    guard diagnostics.count < limits.diagnostics || (!isComment && isReadable) else { return }
    if !isComment { isReadable = false }
    let range = SourceRange(source: source, start: place.lowerBound, end: place.upperBound)
    diagnostics.append(
      YAMLRules.hiddenText.finding(
        "\(name) in \(isComment ? "a comment" : "the text")",
        at: range,
        severity: isComment ? .warning : .error,
        help: ["remove it"]
      )
    )
  }

  /// Where the comment of a line begins, looked for once. In quotes or a block over several lines a `#` may be text; the
  /// reader then finds in the decoded text what this takes for a comment.
  private struct Line {
    private var searchedTo: Int
    private var isComment = false
    private var quote: UInt8?
    private var previous = UInt8(ascii: " ")

    init(start: Int) { searchedTo = start }

    /// Whether a byte stands behind a `#` that begins a comment.
    mutating func isComment(at offset: Int, in bytes: [UInt8]) -> Bool {
      while !isComment, searchedTo < offset {
        advance(over: bytes[searchedTo])
        searchedTo += 1
      }
      return isComment
    }

    private mutating func advance(over byte: UInt8) {
      let isSeparated = previous == UInt8(ascii: " ") || previous == UInt8(ascii: "\t")
      if let open = quote {
        // A backslash before the quote may itself be escaped; then this ends late, and a comment is taken for text.
        if byte == open, open == UInt8(ascii: "'") || previous != UInt8(ascii: "\\") { quote = nil }
      } else if byte == UInt8(ascii: "#") {
        isComment = isSeparated
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'"), isSeparated || "[{,:".utf8.contains(previous) {
        quote = byte
      }
      previous = byte
    }
  }

  private func decodeScalar(at offset: Int) -> (Unicode.Scalar, Int)? {
    var iterator = source.bytes[offset...].prefix(4).makeIterator()
    var codec = UTF8()
    guard case .scalarValue(let scalar) = codec.decode(&iterator) else { return nil }
    return (scalar, UTF8.width(scalar))
  }

  private mutating func reject(_ rule: RuleDescription, _ message: String, at place: Range<Int>, help: String? = nil) {
    isReadable = false
    let range = SourceRange(source: source, start: place.lowerBound, end: place.upperBound)
    diagnostics.append(rule.finding(message, at: range, help: help.map { [$0] } ?? []))
  }

  private func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "0x" + (digits.utf8.count == 1 ? "0" : "") + digits
  }
}
