package import Diagnostics

/// Where a place of a policy's text is in the language: the keys around it, and the word at it. Read off the text as far
/// as the place, since a text that somebody is typing is rarely whole.
package struct CursorContext: Equatable {
  package enum Step: Equatable {
    case key(String)
    /// An item of a list, from 0.
    case item(Int)
  }

  package enum Place {
    /// The word is, or becomes, a key of the map at `path`.
    case key
    /// The word is the value at `path`.
    case value
    /// The beginning of a line, or of an item: a key or a value, as the language has it there.
    case either
  }

  package let path: [Step]
  package let place: Place
  /// From the beginning of the word to the place, without an opening quote.
  package let word: Range<Int>
  package let isQuoted: Bool

  /// `resources.memory`: the keys up to the first item of a list, which is how policies name values.
  package var keyPath: String {
    var names: [String] = []
    for case .key(let name) in path.prefix(while: { if case .key = $0 { true } else { false } }) { names.append(name) }
    return names.joined(separator: ".")
  }

  /// nil inside of a comment, and of text that spans lines.
  package init?(in source: SourceText, at offset: Int) {
    var scan = CursorScan(Array(source.bytes[..<min(max(0, offset), source.bytes.count)]))
    guard let found = scan.context() else { return nil }
    self = found
  }

  init(path: [Step], place: Place, word: Range<Int>, isQuoted: Bool) {
    self.path = path
    self.place = place
    self.word = word
    self.isQuoted = isQuoted
  }
}
