import CanonicalJSON
import Diagnostics
import Policy
import Sandbox
import Seccomp

/// What can be written at a place: keys, and the words of a value.
struct Completion {
  let document: OpenDocument
  let catalog: RuleCatalog
  /// The names of policies that can be extended from here.
  let policyNames: [String]

  /// `CompletionItemKind`.
  private enum Kind: Int {
    case function = 3
    case module = 9
    case property = 10
    case value = 12
    case file = 17
    case enumMember = 20
    case constant = 21
  }

  private struct Item {
    let label: String
    let kind: Kind
    var summary: String?
    /// What is written; the label if nil.
    var text: String?
  }

  func json(at offset: Int) -> JSON {
    guard let context = CursorContext(in: document.source, at: offset) else { return [] }
    guard let shape = LanguageKeys.shape(at: context.path) else { return [] }
    var items: [Item] = []
    if context.place != .value { items += keys(of: shape) }
    if context.place != .key { items += values(of: shape, at: context.path) }
    let range = document.positions.range(context.word)
    return .array(items.map { json(of: $0, context, range: range) })
  }

  private func json(of item: Item, _ context: CursorContext, range: JSON) -> JSON {
    var text = item.text ?? item.label
    // YAML keeps a plain @ for itself.
    if !context.isQuoted, text.utf8.first == UInt8(ascii: "@") { text = "\"\(text)\"" }
    var object = JSONObject([
      ("label", .string(item.label)), ("kind", .integer(item.kind.rawValue)),
      ("filterText", .string(item.label)),
      ("textEdit", ["range": range, "newText": .string(text)]),
    ])
    object["documentation"] = item.summary.map(JSON.string)
    return .object(object)
  }

  private func keys(of shape: Shape) -> [Item] {
    LanguageKeys.keys(of: shape).map { key in
      let isMap: Bool
      if case .map = key.shape { isMap = true } else { isMap = false }
      return Item(label: key.name, kind: .property, summary: key.summary, text: key.name + (isMap ? ":" : ": "))
    }
  }

  private func values(of shape: Shape, at path: [CursorContext.Step]) -> [Item] {
    switch shape {
    case .scalar(let scalar), .scalarOrMap(let scalar, _), .scalarOrList(let scalar): values(of: scalar, at: path)
    case .list, .map, .dictionary, .conditions: []
    }
  }

  private func values(of scalar: Shape.Scalar, at path: [CursorContext.Step]) -> [Item] {
    switch scalar {
    case .word(let words): words.map { Item(label: $0, kind: .enumMember) }
    case .boolean: ["true", "false"].map { Item(label: $0, kind: .value) }
    case .integer(_, orUnlimited: true), .size(_, orUnlimited: true), .duration(_, orUnlimited: true),
      .cpus(_, orUnlimited: true):
      [Item(label: "unlimited", kind: .value, summary: "No limit; the linter asks why.")]
    case .integer, .size, .duration, .cpus: []
    case .text(let shape), .optionalText(let shape): values(of: shape, at: path)
    }
  }

  private func values(of shape: TextShape, at path: [CursorContext.Step]) -> [Item] {
    switch shape {
    case .syscallOrGroup: Self.groups + Self.syscalls
    case .syscall: Self.syscalls
    case .capability: Capability.allCases.map { Item(label: $0.rawValue, kind: .constant) }
    case .control:
      Control.allCases.map { Item(label: $0.rawValue, kind: .property, summary: Language.summary(of: $0.rawValue)) }
    case .rule: catalog.rules.map { Item(label: $0.id, kind: .constant, summary: $0.title) }
    case .policyName where path == [.key("extends")] || path == [.key("within")]:
      policyNames.map { Item(label: $0, kind: .file) }
    case .constant: SyscallConstant.allNames.map { Item(label: $0, kind: .constant) }
    case .parameter:
      Set(Syscall.all.flatMap(\.parameterNames)).sorted().map { Item(label: $0, kind: .property) }
    case .policyName, .line, .argument, .path, .hostPath, .user, .mask, .hostname, .variableName, .variableValue,
      .image,
      .host, .date, .keyPath, .version, .release, .signal, .identifier:
      []
    }
  }

  private static let groups = SyscallGroup.allNames.map {
    Item(label: $0, kind: .module, summary: SyscallGroup(named: $0)?.summary)
  }

  private static let syscalls = Syscall.all.map {
    Item(label: $0.name, kind: .function, summary: "\($0.name)(\($0.parameterNames.joined(separator: ", ")))")
  }
}
