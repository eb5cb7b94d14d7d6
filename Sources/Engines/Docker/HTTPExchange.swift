import CanonicalJSON
import Diagnostics
import Linux

/// One request of HTTP/1.1 and its answer (RFC 9112), as much of it as the Engine API uses: a body with a length or in
/// chunks, and the switch to a raw stream.
struct HTTPExchange: ~Copyable {
  private var stream: UnixStream
  private(set) var status = 0
  /// Names in lower case.
  private var headers: [(name: String, value: String)] = []
  private let deadline: Instant

  private static let lineLimit = 65536
  private static let bodyLimit = 16 << 20
  private static let headerLimit = 100

  /// Sends a request and reads the head of its answer.
  /// The whole exchange may take `timeout` milliseconds.
  static func begin(
    _ method: String,
    _ target: String,
    body: [UInt8]? = nil,
    upgrades: Bool = false,
    socket: String,
    timeout: Int64
  ) throws(EngineFailure) -> HTTPExchange {
    let deadline = Instant.now.advanced(milliseconds: timeout)
    let stream = try send(method, target, body: body, upgrades: upgrades, socket: socket, until: deadline)
    var exchange = HTTPExchange(stream: stream, deadline: deadline)
    try exchange.readHead()
    return exchange
  }

  /// Sends a request. Closing the stream before its answer has come gives the answer up, not the request.
  static func send(
    _ method: String,
    _ target: String,
    body: [UInt8]? = nil,
    upgrades: Bool = false,
    socket: String,
    until deadline: Instant
  ) throws(EngineFailure) -> UnixStream {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: docker\r\n"
    head += upgrades ? "Connection: Upgrade\r\nUpgrade: tcp\r\n" : "Connection: close\r\n"
    if let body {
      head += "Content-Type: application/json\r\nContent-Length: \(body.count)\r\n"
    } else if method == "POST" {
      head += "Content-Length: 0\r\n"
    }
    let stream = try connect(to: socket)
    try stream.write(Array((head + "\r\n").utf8) + (body ?? []), until: deadline)
    return stream
  }

  private init(stream: consuming UnixStream, deadline: Instant) {
    self.stream = stream
    self.deadline = deadline
  }

  private static func connect(to socket: String) throws(EngineFailure) -> UnixStream {
    do {
      return try UnixStream(path: socket)
    } catch {
      throw EngineFailure(
        "no Docker engine answers at \(socket): \(error.text) (\(error.name)); start it, or set DOCKER_HOST"
      )
    }
  }

  private mutating func readHead() throws(EngineFailure) {
    // HTTP/1.1 200 OK
    let words = try stream.line(limit: Self.lineLimit, until: deadline).split(separator: " ", maxSplits: 2)
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]), (100...599).contains(status)
    else { throw EngineFailure("what answers is not a Docker engine: it does not speak HTTP") }
    self.status = status
    while true {
      let line = try stream.line(limit: Self.lineLimit, until: deadline)
      if line.isEmpty { return }
      guard headers.count < Self.headerLimit else { throw EngineFailure("the engine's answer has too many headers") }
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw EngineFailure("the engine's answer has a header without a colon") }
      let value = parts[1].drop { $0 == " " || $0 == "\t" }
      headers.append((parts[0].lowercased(), String(value)))
    }
  }

  private func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  /// The whole body.
  consuming func body() throws(EngineFailure) -> [UInt8] {
    if status == 204 || status == 304 { return [] }
    if header("transfer-encoding")?.lowercased() == "chunked" { return try chunks() }
    if let text = header("content-length") {
      guard let count = Int(text), (0...Self.bodyLimit).contains(count) else {
        throw EngineFailure("the engine's answer is too large")
      }
      return try stream.bytes(count, until: deadline)
    }
    return try stream.rest(limit: Self.bodyLimit, until: deadline)
  }

  private mutating func chunks() throws(EngineFailure) -> [UInt8] {
    var body: [UInt8] = []
    while true {
      let line = try stream.line(limit: Self.lineLimit, until: deadline)
      // A chunk's size may be followed by extensions.
      guard let count = Int(line.prefix { $0.isHexDigit }, radix: 16), count >= 0,
        count <= Self.bodyLimit - body.count
      else { throw EngineFailure("the engine's answer has a chunk of no valid size") }
      if count == 0 { return body }
      body += try stream.bytes(count, until: deadline)
      _ = try stream.line(limit: Self.lineLimit, until: deadline)
    }
  }

  /// The connection itself, once the engine has made a raw stream of it.
  consuming func upgraded() throws(EngineFailure) -> UnixStream {
    guard status == 101 || status == 200 else {
      let status = status
      throw EngineFailure("the engine does not attach: \(DockerAPI.message(in: try body(), status: status))")
    }
    return stream
  }

  /// To wait for the body, whose head is there.
  var number: Int32 { stream.number }
  /// Whether some of the body has been read already.
  var hasBody: Bool { stream.hasBuffered }
}
