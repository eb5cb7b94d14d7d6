import Executor
import Glibc
import Linux
import Policy
import Sandbox

/// Watches one container to its end: time, processor time, streams, signals. The engine limits what it can; what it
/// cannot, such as the time and the output, is limited here.
struct ContainerSupervisor<Connection: ContainerConnection & ~Copyable>: ~Copyable {
  private(set) var connection: Connection
  private let signals: TerminationSignals
  private(set) var groups: ProcessGroups?
  private var input: InputSource
  private(set) var sink: OutputSink
  private(set) var observations = Observations()
  /// nil once it has looked.
  private var observer: RunObserver?
  private let process: Int32?
  private let start: Instant
  private let deadline: Instant?
  private let cpuLimitMicroseconds: Int64?
  private var refusedForks: RefusedForks
  private var nextLook: Instant
  private var killedAt: Instant?

  /// In milliseconds. Less than the native engine's limits are held to, since an engine's own processes are looked at.
  private static var interval: Int64 { 10 }
  /// In milliseconds. For an engine to report the end of a container that was killed.
  private static var patience: Int64 { 30_000 }
  /// In milliseconds. For what is left in an engine's pipes.
  private static var drainPatience: Int64 { 5000 }

  /// `process` is the container's first, as this host numbers it; nil where this host does not know it.
  init(
    _ connection: consuming Connection,
    signals: consuming TerminationSignals,
    groups: consuming ProcessGroups?,
    job: Job,
    process: Int32?,
    start: Instant
  ) {
    self.connection = connection
    self.signals = signals
    self.groups = groups
    let resources = job.policy.sandbox.resources
    input = InputSource(job.input, isHeld: job.observer != nil)
    observer = job.observer
    self.process = process
    sink = OutputSink(limit: resources.output.value?.bytes, forwards: job.isStreaming)
    self.start = start
    deadline = resources.wallTime.value.map { start.advanced(milliseconds: $0.count) }
    cpuLimitMicroseconds = resources.cpuTime.value.map {
      let (limit, overflows) = $0.count.multipliedReportingOverflow(by: 1000)
      return overflows ? .max : limit
    }
    refusedForks = RefusedForks(at: start)
    nextLook = start
    observations.hasStarted = true
  }

  private enum Place {
    static var end: Int { 0 }
    static var signals: Int { 1 }
    static var output: Int { 2 }
    static var error: Int { 3 }
    static var outputSink: Int { 4 }
    static var errorSink: Int { 5 }
    static var inputSource: Int { 6 }
    static var input: Int { 7 }
  }

  /// Watches until the container has ended and its streams are read to their end.
  mutating func watch() throws(EngineFailure) {
    var set = PollSet()
    while true {
      prepare(&set)
      try wait(&set, until: nextMoment)
      try serve(set)
      if !set.events(at: Place.end).isEmpty, let status = try connection.ending() {
        observations.wallMicroseconds = Instant.now.microseconds(since: start)
        if observations.cause == nil { observations.status = status }
        break
      }
      try look()
    }
    measure()
    try finish()
  }

  private mutating func prepare(_ set: inout PollSet) {
    set.removeAll()
    set.add(connection.endNumber, .readable)
    set.add(signals.descriptor.number, .readable)
    let (output, error) = connection.outputNumbers
    // Once the run is over for us, the rest is read and dropped: an engine that cannot hand over its output may not
    // even get to killing the container.
    let isReady = sink.isReady || observations.cause != nil
    set.add(isReady ? output : -1, .readable)
    set.add(isReady && error != output ? error : -1, .readable)
    set.add(sink.writable(.output), .writable)
    set.add(sink.writable(.error), .writable)
    set.add(connection.inputNumber >= 0 ? input.readable : -1, .readable)
    set.add(input.waiting.isEmpty ? -1 : connection.inputNumber, .writable)
  }

  private func wait(_ set: inout PollSet, until moment: Instant?) throws(EngineFailure) {
    do {
      try set.wait(until: moment)
    } catch {
      throw EngineFailure("cannot wait for the container: \(error.text)")
    }
  }

  private mutating func serve(_ set: PollSet) throws(EngineFailure) {
    if !set.events(at: Place.output).isEmpty { _ = connection.receive(.output, into: &sink) }
    if !set.events(at: Place.error).isEmpty { _ = connection.receive(.error, into: &sink) }
    if !set.events(at: Place.outputSink).isEmpty { sink.write(.output) }
    if !set.events(at: Place.errorSink).isEmpty { sink.write(.error) }
    if !set.events(at: Place.inputSource).isEmpty { input.read() }
    if let observer, observer.isDue(sink.kept(.output)) {
      self.observer = nil
      observer.look(process)
      input.release()
    }
    if connection.inputNumber >= 0 {
      if !input.waiting.isEmpty, !set.events(at: Place.input).isEmpty || !set.events(at: Place.inputSource).isEmpty {
        switch connection.send(input.waiting) {
        case let count?: input.handedOn(count)
        // The program does not read any more, which is its right.
        case nil: input.close()
        }
      }
      if input.isAtEnd { connection.closeInput() }
    }
    if !set.events(at: Place.signals).isEmpty, let signal = signals.next() { try end(because: .interrupted(signal)) }
    switch sink.end {
    case .limit?: try end(because: .output)
    case .unwritable(let errno)?: try end(because: .unwritableOutput(errno))
    case nil: break
    }
  }

  private var nextMoment: Instant? {
    if let killedAt { return killedAt.advanced(milliseconds: Self.patience) }
    let look: Instant? =
      switch groups {
      case .some: nextLook
      case .none: nil
      }
    switch (deadline, look) {
    case (let deadline?, let look?): return min(deadline, look)
    case (let one, let other): return one ?? other
    }
  }

  private mutating func look() throws(EngineFailure) {
    let now = Instant.now
    if let killedAt {
      if now >= killedAt.advanced(milliseconds: Self.patience) {
        throw EngineFailure("the engine did not report the end of a container that was killed")
      }
      return
    }
    if let deadline, now >= deadline { return try end(because: .wallTime) }
    guard now >= nextLook else { return }
    nextLook = now.advanced(milliseconds: Self.interval)
    measure()
    if refusedForks.isBomb(usage.refusedForks, at: now) { try end(because: .forks) }
    if let limit = cpuLimitMicroseconds, let used = cpuMicroseconds, used >= limit { try end(because: .cpuTime) }
  }

  private mutating func measure() {
    if groups != nil { groups?.measure() }
  }

  /// Ends the container. The cause is on record before anything is killed, and the first one counts.
  private mutating func end(because cause: Observations.Cause) throws(EngineFailure) {
    guard observations.cause == nil else { return }
    observations.cause = cause
    killedAt = .now
    try connection.kill()
  }

  /// Reads what is left of the output, and hands it on.
  private mutating func finish() throws(EngineFailure) {
    connection.closeInput()
    let limit = Instant.now.advanced(milliseconds: Self.drainPatience)
    var set = PollSet()
    while true {
      let (output, error) = connection.outputNumbers
      let isDrained = sink.end != nil || output < 0 && error < 0
      if isDrained, sink.isFlushed { break }
      prepare(&set)
      // A reader of ours may take its time; an engine that has said that the container has ended may not.
      try wait(&set, until: sink.isReady ? limit : nil)
      if !set.events(at: Place.output).isEmpty { _ = connection.receive(.output, into: &sink) }
      if !set.events(at: Place.error).isEmpty { _ = connection.receive(.error, into: &sink) }
      if !set.events(at: Place.outputSink).isEmpty { sink.write(.output) }
      if !set.events(at: Place.errorSink).isEmpty { sink.write(.error) }
      if !set.events(at: Place.signals).isEmpty, let signal = signals.next() {
        observations.cause = observations.cause ?? .interrupted(signal)
        break
      }
      if sink.isReady, Instant.now >= limit {
        throw EngineFailure("the engine did not hand over the end of the program's output")
      }
    }
    if case .unwritable(let errno)? = sink.end { observations.cause = observations.cause ?? .unwritableOutput(errno) }
    if sink.end == .limit { observations.cause = observations.cause ?? .output }
  }

  /// What the container's groups counted, as far as they could be seen.
  var usage: ControlGroup.Usage {
    switch groups {
    case .some(let groups): groups.usage
    case .none: ControlGroup.Usage()
    }
  }

  /// nil where nobody counts it.
  var cpuMicroseconds: Int64? {
    switch groups {
    case .some(let groups): groups.cpuMicroseconds
    case .none: nil
    }
  }

  var isMeasured: Bool {
    switch groups {
    case .some: true
    case .none: false
    }
  }
}
