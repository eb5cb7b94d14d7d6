import Diagnostics

extension JSONNode {
  /// The text that this document was read from, changed so that it says `value`: what is the same keeps every byte, so
  /// that spaces and the spelling of strings are those of whoever wrote it; what is new is laid out as its neighbours
  /// are.
  ///
  /// Nothing is compared to find out whether there is anything to do: the text is put together from its parts each time,
  /// and equals the original where the parts do.
  package func text(saying value: JSON) -> [UInt8] {
    let source = range.source.bytes
    let rewriting = JSONRewriting(source: source, indent: JSONIndent(of: source, from: range.start))
    return source[..<range.start] + rewriting.text(of: self, saying: value, depth: 0) + source[range.end...]
  }
}

extension JSONIndent {
  /// As the first line inside of the outermost value is indented; nil when all is on one line.
  fileprivate init?(of source: [UInt8], from start: Int) {
    let content = source[min(start + 1, source.count)...]
    guard let end = content.firstIndex(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }),
      let lineFeed = content.firstIndex(of: UInt8(ascii: "\n")),
      lineFeed == end || lineFeed == end + 1 && source[end] == UInt8(ascii: "\r")
    else { return nil }
    lineEnd = Array(source[end...lineFeed])
    unit = source[(lineFeed + 1)...].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map(\.self)
  }
}

private struct JSONRewriting {
  let source: [UInt8]
  let indent: JSONIndent?

  func text(of node: JSONNode, saying value: JSON, depth: Int) -> [UInt8] {
    switch (node.value, value) {
    case (.array(let old), .array(let new)) where !old.isEmpty && !new.isEmpty:
      return items(of: node, old, new, depth: depth)
    case (.object(let old), .object(let new)) where !old.isEmpty && !new.isEmpty:
      return members(of: node, old, new.members, depth: depth) ?? value.encoded(indent: indent, depth: depth)
    default:
      return node.json == value
        ? Array(source[node.range.start..<node.range.end]) : value.encoded(indent: indent, depth: depth)
    }
  }

  /// Items have no names: each place is compared with the same place.
  private func items(of node: JSONNode, _ old: [JSONNode], _ new: [JSON], depth: Int) -> [UInt8] {
    let spaces = Spaces(of: node, parts: old.map { ($0.range.start, $0.range.end) }, source)
    var text = Array(spaces.opening)
    for (index, value) in new.enumerated() {
      if index > 0 { text += spaces.separator(before: old.indices.contains(index) ? index : nil) }
      text +=
        old.indices.contains(index)
        ? self.text(of: old[index], saying: value, depth: depth + 1) : value.encoded(indent: indent, depth: depth + 1)
    }
    return text + spaces.closing
  }

  /// Nil when members have changed places: then nothing can be said about the spaces between them.
  private func members(
    of node: JSONNode,
    _ old: [JSONNode.Member],
    _ new: [JSONObject.Member],
    depth: Int
  ) -> [UInt8]? {
    let spaces = Spaces(of: node, parts: old.map { ($0.nameRange.start, $0.value.range.end) }, source)
    let places = Dictionary(old.enumerated().map { (Array($1.name.utf8), $0) }) { first, _ in first }
    var text = Array(spaces.opening)
    var last = -1
    for (index, member) in new.enumerated() {
      let place = places[Array(member.name.utf8)]
      if index > 0 { text += spaces.separator(before: place) }
      guard let place else {
        let colon = source[old[0].nameRange.end..<old[0].value.range.start]
        text += JSON.string(member.name).encoded(.compact) + colon
        text += member.value.encoded(indent: indent, depth: depth + 1)
        continue
      }
      guard place > last else { return nil }
      last = place
      text += source[old[place].nameRange.start..<old[place].value.range.start]
      text += self.text(of: old[place].value, saying: member.value, depth: depth + 1)
    }
    return text + spaces.closing
  }
}

/// What is between the parts of an array or an object that has some: brackets, commas and spaces.
private struct Spaces {
  let opening: ArraySlice<UInt8>
  let closing: ArraySlice<UInt8>
  private let separators: [ArraySlice<UInt8>]
  /// For a part that was not there.
  private let usual: [UInt8]

  init(of node: JSONNode, parts: [(start: Int, end: Int)], _ source: [UInt8]) {
    let (first, last) = (parts.first?.start ?? node.range.end, parts.last?.end ?? node.range.start)
    opening = source[node.range.start..<first]
    closing = source[last..<node.range.end]
    separators = zip(parts, parts.dropFirst()).map { source[$0.end..<$1.start] }
    usual = separators.first.map(Array.init) ?? [UInt8(ascii: ",")] + opening.dropFirst()
  }

  /// `index` is where the part was; nil when it is new.
  func separator(before index: Int?) -> [UInt8] {
    guard let index, index > 0 else { return usual }
    return Array(separators[index - 1])
  }
}
