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
