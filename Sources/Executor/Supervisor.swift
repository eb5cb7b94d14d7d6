import CLaunch
import Glibc
import Linux
import Sandbox

/// Watches one run from its release to its end: time, processor time, streams, signals.
struct Supervisor: ~Copyable {
  // Given up in the order of declaration: the sandbox is the last to let go of its groups.
  private var meter: Meter
  let sandbox: ReadySandbox
  private let start: Instant
  private let deadline: Instant?
  private(set) var output: OutputCapture
  private var input: InputPump
  private(set) var denials: Denials
  /// nil once it has looked.
  private var observer: RunObserver?
  private(set) var observations = Observations()
  /// Process 1 has nothing more to say: it is dying.
  private var isControlEnded = false

  /// Where things are among the supervisor's places in a poll set.
  private enum Place {
    static let process = 0
    static let control = 1
    static let output = 2
    static let error = 3
    static let outputSink = 4
    static let errorSink = 5
    static let inputSource = 6
    static let inputPipe = 7
    static let denials = 8
  }

  init(
    sandbox: consuming ReadySandbox,
    resources: Resources,
    output: consuming OutputCapture,
    input: consuming InputPump,
    denials: consuming Denials,
    observer: RunObserver? = nil
  ) throws(SetupFailure) {
    start = .now
    do {
      meter = try Meter(
        group: sandbox.group.group,
        resources: resources,
        sampled: sandbox.template.resources.sampled,
        start: start
      )
    } catch {
      throw SetupFailure(couldNot: "watch what the control groups count", error)
    }
    self.output = output
    self.input = input
    self.denials = denials
    self.observer = observer
    deadline = resources.wallTime.value.map(\.count).map(start.advanced(milliseconds:))
    self.sandbox = sandbox
  }

  /// Watches until every process of the sandbox is dead, or process 1 alone is left.
  mutating func watch(_ interruptions: borrowing Interruptions) throws(Errno) {
    var set = PollSet()
    if let cause = interruptions.standing { end(because: cause) }
    while true {
      set.removeAll()
      let first = interruptions.add(to: &set, watchingCaller: observations.cause == nil)
      let places = add(to: &set)
      try set.wait(until: nextDeadline)
      if let cause = interruptions.cause(set, at: first) { end(because: cause) }
      if handle(set, at: places) { return }
    }
  }

  /// Adds what to wait for. The result is the first of its places.
  func add(to set: inout PollSet) -> Int {
    let first = set.add(sandbox.newborn.process.descriptorNumber, .readable)
    set.add(isControlEnded ? -1 : sandbox.newborn.control.number, .readable)
    set.add(output.readable(.output), .readable)
    set.add(output.readable(.error), .readable)
    set.add(output.writable(.output), .writable)
    set.add(output.writable(.error), .writable)
    set.add(input.readable, .readable)
    set.add(input.pipeNumber, input.writable >= 0 ? .writable : [])
    set.add(denials.number, .readable)
    return first
  }

  /// Deals with what happened. Whether every process of the sandbox is dead, or process 1 alone is left.
  mutating func handle(_ set: borrowing PollSet, at first: Int) -> Bool {
    if !set.events(at: first + Place.control).isEmpty { readReports() }
    // That the last process but process 1 has ended is known before process 1 is dead, which takes the kernel a while.
    guard set.events(at: first + Place.process).isEmpty, !observations.isOver else {
      let now = Instant.now
      readReports()
      let end = observations.isOver ? observations.endOfProgram ?? now : now
      // It may have ended before we had looked at the clock for the first time.
      observations.wallMicroseconds = max(0, end.microseconds(since: start))
      return true
    }
    // One at a time: whoever makes many such calls delays nothing but its own answers.
    if set.events(at: first + Place.denials).contains(.readable) {
      denials.answer()
      if denials.hasFailed { end(because: .deniedCall) }
    } else if !set.events(at: first + Place.denials).isEmpty {
      denials.close()
    }
    if !set.events(at: first + Place.output).isEmpty { output.read(.output) }
    if let observer, observer.isDue(output.kept(.output)) { show(to: observer) }
    if !set.events(at: first + Place.error).isEmpty { output.read(.error) }
    if !set.events(at: first + Place.outputSink).isEmpty { output.write(.output) }
    if !set.events(at: first + Place.errorSink).isEmpty { output.write(.error) }
    if set.events(at: first + Place.inputPipe).contains(.writable) { input.write() }
    if !set.events(at: first + Place.inputPipe).isDisjoint(with: .gone) { input.close() }
    if !set.events(at: first + Place.inputSource).isEmpty { input.read() }
    if let errno = input.failure { end(because: .unreadableStream(errno)) }
    switch output.end {
    case .limit?: end(because: .output)
    case .unwritable(let errno)?: end(because: .unwritableOutput(errno))
    case .unreadable(let errno)?: end(because: .unreadableStream(errno))
    case nil: break
    }
    checkTimes()
    return false
  }

  /// The program is the only child of process 1, which has no other.
  private mutating func show(to observer: RunObserver) {
    self.observer = nil
    let first = sandbox.newborn.process.id
    let children = (try? KernelFile.read("/proc/\(first)/task/\(first)/children")) ?? ""
    observer.look(children.split(separator: " ").first.flatMap { Int32($0) })
    input.close()
  }

  /// Has process 1 end, and all that may be left with it, once the run's result is known.
  func dismiss() { try? sandbox.newborn.process.send(signal: Signal.kill) }

  /// Adds what shows that process 1 is dead. The result is its place.
  func addEnd(to set: inout PollSet) -> Int { set.add(sandbox.newborn.process.descriptorNumber, .readable) }

  /// Ends the run because we are to end.
  mutating func interrupt(_ cause: Observations.Cause) { end(because: cause) }

  /// Hands on what is left of the output. Whoever wants us to end is not kept waiting for a reader.
  mutating func finish(_ interruptions: borrowing Interruptions) throws(Errno) {
    output.drain()
    var set = PollSet()
    let deadline = observations.isBrokenOff ? Instant.now.advanced(milliseconds: 100) : nil
    while !output.isFlushed {
      set.removeAll()
      let first = interruptions.add(to: &set, watchingCaller: true)
      let outputSink = set.add(output.writable(.output), .writable)
      let errorSink = set.add(output.writable(.error), .writable)
      try set.wait(until: deadline)
      if let deadline, Instant.now >= deadline { break }
      if let cause = interruptions.cause(set, at: first) {
        observations.cause = observations.cause ?? cause
        break
      }
      // A reader that takes its time must not keep us from hearing anything else.
      if !set.events(at: outputSink).isEmpty { output.write(.output) }
      if !set.events(at: errorSink).isEmpty { output.write(.error) }
      output.drain()
    }
    noteOutput()
  }

  /// Takes what is left in the program's pipes, where nothing is handed on.
  mutating func drain() {
    output.drain()
    noteOutput()
  }

  private mutating func noteOutput() {
    switch output.end {
    case .limit?: observations.cause = observations.cause ?? .output
    case .unwritable(let errno)?: observations.cause = observations.cause ?? .unwritableOutput(errno)
    case .unreadable(let errno)?: observations.cause = observations.cause ?? .unreadableStream(errno)
    case nil: break
    }
  }

  /// Processor time so far, of everything that ever ran in the sandbox.
  var cpuMicroseconds: Int64? {
    guard let measured = meter.cpuMicroseconds else { return observations.waitedCPUMicroseconds }
    // Samples miss what came after the last one.
    return max(measured, observations.waitedCPUMicroseconds ?? 0)
  }

  /// What the control groups counted, or else what was seen.
  func usage() throws(Errno) -> ControlGroup.Usage { try meter.usage() }

  /// When to look again at the latest; nil for never.
  var nextDeadline: Instant? {
    guard observations.cause == nil else { return nil }
    return Instant.earlier(deadline, Instant.earlier(meter.nextCheck, denials.resumption))
  }

  private mutating func checkTimes() {
    guard observations.cause == nil else { return }
    let now = Instant.now
    denials.resume(at: now)
    if let deadline, now >= deadline { return endIfRunning(because: .wallTime) }
    if let cause = meter.check(at: now) { endIfRunning(because: cause) }
  }

  /// Ends the run for want of time, unless it has ended meanwhile: we may be late ourselves.
  private mutating func endIfRunning(because cause: Observations.Cause) {
    readReports()
    end(because: cause)
  }

  /// Ends the run. The cause is on record before anything is killed, and the first one counts. A program that has ended
  /// by itself has no cause but its own.
  private mutating func end(because cause: Observations.Cause) {
    guard observations.cause == nil, observations.status == nil else { return }
    observations.cause = cause
    sandbox.group.group.liftCPULimit()
    // The kernel lets no process of a pid namespace outlive its process 1, nor start another.
    try? sandbox.newborn.process.send(signal: Signal.kill)
  }

  private mutating func readReports() {
    var report = rf_report()
    var numbers: (Int32, Int32, Int32) = (-1, -1, -1)
    while !isControlEnded {
      let count = withUnsafeMutableBytes(of: &numbers) {
        rf_receive_report(sandbox.newborn.control.number, &report, $0.baseAddress?.assumingMemoryBound(to: Int32.self))
      }
      if count == -EPIPE { isControlEnded = true }
      guard count >= 0 else { return }
      switch rf_report_kind(rawValue: report.kind) {
      case RF_REPORT_STARTED: observations.hasStarted = true
      case RF_REPORT_FAILED: observations.failure = StepFailure(report)
      case RF_REPORT_DESCRIPTORS:
        // Pipes, a /proc, or both, in this order.
        if count >= 2 {
          output.attach(output: FileDescriptor(owning: numbers.0), error: FileDescriptor(owning: numbers.1))
        }
        if count == 1 { meter.attach(proc: FileDescriptor(owning: numbers.0)) }
        if count == 3 { meter.attach(proc: FileDescriptor(owning: numbers.2)) }
      case RF_REPORT_ENDED:
        isControlEnded = true
        observations.hasStarted = true
        observations.waitedCPUMicroseconds = report.cpu_microseconds
        observations.isOver = report.detail == 1
        let end = Instant(nanoseconds: report.nanoseconds)
        observations.endOfProgram = end
        // Busy with other runs we may hear too late of what came too late.
        if observations.cause == nil, let deadline, end > deadline { observations.cause = .wallTime }
        if observations.cause == nil {
          let status = ExitStatus(raw: report.status)
          // What would have been SIGSYS, had the program not been prepared for that.
          let wasKilled = denials.killedProgram && status == .signaled(Signal.kill)
          observations.status = wasKilled ? .signaled(Signal.badSystemCall) : status
        }
      case RF_REPORT_LISTENER:
        if count == 1 { denials.attach(FileDescriptor(owning: numbers.0)) }
      default: return
      }
    }
  }
}
