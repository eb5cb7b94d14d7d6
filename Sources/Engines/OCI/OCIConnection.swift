import CLaunch
import Glibc
import Linux

/// A container whose process 1 is our own adopted child, with our pipes as its streams.
struct OCIConnection: ContainerConnection, ~Copyable {
  private let process: Int32
  private let encodesSignals: Bool
  private let descriptor: FileDescriptor
  private var output: FileDescriptor?
  private var error: FileDescriptor?
  private var input: FileDescriptor?

  private static let chunk = 65536

  init(
    process: Int32,
    encodesSignals: Bool,
    descriptor: consuming FileDescriptor,
    output: consuming FileDescriptor,
    error: consuming FileDescriptor,
    input: consuming FileDescriptor?
  ) {
    self.process = process
    self.encodesSignals = encodesSignals
    self.descriptor = descriptor
    self.output = consume output
    self.error = consume error
    self.input = consume input
  }

  private static func number(_ descriptor: borrowing FileDescriptor?) -> Int32 {
    switch descriptor {
    case .some(let descriptor): descriptor.number
    case .none: -1
    }
  }

  var outputNumbers: (Int32, Int32) { (Self.number(output), Self.number(error)) }

  mutating func receive(_ stream: OutputStream, into sink: inout OutputSink) -> Bool {
    let number = stream == .output ? Self.number(output) : Self.number(error)
    guard number >= 0 else { return false }
    var count = 0
    var problem: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, initialized in
      count = read(number, buffer.baseAddress, buffer.count)
      problem = errno
      initialized = max(0, count)
    }
    if count > 0 {
      sink.take(bytes[...], from: stream)
      return true
    }
    if count < 0, problem == EINTR || problem == EAGAIN { return true }
    switch stream {
    case .output: output = nil
    case .error: error = nil
    }
    return false
  }

  var inputNumber: Int32 { Self.number(input) }

  mutating func send(_ bytes: ArraySlice<UInt8>) -> Int? {
    let count = bytes.withUnsafeBytes { Glibc.write(Self.number(input), $0.baseAddress, $0.count) }
    if count >= 0 { return count }
    return errno == EAGAIN || errno == EINTR ? 0 : nil
  }

  mutating func closeInput() { input = nil }

  var endNumber: Int32 { descriptor.number }

  mutating func ending() throws(EngineFailure) -> ExitStatus? {
    var status: Int32 = 0
    let waited = waitpid(process, &status, WNOHANG)
    if waited == 0 { return nil }
    guard waited == process else { throw EngineFailure("the container's process is not ours: \(Errno(errno).text)") }
    let ending = ExitStatus(raw: status)
    // gVisor's process outlives the signal that its program died of, and gives it as a shell does.
    if encodesSignals, case .exited(let code) = ending, (129...192).contains(code) { return .signaled(code - 128) }
    return ending
  }

  /// The kernel lets no process of a pid namespace outlive its process 1; gVisor's are all one process of the host.
  mutating func kill() throws(EngineFailure) {
    _ = rf_pidfd_send_signal(descriptor.number, SIGKILL)
  }
}
