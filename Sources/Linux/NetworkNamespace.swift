import CLaunch
import Glibc

/// A network namespace that nobody lives in. Making one takes the kernel more time than all else that a sandbox needs
/// together, and so does its end.
package final class NetworkNamespace {
  private let file: FileDescriptor
  /// Its `/proc/net/unix`.
  private let unixSockets: FileDescriptor

  /// Makes one, which takes CAP_SYS_ADMIN. It is owned by our user namespace: nobody in a sandbox has power over it.
  package init() throws(Errno) {
    let holder = try checked(rf_hold_namespaces(UInt64(RF_CLONE_NEWNET)))
    defer {
      var status: Int32 = 0
      kill(holder, SIGKILL)
      _ = rf_wait(holder, &status)
    }
    file = try FileDescriptor.open("/proc/\(holder)/ns/net", .read)
    unixSockets = try FileDescriptor.open("/proc/\(holder)/net/unix", .read)
  }

  /// The one that this process is in.
  package static func own() throws(Errno) -> FileDescriptor { try FileDescriptor.open("/proc/self/ns/net", .read) }

  package var number: Int32 { file.number }

  /// Whether no Unix socket is left in it. One that was sent to itself outlives its last process.
  package var hasNoUnixSockets: Bool {
    guard let text = try? unixSockets.contents() else { return false }
    // The first line is the header.
    return text.utf8.count { $0 == UInt8(ascii: "\n") } == 1
  }
}
