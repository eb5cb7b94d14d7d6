import Foundation
import TestSupport
import Testing

@testable import Executor
@testable import Linux

/// Control groups are used again only where nothing tells them from new ones.
@Suite(.requiresRoot()) struct GroupLeaseTests {
  struct Use: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let script: String
    let isKept: Bool
  }

  static let uses = [
    Use(testDescription: "one process", script: "true", isKept: true),
    Use(testDescription: "processes", script: "sleep 0.1 & sleep 0.1 & sleep 0.1 & wait", isKept: false),
    Use(testDescription: "processor time", script: "while :; do :; done", isKept: false),
  ]

  private static func limits(pids: Int64) -> ControlGroup.Limits {
    var limits = ControlGroup.Limits()
    limits.memory = 64 << 20
    limits.pids = pids
    limits.milliCPUs = 100
    limits.accountsCPU = true
    return limits
  }

  @Test(arguments: uses) func areKept(after use: Use) throws {
    let host = try ControlGroupHost.discover()
    guard host.version == .one, Controller.allCases.allSatisfy({ host.parents[$0] != nil }) else { return }
    let leases = GroupLeases()
    let group = RunGroup(host: host, identifier: "\(getpid())-\(UUID().uuidString)", isLeased: true)
    do {
      let lease = GroupLease(group, from: leases)
      #expect(lease.group.create())
      try lease.group.apply(Self.limits(pids: 16))
      try lease.group.openCounts()
      let joins = try lease.group.openForJoining().map { "echo 0 > /proc/\(getpid())/fd/\($0); " }.joined()
      _ = try ChildProcess.run(["timeout", "-s", "KILL", "1", "sh", "-c", joins + use.script])
    }
    #expect(leases.take(Self.limits(pids: 17)) == nil)
    let again = leases.take(Self.limits(pids: 16))
    #expect((again === group) == use.isKept)
    if let again {
      #expect(again.cpuMicroseconds == 0)
      #expect(try again.usage().memoryPeak ?? 0 <= 1 << 20)
    }
  }
}
