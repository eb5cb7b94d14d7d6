import CLaunch
import Glibc
import Synchronization

/// A child that is killed and reaped when nobody waits for it any more, and named by a descriptor that no reuse of
/// process ids can confuse.
@frozen package struct ChildProcess: ~Copyable {
  package let id: Int32
  /// Readable once the child has ended.
  package let descriptorNumber: Int32

  package init(id: Int32, descriptor: consuming FileDescriptor) {
    self.id = id
    descriptorNumber = descriptor.release()
  }

  deinit {
    _ = rf_pidfd_send_signal(descriptorNumber, SIGKILL)
    var status: Int32 = 0
    _ = rf_wait(id, &status)
    close(descriptorNumber)
  }

  package func send(signal: Int32) throws(Errno) { try checked(rf_pidfd_send_signal(descriptorNumber, signal)) }
}

/// How a process ended (wait(2)).
package enum ExitStatus: Equatable, Sendable {
  /// 0...255.
  case exited(Int32)
  /// 1...64.
  case signaled(Int32)

  /// A status as wait4 gives it for a process that has ended.
  package init(raw: Int32) {
    self = rf_signaled(raw) ? .signaled(rf_term_signal(raw)) : .exited(rf_exit_code(raw))
  }
}

/// Signal numbers that mean something to a supervisor.
package enum Signal {
  package static let kill = SIGKILL
  package static let brokenPipe = SIGPIPE
  package static let fileSize = SIGXFSZ
  package static let cpuTime = SIGXCPU
  package static let badSystemCall = SIGSYS
}

/// The signals that ask a command to end, as a descriptor to wait on. They stay blocked when this is gone: what comes then is
/// for the next one.
package struct TerminationSignals: ~Copyable {
  package let descriptor: FileDescriptor

  /// Also ignores SIGPIPE and what stops a process: a reader that has gone away is an error of a write, not the end of the
  /// supervisor, and nobody would watch the program meanwhile. A hang-up that the caller had ignored (nohup) stays so.
  package init() throws(Errno) {
    rf_ignore_signals()
    let hangUp = rf_is_ignored(SIGHUP) ? [] : [SIGHUP]
    let mask = (hangUp + [SIGINT, SIGQUIT, SIGTERM]).reduce(0) { $0 | UInt64(1) << UInt64($1 - 1) }
    descriptor = FileDescriptor(owning: try checked(rf_signal_descriptor(mask)))
  }

  /// The next signal that has arrived, if any.
  package func next() -> Int32? {
    let signal = rf_read_signal(descriptor.number)
    guard signal > 0 else { return nil }
    Self.last.store(signal, ordering: .relaxed)
    return signal
  }

  /// Lets them end the process again, when there is nothing left but to write what came of it.
  package static func unblock() {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGTERM] { sigaddset(&signals, signal) }
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }

  private static let last = Atomic<Int32>(0)

  /// The last signal that any watcher in this process has taken, for a command with more to do than the run that it ended.
  package static var received: Int32? {
    let signal = last.load(ordering: .relaxed)
    return signal > 0 ? signal : nil
  }
}

/// Moments on the monotonic clock, in nanoseconds.
package struct Instant: Comparable, Sendable {
  package let nanoseconds: Int64

  package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  package static var now: Instant { Instant(nanoseconds: rf_monotonic_nanoseconds()) }

  /// Later by that much, at most the end of time.
  package func advanced(milliseconds: Int64) -> Instant {
    let (span, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
    let (sum, passed) = nanoseconds.addingReportingOverflow(span)
    return Instant(nanoseconds: overflow || passed ? .max : sum)
  }

  package func microseconds(since start: Instant) -> Int64 { (nanoseconds - start.nanoseconds) / 1000 }

  /// Of two that may be never, which is nil.
  package static func earlier(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }

  package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }
}
