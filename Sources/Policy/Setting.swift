package import Diagnostics
package import Sandbox

/// A value of a policy, decoded and checked by its shape, with its place in the text.
package struct Setting: Sendable {
  package indirect enum Content: Sendable {
    case integer(Int64)
    case size(ByteCount)
    case duration(Milliseconds)
    case cpus(MilliCPUs)
    case unlimited
    case boolean(Bool)
    case text(String)
    /// An explicit `null`.
    case nothing
    /// What could not be decoded, which has been reported: it keeps its place, so that nothing else moves.
    case invalid
    case list([Setting])
    case map([Field])
  }

  package struct Field: Sendable {
    package let name: String
    package let nameRange: SourceRange
    package var value: Setting
  }

  package var content: Content
  package let range: SourceRange

  package var fields: [Field] { if case .map(let fields) = content { fields } else { [] } }
  package var items: [Setting] { if case .list(let items) = content { items } else { [] } }
  /// Whether this is a list without items; what could not be decoded is not.
  var isEmptyList: Bool { if case .list(let items) = content { items.isEmpty } else { false } }
  var isEmptyMap: Bool { if case .map(let fields) = content { fields.isEmpty } else { false } }
  package var text: String? { if case .text(let text) = content { text } else { nil } }
  package var boolean: Bool? { if case .boolean(let value) = content { value } else { nil } }
  package var integer: Int64? { if case .integer(let value) = content { value } else { nil } }
  package var size: ByteCount? { if case .size(let value) = content { value } else { nil } }
  package var duration: Milliseconds? { if case .duration(let value) = content { value } else { nil } }

  /// Whether all of it could be decoded.
  var isSound: Bool {
    switch content {
    case .invalid: false
    case .list(let items): items.allSatisfy(\.isSound)
    case .map(let fields): fields.allSatisfy(\.value.isSound)
    case .integer, .size, .duration, .cpus, .unlimited, .boolean, .text, .nothing: true
    }
  }

  /// The value of a field; nil when there is none.
  package subscript(name: String) -> Setting? { fields.first { $0.name == name }?.value }

  /// The value at a path of keys (`resources.memory`); nil when there is none.
  func setting(at path: String) -> Setting? {
    var setting: Setting? = self
    for key in path.utf8.split(separator: UInt8(ascii: ".")) { setting = setting?[String(Substring(key))] }
    return setting
  }

  /// This value over that of a parent: maps merge by key, anything else replaces.
  func merged(over parent: Setting) -> Setting {
    guard case .map(let own) = content, case .map(var merged) = parent.content else { return self }
    let places = Dictionary(merged.enumerated().map { ($1.name, $0) }) { first, _ in first }
    for field in own {
      if let index = places[field.name] {
        let value = field.value.merged(over: merged[index].value)
        merged[index] = Field(name: field.name, nameRange: field.nameRange, value: value)
      } else {
        merged.append(field)
      }
    }
    return Setting(content: .map(merged), range: range)
  }
}
