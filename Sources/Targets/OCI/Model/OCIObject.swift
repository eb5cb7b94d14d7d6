package import CanonicalJSON

/// A value of a `config.json` as the specification types it.
package protocol OCIValue: Sendable {
  /// Nil when the value is of another type.
  init?(json: JSON)
  var json: JSON { get }
}

/// The keys that the specification knows of one kind of object; each is a stored property.
package protocol OCIFields: Sendable {
  init()
}

/// A key and the type of its value.
package struct OCIField<Value: OCIValue>: Sendable {
  let name: String

  init(_ name: String) { self.name = name }
}

/// An object of a `config.json`. It is all of its members, in the order of the file; what the specification knows of it
/// is read and written by name (`spec.process?.cwd`), and whatever else is there stays as it is: a key of a later
/// version, and a known key whose value is of a type that it should not have.
@dynamicMemberLookup
package struct OCIObject<Fields: OCIFields>: OCIValue, Equatable {
  package var members: JSONObject

  package init() { members = JSONObject() }

  /// One that is built key by key; they stand in the order in which they are set.
  package init(_ build: (inout OCIObject) -> Void) {
    self.init()
    build(&self)
  }

  package init?(json: JSON) {
    guard let members = json.object else { return nil }
    self.members = members
  }

  package var json: JSON { .object(members) }

  /// Nil when the key is absent, or its value of another type. Setting it to nil removes the key.
  package subscript<Value>(dynamicMember key: KeyPath<Fields, OCIField<Value>>) -> Value? {
    get { members[Fields()[keyPath: key].name].flatMap(Value.init(json:)) }
    set { members[Fields()[keyPath: key].name] = newValue?.json }
  }

  /// The members that the specification does not know.
  package var unknown: JSONObject {
    let known = Set(Self.fields.map { Array($0.name.utf8) })
    return JSONObject(members.members.filter { !known.contains(Array($0.name.utf8)) }.map { ($0.name, $0.value) })
  }
}

/// An object whose names are the author's choice, such as `annotations`.
package struct OCIMap<Value: OCIValue>: OCIValue, Equatable {
  package var members: JSONObject

  package init() { members = JSONObject() }

  package init?(json: JSON) {
    guard let members = json.object else { return nil }
    self.members = members
  }

  package var json: JSON { .object(members) }

  package subscript(name: String) -> Value? {
    get { members[name].flatMap(Value.init(json:)) }
    set { members[name] = newValue?.json }
  }
}

/// What a type says about itself, so that a test can walk the whole model.
protocol OCIKnowingFields {
  static var fields: [(name: String, type: any OCIValue.Type)] { get }
}

private protocol AnyField {
  var name: String { get }
  var type: any OCIValue.Type { get }
}

extension OCIField: AnyField {
  var type: any OCIValue.Type { Value.self }
}

extension OCIObject: OCIKnowingFields {
  static var fields: [(name: String, type: any OCIValue.Type)] {
    Mirror(reflecting: Fields()).children.compactMap { $0.value as? any AnyField }.map { ($0.name, $0.type) }
  }
}

extension JSON: OCIValue {
  package init?(json: JSON) { self = json }
  package var json: JSON { self }
}

extension Bool: OCIValue {
  package init?(json: JSON) {
    guard let value = json.bool else { return nil }
    self = value
  }

  package var json: JSON { .bool(self) }
}

extension String: OCIValue {
  package init?(json: JSON) {
    guard let text = json.string else { return nil }
    self = text
  }

  package var json: JSON { .string(self) }
}

/// Whole numbers are those that are written so: Go's decoder takes neither `1.0` nor `1e3` for one.
extension OCIValue where Self: FixedWidthInteger {
  package init?(json: JSON) {
    guard case .number(let number) = json, let value = Self(number.lexeme) else { return nil }
    self = value
  }

  package var json: JSON { .integer(self) }
}

extension Int64: OCIValue {}
extension UInt64: OCIValue {}
extension UInt32: OCIValue {}

extension Array: OCIValue where Element: OCIValue {
  /// Nil when one item is of another type: a part of a list is not the list.
  package init?(json: JSON) {
    guard let items = json.array else { return nil }
    let values = items.compactMap(Element.init(json:))
    guard values.count == items.count else { return nil }
    self = values
  }

  package var json: JSON { .array(map(\.json)) }
}
