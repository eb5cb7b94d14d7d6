package import Diagnostics
import Glibc

/// A folder that holds the artifacts of one policy for one target.
///
/// Writing is all or nothing as far as the file system permits: every file is written beside its place first, and only
/// when all of them are there are they renamed into it. A full disk leaves what was there before.
package struct ArtifactDirectory: Sendable {
  /// Why a file could not be read or written; `errno` is the kernel's.
  package struct Failure: Error, Sendable {
    package let path: String
    package let operation: String
    package let errno: Int32

    package var message: String { "cannot \(operation) \(path): \(String(cString: strerror(errno)))" }
  }

  /// How a file on disk differs from what the policy says it should be.
  package enum Drift: Sendable {
    case missing(path: String)
    case changed(path: String, LineDifference?)
    case modeChanged(path: String)
    /// A file that carries our header but that this policy no longer produces.
    case leftOver(path: String)
  }

  package let path: String

  package init(path: String) { self.path = path }

  /// Writes the artifacts, creating the folder as needed. Files that already hold these bytes are left alone.
  ///
  /// - Returns: Whether anything changed.
  package func write(_ artifacts: [Artifact]) throws(Failure) -> Bool {
    try createFolders()
    let stale = artifacts.filter { !isCurrent($0) }
    var written: [String] = []
    do throws(Failure) {
      for artifact in stale {
        let temporary = temporaryPath(of: artifact)
        written.append(temporary)
        try Self.writeFile(temporary, artifact.bytes, mode: artifact.isExecutable ? 0o755 : 0o644)
      }
      for artifact in stale {
        guard rename(temporaryPath(of: artifact), filePath(of: artifact)) == 0 else {
          throw Failure(path: filePath(of: artifact), operation: "replace", errno: errno)
        }
      }
    } catch {
      for temporary in written { unlink(temporary) }
      throw error
    }
    return !stale.isEmpty
  }

  /// What differs from the artifacts; empty when the folder holds exactly them. Writes nothing.
  package func drift(from artifacts: [Artifact]) -> [Drift] {
    var drifts: [Drift] = []
    for artifact in artifacts {
      let path = filePath(of: artifact)
      guard let (bytes, isExecutable) = Self.readFile(path) else {
        drifts.append(.missing(path: path))
        continue
      }
      if bytes != artifact.bytes {
        let isText = !artifact.bytes.contains(0)
        drifts.append(.changed(path: path, isText ? LineDifference(from: bytes, to: artifact.bytes) : nil))
      } else if isExecutable != artifact.isExecutable {
        drifts.append(.modeChanged(path: path))
      }
    }
    for name in Self.names(in: path) where !artifacts.contains(where: { $0.name == name }) {
      drifts.append(.leftOver(path: path + "/" + name))
    }
    return drifts
  }

  private func filePath(of artifact: Artifact) -> String { path + "/" + artifact.name }

  private func temporaryPath(of artifact: Artifact) -> String { "\(path)/.\(artifact.name).\(getpid())" }

  private func isCurrent(_ artifact: Artifact) -> Bool {
    guard let (bytes, isExecutable) = Self.readFile(filePath(of: artifact)) else { return false }
    return bytes == artifact.bytes && isExecutable == artifact.isExecutable
  }

  private func createFolders() throws(Failure) {
    var end = path.startIndex
    while end != path.endIndex {
      end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
      let folder = String(path[..<end])
      guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
        throw Failure(path: folder, operation: "create the folder", errno: errno)
      }
    }
  }

  /// What is in a folder, without what is hidden; nothing when it is none.
  static func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  static func isFolder(_ path: String) -> Bool {
    guard let directory = opendir(path) else { return false }
    closedir(directory)
    return true
  }

  private static func writeFile(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(Failure) {
    // O_EXCL refuses a symbolic link that somebody laid in the way; a left-over of our own process id is removed first.
    unlink(path)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw Failure(path: path, operation: "create", errno: errno) }
    var failure: Int32 = 0
    var offset = 0
    while offset < bytes.count, failure == 0 {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 { offset += count } else if errno != EINTR { failure = errno }
    }
    // The mode of open is subject to the caller's umask; an artifact's is not.
    if failure == 0, fchmod(descriptor, mode) != 0 { failure = errno }
    // Some file systems report a full disk only here.
    if close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else { throw Failure(path: path, operation: "write", errno: failure) }
  }

  /// A file, or as much of it as the limit says.
  static func readFile(_ path: String, limit: Int = .max) -> (bytes: [UInt8], isExecutable: Bool)? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while bytes.count < limit {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 { bytes += buffer[..<count] } else if count == 0 { break } else if errno != EINTR { return nil }
    }
    return (bytes, status.st_mode & 0o111 != 0)
  }
}
