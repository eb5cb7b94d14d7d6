/// Options of mounts as runc, crun and the kernel read them.
enum MountOptions {
  /// Options that hold for every type (runc's libcontainer/specconv, crun's utils).
  static let flags = [
    "async", "atime", "bind", "defaults", "dev", "diratime", "dirsync", "exec", "iversion", "lazytime", "loud", "mand",
    "noatime", "nodev", "nodiratime", "noexec", "noiversion", "nolazytime", "nomand", "norelatime", "nostrictatime",
    "nosuid", "nosymfollow", "private", "ratime", "rbind", "rdev", "rdiratime", "relatime", "remount", "rexec",
    "rnoatime", "rnodev", "rnodiratime", "rnoexec", "rnorelatime", "rnostrictatime", "rnosuid", "rnosymfollow", "ro",
    "rprivate", "rrelatime", "rro", "rrw", "rshared", "rslave", "rstrictatime", "rsuid", "rsymfollow", "runbindable",
    "rw", "shared", "silent", "slave", "strictatime", "suid", "symfollow", "sync", "tmpcopyup", "unbindable", "idmap",
    "ridmap", "copy-symlink", "src-nofollow",
  ]

  private static let data: [String: [String]] = [
    "tmpfs": [
      "size", "nr_blocks", "nr_inodes", "mode", "uid", "gid", "huge", "mpol", "inode32", "inode64", "noswap",
      "casefold",
    ],
    "devpts": ["newinstance", "ptmxmode", "mode", "uid", "gid", "max"],
    "proc": ["hidepid", "gid", "subset"],
    "mqueue": [],
    "sysfs": [],
    "bind": ["idmap", "ridmap"],
  ]

  /// Whether podman takes an option for a tmpfs: it has two of its own, and of the kernel's only those that it reads.
  static func podmanKnows(_ option: String) -> Bool {
    if flags.contains(option) || ["U", "notmpcopyup"].contains(option) { return true }
    return ["size", "mode"].contains { $0 == option.prefix { $0 != "=" } }
  }

  /// Whether an option means something for a type. Of types that are not listed nothing is known, so all is.
  static func isKnown(_ option: String, for type: String) -> Bool {
    if flags.contains(option) { return true }
    guard let names = data[type] else { return true }
    let name = option.prefix { $0 != "=" }
    return names.contains { $0 == name }
  }
}

/// Sizes in mount options: bytes, with `k`, `m` or `g` for 2^10, 2^20 or 2^30.
enum MountSize {
  /// nil for anything else, such as a share of memory in per cent.
  static func bytes(_ text: some StringProtocol) -> Int64? {
    let units: [(String, Int64)] = [("k", 1 << 10), ("m", 1 << 20), ("g", 1 << 30)]
    let text = text.lowercased()
    for (suffix, size) in units where text.hasSuffix(suffix) {
      guard let count = Int64(text.dropLast()) else { return nil }
      let (bytes, overflows) = count.multipliedReportingOverflow(by: size)
      return overflows ? nil : bytes
    }
    return Int64(text)
  }
}
