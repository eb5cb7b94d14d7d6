package import Diagnostics
import Glibc

/// Reads policies from the file system, for `DiskFiles`.
package enum PolicyFile {
  static func read(_ path: String) throws(InvalidInput) -> SourceText {
    guard !path.utf8.contains(0), !path.isEmpty else { throw failure("the path of the policy is empty or holds NUL") }
    // O_NONBLOCK: opening a FIFO would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { throw failure("cannot read \(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw failure("cannot read \(path): \(String(cString: strerror(errno)))")
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw failure("cannot read \(path): it is a folder", help: "name the policy's file")
    default: throw failure("cannot read \(path): it is not a regular file")
    }
    return SourceText(name: path, bytes: try readAll(descriptor, path))
  }

  /// Standard input to its end, at most 1 MiB and a byte, which is enough to be refused.
  static func readStandardInput() throws(InvalidInput) -> SourceText {
    SourceText(name: "<stdin>", bytes: try readAll(STDIN_FILENO, "<stdin>"))
  }

  /// The bytes of a regular file of at most `limit` bytes that no link stands for; nil when it is anything else.
  ///
  /// - Throws: The kernel's error when it cannot be opened.
  static func readPlain(_ path: String, limit: Int) throws(OpenFailure) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW)
    guard descriptor >= 0 else { throw OpenFailure(isMissing: errno == ENOENT || errno == ENOTDIR) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var length = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit + 1) { buffer, count in
      length = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      count = max(0, length)
    }
    return length < 0 || length > limit ? nil : bytes
  }

  struct OpenFailure: Error {
    let isMissing: Bool
  }

  /// More than a policy may have, so that one that has is refused.
  private static let limit = 1 << 20 + 1

  private static func readAll(_ descriptor: Int32, _ name: String) throws(InvalidInput) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16384)
    while bytes.count < limit {
      let count = Glibc.read(descriptor, &buffer, min(buffer.count, limit - bytes.count))
      if count == 0 { break }
      if count > 0 {
        bytes += buffer[..<count]
      } else if errno != EINTR {
        throw failure("cannot read \(name): \(String(cString: strerror(errno)))")
      }
    }
    return bytes
  }

  static func exists(_ path: String) throws(InvalidInput) -> Bool {
    var status = stat()
    if lstat(path, &status) == 0 { return true }
    if errno == ENOENT || errno == ENOTDIR { return false }
    throw failure("cannot look for \(path): \(String(cString: strerror(errno)))")
  }

  static func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  /// Absolute and without symbolic links.
  package static var workingFolder: String { realPath(".") ?? "/" }

  /// That a policy cannot be read, and why.
  package static func failure(_ message: String, help: String? = nil) -> InvalidInput {
    InvalidInput([PolicyRules.unreadable.finding(message, at: nil, help: help.map { [$0] } ?? [])])
  }
}
