import Linux

/// Pipes for the streams of a container: its ends, until it has them, and ours.
struct EnginePipes: ~Copyable {
  private let input: DescriptorPair
  private let output: DescriptorPair
  private let error: DescriptorPair

  init() throws(EngineFailure) {
    do throws(Errno) {
      let input = try DescriptorPair.pipe()
      let output = try DescriptorPair.pipe()
      let error = try DescriptorPair.pipe()
      try input.second.setNonBlocking()
      try output.first.setNonBlocking()
      try error.first.setNonBlocking()
      self.input = input
      self.output = output
      self.error = error
    } catch {
      throw EngineFailure("cannot make pipes: \(error.text)")
    }
  }

  var childStreams: RuntimeCommand.Streams {
    RuntimeCommand.Streams(
      input: input.first.number,
      output: output.second.number,
      error: error.second.number
    )
  }

  /// What has been written to the error stream so far.
  func said() -> String {
    var buffer = [UInt8](repeating: 0, count: 16384)
    let count = buffer.withUnsafeMutableBytes { bytes in (try? error.first.read(into: bytes)) ?? 0 }
    return String(decoding: buffer.prefix(count), as: UTF8.self)
  }

  /// Closes the container's ends, which it has by now, and hands over ours.
  consuming func connection(
    process: Int32,
    encodesSignals: Bool,
    descriptor: consuming FileDescriptor
  ) throws(EngineFailure) -> OCIConnection {
    OCIConnection(
      process: process,
      encodesSignals: encodesSignals,
      descriptor: descriptor,
      output: output.first,
      error: error.first,
      input: input.second
    )
  }
}
