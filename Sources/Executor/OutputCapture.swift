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
  /// The caller's streams, where output is handed on.
  private let callersOutput: CallersStream?
  private let callersError: CallersStream?
  private var sinks: (output: Sink, error: Sink) = (Sink(), Sink())
  private var remaining: Int64
  private let forwards: Bool
  private(set) var end: End?
  private var wasInterrupted = false
  /// Of what was handed on.
  private(set) var line = OpenLine()

  /// At once, so that a slow reader's pipe is never written past what it has room for (PIPE_BUF).
  private static let forwardChunk = 4096
  private static let chunk = 65536

  init(limit: Int64?, forwards: Bool) {
    remaining = limit ?? .max
    self.forwards = forwards
    callersOutput = forwards ? CallersStream(1) : nil
    callersError = forwards ? CallersStream(2) : nil
  }

  private subscript(stream: Stream) -> Sink {
    get {
      switch stream {
      case .output: sinks.output
      case .error: sinks.error
      }
    }
    _modify {
      switch stream {
      case .output: yield &sinks.output
      case .error: yield &sinks.error
      }
    }
  }

  func kept(_ stream: Stream) -> [UInt8] { self[stream].kept }
  func isTruncated(_ stream: Stream) -> Bool { self[stream].truncated }

  /// The program's pipe, to wait for what it writes; -1 while the caller has yet to take the last of it.
  func readable(_ stream: Stream) -> Int32 {
    let sink = self[stream]
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
    self[stream].pending.isEmpty || isUnwritable ? -1 : Int32(stream.rawValue + 1)
  }

  private var isUnwritable: Bool { if case .unwritable = end { true } else { false } }

  /// Whether everything that was read is where it belongs.
  var isFlushed: Bool { isUnwritable || sinks.output.pending.isEmpty && sinks.error.pending.isEmpty }

  /// Takes what there is of a stream, once. Whether there may be more.
  @discardableResult
  mutating func read(_ stream: Stream) -> Bool {
    guard readable(stream) >= 0 else { return false }
    guard let bytes = next(of: stream) else { return wasInterrupted }
    // What the other stream holds by now was written before the limit is passed.
    let other: Stream = stream == .output ? .error : .output
    if bytes.count > remaining, !self[other].atEnd, number(of: other) >= 0, let rest = next(of: other) {
      take(rest, of: other)
    }
    take(bytes, of: stream)
    return end == nil
  }

  /// What a stream holds now, up to one byte beyond the limit, which shows that it was passed; nil when that is nothing.
  private mutating func next(of stream: Stream) -> [UInt8]? {
    let number = number(of: stream)
    var count = 0
    var error: Int32 = 0
    let wanted = Int(min(Int64(Self.chunk), remaining == .max ? .max : remaining + 1))
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
      count = Glibc.read(number, buffer.baseAddress, buffer.count)
      error = errno
      initialized = max(0, count)
    }
    wasInterrupted = count < 0 && error == EINTR
    if count == 0 {
      self[stream].atEnd = true
    } else if count < 0, error != EINTR, error != EAGAIN {
      end = .unreadable(Errno(error))
    }
    return count > 0 ? bytes : nil
  }

  private mutating func take(_ bytes: [UInt8], of stream: Stream) {
    let taken = bytes.prefix(Int(min(Int64(bytes.count), remaining)))
    if remaining != .max { remaining -= Int64(taken.count) }
    if forwards {
      self[stream].pending += taken
    } else {
      self[stream].kept += taken
    }
    if taken.count < bytes.count {
      self[stream].truncated = true
      end = .limit
    }
  }

  /// Hands on what is pending, as far as the caller's stream takes it now.
  mutating func write(_ stream: Stream) {
    let descriptor = Int32(stream.rawValue + 1)
    guard !self[stream].pending.isEmpty, !isUnwritable else { return }
    let (count, error) = self[stream].pending.prefix(Self.forwardChunk).withUnsafeBytes { writeNow(stream, $0) }
    if count > 0 {
      let pending = self[stream].pending
      line.note(pending[pending.startIndex + count - 1], on: descriptor)
      self[stream].pending = self[stream].pending.dropFirst(count)
    } else if count < 0, error != EINTR, error != EAGAIN {
      self[stream].pending = []
      end = .unwritable(Errno(error))
    }
  }

  private func writeNow(_ stream: Stream, _ bytes: UnsafeRawBufferPointer) -> (count: Int, error: Int32) {
    switch stream {
    case .output: callersOutput?.write(bytes) ?? (-1, EBADF)
    case .error: callersError?.write(bytes) ?? (-1, EBADF)
    }
  }

  /// Takes what is left in the pipes once every writer is dead; beyond the limit only whether there is something.
  mutating func drain() {
    for stream in Stream.allCases { while self[stream].pending.isEmpty, read(stream) {} }
    guard end == .limit else { return }
    for stream in Stream.allCases where !self[stream].truncated && !self[stream].atEnd && number(of: stream) >= 0 {
      if next(of: stream) != nil { self[stream].truncated = true }
    }
  }
}
