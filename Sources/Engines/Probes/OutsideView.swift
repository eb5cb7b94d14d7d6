import Linux

/// A process of a sandbox as this host's kernel shows it.
struct OutsideView: Sendable {
  /// Capability sets and the like, as in /proc/PID/status.
  let status: [String: String]
  /// /proc/PID/mountinfo.
  let mounts: [String]
  /// nil where the process is in no control groups of its own.
  let limits: GroupLimits?
  /// The filters of the process, as the kernel shows them; nil where it does not show them to us.
  let filters: [[UInt8]]?

  init(of process: Int32) {
    var status: [String: String] = [:]
    for line in ((try? KernelFile.read("/proc/\(process)/status", limit: 16384)) ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { status[String(parts[0])] = String(parts[1].drop { $0 == "\t" || $0 == " " }) }
    }
    let mounts = (try? KernelFile.read("/proc/\(process)/mountinfo", limit: 1 << 20)) ?? ""
    let stacks = (try? ProcessFilters(of: process))?.stacks
    self.init(
      status: status,
      mounts: mounts.split(separator: "\n").map(String.init),
      limits: ProcessGroups.limits(of: process),
      filters: stacks?.count == 1 ? stacks?[0].filters : nil
    )
  }

  init(status: [String: String], mounts: [String], limits: GroupLimits?, filters: [[UInt8]]?) {
    self.status = status
    self.mounts = mounts
    self.limits = limits
    self.filters = filters
  }
}
