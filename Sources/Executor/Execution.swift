import CLaunch
import Glibc
import Linux
package import Sandbox
package import Seccomp

/// The native engine: runs a program under a sandbox with the kernel's own means.
package enum Execution {
  /// What to run, and how.
  package struct Request: Sendable {
    package var sandbox: Sandbox
    /// `sha256:` and 64 hexadecimal digits; only passed on to the result.
    package var policyDigest: String
    /// The argument vector; empty takes the sandbox's own.
    package var command: [String]
    /// What the caller's environment holds, for the names that the policy inherits.
    package var callerEnvironment: EnvironmentVariables
    /// The name of a variable that the policy inherits and whose value is not UTF-8, if there is one.
    package var unreadableVariable: String?
    package var standardInput = StandardInput.null
    /// The system call filter as `struct sock_filter` in the machine's byte order; nil runs without one, for tests.
    package var filter: [UInt8]?
    /// Whether `filter` lets a program leave nothing in its network and user namespaces but Unix sockets.
    package var leavesNothingBehind = false
    /// With it, `filter` is its filter: refused calls are named in the result.
    package var explainer: RefusalExplainer?
    /// Controls that may be lost where this host cannot enforce them. They are listed in the result.
    package var accepted: Set<Control> = []
    /// Hands output on to our own streams as it comes, instead of keeping it for the result.
    package var streamsOutput = false
    /// Goes with standard input that is held.
    package var observer: RunObserver?

    package init(
      sandbox: Sandbox,
      policyDigest: String,
      command: [String] = [],
      callerEnvironment: EnvironmentVariables = [:],
      filter: [UInt8]?
    ) {
      self.sandbox = sandbox
      self.policyDigest = policyDigest
      self.command = command
      self.callerEnvironment = callerEnvironment
      self.filter = filter
    }
  }

  /// Runs a program to its end, in what `begin` may have begun. Never throws: whatever kept it from starting is the
  /// result.
  package static func run(_ request: Request, in early: consuming EarlyStart? = nil) -> RunResult {
    do throws(SetupFailure) {
      let run = try Run(request)
      // There is no second run that a network could be kept for.
      let network: RunNetwork = run.network == .host ? .host : .new
      if network == .new, let early = consume early { return try result(of: run, in: early) }
      return try result(of: run, in: EarlyStart(network))
    } catch {
      return error.result(of: request)
    }
  }

  private static func result(of run: Run, in early: consuming EarlyStart) throws(SetupFailure) -> RunResult {
    var host = early.host
    let ready = try ready(run, early.slot, of: &host)
    // While process 1 composes the root.
    let interruptions = try SetupFailure.attempt("watch for signals") { () throws(Errno) in try Interruptions() }
    var supervisor = try run.start(in: ready)
    // While the program starts.
    host.removeStaleGroups()
    do {
      try supervisor.watch(interruptions)
    } catch {
      throw SetupFailure(couldNot: "wait for the program", error)
    }
    do {
      try supervisor.finish(interruptions)
    } catch {
      throw SetupFailure(couldNot: "hand on the program's output", error)
    }
    let result = try run.result(supervisor)
    // While process 1 is dying; later, what comes still would be in memory as well.
    rf_let_text_go()
    // Reaps process 1 and removes the groups; only then is the id free for another run, and the keeper without work.
    _ = consume supervisor
    host.endKeeper()
    _ = consume host
    return result
  }

  private static func ready(
    _ run: Run,
    _ slot: consuming Slot,
    of host: inout RunHost
  ) throws(SetupFailure) -> ReadySandbox {
    let network = slot.network
    if let ready = try run.ready(slot) { return ready }
    guard let ready = try run.ready(host.slot(network)) else { throw SetupFailure("control groups could not be made") }
    return ready
  }

  /// What to say of a variable whose value is not UTF-8.
  package static func unreadable(_ name: String) -> String {
    "the value of the variable \(name) is not UTF-8, and would not be what it was; unset it, or take it from"
      + " environment.inherit"
  }

  /// Begins what a run needs whatever its policy says; nil when that failed, which `run` will explain.
  package static func begin() -> EarlyStart? { try? EarlyStart(.new) }
}

/// What a run needs whatever its policy says, begun before the policy is read: the kernel takes half a millisecond to make
/// the namespaces, and does it on another processor meanwhile.
///
/// Dropping it undoes everything.
package struct EarlyStart: ~Copyable {
  let slot: Slot
  let host: RunHost

  /// Begins.
  ///
  /// - Throws: `SetupFailure`, after undoing what was done.
  init(_ network: RunNetwork) throws(SetupFailure) {
    var host = try RunHost()
    slot = try host.slot(network, postponed: true)
    self.host = host
  }
}

extension SetupFailure {
  func result(of request: Execution.Request) -> RunResult {
    var result = RunResult(
      policy: request.sandbox.name,
      policyDigest: request.policyDigest,
      engine: "native",
      verdict: .setupFailed,
      message: message
    )
    result.exitCode = exitCode
    return result
  }
}
