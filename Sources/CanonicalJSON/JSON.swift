/// A JSON value (RFC 8259). Objects keep the order of their members, and numbers their spelling, so that a file that
/// somebody else wrote can be read and written back without a change of meaning.
package indirect enum JSON: Sendable {
  case null
  case bool(Bool)
  case number(JSONNumber)
  case string(String)
  case array([JSON])
  case object(JSONObject)

  package static func integer(_ value: some BinaryInteger) -> JSON { .number(JSONNumber(value)) }

  /// The members of an object; nil for anything else.
  package var object: JSONObject? { if case .object(let object) = self { object } else { nil } }
  package var array: [JSON]? { if case .array(let items) = self { items } else { nil } }
  package var string: String? { if case .string(let text) = self { text } else { nil } }
  package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
  /// The value of a number that is a whole number and fits; nil for anything else.
  package var integer: Int64? { if case .number(let number) = self { Int64(number.lexeme) } else { nil } }

  /// The value of a member; nil when this is no object or has no such member.
  package subscript(key: String) -> JSON? { object?[key] }
}

/// Strings compare as UTF-8: Swift's own equality would take two for one when they differ only in Unicode normalisation.
extension JSON: Equatable {
  package static func == (left: JSON, right: JSON) -> Bool {
    switch (left, right) {
    case (.null, .null): true
    case (.bool(let left), .bool(let right)): left == right
    case (.number(let left), .number(let right)): left == right
    case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
    case (.array(let left), .array(let right)): left == right
    case (.object(let left), .object(let right)): left == right
    case (.null, _), (.bool, _), (.number, _), (.string, _), (.array, _), (.object, _): false
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// Members keep the order of the literal.
  package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(JSONObject(elements)) }
}

/// A number, by its spelling: `1`, `1.0` and `1e0` are different numbers here, as they are in a file.
package struct JSONNumber: Sendable, Equatable, Hashable {
  package let lexeme: String

  package init(_ value: some BinaryInteger) { lexeme = String(value) }

  /// Thousandths, written with as few decimals as the value needs: 412300 is `412.3`.
  package init(thousandths value: Int64) {
    let whole = value.magnitude / 1000
    var fraction = String(value.magnitude % 1000 + 1000).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    lexeme = (value < 0 ? "-" : "") + String(whole) + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// A spelling that the reader has checked against RFC 8259, section 6.
  init(checkedLexeme: String) { lexeme = checkedLexeme }
}

/// The members of an object, in order. Names are unique and compare as UTF-8: Swift's own string equality would take
/// two names for one when they differ only in Unicode normalisation.
package struct JSONObject: Sendable, Equatable {
  package struct Member: Sendable, Equatable {
    package let name: String
    package var value: JSON

    package static func == (left: Member, right: Member) -> Bool {
      left.name.utf8.elementsEqual(right.name.utf8) && left.value == right.value
    }
  }

  package private(set) var members: [Member] = []

  package init() {}

  /// Later members replace earlier ones of the same name.
  package init(_ members: [(String, JSON)]) {
    for (name, value) in members { self[name] = value }
  }

  /// Members whose names the reader has found to be unique.
  init(uniqueMembers: [Member]) { members = uniqueMembers }

  package var isEmpty: Bool { members.isEmpty }
  package var names: [String] { members.map(\.name) }

  package subscript(name: String) -> JSON? {
    get { index(of: name).map { members[$0].value } }
    set {
      switch (index(of: name), newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  private func index(of name: String) -> Int? {
    // The lengths first: most names differ in that already.
    members.firstIndex { $0.name.utf8.count == name.utf8.count && $0.name.utf8.elementsEqual(name.utf8) }
  }
}
