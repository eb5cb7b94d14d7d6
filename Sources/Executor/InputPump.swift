import Glibc
import Linux

/// Moves the caller's standard input into the program's pipe, never more than the pipe takes, so that neither side waits
/// for the other through us.
struct InputPump: ~Copyable {
  /// The program's pipe; nil once there is nothing more to write.
  private var pipe: FileDescriptor?
  private var pending: ArraySlice<UInt8> = []
  /// The caller's standard input; nil where the program gets nothing of it.
  private let source: CallersStream?
  /// Whether the program gets nothing from the caller, and the end of its input only when the pump is closed.
  private let isHeld: Bool
  /// Why the caller's input could not be read to its end.
  private(set) var failure: Errno?
  private static let chunk = 65536

  init(pipe: consuming FileDescriptor?, isHeld: Bool = false) {
    source = pipe.number >= 0 && !isHeld ? CallersStream(0) : nil
    self.pipe = consume pipe
    self.isHeld = isHeld
  }

  /// What to wait for: the caller's input when there is room, the program's pipe when there is not.
  var readable: Int32 { pipe != nil && pending.isEmpty && !isHeld ? 0 : -1 }
  var writable: Int32 { pending.isEmpty ? -1 : pipeNumber }
  /// Watched for its reader going away.
  var pipeNumber: Int32 {
    switch pipe {
    case .some(let pipe): pipe.number
    case .none: -1
    }
  }

  mutating func close() {
    pipe = nil
    pending = []
  }

  /// Reads what there is. The end of the input ends the program's.
  mutating func read() {
    var count = 0
    var error: Int32 = 0
    let buffer = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, initialized in
      (count, error) = source?.read(into: UnsafeMutableRawBufferPointer(buffer)) ?? (0, 0)
      initialized = max(0, count)
    }
    if count < 0 {
      switch error {
      case EINTR, EAGAIN: return
      // Closed, nothing that can be read, or a terminal that is gone: the program has no input then.
      case EBADF, EISDIR: break
      case EIO where isatty(0) == 1: break
      default: failure = Errno(error)
      }
    }
    guard count > 0 else { return close() }
    pending = buffer[...]
    write()
  }

  mutating func write() {
    let result: Result<Int, Errno>
    switch pipe {
    case .none: return
    case .some(let pipe):
      result = pending.withUnsafeBytes { bytes in
        do throws(Errno) { return .success(try pipe.write(bytes)) } catch { return .failure(error) }
      }
    }
    switch result {
    case .success(let count): pending = pending.dropFirst(count)
    case .failure(.again): break
    // The program does not read any more, which is its right.
    case .failure: close()
    }
  }
}
