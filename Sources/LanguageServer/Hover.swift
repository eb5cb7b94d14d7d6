import CanonicalJSON
import Diagnostics
import Policy
import Sandbox
import Seccomp

/// What is shown at a place: what the key there means, the value that the policy comes to, and where that comes from.
struct Hover {
  let document: OpenDocument
  let analysis: PolicyAnalysis
  let catalog: RuleCatalog

  func json(at offset: Int) -> JSON {
    let word = wordRange(at: offset)
    let text = String(decoding: document.source.bytes[word], as: UTF8.self)
    guard let context = CursorContext(in: document.source, at: word.upperBound) else { return .null }
    let isKey = context.place != .value && isColon(after: word.upperBound)
    let path = isKey ? context.path + [.key(text)] : context.path
    var parts = isKey ? [] : [self.text(of: text, at: path)].compactMap(\.self)
    if let key = keyText(path) { parts.append(key) }
    guard !parts.isEmpty else { return .null }
    return [
      "contents": ["kind": "markdown", "value": .string(parts.joined(separator: "\n\n---\n\n"))],
      "range": document.positions.range(word),
    ]
  }

  private func keyText(_ path: [CursorContext.Step]) -> String? {
    guard let index = path.lastIndex(where: { if case .key = $0 { true } else { false } }),
      let key = LanguageKeys.key(at: Array(path[...index]))
    else { return nil }
    let context = CursorContext(path: path, place: .value, word: 0..<0, isQuoted: false)
    let name = index + 1 == path.count || !path[...index].contains(where: Self.isItem) ? context.keyPath : key.name
    var text = "**`\(name)`**\(key.isRequired ? " (required)" : "")\n\n\(key.summary)"
    if !path[...index].contains(where: Self.isItem), let value = analysis.value(of: name) {
      text += "\n\n\(Self.code(Self.shortened(value.text))), \(origin(value.origin))"
    }
    return text
  }

  private static func isItem(_ step: CursorContext.Step) -> Bool { if case .item = step { true } else { false } }

  private func origin(_ range: SourceRange?) -> String {
    guard let range else { return "the default" }
    if range.source === document.source { return "set here, in line \(range.startPosition.line)" }
    let name = "\(range.source.name):\(range.startPosition.line)"
    guard let address = range.source.address else { return "from \(Self.code(name))" }
    return "from [\(Self.escaped(name))](\(address)#L\(range.startPosition.line))"
  }

  /// What a word means by itself: a call, a group, a rule, a policy.
  private func text(of word: String, at path: [CursorContext.Step]) -> String? {
    guard let shape = LanguageKeys.shape(at: path) else { return nil }
    let text: TextShape
    switch shape {
    case .scalar(.text(let shape)), .scalarOrMap(.text(let shape), _): text = shape
    default: return nil
    }
    switch text {
    case .syscallOrGroup, .syscall: return Self.syscall(word)
    case .rule: return catalog[word].map { "**\($0.id)**: \($0.title)\n\n\($0.explanation)" }
    case .policyName where word == analysis.policy?.sandbox.name: return analysis.policy.map { Self.code($0.digest) }
    default: return nil
    }
  }

  private static func syscall(_ word: String) -> String? {
    if let group = SyscallGroup(named: word) {
      return "**`\(group.name)`**: \(group.summary)\n\n" + group.memberNames.map { "`\($0)`" }.joined(separator: " ")
    }
    guard let call = Syscall(named: word) else { return nil }
    let page = SyscallPage(of: call)
    let groups = page.groups.isEmpty ? "" : "\n\nIn " + page.groups.map { "`\($0)`" }.joined(separator: ", ") + "."
    return "**`\(page.signature)`**\(page.origin.isEmpty ? "" : " " + page.origin)\(groups)"
  }

  /// Text from a file, as code: no backquote can end it, and no line break leave it.
  private static func code(_ text: String) -> String {
    "`" + DisplayText.escaped(text).replacing("`", with: "'") + "`"
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in DisplayText.escaped(text).unicodeScalars {
      if "\\`*_{}[]()#+-!<>|".unicodeScalars.contains(scalar) { escaped += "\\" }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped
  }

  private static func shortened(_ text: String) -> String {
    let limit = 400
    return text.unicodeScalars.count > limit
      ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit))) + "…" : text
  }

  private func isColon(after offset: Int) -> Bool {
    let rest = document.source.bytes[offset...].drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
    return rest.first == UInt8(ascii: ":")
  }

  private func wordRange(at offset: Int) -> Range<Int> {
    let bytes = document.source.bytes
    var start = offset
    while start > 0, Self.isWord(bytes[start - 1]) { start -= 1 }
    var end = offset
    while end < bytes.count, Self.isWord(bytes[end]) { end += 1 }
    return start..<end
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "@"),
      UInt8(ascii: "."):
      true
    default: byte >= 0x80
    }
  }
}
