/// A path inside the new root, as bytes: Swift's strings would take two names for one when they differ only in Unicode
/// normalisation, and would not split at a slash that a combining mark follows.
struct RootPath {
  /// Without a leading slash, as the `…at` system calls want it, and with one between two names.
  private(set) var relative: [UInt8]

  private static let slash = UInt8(ascii: "/")

  static let root = RootPath([])

  init(_ path: [UInt8]) { self = path.withUnsafeBufferPointer { RootPath($0) } }

  init(_ path: String) {
    var path = path
    self = path.withUTF8 { RootPath($0) }
  }

  private init(_ path: UnsafeBufferPointer<UInt8>) {
    relative = []
    relative.reserveCapacity(path.count)
    var isBetweenNames = true
    for byte in path {
      if byte == Self.slash {
        isBetweenNames = true
      } else {
        if isBetweenNames, !relative.isEmpty { relative.append(Self.slash) }
        isBetweenNames = false
        relative.append(byte)
      }
    }
  }

  private init(relative: ArraySlice<UInt8>) { self.relative = Array(relative) }

  var isRoot: Bool { relative.isEmpty }
  var parent: RootPath { RootPath(relative: relative[..<(relative.lastIndex(of: Self.slash) ?? 0)]) }

  /// The directories on the way to it, the outermost first, and the path itself; without the root.
  var ancestry: [RootPath] {
    var ancestry: [RootPath] = []
    for end in relative.indices where relative[end] == Self.slash {
      ancestry.append(RootPath(relative: relative[..<end]))
    }
    if !isRoot { ancestry.append(self) }
    return ancestry
  }

  /// With a leading slash; for people and for paths that the kernel resolves from a root.
  var text: String { "/" + String(decoding: relative, as: UTF8.self) }

  private mutating func append(_ name: ArraySlice<UInt8>) {
    if !isRoot { relative.append(Self.slash) }
    relative += name
  }

  /// Whether this is `other` or lies inside it.
  func isWithin(_ other: RootPath) -> Bool {
    let length = other.relative.count
    guard length > 0 else { return true }
    return relative.starts(with: other.relative) && (relative.count == length || relative[length] == Self.slash)
  }

  /// As many links as the kernel follows on one way (path_resolution(7)).
  static let maximumLinks = 40

  /// Where a path leads: without `.` and `..`, and with links followed. `target` is what the link at a place names; nil
  /// where there is none, or where none is to be followed.
  static func resolving<Failure: Error>(
    _ path: RootPath,
    target: (RootPath) throws(Failure) -> [UInt8]?
  ) throws(Failure) -> RootPath {
    var place = RootPath.root
    // What is left of the way; a link adds its own in front.
    var rest = path.relative[...]
    while !rest.isEmpty {
      let name = rest.prefix { $0 != slash }
      rest = rest[name.endIndex...].dropFirst()
      if name.elementsEqual(".".utf8) { continue }
      if name.elementsEqual("..".utf8) {
        place = place.parent
        continue
      }
      var next = place
      next.append(name)
      guard let target = try target(next) else {
        place = next
        continue
      }
      if target.first == slash { place = .root }
      rest = RootPath(target + [slash] + rest).relative[...]
    }
    return place
  }
}

extension RootPath: Hashable {
  func hash(into hasher: inout Hasher) { relative.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

extension RootPath: Comparable {
  /// A directory comes before what it contains, and all that before its other neighbours.
  static func < (left: RootPath, right: RootPath) -> Bool {
    left.relative.lexicographicallyPrecedes(right.relative) { $0 != $1 && ($0 == slash || $1 != slash && $0 < $1) }
  }
}
