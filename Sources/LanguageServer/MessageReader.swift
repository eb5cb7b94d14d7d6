import Glibc

/// Reads messages from a stream, framed as the protocol's base part has it: header fields, an empty line, content.
///
/// The stream is not trusted: a header without an end, a length that is none or too large cost neither memory nor the
/// messages after it.
struct MessageReader {
  enum Event: Equatable {
    case message([UInt8])
    /// Something that is no message has been passed over; the reason is for people.
    case malformed(String)
    case end
  }

  private enum State {
    case header
    /// Past a header that has no end, up to the next empty line.
    case skippingHeader
    /// Past a content that nobody reads.
    case skippingContent(Int)
    case content(Int)
  }

  static let longestHeader = 8192
  static let longestContent = 32 << 20

  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var state = State.header
  private var hasEnded = false

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Waits for the next message.
  mutating func next() -> Event {
    while true {
      if let event = step() { return event }
      if hasEnded { return .end }
      fill()
    }
  }

  /// Whether something has arrived that has not been read yet.
  var hasMore: Bool {
    if !buffer.isEmpty { return true }
    var input = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&input, 1, 0) > 0
  }

  private mutating func fill() {
    var chunk = [UInt8](repeating: 0, count: 65536)
    let count = read(descriptor, &chunk, chunk.count)
    if count > 0 { buffer += chunk[..<count] } else if count == 0 || errno != EINTR { hasEnded = true }
  }

  /// What the bytes at hand come to; nil when more are needed.
  private mutating func step() -> Event? {
    switch state {
    case .header: return header()
    case .skippingHeader:
      guard let end = endOfHeader() else {
        // The last bytes may begin the empty line.
        buffer.removeFirst(max(0, buffer.count - 3))
        return nil
      }
      buffer.removeFirst(end.after)
      state = .header
      return .malformed("a header of more than \(Self.longestHeader) bytes")
    case .skippingContent(let rest):
      let count = min(rest, buffer.count)
      buffer.removeFirst(count)
      guard count == rest else {
        state = .skippingContent(rest - count)
        return nil
      }
      state = .header
      return .malformed("a content of more than \(Self.longestContent >> 20) MiB")
    case .content(let length):
      guard buffer.count >= length else { return nil }
      let content = Array(buffer[..<length])
      buffer.removeFirst(length)
      state = .header
      return .message(content)
    }
  }

  private mutating func header() -> Event? {
    guard let end = endOfHeader() else {
      if buffer.count > Self.longestHeader { state = .skippingHeader }
      return nil
    }
    let length = Self.contentLength(of: buffer[..<end.header])
    buffer.removeFirst(end.after)
    guard let length else { return .malformed("a header without a usable Content-Length") }
    state = length > Self.longestContent ? .skippingContent(length) : .content(length)
    return step()
  }

  /// The first empty line: how much is before it, and where what follows begins.
  private func endOfHeader() -> (header: Int, after: Int)? {
    let mark: [UInt8] = [13, 10, 13, 10]
    guard buffer.count >= mark.count else { return nil }
    for start in 0...(buffer.count - mark.count) where buffer[start] == 13 {
      if buffer[start..<start + mark.count].elementsEqual(mark) { return (start, start + mark.count) }
    }
    return nil
  }

  private static func contentLength(of header: ArraySlice<UInt8>) -> Int? {
    var length: Int?
    for line in header.split(whereSeparator: { $0 == 13 || $0 == 10 }) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      let name = String(decoding: line[..<colon], as: UTF8.self).lowercased()
      guard name == "content-length" else { continue }
      let digits = line[(colon + 1)...].filter { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
        let value = Int(String(decoding: digits, as: UTF8.self)), length == nil || length == value
      else { return nil }
      length = value
    }
    return length
  }
}
