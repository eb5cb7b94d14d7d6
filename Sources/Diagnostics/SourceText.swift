/// A text that diagnostics point into: a policy, a generated artifact, or anything a user handed us.
///
/// Bytes are kept as they were read, since a hostile file need not be UTF-8. Positions are byte offsets; lines and
/// columns are computed only when somebody looks at them.
package final class SourceText: Sendable {
  /// The path as the user wrote it, or a name in angle brackets for a text that has no file (`<stdin>`).
  package let name: String
  package let bytes: [UInt8]
  /// The byte offset at which each line begins; never empty.
  private let lineStarts: [Int]
  /// How many scalars begin before each block of `blockSize` bytes, so that a column in a very long line is cheap.
  private let scalarsBeforeBlock: [Int]

  private static let blockSize = 1024

  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      starts.append(offset + 1)
    }
    lineStarts = starts
    var counts: [Int] = []
    var scalars = 0
    for start in stride(from: 0, through: bytes.count, by: Self.blockSize) {
      counts.append(scalars)
      scalars += Self.scalarCount(in: bytes[start..<min(start + Self.blockSize, bytes.count)])
    }
    scalarsBeforeBlock = counts
  }

  /// Every byte but UTF-8's continuation bytes begins a scalar.
  private static func scalarCount(in bytes: ArraySlice<UInt8>) -> Int { bytes.count { $0 & 0xC0 != 0x80 } }

  private func scalars(before offset: Int) -> Int {
    let block = offset / Self.blockSize
    return scalarsBeforeBlock[block] + Self.scalarCount(in: bytes[block * Self.blockSize..<offset])
  }

  package convenience init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }

  package var lineCount: Int { lineStarts.count }

  /// The place of a byte, as editors count it. An offset beyond the end is taken as the end.
  package func position(at offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let column = scalars(before: offset) - scalars(before: lineStarts[low])
    return SourcePosition(offset: offset, line: low + 1, column: column + 1)
  }

  /// The bytes of a line without its end; `line` counts from 1. Empty when there is no such line.
  package func lineBytes(_ line: Int) -> ArraySlice<UInt8> {
    guard line >= 1, line <= lineStarts.count else { return [] }
    let start = lineStarts[line - 1]
    var end = line < lineStarts.count ? lineStarts[line] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return bytes[start..<end]
  }

  /// The byte offset at which a line begins; `line` counts from 1. The end of the text when there is no such line.
  package func offset(ofLine line: Int) -> Int {
    line >= 1 && line <= lineStarts.count ? lineStarts[line - 1] : bytes.count
  }
}

/// A place in a text. Line and column count from 1; columns count Unicode scalars (SARIF's `unicodeCodePoints`).
package struct SourcePosition: Hashable, Sendable {
  /// In bytes, from 0.
  package let offset: Int
  package let line: Int
  package let column: Int
}

/// A stretch of a text: `start` is its first byte, `end` the byte after its last.
package struct SourceRange: Sendable {
  package let source: SourceText
  package let start: Int
  package let end: Int

  package init(source: SourceText, start: Int, end: Int) {
    self.source = source
    self.start = start
    self.end = max(start, end)
  }

  package var startPosition: SourcePosition { source.position(at: start) }
  package var endPosition: SourcePosition { source.position(at: end) }

  /// `file:line:column`, the form that editors and terminals turn into a link.
  package var location: String {
    let position = startPosition
    return "\(source.name):\(position.line):\(position.column)"
  }

  /// The text of the range; bytes that are not UTF-8 are shown as U+FFFD.
  package var text: String {
    let upper = min(end, source.bytes.count)
    return String(decoding: source.bytes[min(start, upper)..<upper], as: UTF8.self)
  }
}

extension SourceRange: Equatable {
  package static func == (left: SourceRange, right: SourceRange) -> Bool {
    left.source === right.source && left.start == right.start && left.end == right.end
  }
}
