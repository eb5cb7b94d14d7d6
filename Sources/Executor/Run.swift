import Glibc
import Linux
import Sandbox

/// One run, from its request to its result.
struct Run {
  private var request: Execution.Request

  private var sandbox: Sandbox { request.sandbox }

  /// Which a slot has to know.
  var network: RunNetwork { RunNetwork(sandbox, leavesNothingBehind: request.leavesNothingBehind) }

  init(_ request: Execution.Request) throws(SetupFailure) {
    self.request = request
    if request.command.isEmpty { self.request.command = request.sandbox.process.command }
    guard !self.request.command.isEmpty else {
      throw SetupFailure("there is nothing to run: the policy has no process.command; name a program after --")
    }
    guard !self.request.command[0].isEmpty else { throw SetupFailure("the program's name is empty", exitCode: 127) }
    if let name = request.unreadableVariable {
      throw SetupFailure(Execution.unreadable(name))
    }
    switch request.sandbox.network.mode {
    case .none, .loopback, .host: break
    case .allowlist:
      throw SetupFailure(
        "network.mode: allowlist cannot be enforced by the native engine, whatever the policy accepts; use none or"
          + " loopback"
      )
    }
  }

  /// nil when control groups could not be made that had been postponed: another slot knows better what there is.
  func ready(_ slot: consuming Slot, template: SandboxTemplate? = nil) throws(SetupFailure) -> ReadySandbox? {
    try ReadySandbox(slot, for: request, template: template)
  }

  func start(in ready: consuming ReadySandbox) throws(SetupFailure) -> Supervisor { try ready.start(request) }

  /// What a run came to that `supervisor` has watched to its end.
  func result(_ supervisor: borrowing Supervisor) throws(SetupFailure) -> RunResult {
    let observations = supervisor.observations
    let usage: ControlGroup.Usage
    do {
      usage = try supervisor.usage()
    } catch {
      throw SetupFailure(couldNot: "read what the control groups counted, which the verdict hangs on", error)
    }
    if let failure = observations.failure {
      throw failure.explained(
        entries: supervisor.sandbox.template.entries,
        sandbox: sandbox,
        command: request.command[0]
      )
    }
    if case .unreadableStream(let errno)? = observations.cause {
      throw SetupFailure(couldNot: "move the program's input and output", errno)
    }
    guard observations.hasStarted || observations.cause != nil || usage.outOfMemoryKills > 0 else {
      throw SetupFailure("process 1 of the sandbox was killed before it told whether the program had started")
    }
    var result = judged(observations, usage: usage, cpu: supervisor.cpuMicroseconds)
    result.standardOutput = supervisor.output.kept(.output)
    result.standardError = supervisor.output.kept(.error)
    result.standardOutputTruncated = supervisor.output.isTruncated(.output)
    result.standardErrorTruncated = supervisor.output.isTruncated(.error)
    result.isBrokenOff = observations.isBrokenOff
    result.endsMidLine = supervisor.output.line.isOpen
    result.notEnforced = supervisor.sandbox.template.resources.notEnforced
    // Who only looks now and then may miss it that the limit was met.
    if supervisor.sandbox.template.resources.sampled.contains(.pids) { result.notMeasured = [.pids] }
    result.denied = supervisor.denials.explained
    result.deniedOthers = supervisor.denials.others
    return result
  }

  private func judged(_ observations: Observations, usage: ControlGroup.Usage, cpu: Int64?) -> RunResult {
    let resources = sandbox.resources
    let judgement = Judgement(observations, group: usage, cpuMicroseconds: cpu, resources: resources)
    var result = RunResult(
      policy: sandbox.name,
      policyDigest: request.policyDigest,
      engine: "native",
      verdict: judgement.verdict,
      message: judgement.message
    )
    result.exitCode = judgement.exitCode
    result.signal = judgement.signal
    result.limitsHit = judgement.limitsHit
    result.usage.wallMicroseconds = observations.wallMicroseconds
    result.usage.cpuMicroseconds = cpu
    result.usage.memoryPeakBytes = usage.memoryPeak
    // Without process 1, which is ours; and what was looked at too late was there all the same.
    result.usage.pidsPeak = usage.pidsPeak.map { max(observations.hasStarted ? 1 : 0, $0 - 1) }
    result.alerts = alerts(result.usage)
    return result
  }

  private func alerts(_ usage: RunResult.Usage) -> [RunResult.Alert] {
    var alerts: [RunResult.Alert] = []
    func note(_ control: Control, _ used: Int64?, _ threshold: Int64?) {
      guard let used, let threshold, used >= threshold else { return }
      alerts.append(RunResult.Alert(control: control, used: used, threshold: threshold))
    }
    note(.memory, usage.memoryPeakBytes, sandbox.alerts.memory?.bytes)
    note(.wallTime, usage.wallMicroseconds / 1000, sandbox.alerts.wallTime?.count)
    note(.cpuTime, usage.cpuMicroseconds.map { $0 / 1000 }, sandbox.alerts.cpuTime?.count)
    note(.pids, usage.pidsPeak, sandbox.alerts.pids)
    return alerts
  }
}

extension Execution.Request {
  /// Nothing but what the policy names.
  var environment: [String] {
    var list: [String] = []
    for name in sandbox.environment.inherit where sandbox.environment.set[name] == nil {
      if let value = callerEnvironment[name] { list.append("\(name)=\(value)") }
    }
    for (name, value) in sandbox.environment.set { list.append("\(name)=\(value)") }
    return list
  }
}
