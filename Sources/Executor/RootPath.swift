/// A path inside the new root, by its components as bytes: Swift's strings would take two names for one when they differ
/// only in Unicode normalisation, and would not split at a slash that a combining mark follows.
struct RootPath: Hashable {
  var components: [[UInt8]]

  init(_ path: some Sequence<UInt8>) {
    components = []
    var name: [UInt8] = []
    for byte in path {
      if byte != UInt8(ascii: "/") {
        name.append(byte)
      } else if !name.isEmpty {
        components.append(name)
        name = []
      }
    }
    if !name.isEmpty { components.append(name) }
  }

  init(_ path: String) { self.init(path.utf8) }

  init(components: [[UInt8]]) { self.components = components }

  var isRoot: Bool { components.isEmpty }
  var parent: RootPath { RootPath(components: Array(components.dropLast())) }

  /// Without a leading slash, as the `…at` system calls want it.
  var relative: [UInt8] {
    var path: [UInt8] = []
    for name in components {
      if !path.isEmpty { path.append(UInt8(ascii: "/")) }
      path += name
    }
    return path
  }

  /// With a leading slash; for people and for paths that the kernel resolves from a root.
  var text: String { "/" + String(decoding: relative, as: UTF8.self) }

  func appending(_ name: [UInt8]) -> RootPath { RootPath(components: components + [name]) }

  /// Whether this is `other` or lies inside it.
  func isWithin(_ other: RootPath) -> Bool {
    components.count >= other.components.count && components.starts(with: other.components)
  }
}

extension RootPath: Comparable {
  /// A directory comes before what it contains.
  static func < (left: RootPath, right: RootPath) -> Bool {
    left.components.lexicographicallyPrecedes(right.components) { $0.lexicographicallyPrecedes($1) }
  }
}
