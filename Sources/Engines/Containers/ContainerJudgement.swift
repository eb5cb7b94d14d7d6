import Executor
import Glibc
import Linux
import Policy
import Sandbox

/// The result of a run on a container engine, judged by the same rules as the native engine's.
struct ContainerJudgement {
  let job: Job
  let engine: String

  private var sandbox: Sandbox { job.policy.sandbox }

  /// What kept the program from starting is the result, not an error.
  func result(of failure: EngineFailure) -> RunResult {
    var result = RunResult(
      policy: sandbox.name,
      policyDigest: job.policy.digest,
      engine: engine,
      verdict: .setupFailed,
      message: failure.message
    )
    result.exitCode = failure.exitCode
    return result
  }

  func result(
    of supervisor: borrowing ContainerSupervisor<some ContainerConnection & ~Copyable>,
    outOfMemory: Bool,
    notEnforced: [RunResult.NotEnforced],
    notMeasured: [Control]
  ) -> RunResult {
    var usage = supervisor.usage
    if outOfMemory { usage.outOfMemoryKills = max(1, usage.outOfMemoryKills) }
    let observations = supervisor.observations
    let judgement = Judgement(
      observations,
      group: usage,
      cpuMicroseconds: supervisor.cpuMicroseconds,
      resources: sandbox.resources
    )
    var result = RunResult(
      policy: sandbox.name,
      policyDigest: job.policy.digest,
      engine: engine,
      verdict: judgement.verdict,
      message: judgement.message
    )
    result.exitCode = judgement.exitCode
    result.signal = judgement.signal
    result.limitsHit = judgement.limitsHit
    result.usage.wallMicroseconds = observations.wallMicroseconds
    result.usage.cpuMicroseconds = supervisor.cpuMicroseconds
    result.usage.memoryPeakBytes = usage.memoryPeak
    result.usage.pidsPeak = usage.pidsPeak
    result.standardOutput = supervisor.sink.kept(.output)
    result.standardError = supervisor.sink.kept(.error)
    result.standardOutputTruncated = supervisor.sink.isTruncated(.output)
    result.standardErrorTruncated = supervisor.sink.isTruncated(.error)
    result.endsMidLine = supervisor.sink.line.isOpen
    result.notEnforced = notEnforced
    result.notMeasured = supervisor.isMeasured ? notMeasured : [.memory, .cpuTime, .pids]
    result.alerts = alerts(result.usage)
    return result
  }

  private func alerts(_ usage: RunResult.Usage) -> [RunResult.Alert] {
    let alerts = sandbox.alerts
    let candidates: [(Control, used: Int64?, threshold: Int64?)] = [
      (.memory, usage.memoryPeakBytes, alerts.memory?.bytes),
      (.wallTime, usage.wallMicroseconds / 1000, alerts.wallTime?.count),
      (.cpuTime, usage.cpuMicroseconds.map { $0 / 1000 }, alerts.cpuTime?.count),
      (.pids, usage.pidsPeak, alerts.pids),
    ]
    return candidates.compactMap { control, used, threshold in
      guard let used, let threshold, used >= threshold else { return nil }
      return RunResult.Alert(control: control, used: used, threshold: threshold)
    }
  }
}

extension Sandbox {
  /// This sandbox for one run: with the command, and with the caller's values for what the environment inherits.
  func prepared(for command: [String]) -> Sandbox {
    var sandbox = self
    sandbox.process.command = command
    for name in sandbox.environment.inherit where sandbox.environment.set[name] == nil {
      if let value = getenv(name) { sandbox.environment.set[name] = String(cString: value) }
    }
    sandbox.environment.inherit = []
    return sandbox
  }

  /// This sandbox with its processor time counted by the supervisor: the kernel's own limit, which is by process and
  /// whose SIGKILL looks like any other, is only a backstop then.
  func withCPUTimeSupervised() -> Sandbox {
    var sandbox = self
    if let limit = resources.cpuTime.value {
      let (doubled, overflows) = limit.count.multipliedReportingOverflow(by: 2)
      let (sum, overflowsAgain) = doubled.addingReportingOverflow(5000)
      sandbox.resources.cpuTime = overflows || overflowsAgain ? .unlimited : .limited(Milliseconds(sum))
    }
    return sandbox
  }
}
