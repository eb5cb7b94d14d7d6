import CLaunch
import Glibc

/// The control groups of one run: one directory in version 2, one for each hierarchy in version 1.
package struct ControlGroup: Sendable {
  /// What a group holds a run to. nil leaves a resource alone.
  package struct Limits: Sendable, Equatable {
    /// In bytes.
    package var memory: Int64?
    /// In bytes, beyond `memory`.
    package var swap: Int64?
    package var pids: Int64?
    /// Thousandths of a processor, at least 1.
    package var milliCPUs: Int64?
    package var accountsCPU = false

    package init() {}
  }

  /// What went wrong with which controller.
  package struct Failure: Error {
    package let controller: Controller
    package let file: String
    package let errno: Errno
  }

  private let version: ControlGroupHost.Version
  private var paths = ByController()
  /// The directories to create, and to remove in the end.
  package private(set) var directories: [String] = []

  package static let namePrefix = "ringfence-"

  /// What the names of this process's groups have behind the prefix, and no other process's: the pid namespace, as pids are
  /// only told apart within one, the pid and the time.
  package static func ownIdentifier(at time: Instant) -> String {
    "\(pidNamespace)-\(getpid())-\(time.nanoseconds)-"
  }

  /// The inode number of this process's pid namespace (namespaces(7)); 0 where /proc does not tell.
  private static var pidNamespace: UInt64 {
    var status = stat()
    return stat("/proc/self/ns/pid", &status) == 0 ? UInt64(status.st_ino) : 0
  }

  /// Plans the groups that a host can have; nothing exists yet.
  package init(host: ControlGroupHost, identifier: String) {
    version = host.version
    for controller in Controller.allCases {
      guard let parent = host.parents[controller] else { continue }
      let path = "\(parent)/\(Self.namePrefix)\(identifier)"
      paths[controller] = path
      if !directories.contains(path) { directories.append(path) }
    }
  }

  /// Creates the directories. The controllers whose directory cannot be, with the reason.
  package mutating func create() -> [Controller: Errno] {
    var failures: [Controller: Errno] = [:]
    for directory in directories where mkdir(directory, 0o755) != 0 {
      let error = Errno(errno)
      for controller in Controller.allCases where paths[controller] == directory {
        failures[controller] = error
        paths[controller] = nil
      }
    }
    return failures
  }

  /// Removes the directories that were created, once no process is left in them. One that is still dying may take a moment.
  package func remove() {
    for directory in directories where paths.contains(directory) {
      var attempts = 0
      while rmdir(directory) != 0, errno == EBUSY, attempts < 2000 {
        attempts += 1
        usleep(attempts < 20 ? 50 : 1000)
      }
    }
  }

  /// Writes the limits. Their controllers have to be there.
  package func apply(_ limits: Limits) throws(Failure) {
    switch version {
    case .one:
      if let memory = limits.memory {
        try write("\(memory)", to: "memory.limit_in_bytes", of: .memory)
        if let swap = limits.swap {
          // The sum of memory and swap, and never below the limit of memory, which is why it comes second. Without the
          // file the kernel does not count swap, which is fine where there is none.
          let (sum, overflow) = memory.addingReportingOverflow(swap)
          if Swap.exists || paths[.memory].map({ access($0 + "/memory.memsw.limit_in_bytes", F_OK) == 0 }) == true {
            try write("\(overflow ? Int64.max : sum)", to: "memory.memsw.limit_in_bytes", of: .memory)
          }
        }
      }
      if let pids = limits.pids { try write("\(pids)", to: "pids.max", of: .pids) }
      if let milliCPUs = limits.milliCPUs {
        let (quota, period) = Self.quota(milliCPUs)
        if period != Self.usualPeriod { try write("\(period)", to: "cpu.cfs_period_us", of: .cpu) }
        do {
          try write("\(quota)", to: "cpu.cfs_quota_us", of: .cpu)
        } catch  where error.errno == .invalid {
          // The share of a group above is smaller already.
        }
      }
    case .two:
      if let memory = limits.memory { try write("\(memory)", to: "memory.max", of: .memory) }
      if let swap = limits.swap, Swap.exists { try write("\(swap)", to: "memory.swap.max", of: .memory) }
      if let pids = limits.pids { try write("\(pids)", to: "pids.max", of: .pids) }
      if let milliCPUs = limits.milliCPUs {
        let (quota, period) = Self.quota(milliCPUs)
        try write("\(quota) \(period)", to: "cpu.max", of: .cpu)
      }
    }
  }

  /// Microseconds of processor time in each period. The kernel wants 1 ms at least of the first and 1 s at most of the
  /// second.
  private static func quota(_ milliCPUs: Int64) -> (quota: Int64, period: Int64) {
    milliCPUs >= 10 ? (min(milliCPUs, 1 << 40) * 100, usualPeriod) : (milliCPUs * 1000, 1_000_000)
  }

  /// What a new group has, in microseconds (Documentation/scheduler/sched-bwc.rst).
  private static let usualPeriod: Int64 = 100_000

  /// The directory to clone into; nil in version 1, where a process is moved, and where there is none.
  package func openForClone() throws(Errno) -> FileDescriptor? {
    guard version == .two, let directory = directories.first(where: paths.contains) else { return nil }
    return try FileDescriptor.open(directory, .read | .directory)
  }

  /// The files through which a process joins the groups that it is not born in, open for writing.
  package func openForJoining() throws(Failure) -> DescriptorList {
    var files = DescriptorList()
    guard version == .one else { return files }
    for directory in directories where paths.contains(directory) {
      do {
        files.append(try FileDescriptor.open(directory + "/tasks", .write))
      } catch {
        throw Failure(controller: .memory, file: directory + "/tasks", errno: error)
      }
    }
    return files
  }

  /// Lets processes that are being killed run at full speed.
  package func liftCPULimit() {
    guard let directory = paths[.cpu] else { return }
    switch version {
    case .one: try? KernelFile.write("-1", to: directory + "/cpu.cfs_quota_us")
    case .two: try? KernelFile.write("max", to: directory + "/cpu.max")
    }
  }

  private func write(_ value: String, to file: String, of controller: Controller) throws(Failure) {
    guard let directory = paths[controller] else { return }
    do {
      try KernelFile.write(value, to: "\(directory)/\(file)")
    } catch {
      throw Failure(controller: controller, file: "\(directory)/\(file)", errno: error)
    }
  }

  /// The files of what a group counts. They are opened while the program runs, so that nobody waits for it at the end.
  package struct Counts: ~Copyable {
    fileprivate let version: ControlGroupHost.Version
    package let cpuUsage: FileDescriptor?
    fileprivate let memoryPeak: FileDescriptor?
    fileprivate let memoryEvents: FileDescriptor?
    /// Only where `reset` needs it.
    fileprivate let memoryUsage: FileDescriptor?
    fileprivate let pidsPeak: FileDescriptor?
    package let pidsEvents: FileDescriptor?

    /// Processor time of everything that was ever in the group; nil when nobody counts, or it cannot be read now.
    package var cpuMicroseconds: Int64? {
      switch cpuUsage {
      case .some(let file):
        guard let text = try? file.contents() else { return nil }
        return version == .one
          ? KernelFile.number(in: text).map { $0 / 1000 } : KernelFile.number(after: "usage_usec", in: text)
      case .none: return nil
      }
    }

    /// How many forks were refused so far; nil when nobody counts.
    package var refusedForks: Int64? {
      switch pidsEvents {
      case .some(let file): (try? file.contents()).flatMap { KernelFile.number(after: "max", in: $0) } ?? 0
      case .none: nil
      }
    }

    /// What the group has counted. A verdict hangs on it: what cannot be read is not 0.
    package func usage() throws(Errno) -> Usage {
      var usage = Usage()
      usage.memoryPeak = try Self.number(in: memoryPeak)
      usage.outOfMemoryKills = try Self.number(after: "oom_kill", in: memoryEvents) ?? 0
      usage.pidsPeak = try Self.number(in: pidsPeak)
      usage.refusedForks = try Self.number(after: "max", in: pidsEvents) ?? 0
      return usage
    }

    /// In bytes: what the kernel keeps ready for each processor, and what it has not freed yet.
    private static let insignificantMemory: Int64 = 1 << 20
    /// Process 1 and the program: each run has as many.
    private static let fewestPIDs: Int64 = 2

    /// Sets the counts of an empty group to 0, where each of them can be, or is as low as a run with these limits can have
    /// it. Whether nothing tells the group from a new one now. Not in version 2, whose counts only grow.
    package func reset(_ limits: Limits) -> Bool {
      guard version == .one, let usage = try? usage() else { return false }
      guard usage.outOfMemoryKills == 0, usage.refusedForks == 0, usage.pidsPeak ?? 0 <= Self.fewestPIDs else {
        return false
      }
      // Less than a period's share: it was never made to wait, and does not wait now.
      if let milliCPUs = limits.milliCPUs {
        guard let used = cpuMicroseconds, used < ControlGroup.quota(milliCPUs).quota else { return false }
      }
      // Not being able to tell is no.
      if memoryPeak.number >= 0 {
        guard let left = try? Self.number(in: memoryUsage), left <= Self.insignificantMemory else { return false }
      }
      return Self.clear(cpuUsage) && Self.clear(memoryPeak)
    }

    private static func clear(_ file: borrowing FileDescriptor?) -> Bool {
      switch file {
      case .some(let file): (try? file.write("0")) != nil
      case .none: true
      }
    }

    private static func number(after key: String = "", in file: borrowing FileDescriptor?) throws(Errno) -> Int64? {
      switch file {
      case .some(let file): KernelFile.number(after: key, in: try file.contents())
      case .none: nil
      }
    }
  }

  /// Opens what the group counts. What the kernel has no file for is not counted. `resettable` for `reset`.
  package func openCounts(resettable: Bool) throws(Errno) -> Counts {
    let isOne = version == .one
    let isResettable = isOne && resettable
    return Counts(
      version: version,
      cpuUsage: try open(isOne ? "cpuacct.usage" : "cpu.stat", of: .cpuAccounting, isResettable ? .readWrite : .read),
      memoryPeak: try open(
        isOne ? "memory.max_usage_in_bytes" : "memory.peak",
        of: .memory,
        isResettable ? .readWrite : .read
      ),
      memoryEvents: try open(isOne ? "memory.oom_control" : "memory.events", of: .memory),
      memoryUsage: isResettable ? try open("memory.usage_in_bytes", of: .memory) : nil,
      pidsPeak: try open("pids.peak", of: .pids),
      pidsEvents: try open("pids.events", of: .pids)
    )
  }

  private func open(
    _ file: String,
    of controller: Controller,
    _ flags: FileDescriptor.Flags = .read
  ) throws(Errno) -> FileDescriptor? {
    guard let directory = paths[controller] else { return nil }
    do {
      return try FileDescriptor.open("\(directory)/\(file)", flags)
    } catch .missing {
      return nil
    }
  }

  package struct Usage: Sendable {
    /// In bytes.
    package var memoryPeak: Int64?
    package var pidsPeak: Int64?
    /// Processes that the kernel killed because the group was out of memory.
    package var outOfMemoryKills: Int64 = 0
    package var refusedForks: Int64 = 0

    package init() {}
  }

  /// Removes groups of runs whose supervisor and janitor were both killed. A group that is in use cannot be removed.
  package static func removeStale(host: ControlGroupHost) {
    let folders = host.folders
    guard !folders.isEmpty else { return }
    // A run has the same name in all folders, so that a look at one is enough; another process looks at another.
    for name in staleNames(in: folders[Int(getpid()) % folders.count]) {
      for folder in folders { rmdir("\(folder)/\(name)") }
    }
  }

  private static func staleNames(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    // Of others nobody here knows whether they live.
    let number = pidNamespace
    guard number != 0 else { return [] }
    let namespace = "\(number)-"
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name.utf8.starts(with: namePrefix.utf8) else { continue }
      let rest = name.utf8.dropFirst(namePrefix.utf8.count)
      guard rest.starts(with: namespace.utf8) else { continue }
      let digits = rest.dropFirst(namespace.utf8.count).prefix { $0 != UInt8(ascii: "-") }
      guard let owner = Int32(Substring(digits)), owner > 0, owner != getpid() else { continue }
      if kill(owner, 0) != 0, errno == ESRCH { names.append(name) }
    }
    return names
  }
}

/// Whether this host can move memory of a program to a disk.
package enum Swap {
  package static var exists: Bool { rf_has_swap() }
}
