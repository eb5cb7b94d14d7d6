import Sandbox

/// A directory or file of the host that an engine is told to mount.
struct HostMount: Sendable {
  let source: String
  let destination: String
  let isReadOnly: Bool

  /// What a file system needs of the host, by path inside, so that a parent comes before what is mounted into it. With
  /// `composesRoot` the plain paths of `read` come from the host too, and not from an image.
  static func all(of filesystem: Filesystem, composesRoot: Bool) -> [HostMount] {
    var mounts: [HostMount] = []
    for path in filesystem.read {
      switch path {
      case .system(let path):
        if composesRoot { mounts.append(HostMount(source: path, destination: path, isReadOnly: true)) }
      case .bind(let mount):
        mounts.append(HostMount(source: mount.source, destination: mount.destination, isReadOnly: true))
      }
    }
    for mount in filesystem.write {
      mounts.append(HostMount(source: mount.source, destination: mount.destination, isReadOnly: false))
    }
    return mounts.sorted { $0.destination.utf8.lexicographicallyPrecedes($1.destination.utf8) }
  }
}
