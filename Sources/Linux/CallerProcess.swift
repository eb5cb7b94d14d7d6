import CLaunch
import Glibc

/// The process that started this one, to end with it: nobody else would know of the run that it asked for.
///
/// Whoever wants a run to outlast its caller says so as always: with nohup(1), which ignores SIGHUP.
package struct CallerProcess: ~Copyable {
  /// Readable once the caller has ended; nil when there is nobody to watch.
  private let descriptor: FileDescriptor?
  /// The caller had ended before it could be watched.
  package let isGone: Bool

  package init() {
    let parent = getppid()
    // 0 is a process outside of our pid namespace.
    guard parent > 0, !rf_is_ignored(SIGHUP) else {
      descriptor = nil
      isGone = false
      return
    }
    let number = rf_open_process(parent)
    descriptor = number >= 0 ? FileDescriptor(owning: number) : nil
    // A child is born into its parent's session, and leaves it only for one of its own: a parent of another session is
    // one that orphans are given to. The second look is for a parent that ended between the two lines above.
    let session = getsid(0)
    let isOrphan = session != getpid() && getsid(parent) != session
    isGone = isOrphan || getppid() != parent
  }

  /// To wait on; -1 when there is nothing to wait for.
  package var number: Int32 { descriptor.number }
}
