import Diagnostics
import YAML

/// Decodes a tree of YAML by the language's shapes. Everything that is wrong is collected; nothing is guessed.
struct Decoder {
  private(set) var diagnostics: [Diagnostic] = []

  /// How many problems are looked for: each may cost a search for the name that was meant.
  private static let limit = YAMLLimits.standard.diagnostics

  /// The settings of a policy; values that do not fit are `invalid`, and the diagnostics say why.
  static func decode(_ root: YAMLNode) -> (setting: Setting, diagnostics: [Diagnostic]) {
    var decoder = Decoder()
    let setting = decoder.map(root, Language.keys, at: "")
    return (setting, decoder.diagnostics)
  }

  private mutating func value(_ node: YAMLNode, _ shape: Shape, at path: String) -> Setting {
    let isRefused = if case .refused = node.content { true } else { false }
    if isRefused || diagnostics.count >= Self.limit { return Setting(content: .invalid, range: node.range) }
    switch shape {
    case .scalar(let scalar): return self.scalar(node, scalar, at: path)
    case .map(let keys): return map(node, keys, at: path)
    case .list(let item):
      guard case .sequence(let items) = node.content else { return mismatch(node, "a list", at: path) }
      return list(items, item, range: node.range, at: path)
    case .scalarOrList(let scalar):
      guard case .sequence(let items) = node.content else { return self.scalar(node, scalar, at: path) }
      return list(items, .scalar(scalar), range: node.range, at: path)
    case .scalarOrMap(let scalar, let keys):
      if case .mapping = node.content { return map(node, keys, at: path) }
      return self.scalar(node, scalar, at: path)
    case .dictionary(let name, let shape): return dictionary(node, name, shape, at: path)
    case .conditions:
      switch node.content {
      case .sequence(let items): return list(items, .map(Language.condition), range: node.range, at: path)
      case .mapping: return list([node], .map(Language.condition), range: node.range, at: path)
      case .scalar, .refused: return mismatch(node, "a list of conditions", at: path)
      }
    }
  }

  private mutating func list(_ items: [YAMLNode], _ shape: Shape, range: SourceRange, at path: String) -> Setting {
    let settings = items.enumerated().map { index, item in value(item, shape, at: "\(path)[\(index)]") }
    return Setting(content: .list(settings), range: range)
  }

  private mutating func scalar(_ node: YAMLNode, _ shape: Shape.Scalar, at path: String) -> Setting {
    guard case .scalar(let text, let isPlain) = node.content else { return mismatch(node, "a single value", at: path) }
    do throws(ScalarDecoder.Failure) {
      let decoder = ScalarDecoder(key: path, range: node.range, text: text, isPlain: isPlain)
      return Setting(content: try decoder.decode(shape), range: node.range)
    } catch {
      diagnostics.append(error.diagnostic)
      return Setting(content: .invalid, range: node.range)
    }
  }

  private mutating func map(_ node: YAMLNode, _ keys: [Shape.Key], at path: String) -> Setting {
    guard case .mapping(let entries) = node.content else { return mismatch(node, "a map", at: path) }
    var fields: [Setting.Field] = []
    for entry in entries where diagnostics.count < Self.limit {
      guard let key = keys.first(where: { $0.name.utf8.elementsEqual(entry.key.utf8) }) else {
        unknown(entry, keys, at: path)
        continue
      }
      let keyPath = path.isEmpty ? key.name : path + "." + key.name
      let value = value(entry.value, key.shape, at: keyPath)
      fields.append(Setting.Field(name: key.name, nameRange: entry.keyRange, value: value))
    }
    for key in keys where key.isRequired && !entries.contains(where: { $0.key.utf8.elementsEqual(key.name.utf8) }) {
      let place = path.isEmpty ? "the policy" : "`\(path)`"
      let message = "\(place) needs `\(key.name)`"
      let range = firstLine(of: node.range)
      diagnostics.append(PolicyRules.missingKey.finding(message, at: range, help: [key.summary]))
      fields.append(Setting.Field(name: key.name, nameRange: range, value: Setting(content: .invalid, range: range)))
    }
    return Setting(content: .map(fields), range: node.range)
  }

  /// A key is missing from all of a map, but nobody wants to see all of it.
  private func firstLine(of range: SourceRange) -> SourceRange {
    let bytes = range.source.bytes[range.start..<min(range.end, range.source.bytes.count)]
    let end = bytes.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? range.end
    return SourceRange(source: range.source, start: range.start, end: end)
  }

  private mutating func dictionary(_ node: YAMLNode, _ name: TextShape, _ shape: Shape, at path: String) -> Setting {
    guard case .mapping(let entries) = node.content else { return mismatch(node, "a map", at: path) }
    var fields: [Setting.Field] = []
    for entry in entries where diagnostics.count < Self.limit {
      if let problem = TextCheck.problem(with: entry.key, isPlain: false, as: name, key: path) {
        diagnostics.append(problem.rule.finding(problem.message, at: entry.keyRange, help: [problem.help]))
        continue
      }
      let value = value(entry.value, shape, at: path + "." + entry.key)
      fields.append(Setting.Field(name: entry.key, nameRange: entry.keyRange, value: value))
    }
    return Setting(content: .map(fields), range: node.range)
  }

  private mutating func unknown(_ entry: YAMLNode.Entry, _ keys: [Shape.Key], at path: String) {
    let names = keys.map(\.name)
    let meant = ForeignKeys.meaning(of: entry.key)
    let near = meant.flatMap { names.contains($0) ? $0 : nil } ?? Spelling.nearest(to: entry.key, among: names)
    let elsewhere = near == nil ? Language.path(ofKey: meant ?? entry.key) : nil
    let place = path.isEmpty ? "a policy" : "`\(path)`"
    diagnostics.append(
      PolicyRules.unknownKey.finding(
        "unknown key \(entry.key.quoted)",
        at: entry.keyRange,
        label: "not a key of \(place)",
        help: [
          (near ?? elsewhere).map { "did you mean `\($0)`?" } ?? "keys here are \(names.joined(separator: ", "))"
        ],
        // A guess, so never applied unasked.
        fix: near.map {
          .init(summary: "write `\($0)`", edits: [.init(entry.keyRange, replacement: $0)], isSafe: false)
        }
      )
    )
  }

  private mutating func mismatch(_ node: YAMLNode, _ expected: String, at path: String) -> Setting {
    let subject = path.isEmpty ? "a policy" : "`\(path)`"
    var help =
      switch expected {
      case "a list": "a list is written [a, b], or with a dash before every item"
      case "a map": "a map is written {key: value}, or with a key on every line"
      case "a list of conditions": "for instance [{index: 0, equals: AF_UNIX}]"
      default: "write one value"
      }
    if case .scalar(_, isPlain: true) = node.content, expected == "a list",
      (1...40).contains(node.range.end - node.range.start)
    {
      help = "write [\(node.range.text)]"
    }
    if node.kind == "nothing" { help = "give it one, or leave the key out for its default" }
    let message = "\(subject) has to be \(expected), not \(node.kind)"
    diagnostics.append(PolicyRules.wrongType.finding(message, at: node.range, help: [help]))
    return Setting(content: .invalid, range: node.range)
  }
}
