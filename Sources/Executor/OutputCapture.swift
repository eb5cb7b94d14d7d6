import Glibc
import Linux

/// What the program writes: kept up to a limit over both streams, or handed on as it comes.
struct OutputCapture: ~Copyable {
  enum Stream: Int, CaseIterable {
    case output
    case error
  }

  /// Why no more is taken.
  enum End: Equatable {
    /// Both streams together passed the limit.
    case limit
    /// The caller's own stream takes no more.
    case unwritable(Errno)
    /// The program's pipe cannot be read, which is not the same as its end.
    case unreadable(Errno)
  }

  private struct Sink {
    var kept: [UInt8] = []
    var truncated = false
    /// Read, but not yet taken by the caller's stream.
    var pending: ArraySlice<UInt8> = []
    var atEnd = false
  }

  private var output: FileDescriptor?
  private var error: FileDescriptor?
  private var sinks = [Sink(), Sink()]
  private var remaining: Int64
  private let forwards: Bool
  private(set) var end: End?
  /// Of what was handed on.
  private(set) var line = OpenLine()

  /// At once, so that a slow reader's pipe is never written past what it has room for (PIPE_BUF).
  private static let forwardChunk = 4096
  private static let chunk = 65536

  init(limit: Int64?, forwards: Bool) {
    remaining = limit ?? .max
    self.forwards = forwards
  }

  func kept(_ stream: Stream) -> [UInt8] { sinks[stream.rawValue].kept }
  func isTruncated(_ stream: Stream) -> Bool { sinks[stream.rawValue].truncated }

  /// The program's pipe, to wait for what it writes; -1 while the caller has yet to take the last of it.
  func readable(_ stream: Stream) -> Int32 {
    let sink = sinks[stream.rawValue]
    return sink.atEnd || !sink.pending.isEmpty || end != nil ? -1 : number(of: stream)
  }

  /// The ends to read from; until they are known there is nothing to read.
  mutating func attach(output: consuming FileDescriptor, error: consuming FileDescriptor) {
    self.output = consume output
    self.error = consume error
  }

  private func number(of stream: Stream) -> Int32 {
    switch stream {
    case .output: output.number
    case .error: error.number
    }
  }

  /// The caller's stream, to wait until it takes more.
  func writable(_ stream: Stream) -> Int32 {
    sinks[stream.rawValue].pending.isEmpty || isUnwritable ? -1 : Int32(stream.rawValue + 1)
  }

  private var isUnwritable: Bool { if case .unwritable = end { true } else { false } }

  /// Whether everything that was read is where it belongs.
  var isFlushed: Bool { isUnwritable || sinks.allSatisfy { $0.pending.isEmpty } }

  /// Takes what there is of a stream, once. Whether there may be more.
  @discardableResult
  mutating func read(_ stream: Stream) -> Bool {
    guard readable(stream) >= 0 else { return false }
    let index = stream.rawValue
    let number = number(of: stream)
    var count = 0
    var error: Int32 = 0
    // One byte beyond the limit shows that it was passed.
    let wanted = Int(min(Int64(Self.chunk), remaining == .max ? .max : remaining + 1))
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
      count = Glibc.read(number, buffer.baseAddress, buffer.count)
      error = errno
      initialized = max(0, count)
    }
    guard count > 0 else {
      if count == 0 {
        sinks[index].atEnd = true
      } else if error != EINTR, error != EAGAIN {
        end = .unreadable(Errno(error))
      }
      return count < 0 && error == EINTR
    }
    let taken = bytes.prefix(Int(min(Int64(count), remaining)))
    if remaining != .max { remaining -= Int64(taken.count) }
    if forwards {
      sinks[index].pending = taken
    } else {
      sinks[index].kept += taken
    }
    if taken.count < count {
      sinks[index].truncated = true
      end = .limit
    }
    return end == nil
  }

  /// Hands on what is pending, as far as the caller's stream takes it now.
  mutating func write(_ stream: Stream) {
    let index = stream.rawValue
    guard !sinks[index].pending.isEmpty, !isUnwritable else { return }
    let (count, error) = sinks[index].pending.prefix(Self.forwardChunk).withUnsafeBytes {
      (Glibc.write(Int32(index + 1), $0.baseAddress, $0.count), errno)
    }
    if count > 0 {
      let pending = sinks[index].pending
      line.note(pending[pending.startIndex + count - 1], on: Int32(index + 1))
      sinks[index].pending = sinks[index].pending.dropFirst(count)
    } else if count < 0, error != EINTR, error != EAGAIN {
      sinks[index].pending = []
      end = .unwritable(Errno(error))
    }
  }

  /// Takes what is left in the pipes once every writer is dead.
  mutating func drain() {
    for stream in Stream.allCases { while sinks[stream.rawValue].pending.isEmpty, read(stream) {} }
  }
}
