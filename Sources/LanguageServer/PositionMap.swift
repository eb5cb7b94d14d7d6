package import CanonicalJSON
package import Diagnostics

/// Turns places of a text into positions of the protocol and back: lines from 0, ended by LF, CR LF or CR, and characters
/// in UTF-16 code units from 0, which is what every client understands.
package struct PositionMap: Sendable {
  private let bytes: [UInt8]
  /// The byte offset at which each line begins; never empty.
  private let lineStarts: [Int]

  package init(_ source: SourceText) {
    bytes = source.bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() {
      let isEnd = byte == 10 || byte == 13 && !(offset + 1 < bytes.count && bytes[offset + 1] == 10)
      if isEnd { starts.append(offset + 1) }
    }
    lineStarts = starts
  }

  /// The byte offset of a position. One beyond the end of its line is taken as that end, one beyond the text as the text's;
  /// one in the middle of a character as its beginning.
  package func offset(line: Int64, character: Int64) -> Int {
    guard line >= 0 else { return 0 }
    guard let line = Int(exactly: line), line < lineStarts.count else { return bytes.count }
    var offset = lineStarts[line]
    let end = endOfLine(line)
    var units = max(0, character)
    while offset < end, units > 0 {
      let length = Self.length(of: bytes[offset])
      units -= length == 4 ? 2 : 1
      if units < 0 { break }
      offset = min(end, offset + length)
    }
    return offset
  }

  package func offset(of position: JSON?) -> Int? {
    guard let line = position?["line"]?.integer, let character = position?["character"]?.integer else { return nil }
    return offset(line: line, character: character)
  }

  package func position(at offset: Int) -> JSON {
    let offset = min(max(0, offset), bytes.count)
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    var units = 0
    for byte in bytes[lineStarts[low]..<offset] where byte & 0xC0 != 0x80 {
      units += byte >= 0xF0 ? 2 : 1
    }
    return ["line": .integer(low), "character": .integer(units)]
  }

  package func range(_ range: Range<Int>) -> JSON {
    ["start": position(at: range.lowerBound), "end": position(at: range.upperBound)]
  }

  private func endOfLine(_ line: Int) -> Int {
    guard line + 1 < lineStarts.count else { return bytes.count }
    var end = lineStarts[line + 1] - 1
    if end > lineStarts[line], bytes[end] == 10, bytes[end - 1] == 13 { end -= 1 }
    return end
  }

  private static func length(of leading: UInt8) -> Int {
    switch leading {
    case 0xC0..<0xE0: 2
    case 0xE0..<0xF0: 3
    case 0xF0...0xFF: 4
    default: 1
    }
  }
}
