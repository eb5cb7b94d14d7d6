import Glibc
import Linux
import Sandbox

/// Measures what a run uses while it lasts: by its control groups, or by looking at its processes where there are none.
struct Meter: ~Copyable {
  private let group: RunGroup
  private var refusedForks: RefusedForks
  private let cpuLimitMicroseconds: Int64?
  private let memoryLimit: Int64?
  private let pidsLimit: Int64?
  private let sampled: Set<Control>
  private var sampler: ProcessSampler?
  private var lastSample: ProcessSampler.Sample?
  private var peak = ControlGroup.Usage()
  private var processors: Int64?
  /// When to look at processor time and processes again; nil for never.
  private var nextUsageCheck: Instant?

  /// In milliseconds. Memory that is not held by the kernel grows by a few megabytes in that time.
  private static let samplingInterval: Int64 = 5

  init(group: RunGroup, resources: Resources, sampled: Set<Control>, start: Instant) throws(Errno) {
    // All that can fail comes before the first part of this is there.
    try group.openCounts()
    self.group = group
    self.sampled = sampled
    refusedForks = RefusedForks(at: start)
    cpuLimitMicroseconds = resources.cpuTime.value.map {
      let (limit, overflow) = $0.count.multipliedReportingOverflow(by: 1000)
      return overflow ? .max : limit
    }
    memoryLimit = resources.memory.value?.bytes
    pidsLimit = resources.pids.value
    if group.countsProcessorTime, let limit = resources.cpuTime.value {
      // Not knowing yet how many processors can be busy at once: early, but not at once.
      nextUsageCheck = start.advanced(milliseconds: max(1, min(limit.count / 256, 50)))
    }
  }

  mutating func attach(proc: consuming FileDescriptor) {
    sampler = ProcessSampler(proc: proc)
    nextUsageCheck = .now
  }

  /// When to look again; nil for never.
  var nextCheck: Instant? {
    guard group.countsRefusedForks else { return nextUsageCheck }
    return nextUsageCheck.map { min($0, refusedForks.nextLook) } ?? refusedForks.nextLook
  }

  /// Processor time so far; nil when nobody counts it.
  var cpuMicroseconds: Int64? {
    group.countsProcessorTime ? group.cpuMicroseconds : lastSample?.cpuMicroseconds
  }

  func usage() throws(Errno) -> ControlGroup.Usage {
    var usage = try group.usage()
    usage.pidsPeak = usage.pidsPeak ?? peak.pidsPeak
    usage.memoryPeak = usage.memoryPeak ?? peak.memoryPeak
    if sampled.contains(.pids) { usage.refusedForks = peak.refusedForks }
    return usage
  }

  /// Looks, if it is time to. The cause to end the run for, if there is one.
  mutating func check(at now: Instant) -> Observations.Cause? {
    if isForkBomb(at: now) { return .forks }
    guard let check = nextUsageCheck, now >= check else { return nil }
    if let cause = sample() { return cause }
    guard let limit = cpuLimitMicroseconds else {
      nextUsageCheck = afterSampling
      return nil
    }
    guard let used = cpuMicroseconds else {
      // Nobody counts; or the count cannot be read just now, which must not end the looking.
      nextUsageCheck = group.countsProcessorTime ? now.advanced(milliseconds: Self.samplingInterval) : afterSampling
      return nil
    }
    guard used < limit else { return .cpuTime }
    // The soonest that the rest can be used up is with every processor busy.
    let processors = self.processors ?? max(1, Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    self.processors = processors
    let next = now.advanced(milliseconds: max(1, (limit - used) / 1000 / processors))
    nextUsageCheck = afterSampling.map { min($0, next) } ?? next
    return nil
  }

  private mutating func isForkBomb(at now: Instant) -> Bool {
    guard now >= refusedForks.nextLook, let count = group.refusedForks else { return false }
    return refusedForks.isBomb(count, at: now)
  }

  private var afterSampling: Instant? {
    switch sampler {
    case .some: Instant.now.advanced(milliseconds: Self.samplingInterval)
    case .none: nil
    }
  }

  private mutating func sample() -> Observations.Cause? {
    guard let sample = sampler?.sample() else { return nil }
    lastSample = sample
    // Process 1 belongs to the count, as it does in a control group.
    peak.pidsPeak = max(peak.pidsPeak ?? 0, sample.threads + 1)
    // At the limit: what wanted one more was refused, or soon will be.
    if sampled.contains(.pids), let pidsLimit, sample.threads >= pidsLimit { peak.refusedForks += 1 }
    guard sampled.contains(.memory), let memoryLimit else { return nil }
    var bytes = sample.memoryBytes
    // What the kernel takes long to tell, for one who maps much, is asked only where it can change the answer.
    if bytes > memoryLimit, sample.pageTableBytes <= memoryLimit, let exact = sampler?.proportionalBytes(sample) {
      bytes = exact
    }
    peak.memoryPeak = max(peak.memoryPeak ?? 0, min(bytes, sample.memoryBytes))
    return bytes > memoryLimit ? .memory : nil
  }
}
