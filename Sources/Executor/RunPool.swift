import CLaunch
import Glibc
package import Linux
package import Sandbox

/// Runs programs at the same time, each in a sandbox of its own that was made ready ahead: new namespaces, groups, ids and
/// file systems for every run, and nothing of one in the next.
package struct RunPool: ~Copyable {
  package enum Ended: Sendable {
    case byItself
    /// By a signal to us.
    case bySignal(Int32)
    /// Whoever called us is no more.
    case withCaller
    /// There is no waiting for the programs any more.
    case unableToWait(Errno)
  }

  // Given up in the order of declaration: what is in the sandboxes, and in the end what all have in common.
  private var running: [RunningProgram] = []
  /// Over, but not judged yet.
  private var over: [RunningProgram] = []
  /// Their results are known, but process 1 is not dead yet, which takes the kernel as long as a short program runs.
  private var ending: [RunningProgram] = []
  private var ready: [ReadyProgram] = []
  private var unborn: UnbornSlot?
  private var host: RunHost
  private let interruptions: Interruptions
  private var templates: [SandboxTemplate] = []
  private var firstPlaces: [Int] = []
  private var endingPlaces: [Int] = []
  private var interruptionsPlace = 0
  private var birthPlace = 0
  private var jobs: JobLimit
  /// How many sandboxes are made ready ahead. One more: making one ready may take longer than a short program runs.
  private var reserve: Int { jobs.current + 1 }

  /// - Parameter jobs: How many programs run at the same time, at most.
  /// - Throws: The result that every run would have.
  package init(jobs: Int) throws(PoolFailure) {
    do throws(SetupFailure) {
      try self.init(atMost: jobs)
    } catch {
      throw PoolFailure(message: error.message)
    }
  }

  private init(atMost jobs: Int) throws(SetupFailure) {
    var host = try RunHost()
    // The usual thousand is soon used up by many sandboxes. After the keeper has started, which passes its own on.
    rf_raise_open_files()
    // Whoever starts the next program is not to wait for what the one before leaves to be done.
    rf_ask_for_short_slices()
    host.expectManyRuns()
    let interruptions = try SetupFailure.attempt("watch for signals") { () throws(Errno) in try Interruptions() }
    host.removeStaleGroups()
    self.host = host
    self.interruptions = interruptions
    self.jobs = JobLimit(jobs)
  }

  /// What kept a pool from starting.
  package struct PoolFailure: Error {
    package let message: String
  }

  package var runningCount: Int { running.count }

  /// Whether one more program can be started.
  package var hasRoom: Bool { running.count < jobs.current }

  /// What came of a request to start a program.
  package enum Started {
    case running
    case failed(RunResult)
    /// There are not enough open files for one more; when another program is cleaned up there will be.
    case postponed
  }

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - request: What to run, and under which policy.
  ///   - identifier: What `finished` names the run by.
  /// - Returns: Whether it runs; the result of one that could not be started.
  package mutating func start(_ request: Execution.Request, as identifier: Int) -> Started {
    do throws(SetupFailure) {
      do throws(SetupFailure) {
        try begin(request, as: identifier)
      } catch {
        guard error.isForWantOfFiles else { throw error }
        giveUpReserves()
        try begin(request, as: identifier)
      }
      jobs.noteStart()
      return .running
    } catch {
      let others = running.count + over.count
      guard error.isForWantOfFiles, others > 0 else { return .failed(error.result(of: request)) }
      jobs.lower(to: others)
      return .postponed
    }
  }

  private mutating func begin(_ request: Execution.Request, as identifier: Int) throws(SetupFailure) {
    let run = try Run(request)
    let program = RunningProgram(identifier: identifier, request: request, run: run)
    program.supervisor = try run.start(in: takeReady(for: run, request))
    running.append(program)
    // The kernel lets whom we have just told to start wait for this processor, in the belief that we are about to sleep.
    sched_yield()
  }

  /// Gives up everything that is not a run's that is under way, for its descriptors.
  private mutating func giveUpReserves() {
    ready.removeAll()
    unborn = nil
    ending.removeAll()
    host.giveUpLeases()
  }

  private mutating func takeReady(for run: Run, _ request: Execution.Request) throws(SetupFailure) -> ReadySandbox {
    while let index = ready.firstIndex(where: { $0.fits(request) }) {
      // What its paths lead to may have been exchanged since, or mounted over.
      let program = ready.remove(at: index)
      let isCurrent = program.mountChanges == host.mountChanges
      if let sandbox = program.sandbox.take(), isCurrent, sandbox.isCurrent { return sandbox }
    }
    // One birth at a time.
    if let slot = unborn?.slot.take(), slot.fits(run.network, template(of: request)), slot.isCurrent {
      unborn = nil
      if let sandbox = try? makeReady(slot, for: run, request) { return sandbox }
    }
    unborn = nil
    return try makeReady(slot(for: run, request), for: run, request)
  }

  /// Once it has been worked out.
  private func template(of request: Execution.Request) -> SandboxTemplate? { templates.first { $0.fits(request) } }

  /// Begins the birth of a process 1: by a zygote where there can be one.
  private mutating func slot(for run: Run, _ request: Execution.Request) throws(SetupFailure) -> Slot {
    let template = template(of: request)
    if let template {
      do throws(SetupFailure) {
        if let slot = try slotOfZygote(for: request, template: template) { return slot }
      } catch {
        guard !error.isForWantOfFiles else { throw error }
        // The long way may still be open; and if it is not, it says what is in it.
        if !error.isOfSource { template.allowsZygotes = false }
      }
    }
    return try host.slot(run.network, limits: template?.resources.group)
  }

  private mutating func slotOfZygote(
    for request: Execution.Request,
    template: SandboxTemplate
  ) throws(SetupFailure) -> Slot? {
    while let zygote = try host.zygote(for: request, template: template) {
      let known = zygote.zygote
      do throws(SetupFailure) {
        return try host.slot(zygote)
      } catch {
        // One that has served may have been ended since, by whomever.
        guard known.hasBorn else { throw error }
      }
    }
    return nil
  }

  private mutating func makeReady(
    _ slot: consuming Slot,
    for run: Run,
    _ request: Execution.Request
  ) throws(SetupFailure) -> ReadySandbox {
    let known = templates.firstIndex { $0.fits(request) }
    let composer = slot.composer
    let sandbox: ReadySandbox
    do throws(SetupFailure) {
      guard let ready = try run.ready(slot, template: known.map { templates[$0] }) else {
        throw SetupFailure("control groups could not be made")
      }
      sandbox = ready
    } catch {
      if let composer, !composer.hasBorn, !error.isForWantOfFiles { composer.template.allowsZygotes = false }
      throw error
    }
    let template = sandbox.template
    if let known {
      templates[known] = template
    } else {
      if templates.count == 64 { templates.removeFirst() }
      templates.append(template)
    }
    return sandbox
  }

  /// Makes a sandbox ready for a request like this one, as far as that is possible without waiting.
  package mutating func prepare(for request: Execution.Request) {
    guard ready.count < reserve || !ready.allSatisfy({ $0.fits(request) }) else { return }
    guard let run = try? Run(request), run.network != .host else { return }
    if unborn == nil, let slot = try? slot(for: run, request) { unborn = UnbornSlot(slot) }
  }

  /// Goes on with what `prepare` began, when process 1 is there.
  private mutating func finishPreparation(for request: Execution.Request) {
    guard let slot = unborn?.slot.take() else { return }
    unborn = nil
    let mountChanges = host.mountChanges
    guard let run = try? Run(request), slot.fits(run.network, template(of: request)),
      let sandbox = try? makeReady(slot, for: run, request)
    else { return }
    if ready.count >= reserve { ready.removeFirst() }
    ready.append(ReadyProgram(sandbox, mountChanges: mountChanges))
  }

  /// Adds what to wait for.
  package mutating func add(to set: inout PollSet) {
    interruptionsPlace = interruptions.add(to: &set, watchingCaller: true)
    birthPlace = set.add(unborn?.number ?? -1, .readable)
    firstPlaces.removeAll(keepingCapacity: true)
    for program in running { firstPlaces.append(program.supervisor?.add(to: &set) ?? 0) }
    endingPlaces.removeAll(keepingCapacity: true)
    for program in ending { endingPlaces.append(program.supervisor?.addEnd(to: &set) ?? 0) }
  }

  /// When to look again at the latest; nil for never.
  package var nextDeadline: Instant? { running.compactMap { $0.supervisor?.nextDeadline }.min() }

  /// Deals with what happened.
  ///
  /// - Parameters:
  ///   - set: The set that `add` was called with, after waiting.
  ///   - next: What is likely to be run next.
  /// - Returns: Why all is to end, if it is.
  package mutating func handle(_ set: borrowing PollSet, next: Execution.Request?) -> Ended {
    for (program, place) in zip(ending, endingPlaces) where !set.events(at: place).isEmpty { program.isDead = true }
    for (program, place) in zip(running, firstPlaces) where program.supervisor?.handle(set, at: place) == true {
      program.isOver = true
      over.append(program)
    }
    running.removeAll(where: \.isOver)
    if let next, !set.events(at: birthPlace).isEmpty { finishPreparation(for: next) }
    switch interruptions.cause(set, at: interruptionsPlace) {
    case .interrupted(let signal)?: return .bySignal(signal)
    case .some: return .withCaller
    case nil: return interruptions.standing == nil ? .byItself : .withCaller
    }
  }

  /// Judges the runs that are over, and gives back what ended ones had: while others start already. Waits only where too many
  /// have not died yet.
  ///
  /// - Parameter finished: Called with the identifier and the result of each run that has ended.
  package mutating func cleanUp(finished: (Int, RunResult) -> Void) {
    for program in over {
      program.supervisor?.drain()
      finished(program.identifier, program.result)
      program.supervisor?.dismiss()
      ending.append(program)
    }
    over.removeAll(keepingCapacity: true)
    for (index, program) in ending.enumerated() where program.isDead || index < ending.count - reserve {
      program.supervisor = nil
    }
    ending.removeAll { $0.supervisor == nil }
  }

  /// Ends all runs and waits for their ends.
  package mutating func end(_ ended: Ended, finished: (Int, RunResult) -> Void) {
    let cause: Observations.Cause =
      switch ended {
      case .bySignal(let signal): .interrupted(signal)
      case .byItself, .withCaller, .unableToWait: .abandoned
      }
    if case .unableToWait(let errno) = ended {
      for program in running {
        finished(program.identifier, program.failed(SetupFailure(couldNot: "wait for the program", errno)))
      }
      running.removeAll()
    }
    for program in running { program.supervisor?.interrupt(cause) }
    while !running.isEmpty {
      var set = PollSet()
      add(to: &set)
      // Killed, they end in any case.
      guard (try? set.wait(until: nextDeadline)) != nil else { break }
      _ = handle(set, next: nil)
    }
    cleanUp(finished: finished)
    running.removeAll()
    ending.removeAll()
  }
}

/// What can be kept in an array.
private final class RunningProgram {
  let identifier: Int
  private let request: Execution.Request
  private let run: Run
  var supervisor: Supervisor?
  /// Its result is known.
  var isOver = false
  /// And its process 1 is dead.
  var isDead = false

  init(identifier: Int, request: Execution.Request, run: Run) {
    self.identifier = identifier
    self.request = request
    self.run = run
  }

  func failed(_ failure: SetupFailure) -> RunResult { failure.result(of: request) }

  var result: RunResult {
    do throws(SetupFailure) {
      switch supervisor {
      case .some(let supervisor): return try run.result(supervisor)
      case .none: throw SetupFailure("the run has been given up")
      }
    } catch {
      return failed(error)
    }
  }
}

private final class ReadyProgram {
  var sandbox: ReadySandbox?
  /// Of the host's mounts, before it was composed.
  let mountChanges: Int
  private let template: SandboxTemplate

  init(_ sandbox: consuming ReadySandbox, mountChanges: Int) {
    template = sandbox.template
    self.mountChanges = mountChanges
    self.sandbox = consume sandbox
  }

  func fits(_ request: Execution.Request) -> Bool { template.fits(request) }
}

private final class UnbornSlot {
  var slot: Slot?

  /// Readable when process 1 is there.
  let number: Int32

  init(_ slot: consuming Slot) {
    number = slot.birth.number
    self.slot = consume slot
  }
}
