import Glibc
import Linux

/// The lines of standard input, as far as they have come.
struct BatchInput: ~Copyable {
  enum Line {
    case text([UInt8])
    /// More than anybody should send; it is left out.
    case tooLong
  }

  private(set) var atEnd = false
  /// Of the last line that was taken, from 1.
  private(set) var lineNumber = 0
  /// Why reading ended before the input did.
  private(set) var failure: Int32?
  private let source = CallersStream(STDIN_FILENO)
  private var bytes: [UInt8] = []
  /// Where the first line that was not taken begins, and from where on no end of line has been looked for.
  private var start = 0
  private var searched = 0
  private var isSkipping = false

  static let maximumLength = 16 << 20
  private static let chunk = 65536

  /// Reads what there is, once.
  mutating func read() {
    var count = 0
    var error: Int32 = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, initialized in
      (count, error) = source.read(into: UnsafeMutableRawBufferPointer(buffer))
      initialized = max(0, count)
    }
    if count < 0, error == EINTR || error == EAGAIN { return }
    if count < 0 { failure = error }
    if count <= 0 { atEnd = true }
    if start > 0 {
      bytes.removeFirst(start)
      searched -= start
      start = 0
    }
    bytes += chunk
  }

  /// The next whole line, or what stands behind the last one at the end of the input.
  mutating func next() -> Line? {
    while true {
      while searched < bytes.count, bytes[searched] != UInt8(ascii: "\n") { searched += 1 }
      let isWhole = searched < bytes.count
      let length = searched - start
      if !isWhole, !atEnd {
        if length > Self.maximumLength {
          isSkipping = true
          start = searched
        }
        return nil
      }
      let line = Array(bytes[start..<searched])
      lineNumber += 1
      searched += isWhole ? 1 : 0
      start = searched
      if isSkipping || length > Self.maximumLength {
        isSkipping = false
        return .tooLong
      }
      if line.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\t") }) {
        return .text(line)
      }
      if !isWhole { return nil }
    }
  }
}

/// What is to be written to standard output, as far as its reader has not taken it.
struct BatchOutput: ~Copyable {
  private let sink = CallersStream(STDOUT_FILENO)
  private var pending: [UInt8] = []
  private var written = 0
  /// The reader is gone, or the disk is full.
  private(set) var failure: Int32?

  /// At once, so that a slow reader's pipe is never written past what it has room for (PIPE_BUF).
  private static let chunk = 4096
  /// With more than this to write no new run is started.
  private static let ample = 8 << 20

  var isEmpty: Bool { pending.isEmpty }
  var isAmple: Bool { pending.count - written > Self.ample }

  mutating func append(_ line: [UInt8]) { pending += line }

  /// Writes once, when poll(2) says that there is room.
  mutating func write() {
    guard written < pending.count else { return }
    let (count, error) = pending[written..<min(pending.count, written + Self.chunk)].withUnsafeBytes { sink.write($0) }
    if count > 0 {
      written += count
      if written == pending.count {
        pending.removeAll(keepingCapacity: written < Self.ample)
        written = 0
      } else if written > Self.ample {
        pending.removeFirst(written)
        written = 0
      }
    } else if count < 0, error != EINTR, error != EAGAIN {
      failure = error
    }
  }
}
