import ArgumentParser
import Diagnostics
import Glibc

/// A file that a user asked for by name.
enum OutputFile {
  /// Complains of a place where nothing can be written, before anything is done that the user would have to undo.
  static func check(_ path: String) throws {
    let shown = DisplayText.escaped(path)
    var status = stat()
    let exists = stat(path, &status) == 0
    if path.isEmpty || path.hasSuffix("/") || (exists && status.st_mode & S_IFMT == S_IFDIR) {
      throw ValidationError("cannot write '\(shown)': it is a folder; name a file")
    }
    // A file takes the place of what was there: nobody wants one in that of a device.
    if exists, status.st_mode & S_IFMT != S_IFREG {
      throw ValidationError("cannot write '\(shown)': it is not a regular file; --format writes to standard output")
    }
    let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? "."
    guard access(folder, W_OK | X_OK) == 0 else {
      let reason = String(cString: strerror(errno))
      throw ValidationError("cannot write '\(shown)': \(DisplayText.escaped(folder)): \(reason)")
    }
  }

  /// Writes all of it, beside its place first; what was there stays if that fails.
  static func write(_ text: String, to path: String) throws {
    let temporary = "\(path).\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    var failure = descriptor >= 0 && Terminal(descriptor: descriptor).write(text) ? 0 : errno
    if descriptor >= 0, close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    if failure != 0 {
      Terminal.error.complain("cannot write \(path): \(String(cString: strerror(failure)))")
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
