import CLaunch
import Glibc

/// A standard stream of the caller's that is read or written without ever waiting: poll(2) promises nothing to whoever
/// shares a stream with others, and says of a terminal with room for one byte that it has room.
package struct CallersStream: ~Copyable {
  /// The caller's own descriptor, to wait on.
  package let number: Int32
  /// The same pipe or terminal, opened anew: O_NONBLOCK on the caller's would be everybody's who has it.
  private let own: FileDescriptor?
  private let canWait: Bool

  /// - Parameter number: 0, which is read, or 1 or 2, which are written.
  package init(_ number: Int32) {
    self.number = number
    var status = stat()
    let type = fstat(number, &status) == 0 ? status.st_mode & S_IFMT : 0
    // Character devices that are no terminals, like /dev/null, are in memory.
    let canBeReopened = type == S_IFIFO || type == S_IFCHR && isatty(number) == 1
    own = canBeReopened ? Self.reopened(number) : nil
    // Of a file RWF_NOWAIT gives only what is in memory already.
    canWait = canBeReopened || type == S_IFSOCK
  }

  private static func reopened(_ number: Int32) -> FileDescriptor? {
    let mode = number == 0 ? O_RDONLY : O_WRONLY
    let file = Glibc.open("/proc/self/fd/\(number)", mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    return file >= 0 ? FileDescriptor(owning: file) : nil
  }

  /// Reads what there is.
  ///
  /// - Returns: How many bytes; 0 at the end; or -1, with what read(2) gives, `EAGAIN` where it would wait.
  package func read(into buffer: UnsafeMutableRawBufferPointer) -> (count: Int, error: Int32) {
    guard canWait, own.number < 0 else {
      return (Glibc.read(own.number < 0 ? number : own.number, buffer.baseAddress, buffer.count), errno)
    }
    let count = rf_read_now(number, buffer.baseAddress, buffer.count)
    return count < 0 ? (-1, Int32(-count)) : (count, 0)
  }

  /// Writes as much as there is room for.
  ///
  /// - Returns: How many bytes; or -1, with what write(2) gives, `EAGAIN` where it would wait.
  package func write(_ bytes: UnsafeRawBufferPointer) -> (count: Int, error: Int32) {
    guard canWait, own.number < 0 else {
      return (Glibc.write(own.number < 0 ? number : own.number, bytes.baseAddress, bytes.count), errno)
    }
    let count = rf_write_now(number, bytes.baseAddress, bytes.count)
    return count < 0 ? (-1, Int32(-count)) : (count, 0)
  }
}
