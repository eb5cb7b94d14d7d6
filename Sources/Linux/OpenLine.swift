import Glibc

/// Whether what was handed on to our standard error, or to a standard output that is the same file, ended in the middle of
/// a line: what we say after it would stand behind it.
package struct OpenLine: Sendable {
  private var onError = false
  private var onEither = false

  package init() {}

  /// Notes the last byte that was written to standard output (1) or error (2).
  package mutating func note(_ last: UInt8, on descriptor: Int32) {
    onEither = last != UInt8(ascii: "\n")
    if descriptor == STDERR_FILENO { onError = onEither }
  }

  package var isOpen: Bool { Self.areOneFile ? onEither : onError }

  private static var areOneFile: Bool {
    var output = stat()
    var error = stat()
    guard fstat(STDOUT_FILENO, &output) == 0, fstat(STDERR_FILENO, &error) == 0 else { return false }
    return output.st_dev == error.st_dev && output.st_ino == error.st_ino
  }
}
