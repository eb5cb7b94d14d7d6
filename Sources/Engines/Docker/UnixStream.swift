import Glibc
import Linux

/// A connection to a socket of this host, and what was read from it beyond what was wanted.
struct UnixStream: ~Copyable {
  private let descriptor: FileDescriptor
  /// Received, but not yet asked for.
  private var buffer: ArraySlice<UInt8> = []

  private static let chunk = 65536

  var number: Int32 { descriptor.number }
  var hasBuffered: Bool { !buffer.isEmpty }

  /// - Throws: When nobody listens there, or the path is longer than a socket's can be (107 bytes, unix(7)).
  init(path: String) throws(Errno) {
    let bytes = Array(path.utf8)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard !bytes.isEmpty, !bytes.contains(0), bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw Errno.invalid
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let socket = FileDescriptor(owning: try checked(Glibc.socket(AF_UNIX, type, 0), errno))
    let number = socket.number
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw Errno(errno) }
    try socket.setNonBlocking()
    descriptor = socket
  }

  /// Writes all of it, unless the moment comes first.
  func write(_ bytes: [UInt8], until deadline: Instant) throws(EngineFailure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      switch send(rest) {
      case 0?: try wait(.writable, until: deadline)
      case let count?: rest = rest.dropFirst(count)
      case nil: throw EngineFailure("the engine closed the connection")
      }
    }
  }

  /// Writes what is taken now: 0 for nothing yet, nil when nobody reads any more.
  func send(_ bytes: ArraySlice<UInt8>) -> Int? {
    let count = bytes.withUnsafeBytes { Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }

  /// Says that no more comes from us.
  func finishSending() { shutdown(number, Int32(SHUT_WR)) }

  /// What there is, without waiting: nil for nothing yet, empty at the end.
  mutating func receive() -> ArraySlice<UInt8>? {
    if !buffer.isEmpty {
      defer { buffer = [] }
      return buffer
    }
    var count = 0
    var error: Int32 = 0
    let number = number
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { target, initialized in
      count = recv(number, target.baseAddress, target.count, 0)
      error = errno
      initialized = max(0, count)
    }
    if count < 0 { return error == EAGAIN || error == EINTR ? nil : [] }
    return bytes[...]
  }

  /// The next bytes, up to and with a line feed.
  mutating func line(limit: Int, until deadline: Instant) throws(EngineFailure) -> String {
    while true {
      if let end = buffer.firstIndex(of: 0x0A) {
        let line = buffer[buffer.startIndex..<end]
        buffer = buffer[(end + 1)...]
        return String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
      }
      guard buffer.count < limit else { throw EngineFailure("the engine's answer has a line that never ends") }
      guard try fill(until: deadline) else { throw EngineFailure("the engine closed the connection") }
    }
  }

  /// Exactly so many bytes.
  mutating func bytes(_ count: Int, until deadline: Instant) throws(EngineFailure) -> [UInt8] {
    while buffer.count < count {
      guard try fill(until: deadline) else { throw EngineFailure("the engine's answer ends too early") }
    }
    let bytes = Array(buffer.prefix(count))
    buffer = buffer.dropFirst(count)
    return bytes
  }

  /// Everything to the end of the connection.
  mutating func rest(limit: Int, until deadline: Instant) throws(EngineFailure) -> [UInt8] {
    while try fill(until: deadline) {
      guard buffer.count <= limit else { throw EngineFailure("the engine's answer is too large") }
    }
    defer { buffer = [] }
    return Array(buffer)
  }

  /// Whether more came before the end.
  private mutating func fill(until deadline: Instant) throws(EngineFailure) -> Bool {
    let before = buffer
    buffer = []
    while true {
      if let more = receive() {
        buffer = before + more
        return !more.isEmpty
      }
      try wait(.readable, until: deadline)
    }
  }

  private func wait(_ events: PollSet.Events, until deadline: Instant) throws(EngineFailure) {
    var set = PollSet()
    set.add(number, events)
    do {
      try set.wait(until: deadline)
    } catch {
      throw EngineFailure("cannot wait for the engine: \(error.text)")
    }
    if set.events(at: 0).isEmpty, Instant.now >= deadline { throw EngineFailure("the engine does not answer") }
  }
}

private func checked(_ result: Int32, _ error: Int32) throws(Errno) -> Int32 {
  guard result >= 0 else { throw Errno(error) }
  return result
}
