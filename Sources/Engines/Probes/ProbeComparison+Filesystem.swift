import Glibc
import Linux
import Sandbox

extension ProbeComparison {
  private var filesystem: Filesystem { sandbox.filesystem }

  var root: Compared {
    let found = facts["root"]
    let asked = filesystem.root.rawValue
    return Compared(asked, found, found == asked ? .same : found == "read-only" ? .stricter : .looser)
  }

  /// Every path is there to be read and no more, and where the root is composed of them nothing else is.
  var read: Compared {
    let paths = filesystem.read.map(\.destination)
    let asked = paths.isEmpty ? "nothing" : paths.joined(separator: " ") + " read-only"
    let mounts = MountTable(facts, outside: place.isHostKernel ? outside : nil)
    var missing: [String] = []
    var writable: [String] = []
    for path in filesystem.read {
      guard let found = facts["read." + path.destination] else { return Compared(asked, nil) }
      // The image's own files are as writable as its root.
      let isOfRoot = if case .system = path { filesystem.root == .writable && hasOwnRoot } else { false }
      if found == "missing" {
        missing.append(path.destination)
      } else if found != "\(EROFS)", !isOfRoot, mounts?.isReadOnly(path.destination) != true {
        writable.append(path.destination)
      }
    }
    let others = strangers
    if missing.isEmpty, writable.isEmpty, others.isEmpty { return Compared(asked, asked, .same) }
    let parts = [("missing", missing), ("writable", writable), ("beside them", others)].filter { !$0.1.isEmpty }
      .map { "\($0.0): \($0.1.joined(separator: " "))" }
    return Compared(asked, parts.joined(separator: "; "), writable.isEmpty && others.isEmpty ? .stricter : .looser)
  }

  private var hasOwnRoot: Bool { !place.composesRoot || filesystem.rootfs != nil }

  /// What a composed root holds at its top that the policy does not name.
  private var strangers: [String] {
    guard !hasOwnRoot else { return [] }
    // gVisor mounts these whatever it is told; they hold nothing of the host's.
    let mounts = MountTable(facts, outside: nil)
    let own = place.isHostKernel ? [] : ["/sys", "/tmp"].filter { mounts?.isReadOnly($0) == true }
    var named = Set((own + ["/proc", "/dev"]).map { $0.utf8.dropFirst().map(\.self) })
    let places =
      filesystem.read.map(\.destination) + filesystem.write.map(\.destination) + filesystem.tmpfs.map(\.path)
      + [sandbox.process.workingDirectory]
    for place in places {
      if let first = place.utf8.split(separator: UInt8(ascii: "/")).first { named.insert(Array(first)) }
    }
    return facts.names(after: "top.").filter { !named.contains(Array($0.utf8)) }.map { "/" + $0 }
  }

  /// What can be written to of the host: these places, and no other mount.
  var write: Compared {
    let wanted = filesystem.write.map(\.destination).sorted()
    func text(_ paths: [String]) -> String { paths.isEmpty ? "nothing" : paths.joined(separator: " ") }
    guard let mounts = MountTable(facts, outside: place.isHostKernel ? outside : nil) else {
      return Compared(text(wanted), nil)
    }
    let scratch = filesystem.tmpfs.map(\.path)
    let found = mounts.writable.filter { mount in
      let path = mount.place
      // What is the engine's own in memory, and closed to the program, holds nothing that it could reach.
      let isClosed = mount.type == "tmpfs" && facts["usable." + path] == nil && facts["uid"] != "0"
      // These have comparisons of their own.
      let isElsewhere =
        path == "/" && filesystem.root == .writable || scratch.contains(path)
        || ["/proc", "/dev"].contains { path == $0 || path.hasPrefix($0 + "/") }
      return !isElsewhere && !isClosed
    }
    .map(\.place)
    let usable = found.filter { !wanted.contains($0) || facts["write." + $0] == "writable" }
    let isMore = usable.contains { !wanted.contains($0) }
    return Compared(text(wanted), text(usable), usable == wanted ? .same : isMore ? .looser : .stricter)
  }

  var scratch: Compared {
    func text(_ mount: TmpfsMount, _ size: Int64, _ files: Int64, _ isExecutable: Bool) -> String {
      "\(mount.path) \(Self.bytes(size)), \(files) files, \(isExecutable ? "exec" : "noexec")"
    }
    let mounts = filesystem.tmpfs
    if mounts.isEmpty { return Compared("none", "none", .same) }
    var effective: [String] = []
    for mount in mounts {
      guard let size = facts.number("tmpfs.size." + mount.path), let files = facts.number("tmpfs.files." + mount.path)
      else {
        effective.append("\(mount.path) missing")
        continue
      }
      let executable = facts["tmpfs.exec." + mount.path]
      effective.append(
        executable == nil ? "\(mount.path) cannot be written to" : text(mount, size, files, executable == "exec")
      )
    }
    let asked = mounts.map { text($0, $0.size.bytes, $0.inodes, $0.executable) }
    return Compared(asked.joined(separator: "; "), effective.joined(separator: "; "))
  }

  var proc: Compared {
    let asked = filesystem.proc
    guard facts["proc.own"] == "1" else {
      return Compared(asked.rawValue, facts["proc.own"].map { _ in "none" }, asked == .none ? .same : .stricter)
    }
    let dangers = facts.names(after: "proc.danger.")
    let host = (try? KernelFile.read("/proc/version"))?.split(separator: "\n").first.map(String.init)
    // What another kernel says of its machine is nothing of this one's.
    let isOfHost = facts["proc.version"] == host || place.isHostKernel
    let machine = isOfHost ? facts.names(after: "proc.machine.") : []
    // A program of our own, what started it, and an engine's init.
    let processes = facts.number("proc.processes") ?? .max
    let strangers = processes > 3 ? "\(processes) processes" : nil
    if !dangers.isEmpty || strangers != nil {
      let text = (dangers + [strangers].compactMap(\.self)).joined(separator: " ")
      return Compared(asked.rawValue, "full, not masked: \(text)", .looser)
    }
    let found = machine.isEmpty ? Filesystem.ProcMode.minimal : .full
    let text = found == .minimal ? found.rawValue : "full, with the machine's \(machine.joined(separator: " "))"
    if found == asked { return Compared(asked.rawValue, asked.rawValue, .same) }
    let isStricter = asked == .full && found == .minimal
    return Compared(asked.rawValue, text, isStricter ? .stricter : .looser)
  }

  private static let devices = ["full", "null", "random", "urandom", "zero"]
  /// To what the program has anyway.
  private static let links = ["fd", "stdin", "stdout", "stderr"]

  var dev: Compared {
    let found = facts.names(after: "dev.").filter { !Self.links.contains($0) }
    let wanted = filesystem.dev == .minimal ? Self.devices : []
    func text(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: " ") }
    guard facts["devices"] != nil else { return Compared(text(wanted), nil) }
    let isMore = found.contains { !wanted.contains($0) }
    return Compared(text(wanted), text(found), found == wanted ? .same : isMore ? .looser : .stricter)
  }
}

/// The mounts that a program sees.
struct MountTable: Sendable {
  struct Mount: Sendable {
    let place: String
    let type: String
    let isWritable: Bool
  }

  /// By place. Where one lies on another only the upper one counts.
  private let mounts: [String: Mount]

  var writable: [Mount] { mounts.values.filter(\.isWritable).sorted { $0.place < $1.place } }

  /// Whether the mount that a path lies on is read-only.
  func isReadOnly(_ path: String) -> Bool {
    let holding = mounts.values.filter { path == $0.place || path.hasPrefix($0.place == "/" ? "/" : $0.place + "/") }
    return holding.max { $0.place.utf8.count < $1.place.utf8.count }.map { !$0.isWritable } ?? false
  }

  /// nil where they are not told.
  init?(_ facts: ProbeFacts, outside: OutsideView?) {
    let inside = facts.names(after: "mount.").compactMap { Int($0) }.sorted().compactMap { facts["mount.\($0)"] }
    let lines = inside.isEmpty ? outside?.mounts ?? [] : inside
    guard !lines.isEmpty else { return nil }
    var mounts: [String: Mount] = [:]
    for line in lines {
      // proc(5): id, parent, device, root, place, options, optional fields, "-", type, source, options of the whole.
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count >= dash + 4 else { return nil }
      func isWritable(_ options: Substring) -> Bool { options.split(separator: ",").contains("rw") }
      let place = Self.unescaped(fields[4])
      mounts[place] = Mount(
        place: place,
        type: String(fields[dash + 1]),
        isWritable: isWritable(fields[5]) && isWritable(fields[dash + 3])
      )
    }
    self.mounts = mounts
  }

  /// Blanks and the like are written as three octal digits.
  private static func unescaped(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let code = UInt8(String(decoding: rest.prefix(3), as: UTF8.self), radix: 8) {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
