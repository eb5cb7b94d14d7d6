import CanonicalJSON
import Glibc
import Linux
import Targets

/// A bundle on disk, in a directory that nobody else can look into, removed with its owner.
struct BundleDirectory: ~Copyable {
  let path: String

  /// Makes the directory: `config.json`, the root file system unless the policy has one, and the runtime's state.
  static func make(_ bundle: RuntimeBundle) throws(EngineFailure) -> BundleDirectory {
    let parent = Self.parent
    var template = Array("\(parent)/\(prefix)XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else {
      throw EngineFailure("cannot make a directory in \(parent): \(Errno(errno).text)")
    }
    let directory = BundleDirectory(
      path: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    )
    try directory.fill(bundle)
    return directory
  }

  private init(path: String) { self.path = path }

  private static let prefix = "ringfence."
  private static var parent: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }

  /// Says in the directory whose container it is, for whoever finds it after we were killed.
  func sign(_ container: String, of runtime: OCIRuntime) throws(EngineFailure) {
    try Self.write(Array("\(runtime.rawValue) \(container)".utf8), to: path + "/owner")
  }

  /// A run that was killed before it could remove its container and its directory.
  struct Abandoned: Sendable {
    let path: String
    let runtime: OCIRuntime
    let container: String

    var state: String { path + "/state" }

    /// Removes the directory; its container has to be gone.
    func remove() { BundleDirectory.remove(path) }
  }

  static func abandoned() -> [Abandoned] {
    let parent = Self.parent
    return names(in: parent).filter { $0.hasPrefix(prefix) }.compactMap { name in
      let path = "\(parent)/\(name)"
      var status = stat()
      // Anybody may make a directory of this name.
      guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == geteuid(),
        status.st_mode & 0o077 == 0, let words = try? KernelFile.read(path + "/owner").split(separator: " "),
        words.count == 2, let runtime = OCIRuntime(rawValue: String(words[0])), RunName.isAbandoned(String(words[1]))
      else { return nil }
      return Abandoned(path: path, runtime: runtime, container: String(words[1]))
    }
  }

  deinit { Self.remove(path) }

  private func fill(_ bundle: RuntimeBundle) throws(EngineFailure) {
    try Self.makeDirectory(path + "/state", mode: 0o700)
    if let rootfs = bundle.rootfs {
      // A runtime would make what is missing, in a directory that is not ours to change.
      for point in bundle.mountPoints where access(rootfs + point.path, F_OK) != 0 {
        throw EngineFailure("\(rootfs) has no \(point.path), which something is to be mounted on; make it first")
      }
    } else {
      try Self.makeDirectory(path + "/rootfs", mode: 0o755)
      for point in bundle.mountPoints { try make(point) }
    }
    try Self.write(bundle.config.encoded(.indented), to: path + "/config.json")
  }

  private func make(_ point: RuntimeBundle.MountPoint) throws(EngineFailure) {
    var status = stat()
    var isDirectory = true
    if let source = point.source {
      guard stat(source, &status) == 0 else { throw EngineFailure("this host has no \(source)") }
      isDirectory = status.st_mode & S_IFMT == S_IFDIR
    }
    let parts = point.path.utf8.split(separator: UInt8(ascii: "/")).map { String(decoding: $0, as: UTF8.self) }
    var place = path + "/rootfs"
    for (index, part) in parts.enumerated() {
      guard part != ".." && part != "." else { throw EngineFailure("\(point.path) leads out of the sandbox") }
      place += "/" + part
      if index == parts.count - 1, !isDirectory {
        try Self.write([], to: place)
      } else {
        try Self.makeDirectory(place, mode: 0o755)
      }
    }
  }

  private static func makeDirectory(_ path: String, mode: mode_t) throws(EngineFailure) {
    guard mkdir(path, mode) == 0 || errno == EEXIST else {
      throw EngineFailure("cannot make \(path): \(Errno(errno).text)")
    }
    // Whatever the caller's umask is, the program's user has to get through.
    chmod(path, mode)
  }

  static func write(_ bytes: [UInt8], to path: String) throws(EngineFailure) {
    do throws(Errno) {
      let file = try FileDescriptor.open(path, .write | .create, mode: 0o644)
      var rest = bytes[...]
      while !rest.isEmpty {
        let (count, problem) = rest.withUnsafeBytes { (Glibc.write(file.number, $0.baseAddress, $0.count), errno) }
        guard count >= 0 || problem == EINTR else { throw Errno(problem) }
        rest = rest.dropFirst(max(0, count))
      }
    } catch {
      throw EngineFailure("cannot write \(path): \(error.text)")
    }
  }

  /// Removes a tree of our own. Nothing is followed, and nothing of another file system: a mount that a runtime has
  /// left behind must not cost the host its files.
  private static func remove(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    removeTree(path, device: status.st_dev)
  }

  private static func removeTree(_ path: String, device: dev_t) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_dev == device else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      unlink(path)
      return
    }
    for name in names(in: path) { removeTree(path + "/" + name, device: device) }
    rmdir(path)
  }

  private static func names(in path: String) -> [String] {
    guard let directory = opendir(path) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }
}
