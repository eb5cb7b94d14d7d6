import Linux
import Policy
import Sandbox
import Targets

/// What an engine does not enforce as the policy says. Unless the policy accepts it by name nothing is run.
struct EngineLosses: Sendable {
  let accepted: [RunResult.NotEnforced]

  /// `held` are controls that the supervisor of the run enforces, whatever the engine does.
  init(of job: Job, target: any Target, held: Set<Control>) throws(EngineFailure) {
    let name = type(of: target).name
    let waived = job.policy.acceptedControls(of: name, on: .today())
    var accepted: [RunResult.NotEnforced] = []
    for (control, enforcement) in target.enforcementReport(for: job.policy.sandbox)
    where !enforcement.holds && !held.contains(control) {
      let reason = enforcement.reason ?? enforcement.word
      guard waived.contains(control) else {
        throw EngineFailure(
          "\(name.rawValue) cannot enforce \(control.rawValue): \(reason). If that is good enough, accept it by name:"
            + " accept: [{target: \(name.rawValue), control: \(control.rawValue), reason: \"…\"}]"
        )
      }
      accepted.append(RunResult.NotEnforced(control: control, reason: reason))
    }
    self.accepted = accepted
  }

  /// What a runtime for bundles, and the supervisor of the run with it, do not enforce.
  init(of job: Job, runtime: OCIRuntime) throws(EngineFailure) {
    // The supervisor sees the container's own groups, counts its processor time and reads its output.
    let held: Set<Control> = [.wallTime, .output, .cpuTime]
    let target: any Target =
      switch runtime {
      case .gvisor: GVisorTarget()
      case .runc: RuncTarget()
      case .crun: CrunTarget()
      }
    try self.init(of: job, target: target, held: held)
  }
}

/// The signals that end a run, watched before anything exists that they would leave behind.
enum EngineSignals {
  static func watch() throws(EngineFailure) -> TerminationSignals {
    do {
      return try TerminationSignals()
    } catch {
      throw EngineFailure("cannot watch for signals: \(error.text)")
    }
  }
}
