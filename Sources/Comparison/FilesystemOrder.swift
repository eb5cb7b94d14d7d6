import Sandbox

/// The order of file systems: what of the host and of the system root can be read, written and run.
enum FilesystemOrder {
  static func gainedRoot(from old: Filesystem, to new: Filesystem) -> String? {
    new.root == .writable && old.root == .readOnly ? "write to the root file system, such as to /etc" : nil
  }

  static func gainedRead(from old: Filesystem, to new: Filesystem) -> String? {
    let (before, after) = (FilesystemView(old), FilesystemView(new))
    if let path = after.system.witness(notIn: before.system) { return "read \(path.text)" }
    // What can be written is `write`'s to report.
    return after.readOnly.witness(notIn: before.readable).map { "read the host's \($0.text)" }
  }

  static func gainedWrite(from old: Filesystem, to new: Filesystem) -> String? {
    FilesystemView(new).writable.witness(notIn: FilesystemView(old).writable).map { "write the host's \($0.text)" }
  }

  static func gainedTmpfs(from old: Filesystem, to new: Filesystem) -> String? {
    for mount in new.tmpfs {
      let path = PathComponents(mount.path)
      guard let before = old.tmpfs.last(where: { PathComponents($0.path) == path }) else {
        return "write \(mount.size.description) in memory at \(path.text)"
      }
      let sizes: (Limit<ByteCount>, Limit<ByteCount>) = (.limited(before.size), .limited(mount.size))
      let inodes: (Limit<Int64>, Limit<Int64>) = (.limited(before.inodes), .limited(mount.inodes))
      if let gain = LimitOrder.bytes("write", "in memory at \(path.text)", sizes.0, sizes.1)
        ?? LimitOrder.count("make", "files at \(path.text)", inodes.0, inodes.1)
      {
        return gain
      }
      if mount.executable, !before.executable { return "start a program that it wrote to \(path.text)" }
    }
    return nil
  }

  static func gainedProc(from old: Filesystem.ProcMode, to new: Filesystem.ProcMode) -> String? {
    guard isLooser(new, than: old) else { return nil }
    switch new {
    case .none: return nil
    case .minimal: return "read /proc/self/status"
    case .full: return "read /proc/cpuinfo"
    }
  }

  static func gainedDev(from old: Filesystem.DevMode, to new: Filesystem.DevMode) -> String? {
    isLooser(new, than: old) ? "open /dev/null" : nil
  }

  /// Ordered modes are declared strictest first.
  private static func isLooser<Mode: CaseIterable & Equatable>(_ new: Mode, than old: Mode) -> Bool {
    let modes = Array(Mode.allCases)
    guard let before = modes.firstIndex(of: old), let after = modes.firstIndex(of: new) else { return true }
    return after > before
  }
}
