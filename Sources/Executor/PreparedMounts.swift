import Glibc
import Linux
import Sandbox

/// The binds of a root, opened before the clone: with privilege, the supervisor reaches sources in private directories
/// that process 1, whose id is nobody's on the host, does not. Without it process 1 opens them itself.
struct PreparedMounts: ~Copyable {
  /// In the order of their entries in the root plan.
  private(set) var numbers: [Int32] = []

  init(_ entries: [RootEntry], identities: Identities) throws(SetupFailure) {
    guard identities.processOne != nil else { return }
    for entry in entries {
      guard case .bind(let source, let attributes, let writable) = entry.kind else { continue }
      do {
        let mount = try DetachedMount.open(source, attributes: attributes)
        if writable { try Self.giveToProgram(mount, source: source, identities: identities) }
        numbers.append(mount.release())
      } catch {
        throw SetupFailure(bind: source, of: entry, error)
      }
    }
  }

  deinit { for number in numbers { close(number) } }

  /// Shows the files of whoever owns the directory as the program's own, and what the program makes as theirs. Files of
  /// anybody else belong to nobody inside.
  private static func giveToProgram(
    _ mount: borrowing FileDescriptor,
    source: String,
    identities: Identities
  )
    throws(Errno)
  {
    var status = stat()
    guard fstat(mount.number, &status) == 0 else { throw Errno(errno) }
    let maps = IDMaps(
      uids: [IDExtent(inside: status.st_uid, outside: identities.programUID)],
      gids: [IDExtent(inside: status.st_gid, outside: identities.programGID)],
      deniesSetgroups: false
    )
    try DetachedMount.map(mount, through: try UserNamespace(maps: maps))
  }
}

extension SetupFailure {
  /// A directory or file of the host that cannot be shown inside.
  init(bind source: String, of entry: RootEntry, _ errno: Errno) {
    let key = entry.control == .root ? "filesystem.rootfs" : entry.control.rawValue
    let advice: String? =
      switch errno {
      case .loop: "\(source) leads through a symbolic link; write its real path in \(key)"
      case .invalid where entry.control == .write:
        "its file system cannot show files under other ids (idmapped mounts); use a directory on ext4, XFS, Btrfs or tmpfs"
      case .missing, .notDirectory: "\(key) has to name what this host has"
      case .access: "\(source) has to be within the reach of the user that runs ringfence"
      default: nil
      }
    self.init(couldNot: "show \(source) at \(entry.path.text) inside", errno, advice: advice, isOfSource: true)
  }
}
