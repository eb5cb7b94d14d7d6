import CanonicalJSON
import Diagnostics
import YAML

/// A Compose file (compose-spec) as its rules look at it: a tree of values with their places, as if it were JSON.
struct ComposeDocument: Sendable {
  struct Service: Sendable {
    let name: String
    let nameRange: SourceRange
    let node: JSONNode
  }

  let root: JSONNode

  var services: [Service] {
    (root["services"]?.members ?? []).map { Service(name: $0.name, nameRange: $0.nameRange, node: $0.value) }
  }

  /// Every string of the services with its node.
  var strings: [JSONNode] { (root["services"]?.members ?? []).flatMap { Self.strings(in: $0.value) } }

  private static func strings(in node: JSONNode) -> [JSONNode] {
    switch node.value {
    case .string: [node]
    case .array(let items): items.flatMap(strings)
    case .object(let members): members.flatMap { strings(in: $0.value) }
    case .null, .bool, .number: []
    }
  }

  /// The services of a file; none where it cannot be read.
  static func services(of source: SourceText) -> [Service] {
    YAMLReader.read(source, as: .foreign).root.map { ComposeDocument(root: JSONNode(yaml: $0, at: .root)).services }
      ?? []
  }

  static func diagnose(_ source: SourceText) -> [Diagnostic] {
    let outcome = YAMLReader.read(source, as: .foreign)
    guard let yaml = outcome.root, !outcome.diagnostics.contains(where: { $0.severity == .error }) else {
      return outcome.diagnostics.map { finding in
        ComposeRules.notRead.finding(
          finding.message,
          at: finding.primary?.range,
          label: finding.primary?.message,
          secondary: finding.secondary,
          notes: ["anchors, merge keys, tags and several documents are YAML, but are not checked"],
          help: finding.help
        )
      }
    }
    let root = JSONNode(yaml: yaml, at: .root)
    let shape = ComposeShape.document.mismatches(in: root)
    guard root.object != nil else { return shape }
    let document = ComposeDocument(root: root)
    var found = shape + ComposeRules.all.findings(in: document)
    for service in document.services where service.node.object != nil {
      var reader = ComposeReader(service: service)
      reader.read()
      found += reader.diagnostics + DockerRules.all.findings(in: reader.settings)
    }
    return found
  }
}

extension JSONNode {
  /// The value that Compose's reader (Go's yaml.v3) makes of a node.
  fileprivate init(yaml: YAMLNode, at location: Location) {
    let value: Value =
      switch yaml.content {
      case .scalar(let text, let isPlain): isPlain ? Self.resolved(text) : .string(text)
      case .refused: .null
      case .sequence(let items):
        .array(items.enumerated().map { JSONNode(yaml: $1, at: .item(location, $0)) })
      case .mapping(let entries):
        .object(
          entries.map { entry in
            Member(
              name: entry.key,
              nameRange: entry.keyRange,
              value: JSONNode(yaml: entry.value, at: .member(location, entry.key))
            )
          }
        )
      }
    self.init(value: value, range: yaml.range, location: location)
  }

  private static func resolved(_ text: String) -> Value {
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: break
    }
    // Only what is a number in JSON too; other spellings stay text, and are refused where a number is needed.
    let isNumberLike = text.utf8.first.map { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") } ?? false
    guard isNumberLike, let node = try? JSONNode(reading: SourceText(name: "", text: text)), let number = node.number
    else { return .string(text) }
    return .number(number)
  }
}
