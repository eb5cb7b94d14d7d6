/// Checks paths, by their bytes, and compares them by their components.
enum PathCheck {
  private static let slash = UInt8(ascii: "/")
  /// PATH_MAX of the kernel, with the NUL at the end.
  private static let longest = 4096
  /// NAME_MAX of the kernel.
  private static let longestName = 255

  /// What is wrong with a path inside the sandbox; nil when nothing is.
  static func problem(inside text: String) -> TextCheck.Problem? {
    if let problem = common(text) { return problem }
    guard text.utf8.first == slash else {
      return bad("\(text.quoted) is not absolute", "begin with /; what is the host's is written {source: …, path: …}")
    }
    return nil
  }

  /// What is wrong with a path of the host; nil when nothing is.
  static func problem(ofHost text: String) -> TextCheck.Problem? { common(text) }

  /// What engines take for the end of a path, in `-v a:b` and `--mount a=b,"c=d"`.
  private static let separators = Array(":,\"".utf8)

  private static func common(_ text: String) -> TextCheck.Problem? {
    guard !text.utf8.isEmpty else { return bad("the path is empty", "name one") }
    if text.utf8.count >= longest { return bad("the path is longer than the kernel takes", "4095 bytes are the limit") }
    if text.utf8.contains(UInt8(ascii: "$")) || text.utf8.first == UInt8(ascii: "~") {
      return bad("paths have no variables", "write the path out")
    }
    if text.utf8.contains(where: { $0 < 0x20 || separators.contains($0) }) {
      let which = "a control character, a colon, a comma or a quote"
      return bad("\(text.quoted) has \(which), which engines take for a separator", "use another name")
    }
    let parts = components(text)
    if parts.contains("..") { return bad("\(text.quoted) has a `..`", "write where it leads") }
    if parts.contains(where: { $0.utf8.count > longestName }) {
      return bad("a name in the path is longer than the kernel takes", "255 bytes are the limit")
    }
    return nil
  }

  private static func bad(_ message: String, _ help: String) -> TextCheck.Problem {
    TextCheck.Problem(PolicyRules.badPath, message, help)
  }

  /// Without empty and `.` components.
  static func components(_ path: String) -> [String] {
    path.utf8.split(separator: slash).map { String(Substring($0)) }.filter { !$0.utf8.elementsEqual(".".utf8) }
  }

  /// A path in its shortest form; `..` has been refused.
  static func normalised(_ path: String) -> String { "/" + components(path).joined(separator: "/") }

  /// Whether a path is the folder or lies below it; both are in their shortest form.
  static func contains(_ folder: String, _ path: String) -> Bool {
    guard path.utf8.starts(with: folder.utf8) else { return false }
    let rest = path.utf8.dropFirst(folder.utf8.count)
    return rest.isEmpty || rest.first == slash || folder.utf8.last == slash
  }

  /// Whether a path comes before another in an order in which a folder comes right before all that is below it.
  static func precedes(_ left: String, _ right: String) -> Bool {
    // A slash sorts before every byte that a name can have.
    left.utf8.lazy.map { $0 == slash ? 0 : $0 }.lexicographicallyPrecedes(right.utf8.lazy.map { $0 == slash ? 0 : $0 })
  }
}
