package import Diagnostics

/// A value of a JSON text, with its place: what validators work on.
package struct JSONNode: Sendable {
  package enum Value: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONNode])
    case object([Member])
  }

  /// A member of an object. Names are unique within their object and compare as UTF-8.
  package struct Member: Sendable {
    package let name: String
    /// The name with its quotes.
    package let nameRange: SourceRange
    package let value: JSONNode

    package init(name: String, nameRange: SourceRange, value: JSONNode) {
      self.name = name
      self.nameRange = nameRange
      self.value = value
    }
  }

  package let value: Value
  /// From the first byte of the value to its last: quotes, brackets and braces included.
  package let range: SourceRange
  package let location: Location

  /// A value read by somebody else: what is written in YAML is validated as if it were JSON.
  package init(value: Value, range: SourceRange, location: Location) {
    self.value = value
    self.range = range
    self.location = location
  }

  /// Where a value sits in its document. Nodes share the steps that lead to them, so that a path costs nothing until it
  /// is written: a hostile file could otherwise make every node carry a megabyte of names.
  package indirect enum Location: Sendable {
    case root
    case member(Location, String)
    case item(Location, Int)
  }
}

extension JSONNode {
  /// The place as people write it: `process.args[0]`; empty for the document itself. Names that are no identifiers are
  /// quoted: `annotations["a.b"]`.
  package var path: String {
    var steps: [String] = []
    var step = location
    while true {
      switch step {
      case .root: return steps.reversed().joined()
      case .item(let parent, let index):
        steps.append("[\(index)]")
        step = parent
      case .member(let parent, let name):
        steps.append(Self.step(to: name, isFirst: parent.isRoot))
        step = parent
      }
    }
  }

  private static func step(to name: String, isFirst: Bool) -> String {
    let isIdentifier =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
    if isIdentifier { return isFirst ? name : "." + name }
    return "[" + JSON.string(name).text(.compact) + "]"
  }

  /// What the value is, for messages: `a string`.
  package var kind: String {
    switch value {
    case .null: "null"
    case .bool: "a boolean"
    case .number: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    }
  }

  package var isNull: Bool { if case .null = value { true } else { false } }
  package var bool: Bool? { if case .bool(let value) = value { value } else { nil } }
  package var string: String? { if case .string(let text) = value { text } else { nil } }
  package var number: JSONNumber? { if case .number(let number) = value { number } else { nil } }
  /// The value of a number that is written as a whole number and fits: `1.0` and `1e3` are none, as Go's decoder has it.
  package var integer: Int64? { number.flatMap { Int64($0.lexeme) } }
  /// As `integer`, for what the kernel and OCI take as an unsigned number.
  package var unsigned: UInt64? { number.flatMap { UInt64($0.lexeme) } }
  /// The items of an array; nil for anything else.
  package var array: [JSONNode]? { if case .array(let items) = value { items } else { nil } }
  /// The members of an object; nil for anything else.
  package var object: [Member]? { if case .object(let members) = value { members } else { nil } }
  /// The items of an array; none for anything else.
  package var items: [JSONNode] { array ?? [] }
  /// The members of an object; none for anything else.
  package var members: [Member] { object ?? [] }

  /// A member; nil when this is no object or has no such member.
  package func member(_ name: String) -> Member? {
    members.first { $0.name.utf8.elementsEqual(name.utf8) }
  }

  /// The value of a member; nil when this is no object or has no such member.
  package subscript(name: String) -> JSONNode? { member(name)?.value }

  /// The value of a member under the first of several spellings that is there.
  package subscript(any names: String...) -> JSONNode? {
    for name in names {
      if let node = self[name] { return node }
    }
    return nil
  }

  /// What to underline when something is missing inside: the opening bracket or brace, since the whole may be pages
  /// long; the value itself for anything else.
  package var head: SourceRange {
    switch value {
    case .array, .object: SourceRange(source: range.source, start: range.start, end: range.start + 1)
    case .null, .bool, .number, .string: range
    }
  }

  /// The value without its places.
  package var json: JSON {
    switch value {
    case .null: .null
    case .bool(let value): .bool(value)
    case .number(let number): .number(number)
    case .string(let text): .string(text)
    case .array(let items): .array(items.map(\.json))
    case .object(let members):
      .object(JSONObject(uniqueMembers: members.map { JSONObject.Member(name: $0.name, value: $0.value.json) }))
    }
  }
}

extension JSONNode.Location {
  fileprivate var isRoot: Bool { if case .root = self { true } else { false } }
}
