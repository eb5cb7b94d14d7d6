import CLaunch
import Glibc

/// Notices when the mounts of this process's namespace change.
package final class MountWatch {
  private let table: FileDescriptor
  private var count = 0

  package init() throws(Errno) { table = try FileDescriptor.open("/proc/self/mountinfo", .read) }

  /// How often a change was noticed so far: by proc_pid_mounts(5), POLLERR and POLLPRI stand once for all changes since the
  /// last time.
  package var changes: Int {
    var table = pollfd(fd: table.number, events: Int16(POLLPRI), revents: 0)
    // What cannot be told may have changed.
    if poll(&table, 1, 0) != 0 { count += 1 }
    return count
  }
}
