import CLaunch
import Glibc

/// A limit that each process has (getrlimit(2)), by the kernel's number on x86_64, aarch64 and riscv64.
package enum ProcessLimit: Int32, Sendable, CaseIterable {
  case cpuTime = 0
  case fileSize = 1
  case data = 2
  case stack = 3
  case core = 4
  case processes = 6
  case openFiles = 7
  case lockedMemory = 8
  case addressSpace = 9
  case pendingSignals = 11
  case messageQueues = 12
  case nice = 13
  case realtimePriority = 14

  /// What we and our children cannot go beyond.
  package var hardMaximum: UInt64 {
    var current = rlimit()
    return rf_getrlimit(rawValue, &current) == 0 ? UInt64(current.rlim_max) : .max
  }
}

/// Values for some of the limits that a process has.
package struct ProcessLimits: Sendable {
  // By the kernel's number. Not a dictionary: a run waits for its type to be made.
  private var values = InlineArray<16, Int64?>(repeating: nil)

  package init() {}

  package subscript(limit: ProcessLimit) -> Int64? {
    get { values[Int(limit.rawValue)] }
    set { values[Int(limit.rawValue)] = newValue }
  }

  /// Calls with each that has a value, in the order of their numbers.
  package func forEach<Failure: Error>(_ body: (ProcessLimit, Int64) throws(Failure) -> Void) throws(Failure) {
    for number in values.indices {
      if let value = values[number], let limit = ProcessLimit(rawValue: Int32(number)) { try body(limit, value) }
    }
  }
}
