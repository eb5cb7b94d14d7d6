import Glibc

/// The files and directories of the host that a sandbox is going to show: what they were before it was composed, so that an
/// exchange in the middle of that shows as well.
struct BindSources {
  private struct Source {
    let path: String
    let identity: Identity?
  }

  private struct Identity: Equatable {
    let device: dev_t
    let inode: ino_t
  }

  private var sources: [Source] = []

  init(_ entries: [RootEntry]) {
    for entry in entries {
      guard case .bind(let path, _, _) = entry.kind else { continue }
      sources.append(Source(path: path, identity: Self.identity(of: path)))
    }
  }

  /// Whether the paths still lead to the same, or to nothing as they did.
  var areCurrent: Bool { sources.allSatisfy { Self.identity(of: $0.path) == $0.identity } }

  private static func identity(of path: String) -> Identity? {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    return Identity(device: status.st_dev, inode: status.st_ino)
  }
}
