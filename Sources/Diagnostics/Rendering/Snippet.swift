/// The lines of one text that a diagnostic's labels point at, with the labels drawn below them.
struct Snippet {
  /// A label, or the part of one that lies on one line.
  private struct Mark {
    let line: Int
    /// Byte offsets in the source.
    let start: Int
    let end: Int
    let isPrimary: Bool
    let message: String?
  }

  private let source: SourceText
  private let marks: [Mark]

  /// `primary` is nil when the diagnostic's own place is in another text.
  init(source: SourceText, primary: Diagnostic.Label?, secondary: [Diagnostic.Label]) {
    self.source = source
    marks =
      (primary.map { Self.marks(of: $0, isPrimary: true) } ?? [])
      + secondary.flatMap { Self.marks(of: $0, isPrimary: false) }
  }

  /// The digits of the highest line number shown.
  var gutterWidth: Int { String(lastLine).utf8.count }

  private var lastLine: Int { marks.map(\.line).max() ?? 1 }

  /// A label over several lines is drawn on its first and its last.
  private static func marks(of label: Diagnostic.Label, isPrimary: Bool) -> [Mark] {
    let source = label.range.source
    let start = label.range.startPosition
    var end = label.range.endPosition
    // The end of a block is often reported as the beginning of the line after it.
    if end.line > start.line, end.column == 1 { end = source.position(at: max(start.offset, end.offset - 1)) }
    let message = label.message
    guard end.line > start.line else {
      return [
        Mark(line: start.line, start: start.offset, end: end.offset, isPrimary: isPrimary, message: message)
      ]
    }
    let endOfFirst = source.lineBytes(start.line).endIndex
    let startOfLast = source.lineBytes(end.line).firstIndex { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
    return [
      Mark(line: start.line, start: start.offset, end: endOfFirst, isPrimary: isPrimary, message: nil),
      Mark(
        line: end.line,
        start: min(startOfLast ?? end.offset, end.offset),
        end: end.offset,
        isPrimary: isPrimary,
        message: message
      ),
    ]
  }

  func render(gutter: Int, style: TerminalStyle, severity: Severity) -> [String] {
    let margin = String(repeating: " ", count: gutter)
    let bar = margin + " " + style.paint("|", .gutter)
    var rows = [bar]
    var previous: Int?
    for line in Set(marks.map(\.line)).sorted() {
      if let previous, line > previous + 2 {
        rows.append(style.paint("...", .gutter))
      } else if let previous, line == previous + 2 {
        rows.append(
          numbered(previous + 1, gutter: gutter, style: style, focus: source.offset(ofLine: previous + 1)).row
        )
      }
      previous = line
      let here = marks.filter { $0.line == line }
      let focus = (here.first(where: \.isPrimary) ?? here.first)?.start ?? 0
      let (row, display) = numbered(line, gutter: gutter, style: style, focus: focus)
      rows.append(row)
      let underlines = Underlines(
        here.map { mark in
          let start = display.column(at: mark.start)
          return Underline(
            start: start,
            end: max(start + 1, display.column(at: mark.end)),
            isPrimary: mark.isPrimary,
            message: mark.message.map { DisplayText.escaped($0) }
          )
        }
      )
      rows += underlines.render(style: style, severity: severity).map { bar + " " + $0 }
    }
    return rows
  }

  private func numbered(
    _ line: Int,
    gutter: Int,
    style: TerminalStyle,
    focus: Int
  ) -> (row: String, display: DisplayLine) {
    let display = DisplayLine(source, line: line, focus: focus)
    let number = String(line)
    let padding = String(repeating: " ", count: max(0, gutter - number.utf8.count))
    let prefix = padding + style.paint(number, .gutter) + " " + style.paint("|", .gutter)
    return (display.text.isEmpty ? prefix : prefix + " " + display.text, display)
  }
}

/// An underline below a line, in columns from 0; `end` is the column after the last.
private struct Underline {
  let start: Int
  let end: Int
  let isPrimary: Bool
  let message: String?
}

/// All underlines below one line. The rightmost says what it means at once; the others hang their words below, from right
/// to left, so that no line crosses a word.
private struct Underlines {
  private let items: [Underline]

  init(_ items: [Underline]) {
    self.items = items.sorted { ($0.start, $0.end) < ($1.start, $1.end) }
  }

  func render(style: TerminalStyle, severity: Severity) -> [String] {
    var hanging = items.filter { $0.message != nil }
    var inline: Underline?
    if let last = items.last, last.message != nil, items.dropLast().allSatisfy({ $0.end <= last.start }) {
      inline = last
      hanging.removeLast()
    }

    var row = Canvas()
    // The primary underline is drawn last: where two overlap, it is the one to be seen.
    for item in items.filter({ !$0.isPrimary }) + items.filter(\.isPrimary) {
      row.draw(item.isPrimary ? "^" : "-", over: item.start..<item.end, ink: item.ink(severity))
    }
    if let inline, let message = inline.message { row.write(message, at: inline.end + 1, ink: inline.ink(severity)) }
    var rows = [row.painted(style)]
    if !hanging.isEmpty { rows.append(stems(hanging, severity: severity).painted(style)) }
    while let item = hanging.popLast() {
      var row = stems(hanging.filter { $0.start < item.start }, severity: severity)
      row.write(item.message ?? "", at: item.start, ink: item.ink(severity))
      rows.append(row.painted(style))
    }
    return rows
  }

  private func stems(_ items: [Underline], severity: Severity) -> Canvas {
    var row = Canvas()
    for item in items { row.draw("|", over: item.start..<item.start + 1, ink: item.ink(severity)) }
    return row
  }
}

extension Underline {
  func ink(_ severity: Severity) -> TerminalStyle.Ink { isPrimary ? severity.ink : .gutter }
}

/// One row of characters, each with its colour.
private struct Canvas {
  private var cells: [(character: Character, ink: TerminalStyle.Ink)?] = []

  mutating func draw(_ character: Character, over columns: Range<Int>, ink: TerminalStyle.Ink) {
    if cells.count < columns.upperBound {
      cells += Array(repeating: nil, count: columns.upperBound - cells.count)
    }
    for column in columns { cells[column] = (character, ink) }
  }

  /// Text at the end of the row: what follows it has no column any more.
  mutating func write(_ text: String, at column: Int, ink: TerminalStyle.Ink) {
    if cells.count < column { cells += Array(repeating: nil, count: column - cells.count) }
    cells.replaceSubrange(column..., with: text.map { ($0, ink) })
  }

  func painted(_ style: TerminalStyle) -> String {
    var result = ""
    var index = 0
    while index < cells.count {
      guard let cell = cells[index] else {
        result += " "
        index += 1
        continue
      }
      var run = ""
      while index < cells.count, let next = cells[index], next.ink == cell.ink {
        run.append(next.character)
        index += 1
      }
      result += style.paint(run, cell.ink)
    }
    return result
  }
}
