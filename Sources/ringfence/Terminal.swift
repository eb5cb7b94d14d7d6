import Diagnostics
import Glibc
import Linux
import Synchronization

/// A standard stream of the command: what is written there, and how it may look.
struct Terminal {
  enum ColorMode: String, CaseIterable {
    case auto
    case always
    case never
  }

  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let error = Terminal(descriptor: STDERR_FILENO)

  let descriptor: Int32

  /// Why standard output took not all of what was written, by any verb; 0 while it did.
  private static let outputFailure = Atomic<Int32>(0)

  private static let isImpatient = Atomic<Bool>(false)

  /// Waits for no reader longer than a moment from now on.
  static func limitPatience() { isImpatient.store(true, ordering: .relaxed) }

  /// At once, where there is no waiting for ever: a pipe of which poll(2) says that it has room has room for that (PIPE_BUF).
  private static let chunk = 4096

  /// Whether somebody is looking.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// By https://no-color.org and the common FORCE_COLOR; a flag wins over both.
  func usesColor(_ mode: ColorMode) -> Bool {
    switch mode {
    case .always: true
    case .never: false
    case .auto:
      if isSet("NO_COLOR") { false } else if isSet("FORCE_COLOR") { true } else { isTerminal && !isDumb }
    }
  }

  /// Columns of the terminal; 0 when it is none.
  var columns: Int {
    var size = winsize()
    return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
  }

  /// Writes all of it.
  ///
  /// - Returns: False when the reader is gone or takes its time, or the disk is full. A verb that failed to write to standard output never reports success: see `hasWrittenAll`.
  @discardableResult func write(_ bytes: [UInt8]) -> Bool {
    if Self.isImpatient.load(ordering: .relaxed) { return writeSoon(bytes) }
    var offset = 0
    while offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        offset += count
      } else if errno == EAGAIN {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = Glibc.poll(&poll, 1, -1)
      } else if errno != EINTR {
        if descriptor == STDOUT_FILENO { Self.outputFailure.store(errno, ordering: .relaxed) }
        return false
      }
    }
    return true
  }

  /// What a reader takes within a quarter of a second.
  private func writeSoon(_ bytes: [UInt8]) -> Bool {
    let stream = CallersStream(descriptor)
    let deadline = Instant.now.advanced(milliseconds: 250)
    var rest = bytes[...]
    while !rest.isEmpty, Instant.now < deadline {
      let (count, error) = rest.prefix(Self.chunk).withUnsafeBytes { stream.write($0) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if error == EAGAIN {
        usleep(5000)
      } else if error != EINTR {
        return false
      }
    }
    return rest.isEmpty
  }

  /// Whether standard output has what was to be written there. Says so if not, but nothing of a reader who has seen enough.
  static func hasWrittenAll() -> Bool {
    let failure = outputFailure.load(ordering: .relaxed)
    if failure != 0, failure != EPIPE {
      error.line("ringfence: cannot write to standard output: \(String(cString: strerror(failure)))")
    }
    return failure == 0
  }

  @discardableResult func write(_ text: String) -> Bool { write(Array(text.utf8)) }

  @discardableResult func line(_ text: String) -> Bool { write(text + "\n") }

  /// Says what went wrong, in one line, whatever is in it.
  func complain(_ message: String) { line("ringfence: " + DisplayText.escaped(message)) }

  var isDumb: Bool { getenv("TERM").map { String(cString: $0) } == "dumb" }

  private func isSet(_ name: String) -> Bool { getenv(name).map { $0.pointee != 0 } ?? false }
}
