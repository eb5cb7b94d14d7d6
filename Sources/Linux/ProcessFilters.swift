import CLaunch
import Glibc

/// The seccomp filters that are in force in a process, read from the kernel.
package struct ProcessFilters: Sendable {
  /// Threads that have the same filters: each has its own, and may have added to them.
  package struct Stack: Sendable {
    /// Thread ids, in order.
    package fileprivate(set) var threads: [Int32]
    /// Each as `struct sock_filter[]` in this machine's byte order, the one that was installed first at the front.
    package let filters: [[UInt8]]
  }

  /// At least one.
  package let stacks: [Stack]

  /// Reads the filters of every thread of a process. Threads that have any are stopped for a moment.
  package init(of process: Int32) throws(ProcessFiltersError) {
    var stacks: [Stack] = []
    for thread in try Self.threads(of: process) {
      guard let filters = try Self.filters(of: thread) else { continue }
      if let index = stacks.firstIndex(where: { $0.filters == filters }) {
        stacks[index].threads.append(thread)
      } else {
        stacks.append(Stack(threads: [thread], filters: filters))
      }
    }
    guard !stacks.isEmpty else { throw .noProcess }
    self.stacks = stacks
  }

  private static func threads(of process: Int32) throws(ProcessFiltersError) -> [Int32] {
    guard let directory = opendir("/proc/\(process)/task") else { throw .noProcess }
    defer { closedir(directory) }
    var threads: [Int32] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let thread = Int32(name) { threads.append(thread) }
    }
    if threads.contains(getpid()) { throw .ourselves }
    return threads.sorted()
  }

  /// The filters of a thread, none for one that has none; nil for one that has ended meanwhile.
  private static func filters(of thread: Int32) throws(ProcessFiltersError) -> [[UInt8]]? {
    guard let status = try? KernelFile.read("/proc/\(thread)/status", limit: 16384) else { return nil }
    func field(_ name: String) -> Substring? {
      let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":\t") }
      return line?.dropFirst(name.count + 2)
    }
    if let state = field("State")?.first, "ZXx".contains(state) { return nil }
    switch field("Seccomp") {
    case "0": return []
    case "1": throw .strict
    case "2": break
    default: throw .noSupport
    }
    if let tracer = field("TracerPid").flatMap({ Int32($0) }), tracer != 0 { throw .traced(by: tracer) }
    do throws(Errno) {
      return try TracedThread(thread).filters()
    } catch .noSuchProcess {
      return nil
    } catch .permission {
      throw .notPermitted
    } catch .access {
      throw .needsSystemAdministrator
    } catch .ioError {
      throw .noSupport
    } catch .timedOut {
      throw .stuck(thread)
    } catch {
      throw .kernel(error)
    }
  }
}

/// Why the filters of a process cannot be read.
package enum ProcessFiltersError: Error, Hashable, Sendable {
  case noProcess
  case ourselves
  /// Another process is its tracer already, and there can be only one.
  case traced(by: Int32)
  /// The kernel's rules for tracing (ptrace(2), "Ptrace access mode checking").
  case notPermitted
  /// The caller lacks CAP_SYS_ADMIN, or is under a filter itself.
  case needsSystemAdministrator
  /// `SECCOMP_MODE_STRICT`: there is no program.
  case strict
  /// A kernel without seccomp filters or CONFIG_CHECKPOINT_RESTORE.
  case noSupport
  /// A thread did not stop within a second.
  case stuck(Int32)
  case kernel(Errno)

  package var message: String {
    switch self {
    case .noProcess: "there is no such process, or it has ended"
    case .ourselves: "a process cannot read its own filters"
    case .traced(let tracer): "process \(tracer) is tracing it, and a process can have only one tracer: end that first"
    case .notPermitted: "the kernel does not let you trace it: run this as root"
    case .needsSystemAdministrator:
      "the kernel shows filters only to who has CAP_SYS_ADMIN and is under no filter: run this as root, outside containers"
    case .strict:
      "it is in seccomp's strict mode, which has no filter: it can read, write, exit and return from signals"
    case .noSupport:
      "this kernel cannot show filters: it was built without CONFIG_SECCOMP_FILTER or CONFIG_CHECKPOINT_RESTORE"
    case .stuck(let thread): "thread \(thread) did not stop within a second: it waits in the kernel, for a disk perhaps"
    case .kernel(let error): "\(error.text) (\(error.name))"
    }
  }
}

/// A thread of another process, stopped for as long as this lives.
private struct TracedThread: ~Copyable {
  private let thread: Int32
  /// One that was on its way to the thread when it stopped.
  private let signal: Int32

  private static let patience = 1000

  init(_ thread: Int32) throws(Errno) {
    try checked(rf_trace(thread))
    var signal: Int32 = 0
    var waited = 0
    // The kernel ends what was begun here with this process, should it never stop.
    while try checked(rf_traced_stop(thread, &signal)) == 0 {
      guard waited < Self.patience else { throw .timedOut }
      rf_sleep_millisecond()
      waited += 1
    }
    self.thread = thread
    self.signal = signal
  }

  deinit { rf_untrace(thread, signal) }

  func filters() throws(Errno) -> [[UInt8]] {
    var filters: [[UInt8]] = []
    var buffer = [UInt8](repeating: 0, count: Int(RF_FILTER_SIZE))
    while true {
      let count = rf_traced_filter(thread, filters.count, &buffer)
      if count == -Errno.missing.number { return filters }
      filters.append(Array(buffer[..<(8 * Int(try checked(count)))]))
    }
  }
}
