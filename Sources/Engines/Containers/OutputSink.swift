import Glibc
import Linux

/// A stream that a program writes.
enum OutputStream: Int, CaseIterable, Sendable {
  case output
  case error
}

/// What a program wrote: kept up to a limit over both streams, or handed on to ours as far as they take it.
struct OutputSink: Sendable {
  /// Why no more is taken.
  enum End: Equatable, Sendable {
    /// Both streams together passed the limit.
    case limit
    /// The caller's own stream takes no more.
    case unwritable(Errno)
  }

  private struct Sink: Sendable {
    var kept: [UInt8] = []
    var isTruncated = false
    /// Received, but not yet taken by the caller's stream.
    var pending: ArraySlice<UInt8> = []
  }

  private var sinks = [Sink(), Sink()]
  private var remaining: Int64
  private let forwards: Bool
  private(set) var end: End?
  /// Of what was handed on.
  private(set) var line = OpenLine()

  /// At once, so that a slow reader's pipe is never written past what it has room for (PIPE_BUF).
  private static let chunk = 4096

  init(limit: Int64?, forwards: Bool) {
    remaining = limit ?? .max
    self.forwards = forwards
  }

  func kept(_ stream: OutputStream) -> [UInt8] { sinks[stream.rawValue].kept }
  func isTruncated(_ stream: OutputStream) -> Bool { sinks[stream.rawValue].isTruncated }

  /// Whether there is room: nothing waits for the caller, and the limit is not passed.
  var isReady: Bool { end == nil && sinks.allSatisfy { $0.pending.isEmpty } }

  /// Takes what arrived, up to the limit.
  mutating func take(_ bytes: ArraySlice<UInt8>, from stream: OutputStream) {
    guard end == nil else { return }
    let taken = bytes.prefix(Int(min(Int64(bytes.count), remaining)))
    if remaining != .max { remaining -= Int64(taken.count) }
    if forwards {
      sinks[stream.rawValue].pending += taken
    } else {
      sinks[stream.rawValue].kept += taken
    }
    if taken.count < bytes.count {
      sinks[stream.rawValue].isTruncated = true
      end = .limit
    }
  }

  /// The caller's stream, to wait until it takes more; -1 when nothing waits for it.
  func writable(_ stream: OutputStream) -> Int32 {
    sinks[stream.rawValue].pending.isEmpty || isUnwritable ? -1 : Int32(stream.rawValue + 1)
  }

  private var isUnwritable: Bool { if case .unwritable = end { true } else { false } }

  /// Whether everything that was taken is where it belongs.
  var isFlushed: Bool { isUnwritable || sinks.allSatisfy { $0.pending.isEmpty } }

  /// Hands on what is pending, as far as the caller's stream takes it now.
  mutating func write(_ stream: OutputStream) {
    let index = stream.rawValue
    guard !sinks[index].pending.isEmpty, !isUnwritable else { return }
    let (count, error) = sinks[index].pending.prefix(Self.chunk).withUnsafeBytes {
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
}
