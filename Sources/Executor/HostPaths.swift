import Glibc
import Linux

/// A symbolic link, by where it is and what it names.
struct Link {
  let path: RootPath
  let target: [UInt8]
}

/// Paths of the host's system, with the symbolic links on the way to them, so that the same links lead there inside
/// (`/bin` to `usr/bin`).
struct HostPaths {
  private(set) var links: [Link] = []
  /// Places that are no links. Paths of one system have most of their ways in common.
  private var plain: [RootPath] = []

  /// Where an absolute path ends; no component of it is a link.
  ///
  /// - Throws: What readlink(2) fails with; `Errno.loop` for too many links.
  mutating func resolve(_ path: String) throws(Errno) -> RootPath {
    var followed = 0
    return try RootPath.resolving(RootPath(path)) { place throws(Errno) in
      if plain.contains(place) { return nil }
      guard let target = try target(of: place) else { return nil }
      followed += 1
      guard followed <= RootPath.maximumLinks else { throw Errno.loop }
      return target
    }
  }

  private mutating func target(of place: RootPath) throws(Errno) -> [UInt8]? {
    if let link = links.first(where: { $0.path == place }) { return link.target }
    guard let target = try Self.linkTarget(place.text) else {
      plain.append(place)
      return nil
    }
    links.append(Link(path: place, target: target))
    return target
  }

  /// nil when the path is no symbolic link.
  private static func linkTarget(_ path: String) throws(Errno) -> [UInt8]? {
    let (target, error) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
      guard let start = buffer.baseAddress else { return ([UInt8](), ENOMEM) }
      let length = readlink(path, start, buffer.count)
      let error = length < 0 ? errno : 0
      return (Array(UnsafeRawBufferPointer(buffer).prefix(max(0, length))), error)
    }
    switch error {
    case 0: return target
    case EINVAL: return nil
    default: throw Errno(error)
    }
  }
}
