import CanonicalJSON
import Diagnostics
import Engines
import Executor
import Glibc
import Linux
import Policy
import Sandbox
import Seccomp

/// `ringfence run --batch [--jobs N]`: one request a line on standard input, one result a line on standard output.
///
/// One thread does it all and waits in one place, for requests, for room in the output and for the sandboxes, so that none
/// of them can keep the others waiting.
struct BatchInvocation {
  let jobs: Int

  /// Runs the batch.
  ///
  /// - Returns: What the command exits with.
  func execute() -> Int32 {
    do throws(RunPool.PoolFailure) {
      let pool = try RunPool(jobs: jobs)
      var batch = Batch(jobs: jobs)
      return batch.run(in: pool)
    } catch {
      Terminal.error.complain("\(error.message)")
      return ExitStatus.software.rawValue
    }
  }
}

private struct Batch: ~Copyable {
  let jobs: Int
  private var input = BatchInput()
  private var output = BatchOutput()
  private var policies: [(reference: String, outcome: Result<CompiledPolicy, InvalidPolicy>)] = []
  /// Requests that are next, and what has been told of them.
  private var queue: [(id: JSON, request: Execution.Request)] = []
  private var last: Execution.Request?
  private var ids: [(number: Int, id: JSON)] = []
  private var count = 0

  private struct InvalidPolicy: Error {
    let message: String
  }

  init(jobs: Int) { self.jobs = jobs }

  mutating func run(in pool: consuming RunPool) -> Int32 {
    var set = PollSet()
    while true {
      takeRequests()
      while pool.hasRoom, !output.isAmple, !queue.isEmpty, start(in: &pool) { takeRequests() }
      pool.cleanUp { finish($0, $1) }
      let isOver = input.atEnd && queue.isEmpty
      if isOver, pool.runningCount == 0, output.isEmpty { break }
      let next = queue.first?.request ?? last
      if !isOver, let next { pool.prepare(for: next) }

      set.removeAll()
      let reader = set.add(!input.atEnd && queue.count <= jobs ? STDIN_FILENO : -1, .readable)
      // Without anything to write, still to see that nobody reads any more.
      let writer = set.add(STDOUT_FILENO, output.isEmpty ? [] : .writable)
      pool.add(to: &set)
      do throws(Errno) {
        try set.wait(until: pool.nextDeadline)
      } catch {
        return end(&pool, .unableToWait(error), "cannot wait for the programs: \(error.text) (\(error.name))")
      }

      if !set.events(at: reader).isEmpty { input.read() }
      if set.events(at: writer).contains(.writable) {
        output.write()
      } else if !set.events(at: writer).isEmpty {
        return end(&pool, .byItself, "nobody reads the results any more")
      }
      if let failure = output.failure {
        return end(&pool, .byItself, "cannot write the results: \(String(cString: strerror(failure)))")
      }
      let ended = pool.handle(set, next: next)
      switch ended {
      case .byItself: break
      case .bySignal, .withCaller, .unableToWait: return end(&pool, ended, nil)
      }
    }
    if let failure = input.failure {
      Terminal.error.complain("cannot read the requests: \(String(cString: strerror(failure)))")
      return ExitStatus.software.rawValue
    }
    return ExitStatus.success.rawValue
  }

  /// Ends all runs. Results are written as far as their reader takes them without our waiting.
  private mutating func end(_ pool: inout RunPool, _ reason: RunPool.Ended, _ message: String?) -> Int32 {
    pool.end(reason) { finish($0, $1) }
    if let message { Terminal.error.complain("\(message)") }
    var set = PollSet()
    let soon = Instant.now.advanced(milliseconds: 100)
    while !output.isEmpty, output.failure == nil, Instant.now < soon {
      set.removeAll()
      let writer = set.add(STDOUT_FILENO, .writable)
      guard (try? set.wait(until: soon)) != nil, set.events(at: writer).contains(.writable) else { break }
      output.write()
    }
    switch reason {
    case .byItself, .unableToWait: return ExitStatus.software.rawValue
    case .bySignal(let signal): return 128 + signal
    case .withCaller: return 128 + SIGHUP
    }
  }

  /// Reads requests as far ahead as sandboxes are made ready.
  private mutating func takeRequests() {
    while queue.count <= jobs, !output.isAmple, let line = input.next() {
      switch line {
      case .tooLong: report(.null, "a request has at most \(BatchInput.maximumLength >> 20) MiB")
      case .text(let bytes):
        do throws(BatchRequest.Problem) {
          let request = try BatchRequest(line: bytes)
          queue.append((request.id, try resolved(request)))
        } catch {
          report(error.id, error.message)
        }
      }
    }
  }

  private mutating func resolved(_ request: BatchRequest) throws(BatchRequest.Problem) -> Execution.Request {
    func problem(_ message: String) -> BatchRequest.Problem { BatchRequest.Problem(id: request.id, message: message) }
    let policy: CompiledPolicy
    switch compiled(request.policy) {
    case .success(let compiled): policy = compiled
    case .failure(let failure): throw problem(failure.message)
    }
    let command = request.command.isEmpty ? policy.sandbox.process.command : request.command
    guard !command.isEmpty else {
      throw problem("the policy \(policy.sandbox.name) has no command; the request needs one")
    }
    for variable in request.environment
    where !policy.sandbox.environment.inherit.contains(where: { $0.utf8.elementsEqual(variable.name.utf8) }) {
      throw problem(
        "the policy \(policy.sandbox.name) does not inherit the variable \(variable.name) (environment.inherit)"
      )
    }
    var result = policy.request(command: command, input: .bytes(request.input), isStreaming: false)
    if request.input.isEmpty { result.standardInput = .null }
    // The last of a name counts.
    for (name, value) in request.environment { result.callerEnvironment[name] = value }
    return result
  }

  /// A policy by what requests call it. It is read once.
  private mutating func compiled(_ reference: String) -> Result<CompiledPolicy, InvalidPolicy> {
    if let known = policies.first(where: { $0.reference.utf8.elementsEqual(reference.utf8) }) { return known.outcome }
    let outcome = Self.compile(reference)
    if policies.count == 1024 { policies.removeFirst() }
    policies.append((reference, outcome))
    return outcome
  }

  private static func compile(_ reference: String) -> Result<CompiledPolicy, InvalidPolicy> {
    let loader = PolicyLoader.forCommandLine()
    if let shipped = CompiledPolicy.shipped(reference, loader: loader) { return .success(shipped) }
    let loaded: ResolvedPolicy
    do throws(InvalidInput) {
      loaded = try loader.load(reference: reference)
    } catch {
      return .failure(InvalidPolicy(message: BatchRequest.text(error.diagnostics)))
    }
    if let problem = loaded.foreignMachine {
      return .failure(InvalidPolicy(message: BatchRequest.text([problem])))
    }
    do throws(SeccompError) {
      return .success(try CompiledPolicy(loaded))
    } catch {
      return .failure(InvalidPolicy(message: NativeEngine.failure(of: loaded, error).message))
    }
  }

  /// Whether the next request is dealt with.
  private mutating func start(in pool: inout RunPool) -> Bool {
    let (id, request) = queue[0]
    let started = pool.start(request, as: count + 1)
    if case .postponed = started { return false }
    queue.removeFirst()
    last = request
    last?.standardInput = .null
    count += 1
    ids.append((count, id))
    if case .failed(let result) = started { finish(count, result) }
    return true
  }

  private mutating func finish(_ number: Int, _ result: RunResult) {
    guard let index = ids.firstIndex(where: { $0.number == number }) else { return }
    var document = JSONObject([("id", ids.remove(at: index).id)])
    for member in result.json.object?.members ?? [] { document[member.name] = member.value }
    write(document)
  }

  private mutating func report(_ id: JSON, _ message: String) {
    write(
      JSONObject([
        ("id", id), ("schema", "ringfence.batch-error/1"), ("line", .integer(input.lineNumber)),
        ("error", .string(message)),
      ])
    )
  }

  private mutating func write(_ document: JSONObject) {
    output.append(JSON.object(document).encoded(.compact) + [UInt8(ascii: "\n")])
  }
}
