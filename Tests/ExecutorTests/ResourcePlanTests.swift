import Glibc
import Linux
import Sandbox
import Testing

@testable import Executor

/// What cannot be held is refused by name, unless it was accepted by name.
@Suite struct ResourcePlanTests {
  static let version2 = host(.two, [.memory, .pids, .cpu, .cpuAccounting])
  static let nothing = host(.two, [])

  private static func host(_ version: ControlGroupHost.Version, _ controllers: [Controller]) -> ControlGroupHost {
    ControlGroupHost(version: version, directory: "/sys/fs/cgroup/somewhere", controllers: controllers)
  }

  @Test func groupsHoldEverything() throws {
    var resources = Resources()
    resources.cpus = .limited(MilliCPUs(100))
    let plan = try ResourcePlan(resources, host: Self.version2, accepted: [])
    #expect(plan.group.memory == 64 << 20)
    #expect(plan.group.swap == 0)
    #expect(plan.group.pids == 17, "process 1 is ours")
    #expect(plan.group.milliCPUs == 100)
    #expect(plan.group.accountsCPU)
    #expect(plan.notEnforced.isEmpty)
    #expect(plan.sampled.isEmpty)
    #expect(plan.rlimits[.processes] == nil)
    // Behind the group's own limit, and far enough not to fire before it.
    #expect((plan.rlimits[.cpuTime] ?? 0) > 10)
    #expect(plan.rlimits[.openFiles] == 64)
  }

  @Test(arguments: [ControlGroupHost.Version.one, .two])
  func withoutGroupsAllLossesAreNamedAtOnce(_ version: ControlGroupHost.Version) {
    var resources = Resources()
    resources.cpus = .limited(MilliCPUs(100))
    let failure = #expect(throws: SetupFailure.self) {
      try ResourcePlan(resources, host: Self.host(version, []), accepted: [])
    }
    let message = failure?.message ?? ""
    for control in ["resources.memory", "resources.cpus", "resources.cpu_time"] {
      #expect(message.contains("\(control) cannot be enforced here"), "\(message)")
    }
    #expect(message.contains("accept the loss of resources.memory, "), "\(message)")
    // Groups of version 1 are not delegated by systemd.
    let advice = version == .one && geteuid() == 0 ? "mount the control groups" : "run ringfence as root"
    #expect(message.contains(advice), "\(message)")
    #expect(message.contains("Delegate=yes") == (version == .two), "\(message)")
  }

  @Test func whatIsAcceptedIsNotAmongTheRefused() {
    let failure = #expect(throws: SetupFailure.self) {
      try ResourcePlan(Resources(), host: Self.nothing, accepted: [.memory, .swap])
    }
    #expect(failure?.message.contains("resources.cpu_time cannot be enforced here") == true)
    #expect(failure?.message.contains("resources.memory") == false)
  }

  @Test func acceptedLossesAreListed() throws {
    var resources = Resources()
    resources.cpus = .limited(MilliCPUs(100))
    let plan = try ResourcePlan(resources, host: Self.nothing, accepted: [.memory, .cpus, .cpuTime, .swap])
    #expect(Set(plan.notEnforced.map(\.control)).isSuperset(of: [.memory, .cpus, .cpuTime]))
    #expect(plan.sampled == [.memory, .cpuTime, .pids])
    // Exact without any group: the user namespace counts.
    #expect(plan.rlimits[.processes] == 17)
  }

  @Test func unlimitedIsNotLimited() throws {
    var resources = Resources()
    resources.memory = .unlimited
    resources.pids = .unlimited
    resources.cpuTime = .unlimited
    resources.cpus = .unlimited
    resources.openFiles = .unlimited
    let plan = try ResourcePlan(resources, host: Self.version2, accepted: [])
    #expect(plan.group.memory == nil)
    #expect(plan.group.pids == nil)
    #expect(plan.group.milliCPUs == nil)
    #expect(plan.rlimits[.cpuTime] == nil)
    #expect(plan.rlimits[.openFiles] == nil)
  }

  @Test func hugeNumbersDoNotWrap() throws {
    var resources = Resources()
    resources.pids = .limited(.max)
    resources.cpuTime = .limited(Milliseconds(1 << 53 - 1))
    resources.cpus = .limited(MilliCPUs(.max))
    resources.memory = .limited(ByteCount(bytes: .max))
    resources.swap = .limited(ByteCount(bytes: .max))
    let plan = try ResourcePlan(resources, host: Self.version2, accepted: [])
    #expect(plan.group.pids == .max)
    #expect((plan.rlimits[.cpuTime] ?? 0) > 0)
  }
}
