import CLaunch
import Glibc

/// Who started us, and what the kernel lets them do.
package struct Caller: Sendable {
  package let uid: UInt32
  package let gid: UInt32
  /// Whether mounts can be made and ids be mapped by privilege (CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID and CAP_CHOWN as
  /// uid 0 of a user namespace that has ids to give away).
  package let isPrivileged: Bool
  /// Whether a program that gets the caller's id is root outside of this user namespace.
  package let isRootOutside: Bool
  /// The host ids, as this user namespace numbers them, that runs may be given; empty without privilege.
  package let spareIDs: Range<UInt32>

  /// Fails rather than guess: whoever is taken for unprivileged lends the program the id that it has itself.
  package static func current() throws(Errno) -> Caller {
    let needed: UInt64 = 1 << 21 | 1 << 7 | 1 << 6 | 1 << 0
    let capabilities = try effectiveCapabilities()
    let capable = geteuid() == 0 && capabilities & needed == needed
    let spare = capable ? try spareIDs() : 0..<0
    let isRootOutside = spare.isEmpty ? try isRoot(geteuid()) : false
    return Caller(
      uid: geteuid(),
      gid: getegid(),
      isPrivileged: !spare.isEmpty,
      isRootOutside: isRootOutside,
      spareIDs: spare
    )
  }

  /// Whether an id of this user namespace is 0 of the one around it; in the first of all, whether it is 0.
  private static func isRoot(_ uid: uid_t) throws(Errno) -> Bool {
    let numbers = KernelFile.numbers(in: try KernelFile.read("/proc/self/uid_map"))
    return stride(from: 0, to: numbers.count - 2, by: 3).contains { place in
      let (inside, outside, count) = (numbers[place], numbers[place + 1], numbers[place + 2])
      return outside == 0 && count > 0 && inside == Int64(uid)
    }
  }

  private static func effectiveCapabilities() throws(Errno) -> UInt64 {
    var capabilities: UInt64 = 0
    try checked(rf_effective_capabilities(&capabilities))
    return capabilities
  }

  /// From 0x7000_0000 where everything is mapped: systemd's documentation (UIDS-GIDS.md) keeps that range free, and
  /// subordinate ids end far below. In a user namespace with fewer ids, the upper half of the largest extent.
  private static func spareIDs() throws(Errno) -> Range<UInt32> {
    let map = try KernelFile.read("/proc/self/uid_map")
    var largest: Range<UInt32> = 0..<0
    let numbers = KernelFile.numbers(in: map)
    // Three a line: inside, outside, how many.
    for place in stride(from: 0, to: numbers.count - 2, by: 3) {
      guard let first = UInt32(exactly: numbers[place]), let count = UInt32(exactly: numbers[place + 2]),
        case (let end, false) = first.addingReportingOverflow(count)
      else { continue }
      if count > largest.upperBound - largest.lowerBound { largest = first..<end }
    }
    let preferred: Range<UInt32> = 0x7000_0000..<0x7000_2000
    if largest.lowerBound <= preferred.lowerBound, largest.upperBound >= preferred.upperBound { return preferred }
    let size = (largest.upperBound - largest.lowerBound) / 2
    return size < 2 ? 0..<0 : largest.upperBound - min(size, 0x2000)..<largest.upperBound
  }
}

/// One extent of a user namespace's map: `count` ids from `inside` on are the ids from `outside` on.
package struct IDExtent: Equatable, Sendable {
  package var inside: UInt32
  package var outside: UInt32
  package var count: UInt32

  package init(inside: UInt32, outside: UInt32, count: UInt32 = 1) {
    self.inside = inside
    self.outside = outside
    self.count = count
  }
}

/// The maps of a user namespace (user_namespaces(7)).
package struct IDMaps: Sendable {
  package var uids: [IDExtent]
  package var gids: [IDExtent]
  /// Without privilege the kernel wants setgroups(2) denied for ever before it takes a gid map.
  package var deniesSetgroups: Bool

  package init(uids: [IDExtent], gids: [IDExtent], deniesSetgroups: Bool) {
    self.uids = uids
    self.gids = gids
    self.deniesSetgroups = deniesSetgroups
  }

  /// Writes the maps of the user namespace that a process is in. Each can be written once.
  package func apply(to process: Int32) throws(Errno) {
    if deniesSetgroups { try KernelFile.write("deny", to: "/proc/\(process)/setgroups") }
    try KernelFile.write(Self.text(uids), to: "/proc/\(process)/uid_map")
    try KernelFile.write(Self.text(gids), to: "/proc/\(process)/gid_map")
  }

  private static func text(_ extents: [IDExtent]) -> String {
    // No `joined`: it looks types up by name at run time.
    var text = ""
    for extent in extents { text += "\(extent.inside) \(extent.outside) \(extent.count)\n" }
    return text
  }
}

/// A user namespace that exists for its maps alone: what an idmapped mount is given.
package struct UserNamespace: ~Copyable {
  package let descriptor: FileDescriptor

  package init(maps: IDMaps) throws(Errno) {
    let holder = try checked(rf_hold_namespaces(UInt64(RF_CLONE_NEWUSER)))
    defer {
      var status: Int32 = 0
      kill(holder, SIGKILL)
      _ = rf_wait(holder, &status)
    }
    try maps.apply(to: holder)
    descriptor = try FileDescriptor.open("/proc/\(holder)/ns/user", .read)
  }
}

/// A detached copy of a mount (open_tree(2)), to be attached somewhere else.
package enum DetachedMount {
  /// No component of the path may be a symbolic link. `attributes` are `MOUNT_ATTR_*`.
  package static func open(_ path: String, attributes: UInt64) throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try checked(try path.withKernelString { rf_open_bind($0, attributes) }))
  }

  /// Shows the files of a mount under other ids.
  package static func map(_ mount: borrowing FileDescriptor, through namespace: borrowing UserNamespace) throws(Errno) {
    try checked(rf_mount_setattr(mount.number, UInt64(MOUNT_ATTR_IDMAP), namespace.descriptor.number))
  }
}
