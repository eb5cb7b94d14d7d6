import CanonicalJSON
import Linux

/// A container of Docker's: its streams over one attached connection, its end over another.
struct DockerConnection: ContainerConnection, ~Copyable {
  private let api: DockerAPI
  private let container: String
  private var stream: UnixStream
  private var frames = StreamFrames()
  private var hasEnded = false
  private var isInputOpen = true
  private var end: HTTPExchange?
  private var killing: UnixStream?

  init(api: DockerAPI, container: String, stream: consuming UnixStream, end: consuming HTTPExchange) {
    self.api = api
    self.container = container
    self.stream = stream
    self.end = consume end
  }

  var outputNumbers: (Int32, Int32) { hasEnded ? (-1, -1) : (stream.number, stream.number) }

  mutating func receive(_ stream: OutputStream, into sink: inout OutputSink) -> Bool {
    guard !hasEnded, let bytes = self.stream.receive() else { return !hasEnded }
    if bytes.isEmpty || !frames.take(bytes, into: &sink) { hasEnded = true }
    return !hasEnded
  }

  var inputNumber: Int32 { isInputOpen ? stream.number : -1 }

  mutating func send(_ bytes: ArraySlice<UInt8>) -> Int? { stream.send(bytes) }

  mutating func closeInput() {
    if isInputOpen { stream.finishSending() }
    isInputOpen = false
  }

  var endNumber: Int32 {
    switch end {
    case .some(let end): end.number
    case .none: -1
    }
  }

  /// Docker gives one number for the exit code and for the signal; a signal is what such a number means to a shell.
  mutating func ending() throws(EngineFailure) -> ExitStatus? {
    guard let exchange = end.take() else { return nil }
    guard exchange.status == 200 else { throw EngineFailure("the engine lost the container") }
    let answer = try DockerAPI.json(try exchange.body())
    guard let code = answer["StatusCode"]?.integer, let status = Int32(exactly: code) else {
      throw EngineFailure("the engine does not say how the container ended")
    }
    return (129...192).contains(status) ? .signaled(status - 128) : .exited(status & 0xFF)
  }

  mutating func kill() throws(EngineFailure) { killing = try api.kill(container) }
}

/// Takes Docker's stream of both outputs apart: frames of one byte for the stream, three of nothing, four for the size
/// in network order, and the content ("Attach to a container" in the Engine API).
struct StreamFrames: Sendable {
  private var header: [UInt8] = []
  private var stream = OutputStream.output
  /// Bytes of the current frame that have yet to come.
  private var remaining = 0

  /// False when what arrives is no frame.
  mutating func take(_ bytes: ArraySlice<UInt8>, into sink: inout OutputSink) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      if remaining > 0 {
        let content = rest.prefix(remaining)
        sink.take(content, from: stream)
        remaining -= content.count
        rest = rest.dropFirst(content.count)
        continue
      }
      let part = rest.prefix(8 - header.count)
      header += part
      rest = rest.dropFirst(part.count)
      guard header.count == 8 else { break }
      // 0 is what the program reads, which is never sent back.
      guard header[0] == 1 || header[0] == 2, header[1...3].allSatisfy({ $0 == 0 }) else { return false }
      stream = header[0] == 1 ? .output : .error
      remaining = header[4...].reduce(0) { $0 << 8 | Int($1) }
      header = []
    }
    return true
  }
}
