import Diagnostics

/// Takes an entry out of a YAML sequence as a person would: the rest keeps its layout and its comments.
enum ListEdit {
  /// nil when the text around the entry is not what it should be.
  static func removal(of entry: SourceRange, isOnlyEntry: Bool, list: SourceRange?) -> Diagnostic.Fix.Edit? {
    let bytes = entry.source.bytes
    if isOnlyEntry { return list.flatMap { emptying($0, of: entry, bytes) } }
    return blockEntry(entry, bytes) ?? flowEntry(entry, bytes)
  }

  /// An empty list has to be written, since a key without a value is null: `[]`, beside the key where nothing is between.
  private static func emptying(_ list: SourceRange, of entry: SourceRange, _ bytes: [UInt8]) -> Diagnostic.Fix.Edit? {
    guard list.start < bytes.count else { return nil }
    if bytes[list.start] == UInt8(ascii: "[") { return .init(list, replacement: "[]") }
    var end = trimmed(bytes, entry.start, entry.end)
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    var start = list.start
    while start > 0, isSpace(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: "\n") { start -= 1 }
    // A comment above the entry stays where it is.
    let isBesideKey = start > 0 && bytes[start - 1] == UInt8(ascii: ":")
    return .init(
      SourceRange(source: entry.source, start: isBesideKey ? start : list.start, end: end),
      replacement: isBesideKey ? " []" : "[]"
    )
  }

  /// `  - entry  # comment`: the whole line goes, the comment being the entry's own.
  private static func blockEntry(_ entry: SourceRange, _ bytes: [UInt8]) -> Diagnostic.Fix.Edit? {
    var start = entry.start
    while start > 0, isSpace(bytes[start - 1]) { start -= 1 }
    guard start > 0, bytes[start - 1] == UInt8(ascii: "-") else { return nil }
    start -= 1
    while start > 0, isSpace(bytes[start - 1]) { start -= 1 }
    guard start == 0 || bytes[start - 1] == UInt8(ascii: "\n") else { return nil }
    var end = trimmed(bytes, entry.start, entry.end)
    while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
    return .init(SourceRange(source: entry.source, start: start, end: min(end + 1, bytes.count)), replacement: "")
  }

  /// `[a, entry, b]`: the entry goes with the comma and the space after it, or, as the last one, before it.
  private static func flowEntry(_ entry: SourceRange, _ bytes: [UInt8]) -> Diagnostic.Fix.Edit? {
    var end = entry.end
    while end < bytes.count, isSpace(bytes[end]) { end += 1 }
    if end < bytes.count, bytes[end] == UInt8(ascii: ",") {
      end += 1
      while end < bytes.count, isSpace(bytes[end]) { end += 1 }
      return .init(SourceRange(source: entry.source, start: entry.start, end: end), replacement: "")
    }
    var start = entry.start
    while start > 0, isSpace(bytes[start - 1]) { start -= 1 }
    guard start > 0, bytes[start - 1] == UInt8(ascii: ",") else { return nil }
    return .init(SourceRange(source: entry.source, start: start - 1, end: entry.end), replacement: "")
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

  /// The end without the white space that belongs to the lines after it.
  private static func trimmed(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Int {
    var end = end
    while end > start, isSpace(bytes[end - 1]) || bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == 0x0D {
      end -= 1
    }
    return end
  }
}
