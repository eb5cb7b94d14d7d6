import CanonicalJSON
import Diagnostics

/// `linux.resources`.
enum OCIResourceRules {
  static let all: [OCIRules.Rule] = [
    memory, smallMemory, swap, reservation, oomKiller, kernelMemory, quota, realtime, pids, sentry, devices, devicePath,
    unified,
  ]

  private static func place(_ config: OCIConfig, _ name: String) -> SourceRange {
    config.resources.map { config.place(of: name, in: $0) }
      ?? config.linux.map { config.place(of: "resources", in: $0) } ?? config.root.head
  }

  private static let memory = OCIRules.Rule(
    "RF8170",
    "no memory limit",
    .warning,
    """
    Without `memory.limit` the program can take all of the host's memory. 0 and -1 mean no limit to runc and runsc; \
    crun kills the program at its start with 0.
    """
  ) { config, rule in
    let limit = config.resources?["memory"]?["limit"]
    if let value = limit?.integer, value > 0 { return [] }
    return [
      rule.finding(
        limit == nil ? "there is no memory limit" : "this is no limit",
        at: limit?.range ?? place(config, "memory"),
        help: ["set linux.resources.memory.limit, in bytes"]
      )
    ]
  }

  private static let smallMemory = OCIRules.Rule(
    "RF8171",
    "memory limit too small",
    .error,
    "runc needs about 4 MiB before the program starts, runsc 16 MiB; with less the runtime itself is killed."
  ) { config, rule in
    guard let limit = config.resources?["memory"]?["limit"], let value = limit.integer, value > 0 else { return [] }
    let floor: Int64 = config.isForGVisor ? 16 << 20 : 4 << 20
    if value >= floor { return [] }
    return [
      rule.finding(
        "\(config.isForGVisor ? "runsc" : "runc") does not start with less than \(floor >> 20) MiB",
        at: limit.range,
        help: ["the number is in bytes: 256 MiB is 268435456"]
      )
    ]
  }

  private static let swap = OCIRules.Rule(
    "RF8172",
    "swap",
    .warning,
    """
    `memory.swap` is memory and swap together. Without it the program swaps without limit once its memory is full, so \
    a memory limit alone does not stop it; less than `limit` is refused by the kernel.
    """
  ) { config, rule in
    guard let memory = config.resources?["memory"], let limit = memory["limit"], let bytes = limit.integer, bytes > 0
    else { return [] }
    guard let swap = memory["swap"], let total = swap.integer else {
      return [
        rule.finding(
          "swap is not limited",
          at: limit.range,
          help: ["set linux.resources.memory.swap to the same number, which permits none"]
        )
      ]
    }
    if total < 0 { return [rule.finding("swap is not limited", at: swap.range)] }
    if total >= bytes { return [] }
    return [
      rule.finding(
        "memory and swap together cannot be less than memory",
        at: swap.range,
        severity: .error,
        secondary: [Diagnostic.Label(limit.range, "the memory limit")]
      )
    ]
  }

  private static let reservation = OCIRules.Rule(
    "RF8173",
    "reservation above limit",
    .error,
    "A reservation above the memory limit is refused by runtimes."
  ) { config, rule in
    guard let memory = config.resources?["memory"], let limit = memory["limit"], let bytes = limit.integer, bytes > 0,
      let reservation = memory["reservation"], let reserved = reservation.integer, reserved > bytes
    else { return [] }
    return [
      rule.finding(
        "the reservation is above the memory limit",
        at: reservation.range,
        secondary: [Diagnostic.Label(limit.range, "the memory limit")]
      )
    ]
  }

  private static let oomKiller = OCIRules.Rule(
    "RF8174",
    "no OOM killer",
    .warning,
    "With `disableOOMKiller` a program that fills its memory is not ended: it hangs for ever, and the container with it."
  ) { config, rule in
    guard let node = config.resources?["memory"]?["disableOOMKiller"], node.bool == true else { return [] }
    return [rule.finding("a program that fills its memory hangs for ever", at: node.range, help: ["remove it"])]
  }

  private static let kernelMemory = OCIRules.Rule(
    "RF8175",
    "limit that is not used",
    .warning,
    "Kernels since 5.4 count kernel memory with the rest; `kernel` and `kernelTCP` are ignored."
  ) { config, rule in
    ["kernel", "kernelTCP"].compactMap { config.resources?["memory"]?.member($0) }
      .map { rule.finding("runtimes ignore this", at: $0.nameRange) }
  }

  private static let quota = OCIRules.Rule(
    "RF8176",
    "CPU quota",
    .error,
    """
    A quota is microseconds of processor time in each period; the kernel refuses less than 1000, and periods outside \
    of 1000 to 1000000. Shares are 2 to 262144.
    """
  ) { config, rule in
    guard let cpu = config.resources?["cpu"] else {
      return [
        rule.finding(
          "there is no CPU limit",
          at: place(config, "cpu"),
          severity: .note,
          help: ["set linux.resources.cpu.quota and period"]
        )
      ]
    }
    var found: [Diagnostic] = []
    if let node = cpu["period"], let period = node.unsigned, period != 0, !(1000...1_000_000).contains(period) {
      found.append(rule.finding("the kernel takes periods from 1000 to 1000000 microseconds", at: node.range))
    }
    if let node = cpu["quota"], let quota = node.integer {
      if (1..<1000).contains(quota) {
        found.append(rule.finding("the kernel takes no quota below 1000 microseconds", at: node.range))
      } else if quota <= 0 {
        found.append(rule.finding("this is no limit", at: node.range, severity: .warning))
      } else if cpu["period"] == nil {
        found.append(
          rule.finding("the quota has no period; the kernel's 100000 holds", at: node.range, severity: .note)
        )
      }
    } else if cpu["cpus"] == nil {
      found.append(rule.finding("there is no CPU quota", at: cpu.head, severity: .note))
    }
    if let node = cpu["shares"], let shares = node.unsigned, shares != 0, !(2...262_144).contains(shares) {
      found.append(rule.finding("shares are from 2 to 262144", at: node.range))
    }
    return found
  }

  private static let realtime = OCIRules.Rule(
    "RF8177",
    "real-time scheduling",
    .error,
    "Real-time limits need a kernel built for them, which distributions do not ship: runtimes do not start."
  ) { config, rule in
    ["realtimeRuntime", "realtimePeriod"].compactMap { config.resources?["cpu"]?.member($0) }
      .filter { $0.value.integer != 0 }
      .map { rule.finding("few kernels have this, and runtimes do not start without", at: $0.nameRange) }
  }

  private static let pids = OCIRules.Rule(
    "RF8178",
    "no process limit",
    .warning,
    """
    Without `pids.limit` a fork bomb takes all process numbers of the host. 0 means no limit to all runtimes, and crun \
    does not start with -1.
    """
  ) { config, rule in
    let limit = config.resources?["pids"]?["limit"]
    if let value = limit?.integer, value > 0 { return [] }
    return [
      rule.finding(
        limit == nil ? "there is no process limit" : "this is no limit",
        at: limit?.range ?? place(config, "pids"),
        help: ["set linux.resources.pids.limit"]
      )
    ]
  }

  private static let sentry = OCIRules.Rule(
    "RF8179",
    "no room for gVisor's threads",
    .error,
    """
    runsc's own kernel needs about 30 threads of the host, and ten for each process inside. It does not start with a \
    `pids.limit` up to 20, and when the limit is reached the whole sandbox dies without a word.
    """
  ) { config, rule in
    guard config.isForGVisor, let limit = config.resources?["pids"]?["limit"], let value = limit.integer, value > 0,
      value < 64
    else { return [] }
    return [
      rule.finding(
        value <= 24 ? "runsc does not start with \(value) threads" : "a few processes end the whole sandbox",
        at: limit.range,
        help: ["limit processes by RLIMIT_NPROC, and give pids.limit 64 and 12 for each of them"]
      )
    ]
  }

  private static let devices = OCIRules.Rule(
    "RF8180",
    "device access",
    .warning,
    """
    The first rule has to deny all devices: crun without it allows every one. A rule's access is made of r, w and m; \
    block devices, memory and KVM are ways to the host.
    """
  ) { config, rule in
    guard config.linux != nil, !config.isForGVisor || config.resources?["devices"] != nil else { return [] }
    let rules = config.resources?["devices"]?.items ?? []
    var found: [Diagnostic] = []
    let first = rules.first
    let deniesAll =
      first?["allow"]?.bool == false && ["a", nil].contains(first?["type"]?.string) && first?["major"] == nil
    if !deniesAll {
      found.append(
        rule.finding(
          "the first rule does not deny all devices: crun allows every one",
          at: first?.head ?? place(config, "devices"),
          help: ["begin with {\"allow\": false, \"access\": \"rwm\"}"]
        )
      )
    }
    for node in rules {
      if let access = node["access"], let letters = access.string, !letters.allSatisfy({ "rwm".contains($0) }) {
        found.append(rule.finding("access is made of r, w and m", at: access.range, severity: .error))
      }
      guard node["allow"]?.bool == true else { continue }
      if node["type"]?.string == "b" {
        found.append(rule.finding("block devices are the host's disks", at: node.head))
      } else if node["type"]?.string ?? "a" == "a", node["major"] == nil {
        found.append(rule.finding("every device of the host is allowed", at: node.head))
      }
    }
    return found
  }

  private static let devicePath = OCIRules.Rule(
    "RF8181",
    "device node",
    .warning,
    "Nodes of memory, disks, KVM and the kernel's log are ways to the host; a path has to be absolute."
  ) { config, rule in
    let dangerous = ["/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg", "/dev/kvm", "/dev/fuse", "/dev/vhost-net"]
    return (config.linux?["devices"]?.items ?? []).compactMap { node in
      guard let path = node["path"], let text = path.string else { return nil }
      if !ContainerPath.isClean(text) {
        return rule.finding("the path of a device has to be absolute", at: path.range, severity: .error)
      }
      if node["type"]?.string == "b" { return rule.finding("this is a disk of the host", at: path.range) }
      return dangerous.contains(text) ? rule.finding("this device is a way to the host", at: path.range) : nil
    }
  }

  private static let unified = OCIRules.Rule(
    "RF8182",
    "setting of one cgroup version",
    .note,
    "`unified` holds on hosts with cgroup v2 alone: on others runc refuses it, and crun and runsc ignore it in silence."
  ) { config, rule in
    guard let member = config.resources?.member("unified"), !member.value.members.isEmpty else { return [] }
    return [rule.finding("this holds on hosts with cgroup v2 alone", at: member.nameRange)]
  }
}
