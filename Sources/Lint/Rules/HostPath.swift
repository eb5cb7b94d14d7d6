/// A path by its components, as bytes, for asking what lies where.
struct HostPath: Hashable {
  let components: [[UInt8]]

  init(_ path: String) {
    components = path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }.map(Array.init)
  }

  /// Whether the other is this path or lies below it.
  func contains(_ other: HostPath) -> Bool {
    components.count <= other.components.count && other.components.starts(with: components)
  }

  /// Whether one of the names on the way is this.
  func has(component name: String) -> Bool { components.contains { $0.elementsEqual(name.utf8) } }

  /// Whether these names follow each other somewhere on the way.
  func has(components names: [String]) -> Bool {
    let names = names.map { Array($0.utf8) }
    guard names.count <= components.count else { return false }
    return (0...(components.count - names.count)).contains { components[$0...].starts(with: names) }
  }

  var isTop: Bool { components.isEmpty }
}
