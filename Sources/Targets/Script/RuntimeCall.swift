import Diagnostics

/// A call of an OCI runtime in a script, that makes a container.
struct RuntimeCall: Sendable {
  /// After the runtime's name.
  let words: [ShellScript.Word]
  let verb: ShellScript.Word

  /// nil when the command calls none of these programs, or for something else.
  init?(_ command: ShellScript.Command, of programs: [String], verbs: [String] = ["run", "create"]) {
    guard
      let first = command.words.firstIndex(where: { word in
        let names = word.isLiteral ? [String(word.text.split(separator: "/").last ?? "")] : word.variables
        return names.contains { programs.contains(word.isLiteral ? $0 : $0.lowercased()) }
      })
    else { return nil }
    let words = Array(command.words[(first + 1)...])
    guard let verb = words.first(where: { $0.isLiteral && verbs.contains($0.text) }) else { return nil }
    self.words = words
    self.verb = verb
  }

  /// With what follows `=`, or the next word.
  var flags: [(name: String, value: String?, range: SourceRange)] {
    words.indices.compactMap { index in
      let word = words[index]
      guard word.text.hasPrefix("-") else { return nil }
      let body = word.text.drop { $0 == "-" }
      let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let next = words.dropFirst(index + 1).first { $0.isLiteral && !$0.text.hasPrefix("-") }?.text
      return (String(parts.first ?? ""), parts.count > 1 ? String(parts[1]) : next, word.range)
    }
  }

  func flag(_ name: String) -> (name: String, value: String?, range: SourceRange)? {
    flags.first { $0.name == name }
  }
}
