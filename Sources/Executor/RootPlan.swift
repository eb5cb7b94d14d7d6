import CLaunch
import Linux
import Sandbox

/// One thing that is put into the new root.
struct RootEntry {
  enum Kind {
    case directory(mode: UInt32)
    case file(mode: UInt32)
    case symlink(target: [UInt8])
    /// A directory or file of the host.
    case bind(source: String, attributes: UInt64, writable: Bool)
    /// A new file system.
    case mount(type: String, options: [(key: String, value: String)], attributes: UInt64)
    /// A path of the new root bound onto itself with more attributes.
    case seal(attributes: UInt64)
  }

  let kind: Kind
  let path: RootPath
  var flags: UInt32 = 0
  let control: Control
}

enum MountAttributes {
  static let readOnly = UInt64(MOUNT_ATTR_RDONLY)
  static let noSuid = UInt64(MOUNT_ATTR_NOSUID)
  static let noDevices = UInt64(MOUNT_ATTR_NODEV)
  static let noExecute = UInt64(MOUNT_ATTR_NOEXEC)
  static let noAccessTimes = UInt64(MOUNT_ATTR_NOATIME)
}

/// A mount that still has to find its place in the root.
private struct PendingMount {
  let entry: RootEntry
  /// Whether what it holds is ours to add to.
  let isOurs: Bool
  let isDirectory: Bool
  /// Where its path leads when links of the root are followed.
  var place: RootPath

  init(_ entry: RootEntry, isOurs: Bool = false, isDirectory: Bool = true) {
    self.entry = entry
    self.isOurs = isOurs
    self.isDirectory = isDirectory
    place = entry.path
  }
}

/// The new root: nothing of the host exists in it but what the policy names.
struct RootPlan {
  private(set) var entries: [RootEntry] = []
  private let sandbox: Sandbox
  /// Directories that exist in a tree of our own making: as many as a policy has names in its paths.
  private var made: Set<RootPath> = []
  private var links: [Link] = []
  /// Those that have found their place.
  private var mounts: [PendingMount] = []

  var isReadOnly: Bool { sandbox.filesystem.root == .readOnly }
  /// Whether what a run can change, or see only of itself, can be mounted anew over a root that others have had.
  var isRenewable: Bool {
    isReadOnly && sandbox.filesystem.proc != .full
      && entries.allSatisfy { mount in
        mount.flags & UInt32(RF_ENTRY_RENEWED.rawValue) == 0
          || !entries.contains { $0.path != mount.path && $0.path.isWithin(mount.path) }
      }
  }
  private var isComposed: Bool { sandbox.filesystem.rootfs == nil }

  init(_ sandbox: Sandbox) throws(SetupFailure) {
    self.sandbox = sandbox
    entries.append(try rootEntry())
    var pending = try systemPaths()
    pending += try binds()
    for mount in sandbox.filesystem.tmpfs { pending.append(PendingMount(tmpfs(mount), isOurs: true)) }
    if let proc = procMount { pending.append(PendingMount(proc)) }
    if sandbox.filesystem.dev == .minimal, !isComposed { pending.append(PendingMount(devMount, isOurs: true)) }
    for node in devices { pending.append(PendingMount(node, isDirectory: false)) }
    // A directory before what it contains, by the places where the links lead.
    for index in pending.indices { pending[index].place = canonical(pending[index].entry.path) }
    for mount in pending.sorted(by: { $0.place < $1.place }) { try put(mount) }
    addDeviceLinks()
    addProcCovers()
  }

  // A root of our own is a small tmpfs that holds directories, links and places to bind onto. When the policy lets the
  // program write to it, it holds as much as the memory that it counts as.
  private func rootEntry() throws(SetupFailure) -> RootEntry {
    let safe = MountAttributes.noSuid | MountAttributes.noDevices
    if let rootfs = sandbox.filesystem.rootfs {
      guard isReadOnly else {
        throw SetupFailure(
          "filesystem.root: writable cannot be combined with filesystem.rootfs, which would be changed for ever;"
            + " add the paths that change to filesystem.tmpfs or filesystem.write"
        )
      }
      let kind = RootEntry.Kind.bind(source: rootfs, attributes: safe | MountAttributes.readOnly, writable: false)
      return RootEntry(kind: kind, path: .root, control: .root)
    }
    var options = [(key: "mode", value: "0755")]
    if isReadOnly {
      options += [(key: "size", value: "1m"), (key: "nr_inodes", value: "4096")]
    } else {
      let user = sandbox.process.user
      options += [("uid", "\(user.uid)"), ("gid", "\(user.gid)"), ("nr_inodes", "65536")]
      options.append(("size", sandbox.resources.memory.value.map { "\($0.bytes)" } ?? "50%"))
    }
    let attributes = isReadOnly ? safe | MountAttributes.noExecute : safe
    return RootEntry(
      kind: .mount(type: "tmpfs", options: options, attributes: attributes),
      path: .root,
      control: .root
    )
  }

  /// The system's own paths, read-only, with the links that lead to them. A path inside another one is there already.
  private mutating func systemPaths() throws(SetupFailure) -> [PendingMount] {
    guard isComposed else { return [] }
    var host = HostPaths()
    var real: [RootPath] = []
    for case .system(let path) in sandbox.filesystem.read {
      do {
        real.append(try host.resolve(path))
      } catch {
        throw SetupFailure(
          couldNot: "find \(path), which filesystem.read names",
          error,
          advice: "install what provides it on this host, or take it out of filesystem.read"
        )
      }
    }
    var kept: [RootPath] = []
    for path in real.sorted() where !kept.contains(where: path.isWithin) { kept.append(path) }
    for link in host.links where !kept.contains(where: link.path.isWithin) { links.append(link) }
    links.sort { $0.path < $1.path }
    for link in links {
      makeDirectories(to: link.path.parent, control: .read)
      entries.append(RootEntry(kind: .symlink(target: link.target), path: link.path, control: .read))
    }
    var result: [PendingMount] = []
    for path in kept { result.append(try bind(path.text, at: path, writable: false)) }
    return result
  }

  private func binds() throws(SetupFailure) -> [PendingMount] {
    var result: [PendingMount] = []
    for case .bind(let mount) in sandbox.filesystem.read {
      result.append(try bind(mount.source, at: RootPath(mount.destination), writable: false))
    }
    for mount in sandbox.filesystem.write {
      result.append(try bind(mount.source, at: RootPath(mount.destination), writable: true))
    }
    return result
  }

  private func bind(_ source: String, at path: RootPath, writable: Bool) throws(SetupFailure) -> PendingMount {
    let key = writable ? "filesystem.write" : "filesystem.read"
    let isDirectory: Bool
    do {
      switch try HostFile.at(source) {
      case .directory: isDirectory = true
      case .regular: isDirectory = false
      case .other(let kind):
        let advice =
          kind == "symbolic link"
          ? "write the path that it leads to" : "only directories and regular files can be shown inside"
        throw SetupFailure("\(source), which \(key) names, is a \(kind); \(advice)")
      }
    } catch let error as Errno {
      throw SetupFailure(
        couldNot: "find \(source), which \(key) names",
        error,
        advice: "create it, or take it out of \(key)"
      )
    } catch let failure as SetupFailure {
      throw failure
    } catch {
      throw SetupFailure("\(source): \(error)")
    }
    let safe = MountAttributes.noSuid | MountAttributes.noDevices
    let kind = RootEntry.Kind.bind(
      source: source,
      attributes: writable ? safe : safe | MountAttributes.readOnly,
      writable: writable
    )
    let entry = RootEntry(kind: kind, path: path, control: writable ? .write : .read)
    return PendingMount(entry, isDirectory: isDirectory)
  }

  private func tmpfs(_ mount: TmpfsMount) -> RootEntry {
    let user = sandbox.process.user
    let options = [
      (key: "size", value: "\(mount.size.bytes)"), ("nr_inodes", "\(mount.inodes)"), ("mode", "1777"),
      ("uid", "\(user.uid)"), ("gid", "\(user.gid)"),
    ]
    let safe = MountAttributes.noSuid | MountAttributes.noDevices
    let attributes = mount.executable ? safe : safe | MountAttributes.noExecute
    return RootEntry(
      kind: .mount(type: "tmpfs", options: options, attributes: attributes),
      path: RootPath(mount.path),
      flags: UInt32(RF_ENTRY_RENEWED.rawValue),
      control: .tmpfs
    )
  }

  // Directories

  /// Puts a mount at its place. In a tree of ours the place is made; in anybody else's it has to exist.
  private mutating func put(_ mount: PendingMount) throws(SetupFailure) {
    let (entry, path) = (mount.entry, mount.place)
    guard !mounts.contains(where: { $0.place == path }) else {
      throw SetupFailure("two mounts of the policy have the same place, \(path.text)")
    }
    guard !path.isRoot else {
      throw SetupFailure("nothing can be mounted over the root itself; \(entry.control.rawValue) names the path /")
    }
    var placed = RootEntry(kind: entry.kind, path: path, flags: entry.flags, control: entry.control)
    let below = mounts.last { path.isWithin($0.place) }
    if below?.isOurs ?? isComposed {
      makeDirectories(to: path.parent, control: entry.control)
      if mount.isDirectory {
        makeDirectories(to: path, control: entry.control)
      } else {
        entries.append(RootEntry(kind: .file(mode: 0o444), path: path, control: entry.control))
      }
    } else {
      placed.flags |= UInt32(RF_ENTRY_FOREIGN.rawValue)
      if below == nil { placed.flags |= UInt32(RF_ENTRY_IN_ROOT.rawValue) }
    }
    mounts.append(mount)
    entries.append(placed)
  }

  private mutating func makeDirectories(to path: RootPath, control: Control) {
    for directory in path.ancestry where made.insert(directory).inserted {
      // What a tmpfs of the policy holds is made after it is mounted; `made` knows only paths, and a mount is a new tree.
      if mounts.contains(where: { $0.place == directory }) { continue }
      entries.append(RootEntry(kind: .directory(mode: 0o755), path: directory, control: control))
    }
  }

  /// The path with the links of the composed root followed: the kernel must meet none of them while we build.
  private func canonical(_ path: RootPath) -> RootPath {
    var followed = 0
    let links = links
    return RootPath.resolving(path) { place in
      guard followed < RootPath.maximumLinks, let link = links.first(where: { $0.path == place }) else { return nil }
      followed += 1
      return link.target
    }
  }
}

// /dev and /proc.
extension RootPlan {
  private static let deviceNames = ["full", "null", "random", "urandom", "zero"]

  /// In somebody else's root file system /dev is covered first.
  private var devMount: RootEntry {
    let options = [(key: "size", value: "64k"), ("nr_inodes", "64"), ("mode", "0755")]
    // Times of its links would tell one run of a zygote of another.
    let attributes = MountAttributes.noSuid | MountAttributes.noExecute | MountAttributes.noAccessTimes
    return RootEntry(
      kind: .mount(type: "tmpfs", options: options, attributes: attributes),
      path: RootPath("/dev"),
      control: .dev
    )
  }

  /// The host's own nodes: a user namespace cannot make any. Writing to a device is not writing to its mount.
  private var devices: [RootEntry] {
    guard sandbox.filesystem.dev == .minimal else { return [] }
    let attributes = MountAttributes.readOnly | MountAttributes.noSuid | MountAttributes.noExecute
    return Self.deviceNames.map { name in
      RootEntry(
        kind: .bind(source: "/dev/" + name, attributes: attributes, writable: false),
        path: RootPath("/dev/" + name),
        control: .dev
      )
    }
  }

  private mutating func addDeviceLinks() {
    guard sandbox.filesystem.dev == .minimal else { return }
    addLink("/dev/fd", to: "/proc/self/fd")
    addLink("/dev/stdin", to: "fd/0")
    addLink("/dev/stdout", to: "fd/1")
    addLink("/dev/stderr", to: "fd/2")
  }

  private mutating func addLink(_ path: String, to target: String) {
    entries.append(RootEntry(kind: .symlink(target: Array(target.utf8)), path: RootPath(path), control: .dev))
  }

  private var procMount: RootEntry? {
    let options: [(key: String, value: String)]
    switch sandbox.filesystem.proc {
    case .none: return nil
    // With subset=pid nothing of the machine exists: no sys, no sysrq-trigger, no kcore, nothing to mask.
    case .minimal: options = [("hidepid", "2"), ("subset", "pid")]
    case .full: options = []
    }
    let attributes = MountAttributes.noSuid | MountAttributes.noDevices | MountAttributes.noExecute
    return RootEntry(
      kind: .mount(type: "proc", options: options, attributes: attributes),
      path: RootPath("/proc"),
      flags: UInt32(RF_ENTRY_RENEWED.rawValue),
      control: .proc
    )
  }

  /// The masked and read-only paths of a full /proc are those of Docker (moby, oci/defaults.go).
  private mutating func addProcCovers() {
    guard sandbox.filesystem.proc == .full else { return }
    let flags = UInt32(RF_ENTRY_FOREIGN.rawValue | RF_ENTRY_OPTIONAL.rawValue)
    let readOnly =
      MountAttributes.readOnly | MountAttributes.noSuid | MountAttributes.noDevices | MountAttributes.noExecute
    for name in ["acpi", "asound", "scsi"] {
      let kind = RootEntry.Kind.mount(
        type: "tmpfs",
        options: [("size", "4k"), ("nr_inodes", "2")],
        attributes: readOnly
      )
      entries.append(RootEntry(kind: kind, path: RootPath("/proc/" + name), flags: flags, control: .proc))
    }
    let null = RootEntry.Kind.bind(
      source: "/dev/null",
      attributes: MountAttributes.readOnly | MountAttributes.noSuid | MountAttributes.noExecute,
      writable: false
    )
    for name in ["interrupts", "kcore", "keys", "latency_stats", "sched_debug", "timer_list", "timer_stats"] {
      entries.append(RootEntry(kind: null, path: RootPath("/proc/" + name), flags: flags, control: .proc))
    }
    for name in ["bus", "fs", "irq", "sys", "sysrq-trigger"] {
      let kind = RootEntry.Kind.seal(attributes: readOnly)
      entries.append(RootEntry(kind: kind, path: RootPath("/proc/" + name), flags: flags, control: .proc))
    }
  }
}
