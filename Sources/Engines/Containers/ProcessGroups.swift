import Glibc
import Linux

/// The control groups that an engine put a process into, measured while they exist. An engine may remove them as soon as
/// the process has ended, so the last look before that counts.
struct ProcessGroups: ~Copyable {
  let version: ControlGroupHost.Version
  let directories: [Controller: String]
  private let cpuFile: FileDescriptor
  private(set) var usage = ControlGroup.Usage()
  private(set) var cpuMicroseconds: Int64?

  private static let mountPoint = "/sys/fs/cgroup"

  /// The groups of a process of this host; nil when they cannot be seen, or are the caller's own.
  static func of(_ process: Int32) -> ProcessGroups? {
    guard let text = try? KernelFile.read("/proc/\(process)/cgroup", limit: 16384),
      let own = try? KernelFile.read("/proc/self/cgroup", limit: 16384)
    else { return nil }
    var directories: [Controller: String] = [:]
    let ownLines = Set(own.split(separator: "\n").map { Array($0.utf8) })
    var isVersionTwo = false
    for line in text.split(separator: "\n") where !ownLines.contains(Array(line.utf8)) {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      // In version 1 a process that has ended is in the top group, with all of the host.
      guard fields.count == 3, fields[2] != "/" else { continue }
      if fields[1].isEmpty, access("\(mountPoint)/cgroup.controllers", F_OK) == 0 {
        isVersionTwo = true
        for controller in Controller.allCases { directories[controller] = mountPoint + fields[2] }
        break
      }
      for controller in Controller.allCases
      where fields[1].split(separator: ",").contains(Substring(controller.rawValue)) {
        let candidates = ["\(mountPoint)/\(fields[1])", "\(mountPoint)/\(controller.rawValue)"]
        directories[controller] = candidates.map { $0 + fields[2] }.first { access($0, F_OK) == 0 }
      }
    }
    guard let cpu = directories[.cpuAccounting],
      let file = try? FileDescriptor.open(cpu + (isVersionTwo ? "/cpu.stat" : "/cpuacct.usage"), .read)
    else { return nil }
    var groups = ProcessGroups(
      version: isVersionTwo ? .two : .one,
      directories: directories,
      cpuFile: file
    )
    groups.measure()
    return groups
  }

  private init(
    version: ControlGroupHost.Version,
    directories: [Controller: String],
    cpuFile: consuming FileDescriptor
  ) {
    self.version = version
    self.directories = directories
    self.cpuFile = cpuFile
  }

  /// Looks again. What is gone leaves the last look in place.
  mutating func measure() {
    if let text = try? cpuFile.contents() {
      let cpu =
        switch version {
        case .one: KernelFile.number(in: text).map { $0 / 1000 }
        case .two: KernelFile.number(after: "usage_usec", in: text)
        }
      if let cpu { cpuMicroseconds = max(cpuMicroseconds ?? 0, cpu) }
    }
    if let directory = directories[.memory] {
      let isOne = version == .one
      let peak = number(in: directory + (isOne ? "/memory.max_usage_in_bytes" : "/memory.peak"))
      usage.memoryPeak = peak ?? usage.memoryPeak
      let kills = number(in: directory + (isOne ? "/memory.oom_control" : "/memory.events"), after: "oom_kill")
      usage.outOfMemoryKills = max(usage.outOfMemoryKills, kills ?? 0)
    }
    if let directory = directories[.pids] {
      usage.pidsPeak = number(in: directory + "/pids.peak") ?? usage.pidsPeak
      usage.refusedForks = max(usage.refusedForks, number(in: directory + "/pids.events", after: "max") ?? 0)
    }
  }

  private func number(in path: String, after key: String = "") -> Int64? {
    (try? KernelFile.read(path)).flatMap { KernelFile.number(after: key, in: $0) }
  }
}
