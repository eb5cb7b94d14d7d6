import ArgumentParser
import Glibc

/// A file that a user asked for by name.
enum OutputFile {
  /// Writes all of it, beside its place first; what was there stays if that fails.
  static func write(_ text: String, to path: String) throws {
    let temporary = "\(path).\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    var failure = descriptor >= 0 && Terminal(descriptor: descriptor).write(text) ? 0 : errno
    if descriptor >= 0, close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    if failure != 0 {
      Terminal.error.line("ringfence: cannot write \(path): \(String(cString: strerror(failure)))")
      unlink(temporary)
      throw ExitStatus.ofFailedWrite(failure).code
    }
  }
}

/// Where the command was started.
enum WorkingFolder {
  static var path: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }
}
