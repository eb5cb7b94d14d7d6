import CanonicalJSON
import Diagnostics

/// Limits.
enum DockerResourceRules {
  static let all: [DockerRules.Rule] = [
    memory, smallMemory, swap, reservation, oomKiller, pids, cpus, windowsCPUs, ulimitName, ulimitOrder, ulimitStart,
    cpuTime, processesOfUser, gVisor,
  ]

  private static let memory = DockerRules.Rule(
    "RF8220",
    "no memory limit",
    .warning,
    "Without a limit the program takes all of the host's memory, and the kernel kills whom it likes."
  ) { settings, rule in
    if let memory = settings.memory {
      guard let value = memory.value, value <= 0 else { return [] }
      return [rule.finding("this is no limit", at: memory.range)]
    }
    let option = settings.named(command: "--memory 256m", body: "\"Memory\": 268435456", compose: "mem_limit: 256m")
    return [rule.finding("there is no memory limit", at: settings.place, help: ["add a limit such as \(option)"])]
  }

  private static let smallMemory = DockerRules.Rule(
    "RF8221",
    "memory limit too small",
    .error,
    "The engine refuses less than 6 MiB. A number without a unit is in bytes."
  ) { settings, rule in
    guard let memory = settings.memory, let bytes = memory.value, bytes > 0, bytes < 6 << 20 else { return [] }
    return [
      rule.finding(
        "the engine refuses less than 6 MiB, and this is \(bytes) bytes",
        at: memory.range,
        help: bytes < 65536 ? ["did you mean \(bytes) MiB? that is \(bytes << 20)"] : []
      )
    ]
  }

  private static let swap = DockerRules.Rule(
    "RF8222",
    "swap",
    .warning,
    """
    The swap setting is memory and swap together. Without it a container may swap as much again as it has memory; with \
    -1 as much as there is.
    """
  ) { settings, rule in
    let memory = settings.memory?.value ?? 0
    guard let swap = settings.memorySwap else {
      guard memory > 0, let place = settings.memory?.range else { return [] }
      let option = settings.named(command: "--memory-swap", body: "MemorySwap", compose: "memswap_limit")
      return [
        rule.finding(
          "the program may swap as much again",
          at: place,
          help: ["set \(option) to the same number, which permits none"]
        )
      ]
    }
    guard let total = swap.value else { return [] }
    if total < 0 { return [rule.finding("swap is not limited", at: swap.range)] }
    if total == 0 { return memory > 0 ? [rule.finding("0 is read as not given", at: swap.range)] : [] }
    if settings.memory == nil {
      return [rule.finding("the engine refuses swap without a memory limit", at: swap.range, severity: .error)]
    }
    if memory > 0, total < memory {
      return [
        rule.finding("memory and swap together cannot be less than memory", at: swap.range, severity: .error)
      ]
    }
    return []
  }

  private static let reservation = DockerRules.Rule(
    "RF8223",
    "reservation above limit",
    .error,
    "The engine refuses a reservation above the memory limit."
  ) { settings, rule in
    guard let reservation = settings.memoryReservation, let reserved = reservation.value,
      let limit = settings.memory?.value, limit > 0, reserved > limit
    else { return [] }
    return [rule.finding("the reservation is above the memory limit", at: reservation.range)]
  }

  private static let oomKiller = DockerRules.Rule(
    "RF8224",
    "shielded from the OOM killer",
    .warning,
    """
    Without the OOM killer a program that fills its memory hangs for ever; with a negative adjustment the kernel kills \
    the host's programs first.
    """
  ) { settings, rule in
    var found: [Diagnostic] = []
    if let setting = settings.disablesOOMKiller, setting.value == true {
      found.append(rule.finding("a program that fills its memory hangs for ever", at: setting.range))
    }
    if let score = settings.scoreAdjustment, let value = score.value, value < 0 {
      found.append(rule.finding("the kernel kills the host's programs before this one", at: score.range))
    }
    return found
  }

  private static let pids = DockerRules.Rule(
    "RF8225",
    "no process limit",
    .warning,
    "Without a limit, which 0 and -1 mean too, a fork bomb takes all process numbers of the host."
  ) { settings, rule in
    if let pids = settings.pids {
      guard let value = pids.value, value <= 0 else { return [] }
      return [rule.finding("this is no limit", at: pids.range)]
    }
    let option = settings.named(command: "--pids-limit 64", body: "\"PidsLimit\": 64", compose: "pids_limit: 64")
    return [rule.finding("there is no process limit", at: settings.place, help: ["add a limit such as \(option)"])]
  }

  private static let cpus = DockerRules.Rule(
    "RF8226",
    "CPU limit",
    .warning,
    "Without a limit the program takes all processors. The engine refuses two ways to say it at once."
  ) { settings, rule in
    var found: [Diagnostic] = []
    if let nano = settings.nanoCPUs, let value = nano.value {
      if value <= 0 { found.append(rule.finding("this is no limit", at: nano.range)) }
      if value > 0, value < 10_000_000 {
        found.append(
          rule.finding("the engine refuses less than 0.01 of a processor", at: nano.range, severity: .error)
        )
      }
      if let quota = settings.cpuQuota ?? settings.cpuPeriod, value > 0, quota.value ?? 0 != 0 {
        found.append(
          rule.finding(
            "the engine refuses a quota or period beside a number of processors",
            at: quota.range,
            severity: .error
          )
        )
      }
    } else if settings.nanoCPUs == nil, settings.cpuQuota?.value ?? 0 <= 0, settings.cpuQuota?.range == nil {
      let option = settings.named(command: "--cpus 1", body: "\"NanoCpus\": 1000000000", compose: "cpus: 1")
      found.append(
        rule.finding("there is no CPU limit", at: settings.place, help: ["add a limit such as \(option)"])
      )
    }
    if let quota = settings.cpuQuota, let value = quota.value, (1..<1000).contains(value) {
      found.append(rule.finding("the kernel takes no quota below 1000 microseconds", at: quota.range, severity: .error))
    }
    return found
  }

  private static let windowsCPUs = DockerRules.Rule(
    "RF8227",
    "limit for Windows",
    .error,
    "The engine takes a CPU count on Linux without a word and limits nothing: it is for Windows."
  ) { settings, rule in
    guard let count = settings.cpuCount, count.value != 0 else { return [] }
    let option = settings.named(command: "--cpus", body: "NanoCpus", compose: "cpus")
    return [rule.finding("this limits nothing on Linux", at: count.range, help: ["use \(option)"])]
  }

  static let ulimits = [
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss", "rtprio",
    "rttime", "sigpending", "stack",
  ]

  private static let ulimitName = DockerRules.Rule(
    "RF8228",
    "unknown ulimit",
    .error,
    "The engine takes any name, and says that there is no such limit only when the container starts."
  ) { settings, rule in
    settings.ulimits.compactMap { limit in
      guard let value = limit.value, !ulimits.contains(value.name) else { return nil }
      let near = Spelling.nearest(to: value.name, among: ulimits)
      return rule.finding(
        "there is no ulimit \(JSON.string(value.name).text(.compact))",
        at: limit.range,
        help: near.map { ["did you mean \($0)?"] } ?? []
      )
    }
  }

  private static let ulimitOrder = DockerRules.Rule(
    "RF8229",
    "soft limit above hard limit",
    .error,
    "The kernel refuses a soft limit above the hard one: the container does not start."
  ) { settings, rule in
    settings.ulimits.compactMap { limit in
      guard let value = limit.value, value.hard >= 0, value.soft > value.hard || value.soft < 0 else { return nil }
      return rule.finding("the soft limit is above the hard limit", at: limit.range)
    }
  }

  private static let ulimitStart = DockerRules.Rule(
    "RF8230",
    "limit that stops the runtime",
    .error,
    "The runtime itself lives under the limits before it starts the program: too few files or too little memory stop it."
  ) { settings, rule in
    settings.ulimits.compactMap { limit in
      guard let value = limit.value, value.hard >= 0 else { return nil }
      switch value.name {
      case "nofile" where value.soft < 20:
        return rule.finding("runc needs about 20 open files to start the program", at: limit.range)
      case "data" where value.soft < 64 << 20:
        return rule.finding("runc needs about 64 MiB of data to start the program", at: limit.range)
      default: return nil
      }
    }
  }

  private static let cpuTime = DockerRules.Rule(
    "RF8231",
    "soft CPU limit without init",
    .warning,
    """
    At the soft limit the kernel sends SIGXCPU, which process 1 of a container does not get: it runs on to the hard \
    limit. The limit is of each process by itself, so a program that forks has it anew.
    """
  ) { settings, rule in
    settings.ulimits.compactMap { limit in
      guard let value = limit.value, value.name == "cpu" else { return nil }
      if settings.usesGVisor {
        return rule.finding("runsc before November 2024 does not enforce this", at: limit.range)
      }
      if settings.usesInit?.value == true || value.soft == value.hard { return nil }
      return rule.finding(
        "the program runs on to the hard limit of \(value.hard) s",
        at: limit.range,
        help: ["use an init, or the same value for both"]
      )
    }
  }

  private static let processesOfUser = DockerRules.Rule(
    "RF8232",
    "process limit of a user",
    .warning,
    "The kernel counts `nproc` over all containers of a user, and does not enforce it for root. Limit pids instead."
  ) { settings, rule in
    settings.ulimits.compactMap { limit in
      guard let value = limit.value, value.name == "nproc" else { return nil }
      return rule.finding(
        "other containers of the same user count too",
        at: limit.range,
        severity: settings.usesGVisor ? .note : .warning
      )
    }
  }

  private static let gVisor = DockerRules.Rule(
    "RF8233",
    "no room for gVisor's threads",
    .error,
    "runsc's own kernel needs about 30 threads of the host: with a process limit up to 32 it does not start."
  ) { settings, rule in
    guard settings.usesGVisor, let pids = settings.pids, let value = pids.value, value > 0, value < 64 else {
      return []
    }
    return [
      rule.finding(
        value <= 32 ? "runsc does not start with \(value) threads" : "a few processes end the whole sandbox",
        at: pids.range
      )
    ]
  }
}
