import Sandbox

/// An absolute path by its components, as bytes: two names that Unicode takes for the same are two files to Linux.
struct PathComponents: Hashable {
  let components: [[UInt8]]

  init(_ path: String) {
    components = path.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }.map(Array.init)
  }

  private init(components: [[UInt8]]) { self.components = components }

  /// Whether the other is this path or lies below it.
  func contains(_ other: PathComponents) -> Bool {
    components.count <= other.components.count && components.elementsEqual(other.components.prefix(components.count))
  }

  /// Where this path, which has to lie below `base`, is when `base` appears at `destination`.
  func moved(from base: PathComponents, to destination: PathComponents) -> PathComponents {
    PathComponents(components: destination.components + components.dropFirst(base.components.count))
  }

  var text: String { "/" + components.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/") }
}

/// A set of paths: trees, each without some trees inside of it.
struct PathSet {
  private var trees: [(base: PathComponents, holes: [PathComponents])] = []

  mutating func insert(_ base: PathComponents, without holes: [PathComponents] = []) {
    trees.append((base, holes))
  }

  /// A path of this set that the other does not have; nil when there is none.
  ///
  /// The bases and holes of both sets cut all paths into cells: a point with everything below it that is not at or below
  /// another point. A cell belongs to a set as a whole, so looking at the points decides exactly.
  func witness(notIn other: PathSet) -> PathComponents? {
    let points = (trees + other.trees).flatMap { [$0.base] + $0.holes }
    return Set(points).filter { contains($0) && !other.contains($0) }
      .min { ($0.components.count, $0.text) < ($1.components.count, $1.text) }
  }

  private func contains(_ point: PathComponents) -> Bool {
    trees.contains { tree in tree.base.contains(point) && !tree.holes.contains { $0.contains(point) } }
  }

  func union(_ other: PathSet) -> PathSet {
    var union = self
    union.trees += other.trees
    return union
  }
}

/// What of the world a sandbox's mounts show, with what lies under another mount taken away.
struct FilesystemView {
  /// Paths of the system root (the host's, or the image's own), by their place inside.
  private(set) var system = PathSet()
  /// Paths of the host, by their place there.
  private(set) var readOnly = PathSet()
  private(set) var writable = PathSet()

  private enum Origin {
    case system
    case bind(source: PathComponents, isWritable: Bool)
    case memory
  }

  init(_ filesystem: Filesystem) {
    var mounts: [PathComponents: Origin] = [:]
    for path in filesystem.read {
      switch path {
      case .system(let path): mounts[PathComponents(path)] = .system
      case .bind(let mount):
        mounts[PathComponents(mount.destination)] = .bind(source: PathComponents(mount.source), isWritable: false)
      }
    }
    for mount in filesystem.write {
      mounts[PathComponents(mount.destination)] = .bind(source: PathComponents(mount.source), isWritable: true)
    }
    for mount in filesystem.tmpfs { mounts[PathComponents(mount.path)] = .memory }

    for (destination, origin) in mounts {
      let inside = mounts.keys.filter { $0 != destination && destination.contains($0) }
      switch origin {
      case .system: system.insert(destination, without: inside)
      case .bind(let source, let isWritable):
        let holes = inside.map { $0.moved(from: destination, to: source) }
        if isWritable { writable.insert(source, without: holes) } else { readOnly.insert(source, without: holes) }
      case .memory: break
      }
    }
    if let rootfs = filesystem.rootfs {
      // System paths are the directory's own then, and hide nothing of it.
      let top = PathComponents("/")
      let directory = PathComponents(rootfs)
      let holes = mounts.compactMap { destination, origin -> PathComponents? in
        if case .system = origin { nil } else { destination.moved(from: top, to: directory) }
      }
      readOnly.insert(directory, without: holes)
    }
  }

  var readable: PathSet { readOnly.union(writable) }
}
