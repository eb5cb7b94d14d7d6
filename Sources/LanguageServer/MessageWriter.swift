import CanonicalJSON
import Glibc

/// Writes framed messages to a stream.
struct MessageWriter {
  private let descriptor: Int32
  /// Whether the client is still there.
  private(set) var isOpen = true

  init(descriptor: Int32) { self.descriptor = descriptor }

  mutating func respond(to id: JSON, with result: Result<JSON, ResponseError>) {
    switch result {
    case .success(let value): send(["jsonrpc": "2.0", "id": id, "result": value])
    case .failure(let error): send(["jsonrpc": "2.0", "id": id, "error": error.json])
    }
  }

  mutating func notify(_ method: String, _ parameters: JSON) {
    send(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
  }

  private mutating func send(_ message: JSON) {
    let content = message.encoded(.compact)
    write(Array("Content-Length: \(content.count)\r\n\r\n".utf8) + content)
  }

  private mutating func write(_ bytes: [UInt8]) {
    var offset = 0
    while isOpen, offset < bytes.count {
      let count = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        offset += count
      } else if errno == EAGAIN {
        var output = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&output, 1, -1)
      } else if errno != EINTR {
        isOpen = false
      }
    }
  }
}
