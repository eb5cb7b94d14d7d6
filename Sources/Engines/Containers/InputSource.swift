import Glibc

/// What a program is to read from standard input.
struct InputSource: Sendable {
  private var pending: ArraySlice<UInt8>
  /// Whether more may come from our own standard input.
  private var isOpen: Bool
  /// Whether the end is kept back for now.
  private var isHeld: Bool
  private static let chunk = 65536

  init(_ input: Job.Input, isHeld: Bool) {
    self.isHeld = isHeld
    switch input {
    case .inherited: (pending, isOpen) = ([], true)
    case .bytes(let bytes): (pending, isOpen) = (bytes[...], false)
    }
  }

  /// Our standard input, to wait for more; -1 while there is something to hand on, and at the end.
  var readable: Int32 { isOpen && pending.isEmpty ? 0 : -1 }
  /// What waits to be handed on.
  var waiting: ArraySlice<UInt8> { pending }
  var isAtEnd: Bool { !isOpen && pending.isEmpty && !isHeld }

  mutating func read() {
    var count = 0
    let buffer = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, initialized in
      count = Glibc.read(0, buffer.baseAddress, buffer.count)
      initialized = max(0, count)
    }
    if count < 0, errno == EINTR || errno == EAGAIN { return }
    // A closed standard input is an empty one.
    guard count > 0 else { return isOpen = false }
    pending = buffer[...]
  }

  /// The end may come.
  mutating func release() { isHeld = false }

  mutating func handedOn(_ count: Int) { pending = pending.dropFirst(count) }

  /// Nobody reads any more.
  mutating func close() { (pending, isOpen) = ([], false) }
}
