import Glibc
import Linux
import Sandbox

/// How each resource of a policy is held on this host, by control groups where the host has them for us.
struct ResourcePlan {
  private(set) var group = ControlGroup.Limits()
  /// Soft and hard alike.
  private(set) var rlimits = ProcessLimits()
  /// What the caller accepted to lose.
  private(set) var notEnforced: [RunResult.NotEnforced] = []
  /// Limits that the supervisor holds by looking again and again, because no control group does.
  private(set) var sampled: Set<Control> = []

  /// What nobody accepted to lose: all of it in one message, so that nobody has to start over for each.
  private var refused: [RunResult.NotEnforced] = []
  private let host: ControlGroupHost
  private let accepted: Set<Control>

  init(_ resources: Resources, host: ControlGroupHost, accepted: Set<Control>) throws(SetupFailure) {
    self.host = host
    self.accepted = accepted
    planMemory(resources)
    planProcessors(resources)
    planProcesses(resources)
    planProcessLimits(resources)
    if !refused.isEmpty { throw refusal }
  }

  private mutating func planMemory(_ resources: Resources) {
    if let memory = resources.memory.value {
      if host.parents[.memory] != nil {
        group.memory = memory.bytes
      } else {
        lose(
          .memory,
          "no memory control group can be used (\(obstacle(.memory))); what the processes have mapped is sampled instead,"
            + " which sees their page tables, but no other memory of the kernel's and no files in memory"
        )
        sampled.insert(.memory)
      }
    }
    if let swap = resources.swap.value {
      if host.parents[.memory] != nil, group.memory != nil || host.version == .two {
        group.swap = swap.bytes
      } else if Swap.exists {
        lose(.swap, "no memory control group can be used (\(obstacle(.memory))), and this host has swap space")
      }
    }
  }

  private mutating func planProcessors(_ resources: Resources) {
    // As many processors as there are is no limit.
    if let cpus = resources.cpus.value, cpus.count < 1000 * Int64(sysconf(Int32(_SC_NPROCESSORS_ONLN))) {
      if host.parents[.cpu] != nil {
        group.milliCPUs = cpus.count
      } else {
        lose(.cpus, "no cpu control group can be used (\(obstacle(.cpu)))")
      }
    }
    group.accountsCPU = host.parents[.cpuAccounting] != nil
    if let cpuTime = resources.cpuTime.value {
      if !group.accountsCPU {
        lose(
          .cpuTime,
          "no control group counts processor time (\(obstacle(.cpuAccounting))); the processes are sampled instead"
        )
        sampled.insert(.cpuTime)
      }
      // A process alone cannot pass this, should the supervisor be kept from looking.
      // Only a backstop, and a wide one: the kernel counts this limit in whole ticks, which on a busy host come to far
      // more than the time that the process had, and its SIGKILL would look like any other.
      rlimits[.cpuTime] = 2 * cpuTime.wholeSeconds + 5
    }
  }

  private mutating func planProcesses(_ resources: Resources) {
    guard let pids = resources.pids.value else { return }
    // One more for process 1 of the sandbox, which is ours.
    let limit = pids < .max ? pids + 1 : pids
    if host.parents[.pids] != nil {
      group.pids = limit
    } else {
      // Since Linux 5.14 this counts in the sandbox's own user namespace, so it is exact there.
      rlimits[.processes] = limit
      sampled.insert(.pids)
    }
  }

  private mutating func planProcessLimits(_ resources: Resources) {
    rlimits[.openFiles] = resources.openFiles.value
    rlimits[.fileSize] = resources.fileSize.value?.bytes
    rlimits[.stack] = resources.stack.value?.bytes
    if let core = resources.core.value?.bytes {
      // A core pattern that is a pipe starts a program of the host's root even with a limit of 0, but not with 1
      // (core(5)).
      let pattern = core == 0 ? (try? KernelFile.read("/proc/sys/kernel/core_pattern")) ?? "" : ""
      rlimits[.core] = pattern.utf8.first == UInt8(ascii: "|") ? 1 : core
    }
    // What policies do not speak of: memory of the kernel's that no program of ours needs.
    rlimits[.lockedMemory] = 64 << 10
    rlimits[.messageQueues] = 64 << 10
    rlimits[.pendingSignals] = 1024
    rlimits[.nice] = 0
    rlimits[.realtimePriority] = 0
  }

  private func obstacle(_ controller: Controller) -> String {
    host.obstacles[controller] ?? "the host has no such control group"
  }

  private mutating func lose(_ control: Control, _ reason: String) {
    let loss = RunResult.NotEnforced(control: control, reason: reason)
    if accepted.contains(control) { notEnforced.append(loss) } else { refused.append(loss) }
  }

  private var refusal: SetupFailure {
    let losses = refused.map { "\($0.control.rawValue) cannot be enforced here: \($0.reason)" }
    let names = refused.map(\.control.rawValue).joined(separator: ", ")
    return SetupFailure(
      losses.joined(separator: "; ") + "; \(HostCapabilities.advice(host)); or accept the loss of \(names) by name"
    )
  }
}
