import CanonicalJSON
import Diagnostics

/// What a JSON value has to look like: the part of a schema that says more than engines check, since they take unknown
/// keys in silence and the official schemas permit them.
indirect enum Shape: Sendable {
  case any
  case string
  case bool
  /// A whole number.
  case integer(ClosedRange<Int64>)
  /// Any number.
  case decimal
  /// A whole number of 64 bits without sign.
  case unsigned
  /// One of these strings.
  case oneOf([String])
  case array(Shape)
  /// An object with names of the author's choice.
  case map(Shape)
  /// An object with these names and no others.
  case object([Field])
  /// As `object`, with Compose's extensions: names that begin with `x-`.
  case extensible([Field])
  /// The first that fits by kind of value.
  case either([Shape])

  struct Field: Sendable {
    let name: String
    let shape: Shape
    let isRequired: Bool
  }

  static let number = Shape.integer(.min ... .max)
  static let strings = Shape.array(.string)
}

extension Shape.Field {
  static func optional(_ name: String, _ shape: Shape) -> Self { Self(name: name, shape: shape, isRequired: false) }
  static func required(_ name: String, _ shape: Shape) -> Self { Self(name: name, shape: shape, isRequired: true) }
}

/// The rules that a shape is checked by, shared by all kinds of file.
enum ShapeRules {
  static let unknownKey = RuleDescription(
    "RF8101",
    "unknown key",
    .error,
    """
    The format has no such key here. Engines ignore it in silence, so what it was meant to do does not happen. Some \
    programs written in Go also take a key in the wrong case, and others ignore the same file's key.
    """
  )
  static let wrongType = RuleDescription(
    "RF8102",
    "wrong type",
    .error,
    "The value is of another type than the format wants. Engines refuse the file, or drop the value."
  )
  static let wrongValue = RuleDescription(
    "RF8103",
    "value out of range",
    .error,
    "The value is of the right type, but the format does not know it. Engines refuse it, or replace it by a default."
  )
  static let missingKey = RuleDescription(
    "RF8104",
    "missing key",
    .error,
    "The format requires this key."
  )

  static let all = [unknownKey, wrongType, wrongValue, missingKey]
}

extension Shape {
  /// How a value differs from the shape, each with its place.
  func mismatches(in node: JSONNode) -> [Diagnostic] {
    // Programs in Go, which nearly all engines are, take null for a value that is not there.
    if node.isNull { return [] }
    switch self {
    case .any: return []
    case .string: return node.string == nil ? [wrongType(node, "a string")] : []
    case .bool: return node.bool == nil ? [wrongType(node, "true or false")] : []
    case .integer(let range):
      guard node.number != nil else { return [wrongType(node, "a whole number")] }
      guard let value = node.integer, range.contains(value) else {
        return [wrongValue(node, "is no whole number from \(range.lowerBound) to \(range.upperBound)")]
      }
      return []
    case .decimal: return node.number == nil ? [wrongType(node, "a number")] : []
    case .unsigned:
      guard node.number != nil else { return [wrongType(node, "a whole number")] }
      return node.unsigned == nil ? [wrongValue(node, "is no whole number from 0 to 2^64-1")] : []
    case .oneOf(let words):
      guard let word = node.string else { return [wrongType(node, "a string")] }
      if words.contains(where: { $0.utf8.elementsEqual(word.utf8) }) { return [] }
      return [wrongValue(node, "is not one of \(Self.list(words))", near: Spelling.nearest(to: word, among: words))]
    case .array(let shape):
      guard let items = node.array else { return [wrongType(node, "an array")] }
      return items.flatMap(shape.mismatches)
    case .map(let shape):
      guard let members = node.object else { return [wrongType(node, "an object")] }
      return members.flatMap { shape.mismatches(in: $0.value) }
    case .object(let fields): return mismatches(in: node, fields)
    case .extensible(let fields): return mismatches(in: node, fields) { $0.hasPrefix("x-") }
    case .either(let shapes):
      if let shape = shapes.first(where: { $0.fits(node) }) { return shape.mismatches(in: node) }
      return [wrongType(node, shapes.map(\.kind).joined(separator: " or "))]
    }
  }

  private func mismatches(
    in node: JSONNode,
    _ fields: [Field],
    ignoring isIgnored: (String) -> Bool = { _ in false }
  ) -> [Diagnostic] {
    guard let members = node.object else { return [wrongType(node, "an object")] }
    var found: [Diagnostic] = []
    for member in members {
      if let field = fields.first(where: { $0.name.utf8.elementsEqual(member.name.utf8) }) {
        found += field.shape.mismatches(in: member.value)
      } else if !isIgnored(member.name) {
        found.append(unknownKey(member, in: node, found.count < Suggestions.most ? fields.map(\.name) : []))
      }
    }
    for field in fields where field.isRequired && node[field.name] == nil {
      found.append(
        ShapeRules.missingKey.finding(
          "\(Self.quoted(field.name)) is missing\(Self.inside(node))",
          at: node.head,
          help: ["add \(Self.quoted(field.name)), \(field.shape.kind)"]
        )
      )
    }
    return found
  }

  private func unknownKey(_ member: JSONNode.Member, in node: JSONNode, _ names: [String]) -> Diagnostic {
    let sameButCase = names.first { $0.lowercased() == member.name.lowercased() }
    let near = sameButCase ?? Spelling.nearest(to: member.name, among: names)
    var notes = ["engines ignore keys that they do not know"]
    if sameButCase != nil { notes = ["runtimes in Go take it for the right key, crun ignores it"] }
    return ShapeRules.unknownKey.finding(
      "there is no key \(Self.quoted(member.name))\(Self.inside(node))",
      at: member.nameRange,
      notes: notes,
      help: near.map { ["did you mean \(Self.quoted($0))?"] } ?? []
    )
  }

  private func fits(_ node: JSONNode) -> Bool {
    switch (self, node.value) {
    case (.any, _), (.string, .string), (.oneOf, .string), (.bool, .bool), (.integer, .number), (.decimal, .number),
      (.unsigned, .number),
      (.array, .array), (.map, .object), (.object, .object), (.extensible, .object):
      true
    case (.either(let shapes), _): shapes.contains { $0.fits(node) }
    default: false
    }
  }

  private var kind: String {
    switch self {
    case .any: "any value"
    case .string: "a string"
    case .bool: "true or false"
    case .integer, .unsigned: "a whole number"
    case .decimal: "a number"
    case .oneOf(let words): "one of \(Self.list(words))"
    case .array: "an array"
    case .map, .object, .extensible: "an object"
    case .either(let shapes): shapes.map(\.kind).joined(separator: " or ")
    }
  }

  private func wrongType(_ node: JSONNode, _ wanted: String) -> Diagnostic {
    ShapeRules.wrongType.finding(
      "\(Self.subject(node)) is \(node.kind) where \(wanted) is needed",
      at: node.head
    )
  }

  private func wrongValue(_ node: JSONNode, _ problem: String, near: String? = nil) -> Diagnostic {
    ShapeRules.wrongValue.finding(
      "\(Self.subject(node)) \(problem)",
      at: node.range,
      help: near.map { ["did you mean \(Self.quoted($0))?"] } ?? []
    )
  }

  private static func subject(_ node: JSONNode) -> String { node.path.isEmpty ? "the document" : node.path }

  private static func inside(_ node: JSONNode) -> String { node.path.isEmpty ? "" : " in \(node.path)" }

  private static func list(_ words: [String]) -> String {
    words.count > 8 ? "the \(words.count) known values" : words.map(quoted).joined(separator: ", ")
  }

  private static func quoted(_ text: String) -> String { JSON.string(text).text(.compact) }
}
