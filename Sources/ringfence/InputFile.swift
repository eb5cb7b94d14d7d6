import Diagnostics
import Glibc

/// A file that a user names to be checked.
enum InputFile {
  /// More than any artifact has; what is larger is not read.
  private static let largest = 64 << 20

  /// The file's text; nil after saying why there is none.
  static func read(_ path: String) -> SourceText? {
    // O_NONBLOCK: opening a FIFO would wait for its writer.
    let descriptor = path == "-" ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else { return complain(path, String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    if path != "-", fstat(descriptor, &status) != 0 || status.st_mode & S_IFMT != S_IFREG {
      return complain(path, "it is not a regular file")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while bytes.count <= largest {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return SourceText(name: path == "-" ? "<stdin>" : path, bytes: bytes) }
      if count > 0 {
        bytes += buffer[..<count]
      } else if errno != EINTR {
        return complain(path, String(cString: strerror(errno)))
      }
    }
    return complain(path, "it has more than \(largest >> 20) MiB")
  }

  private static func complain(_ path: String, _ reason: String) -> SourceText? {
    Terminal.error.complain("cannot read \(path): \(reason)")
    return nil
  }
}
