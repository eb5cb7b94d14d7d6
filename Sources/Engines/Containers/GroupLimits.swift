import Glibc
import Linux
import Sandbox

/// The limits of the control groups that a process is in, as the kernel's files say them. nil is a file that is not there.
struct GroupLimits: Sendable, Equatable {
  var memory: Limit<Int64>?
  /// Beyond `memory`.
  var swap: Limit<Int64>?
  var milliCPUs: Limit<Int64>?
  var pids: Limit<Int64>?
}

extension ProcessGroups {
  /// nil when the process is in no control groups of its own.
  static func limits(of process: Int32) -> GroupLimits? {
    guard let groups = ProcessGroups.of(process) else { return nil }
    return groups.limits
  }

  var limits: GroupLimits {
    var limits = GroupLimits()
    limits.pids = limit(.pids, "pids.max")
    switch version {
    case .one:
      limits.memory = limit(.memory, "memory.limit_in_bytes")
      if case .limited(let memory)? = limits.memory {
        limits.swap = limit(.memory, "memory.memsw.limit_in_bytes").map { sum in
          switch sum {
          case .limited(let sum): .limited(max(0, sum - memory))
          case .unlimited: .unlimited
          }
        }
      }
      if let quota = words(.cpu, "cpu.cfs_quota_us")?.first, let period = words(.cpu, "cpu.cfs_period_us")?.first {
        limits.milliCPUs = share(quota == "-1" ? "max" : quota, of: period)
      }
    case .two:
      limits.memory = limit(.memory, "memory.max")
      limits.swap = limit(.memory, "memory.swap.max")
      if let words = words(.cpu, "cpu.max"), words.count == 2 { limits.milliCPUs = share(words[0], of: words[1]) }
    }
    // Without swap space none can be used, whatever the files say, or whether they are there.
    if !Swap.exists { limits.swap = .limited(0) }
    return limits
  }

  /// Version 1 has no word for no limit: it shows the greatest number of whole pages.
  private static let greatest = Int64.max - 65535

  private func words(_ controller: Controller, _ file: String) -> [Substring]? {
    guard let directory = directories[controller], let text = try? KernelFile.read("\(directory)/\(file)") else {
      return nil
    }
    return text.split { $0.isWhitespace }
  }

  private func limit(_ controller: Controller, _ file: String) -> Limit<Int64>? {
    guard let word = words(controller, file)?.first else { return nil }
    if word == "max" { return .unlimited }
    return Int64(word).map { $0 >= Self.greatest ? .unlimited : .limited($0) }
  }

  private func share(_ quota: Substring, of period: Substring) -> Limit<Int64>? {
    if quota == "max" { return .unlimited }
    guard let quota = Int64(quota), let period = Int64(period), period > 0 else { return nil }
    return .limited(quota * 1000 / period)
  }
}
