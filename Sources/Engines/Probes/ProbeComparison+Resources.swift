import Glibc
import Sandbox

// Read from the control groups, outside.
extension ProbeComparison {
  private var resources: Resources { sandbox.resources }

  var memory: Compared { groupLimit(resources.memory.value?.bytes, outside?.limits?.memory, Self.bytes) }

  var swap: Compared { groupLimit(resources.swap.value?.bytes, outside?.limits?.swap, Self.bytes) }

  /// As many processors as the host has are no limit, and none is set then.
  var cpus: Compared {
    let processors = 1000 * Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    func show(_ count: Int64) -> String { MilliCPUs(count).description }
    if let asked = resources.cpus.value?.count, asked >= processors, outside?.limits?.milliCPUs == .unlimited {
      return Compared(show(asked), "all \(show(processors)) of the host", .same)
    }
    return groupLimit(resources.cpus.value?.count, outside?.limits?.milliCPUs, show)
  }

  private func groupLimit(
    _ asked: Int64?,
    _ found: Limit<Int64>?,
    _ show: @escaping (Int64) -> String
  ) -> Compared {
    guard let found else { return Compared(asked.map(show) ?? "unlimited", nil, asked == nil ? .same : .unknown) }
    return Compared(limit: asked, found: found.value, show)
  }
}

// Tried inside.
extension ProbeComparison {
  /// As many as there could be at once. Where that would be very many the control group's limit has to do.
  var pids: Compared {
    let asked = resources.pids.value
    if !place.isHostKernel { return guestPids }
    guard let forks = facts.number("forks") else {
      return groupLimit(asked, outside?.limits?.pids) { "\($0)" }
    }
    // The one that forked counts too.
    return Compared(limit: asked, found: forks + 1) { "\($0)" }
  }

  /// The limit of the kernel inside, and that it holds a smaller one.
  private var guestPids: Compared {
    guard let asked = resources.pids.value, let result = runs.pids else {
      return Compared("unlimited", "unlimited", .same)
    }
    let count = Int64(String(decoding: result.standardOutput, as: UTF8.self))
    guard let count, count <= min(asked, LimitRuns.mostPids) else {
      return Compared("\(asked)", "not held: a run had \(count.map(String.init) ?? "too many")", .looser)
    }
    return processLimit(asked, "nproc") { "\($0)" }
  }

  func processLimit(_ asked: Int64?, _ name: String, _ show: (Int64) -> String) -> Compared {
    guard let found = facts.number("limit." + name) else { return Compared(asked.map(show) ?? "unlimited", nil) }
    return Compared(limit: asked, found: found < 0 ? nil : found, show)
  }

  /// 1 is no core either, and keeps a host whose core pattern is a pipe from starting its program (core(5)).
  var core: Compared {
    let asked = resources.core.value?.bytes
    if asked == 0, facts.number("limit.core") == 1 { return Compared("0", "0, as a limit of 1 byte", .same) }
    return processLimit(asked, "core", Self.bytes)
  }
}

// Held by the supervisor of the run, and tried by passing it.
extension ProbeComparison {
  var output: Compared {
    guard let limit = resources.output.value, let result = runs.output else {
      return Compared("unlimited", "unlimited", .same)
    }
    let asked = Self.bytes(limit.bytes)
    guard result.verdict == .outputLimit else { return Compared(asked, Self.failure(of: result), .looser) }
    let kept = Int64(result.standardOutput.count + result.standardError.count)
    let expected = min(limit, LimitRuns.mostOutput).bytes
    return Compared(asked, kept == expected ? asked : Self.bytes(kept), kept <= expected ? .same : .looser)
  }

  var cpuTime: Compared {
    time(resources.cpuTime.value, runs.cpuTime, .cpuLimit) { $0.usage.cpuMicroseconds }
  }

  var wallTime: Compared {
    time(resources.wallTime.value, runs.wallTime, .wallLimit) { $0.usage.wallMicroseconds }
  }

  /// What a busy host may add to a time.
  private static var patience: Int64 { 5_000_000 }

  private func time(
    _ limit: Milliseconds?,
    _ result: RunResult?,
    _ verdict: Verdict,
    used: (RunResult) -> Int64?
  ) -> Compared {
    guard let limit, let result else { return Compared("unlimited", "unlimited", .same) }
    guard result.verdict == verdict else { return Compared(limit.description, Self.failure(of: result), .looser) }
    let tried = min(limit, LimitRuns.shortened)
    guard let used = used(result), used <= tried.count * 1000 + Self.patience else {
      return Compared(limit.description, "ended late, after more than \(tried.description)", .looser)
    }
    let text = tried == limit ? limit.description : "held: a limit of \(tried.description) ended a run"
    return Compared(limit.description, text, .same)
  }

  private static func failure(of result: RunResult) -> String {
    "not held: a run past the limit ended with \(result.verdict.rawValue)"
  }
}
