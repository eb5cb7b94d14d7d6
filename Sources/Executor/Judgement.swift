package import Linux
package import Sandbox

/// The verdict on a run, from what the kernel counted and the supervisor saw. Nothing that the program wrote has a say.
package struct Judgement {
  package let verdict: Verdict
  package let message: String
  package let exitCode: Int32?
  package let signal: Int32?
  package let limitsHit: [Control]

  package init(_ observations: Observations, group: ControlGroup.Usage, cpuMicroseconds: Int64?, resources: Resources) {
    var limits: Set<Control> = []
    let ranOutOfMemory = group.outOfMemoryKills > 0
    let passedMemory =
      ranOutOfMemory && Self.reached(group.memoryPeak, resources.memory.value.map { $0.bytes - Self.charge })
    // Whether a process 1 that is not the program's belongs to the count depends on the engine.
    let passedPids = group.refusedForks > 0 && Self.reached(group.pidsPeak, resources.pids.value.map { $0 - 1 })
    if passedMemory { limits.insert(.memory) }
    if passedPids { limits.insert(.pids) }
    let cpuLimit = resources.cpuTime.value?.count
    let isOverCPULimit = if let cpuMicroseconds, let cpuLimit { cpuMicroseconds / 1000 >= cpuLimit } else { false }

    let status = observations.status
    exitCode = if case .exited(let code)? = status { code } else { nil }
    var signal: Int32? = if case .signaled(let number)? = status { number } else { nil }
    let failed = status != .exited(0)

    let verdict: Verdict
    switch observations.cause {
    case .wallTime?: verdict = .wallLimit
    case .cpuTime?: verdict = .cpuLimit
    case .output?: verdict = .outputLimit
    case .memory?: verdict = .memoryLimit
    case .forks?: verdict = .pidsLimit
    case .deniedCall?:
      verdict = .syscallDenied
      signal = Signal.badSystemCall
    case .interrupted(let number)?:
      verdict = .signaled
      signal = number
    case .unreadableStream?: verdict = .setupFailed
    case .abandoned?:
      verdict = .signaled
      signal = Signal.kill
    case .unwritableOutput?:
      verdict = .signaled
      signal = Signal.brokenPipe
    case nil:
      if isOverCPULimit {
        verdict = .cpuLimit
      } else if ranOutOfMemory {
        // Also when the program says that all went well: what was killed was a part of it.
        verdict = passedMemory ? .memoryLimit : .signaled
        if !passedMemory { signal = Signal.kill }
      } else if failed, passedPids {
        verdict = .pidsLimit
      } else {
        switch signal {
        case Signal.fileSize?: verdict = .fileLimit
        case Signal.badSystemCall?: verdict = .syscallDenied
        case .some: verdict = .signaled
        // Process 1 was killed from outside, or by the kernel for want of memory on the whole host.
        case nil: verdict = status == nil ? .signaled : .exited
        }
      }
    }
    if observations.cause != nil || status == nil, signal == nil { signal = Signal.kill }

    switch verdict {
    case .memoryLimit: limits.insert(.memory)
    case .cpuLimit: limits.insert(.cpuTime)
    case .wallLimit: limits.insert(.wallTime)
    case .outputLimit: limits.insert(.output)
    case .fileLimit: limits.insert(.fileSize)
    case .pidsLimit: limits.insert(.pids)
    case .exited, .signaled, .syscallDenied, .setupFailed: break
    }
    self.verdict = verdict
    self.signal = signal
    limitsHit = limits.sorted()
    message = Self.message(
      verdict,
      observations: observations,
      exitCode: exitCode,
      signal: signal,
      lacksMemory: ranOutOfMemory && !passedMemory,
      resources: resources
    )
  }

  /// The most that the kernel asks of a group at once (a huge page, and what processors have in stock), in bytes.
  private static let charge: Int64 = 4 << 20

  /// Whether it was the group's own limit that was met, and not one around it. Without a limit of its own it was not; where
  /// nobody knows how much was used, it was.
  private static func reached(_ peak: Int64?, _ limit: Int64?) -> Bool {
    guard let limit else { return false }
    return peak.map { $0 >= limit } ?? true
  }

  private static func message(
    _ verdict: Verdict,
    observations: Observations,
    exitCode: Int32?,
    signal: Int32?,
    lacksMemory: Bool,
    resources: Resources
  ) -> String {
    switch verdict {
    case .exited: return "exited with code \(exitCode ?? 0)"
    case .memoryLimit: return "used more than its \(readable(resources.memory)) of memory"
    case .cpuLimit: return "used more than its \(readable(resources.cpuTime)) of processor time"
    case .wallLimit: return "ran longer than its \(readable(resources.wallTime))"
    case .outputLimit: return "wrote more than its \(readable(resources.output)) of output"
    case .pidsLimit:
      let limit = resources.pids.value.map { "\($0) " } ?? ""
      return "tried to have more than its \(limit)processes and threads"
    case .fileLimit: return "wrote a file larger than its \(readable(resources.fileSize))"
    case .syscallDenied: return "made a system call that the policy forbids, and was killed (SIGSYS)"
    case .setupFailed: return "could not be started"
    case .signaled:
      switch observations.cause {
      case .interrupted(let number)?: return "was stopped because ringfence received \(SignalName.of(number))"
      case .abandoned?: return "was stopped because whoever called ringfence has ended; with nohup a run goes on"
      case .unwritableOutput(.brokenPipe)?: return "was stopped because nobody reads its output any more"
      case .unwritableOutput(let errno)?:
        return "was stopped because its output could not be written: \(errno.text) (\(errno.name))"
      default:
        guard !lacksMemory else {
          return "was killed because a control group around ringfence, or the machine, is out of memory"
        }
        guard observations.status != nil else { return "was killed from outside the sandbox" }
        return "was ended by \(signal.map(SignalName.of) ?? "a signal")"
      }
    }
  }

  static func readable(_ limit: Limit<ByteCount>) -> String { limit.value.map(readable) ?? "limit" }
  static func readable(_ limit: Limit<Milliseconds>) -> String { limit.value.map(readable) ?? "limit" }

  /// `256 MiB`, in the largest unit that divides it.
  static func readable(_ size: ByteCount) -> String {
    for (unit, shift) in [("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)]
    where size.bytes >= 1 << shift && size.bytes % (1 << shift) == 0 {
      return "\(size.bytes >> shift) \(unit)"
    }
    return "\(size.bytes) bytes"
  }

  /// `30 s`, `1.5 s`, `200 ms`.
  static func readable(_ time: Milliseconds) -> String {
    guard time.count >= 1000 else { return "\(time.count) ms" }
    var fraction = String(time.count % 1000 + 1000).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    return "\(time.count / 1000)\(fraction.isEmpty ? "" : ".")\(fraction) s"
  }
}
