import Glibc
import Linux

/// What lies at a path of the host.
enum HostFile {
  case directory
  case regular
  /// A socket, a pipe or a device, by the word for it: something that reaches out of the sandbox.
  case other(String)

  static func at(_ path: String) throws(Errno) -> HostFile {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw Errno(errno) }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return .directory
    case S_IFREG: return .regular
    case S_IFLNK: return .other("symbolic link")
    case S_IFSOCK: return .other("socket")
    case S_IFIFO: return .other("pipe")
    default: return .other("device")
    }
  }
}

/// A path of the host's system, with the symbolic links on the way to it, so that the same links lead there inside
/// (`/bin` to `usr/bin`).
struct HostPath {
  private(set) var links: [(path: RootPath, target: [UInt8])] = []
  /// Where the path ends; no component of it is a link.
  private(set) var real = RootPath("")

  /// As many links as the kernel follows.
  private static let maximumLinks = 40

  /// - Parameters:
  ///   - path: Absolute.
  ///   - plain: Places that are known to be no links; those that are found to be none are added. Paths of one system have
  ///     most of their ways in common.
  /// - Throws: What readlink(2) fails with; `Errno.loop` for too many links.
  init(resolving path: String, plain: inout [RootPath]) throws(Errno) {
    var rest = RootPath(path).components
    rest.reverse()
    while let name = rest.popLast() {
      switch name {
      case [UInt8(ascii: ".")]: continue
      case [UInt8(ascii: "."), UInt8(ascii: ".")]: real = real.parent
      default:
        let place = real.appending(name)
        guard !plain.contains(place) else {
          real = place
          continue
        }
        guard let target = try Self.linkTarget(place.text) else {
          plain.append(place)
          real = place
          continue
        }
        guard links.count < Self.maximumLinks else { throw Errno.loop }
        links.append((place, target))
        if target.first == UInt8(ascii: "/") { real = RootPath("") }
        rest += RootPath(target).components.reversed()
      }
    }
  }

  /// nil when the path is no symbolic link.
  private static func linkTarget(_ path: String) throws(Errno) -> [UInt8]? {
    var error: Int32 = 0
    let target = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      guard let start = buffer.baseAddress else { return }
      let length = start.withMemoryRebound(to: CChar.self, capacity: buffer.count) { readlink(path, $0, buffer.count) }
      if length < 0 { error = errno }
      count = max(0, length)
    }
    switch error {
    case 0: return target
    case EINVAL: return nil
    default: throw Errno(error)
    }
  }
}
