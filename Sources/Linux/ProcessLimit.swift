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
