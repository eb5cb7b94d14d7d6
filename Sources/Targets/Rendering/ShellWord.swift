/// A word of a POSIX shell script.
enum ShellWord {
  /// The text as one word that the shell takes exactly as it is: in single quotes, where nothing is special; a single
  /// quote itself ends the quotes, comes escaped, and opens them again. A NUL cannot be written and has to be refused
  /// before.
  static func quoted(_ text: String) -> String {
    if !text.isEmpty, text.utf8.allSatisfy(isPlain) { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  /// Bytes that no shell treats specially anywhere in a word but its beginning; a `-` there is the command's business.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."),
      UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: "@"),
      UInt8(ascii: "+"):
      true
    default: false
    }
  }
}
