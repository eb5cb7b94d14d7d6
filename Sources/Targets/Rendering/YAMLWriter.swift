import CanonicalJSON

/// Writes a JSON value as block YAML that every YAML reader, of 1.1 or 1.2, takes for the same value: strings always in
/// double quotes, so that none of them can become a boolean, a date, a tag, an anchor or a comment.
enum YAMLWriter {
  static func text(of value: JSON, comments: [String]) -> String {
    var lines = comments.map { "# " + $0 }
    append(value, after: "", indent: 0, to: &lines)
    return lines.map { $0 + "\n" }.joined()
  }

  /// The prefix is what stands before the value on its first line: a key, a dash, or nothing.
  private static func append(_ value: JSON, after prefix: String, indent: Int, to lines: inout [String]) {
    let margin = String(repeating: " ", count: indent)
    switch value {
    case .object(let object) where !object.isEmpty:
      if !prefix.isEmpty { lines.append(prefix) }
      for member in object.members {
        append(member.value, after: margin + key(member.name) + ":", indent: indent + 2, to: &lines)
      }
    case .array(let items) where !items.isEmpty:
      if !prefix.isEmpty { lines.append(prefix) }
      for item in items {
        // Below a dash the members of an object follow two columns to the right, the first on a line of its own.
        append(item, after: margin + "-", indent: indent + 2, to: &lines)
      }
    case .null, .bool, .number, .string, .array, .object:
      lines.append(prefix.isEmpty ? value.text(.compact) : prefix + " " + value.text(.compact))
    }
  }

  /// Plain only where every YAML reader takes the key for a string.
  private static func key(_ name: String) -> String {
    let isPlain = !name.isEmpty && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "_") }
    return isPlain && !words.contains(name) ? name : JSON.string(name).text(.compact)
  }

  /// Lower-case words that some YAML reader takes for a boolean or for null.
  private static let words: Set = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
}
