/// One line of a text as a terminal shows it, with the column of every byte.
///
/// Tabs become spaces up to the next multiple of four, so that an underline fits whatever the terminal's stops are. Of a
/// very long line only a window is shown: a report stays readable, and bounded, whatever the file is.
struct DisplayLine {
  private(set) var text = ""
  /// The byte at which each drawn piece begins and its column, from 0; the last entry is the end of what is shown.
  private var columns: [(offset: Int, column: Int)] = []

  private static let tabWidth = 4
  /// In bytes; a longer line is cut to a window of at most this size.
  private static let longest = 240
  /// In bytes, of the window that lies before the place of interest.
  private static let before = 80

  /// `focus` is the byte offset in the source that a window must show.
  init(_ source: SourceText, line: Int, focus: Int) {
    let bytes = source.lineBytes(line)
    let window = Self.window(of: bytes, around: focus)
    var column = 0
    if window.lowerBound > bytes.startIndex {
      text = "…"
      column = 1
    }
    var index = window.lowerBound
    while index < window.upperBound {
      columns.append((index, column))
      let (scalar, length) = UTF8Decoding.scalar(in: bytes, at: index)
      column += draw(scalar, byte: bytes[index], column: column)
      index += length
    }
    columns.append((window.upperBound, column))
    if window.upperBound < bytes.endIndex { text += "…" }
  }

  /// The column, from 0, at which a byte is drawn; bytes outside of the window take its nearest end.
  func column(at offset: Int) -> Int {
    columns.last { $0.offset <= offset }?.column ?? columns.first?.column ?? 0
  }

  /// Draws a scalar, or a byte that is none, and returns the columns it took.
  private mutating func draw(_ scalar: Unicode.Scalar?, byte: UInt8, column: Int) -> Int {
    guard let scalar else {
      text += DisplayText.escape(byte: byte)
      return 4
    }
    if scalar == "\t" {
      let width = Self.tabWidth - column % Self.tabWidth
      text += String(repeating: " ", count: width)
      return width
    }
    var drawn = ""
    DisplayText.append(scalar, to: &drawn)
    text += drawn
    return scalar.isVisible ? scalar.displayWidth : drawn.utf8.count
  }

  private static func window(of bytes: ArraySlice<UInt8>, around focus: Int) -> Range<Int> {
    guard bytes.count > longest else { return bytes.startIndex..<bytes.endIndex }
    let latestStart = bytes.endIndex - longest
    var start = min(max(focus - before, bytes.startIndex), latestStart)
    var end = start + longest
    // A window begins and ends between scalars, not inside of one.
    while start > bytes.startIndex, start > focus - before - 3, bytes[start] & 0xC0 == 0x80 { start -= 1 }
    while end < bytes.endIndex, end > start + longest - 4, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    return start..<end
  }
}
