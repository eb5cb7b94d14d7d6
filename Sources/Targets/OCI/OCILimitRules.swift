import CanonicalJSON
import Diagnostics

/// `process.rlimits`.
enum OCILimitRules {
  static let all: [OCIRules.Rule] = [
    rlimitTwice, rlimitOrder, cpuLimit, fileLimit, addressSpace, processLimit,
  ]

  private static let rlimitTwice = OCIRules.Rule(
    "RF8120",
    "limit given twice",
    .error,
    "Of two entries of `process.rlimits` with the same type the specification wants an error; runtimes take the last."
  ) { config, rule in
    var types: [String: SourceRange] = [:]
    return (config.process?["rlimits"]?.items ?? []).compactMap { node in
      guard let type = node["type"], let name = type.string else { return nil }
      guard let first = types[name] else {
        types[name] = type.range
        return nil
      }
      return rule.finding(
        "\(name) is there twice",
        at: type.range,
        secondary: [Diagnostic.Label(first, "first here")],
        help: ["remove one of them"]
      )
    }
  }

  private static let rlimitOrder = OCIRules.Rule(
    "RF8121",
    "soft limit above hard limit",
    .error,
    "The kernel refuses a soft limit above the hard one, so the container does not start."
  ) { config, rule in
    (config.process?["rlimits"]?.items ?? []).compactMap { node in
      guard let soft = node["soft"], let hard = node["hard"], let low = soft.unsigned, let high = hard.unsigned,
        low > high
      else { return nil }
      return rule.finding(
        "the soft limit is above the hard limit",
        at: soft.range,
        secondary: [Diagnostic.Label(hard.range, "the hard limit")],
        help: ["lower the soft limit"]
      )
    }
  }

  private static let cpuLimit = OCIRules.Rule(
    "RF8122",
    "soft CPU limit",
    .warning,
    """
    At the soft RLIMIT_CPU the kernel sends SIGXCPU, which process 1 of a container does not get unless it handles it: \
    it runs on to the hard limit. runsc before November 2024 does not enforce the limit at all.
    """
  ) { config, rule in
    guard let limit = config.rlimit("RLIMIT_CPU"), let soft = limit["soft"], let hard = limit["hard"],
      let low = soft.unsigned, let high = hard.unsigned, low < high
    else { return [] }
    return [
      rule.finding(
        "the program runs on to the hard limit of \(high) s",
        at: soft.range,
        secondary: [Diagnostic.Label(hard.range, "the hard limit")],
        help: ["set soft and hard to the same value"]
      )
    ]
  }

  private static let fileLimit = OCIRules.Rule(
    "RF8123",
    "too few open files",
    .error,
    "runc needs 12 descriptors of its own before the program starts, crun 20: with fewer the container does not start."
  ) { config, rule in
    guard let limit = config.rlimit("RLIMIT_NOFILE"), let soft = limit["soft"], let count = soft.unsigned, count < 20
    else { return [] }
    return [
      rule.finding(
        "with \(count) open files crun\(count < 12 ? " and runc do" : " does") not start",
        at: soft.range,
        severity: config.isForGVisor ? .note : .error,
        help: ["allow at least 20, better 64"]
      )
    ]
  }

  private static let addressSpace = OCIRules.Rule(
    "RF8124",
    "limit on address space",
    .warning,
    """
    RLIMIT_AS below 1 GiB stops runc itself when a large filter is present; runsc ignores RLIMIT_DATA. A memory limit \
    of the cgroup says what is meant.
    """
  ) { config, rule in
    var found: [Diagnostic] = []
    if let soft = config.rlimit("RLIMIT_AS")?["soft"], let bytes = soft.unsigned, bytes < 1 << 30,
      config.linux?["seccomp"] != nil, !config.isForGVisor
    {
      found.append(
        rule.finding(
          "runc cannot load a large filter in less than 1 GiB of address space",
          at: soft.range,
          help: ["limit memory by linux.resources.memory.limit"]
        )
      )
    }
    if config.isForGVisor, let type = config.rlimit("RLIMIT_DATA")?["type"] {
      found.append(rule.finding("runsc ignores RLIMIT_DATA", at: type.range))
    }
    return found
  }

  private static let processLimit = OCIRules.Rule(
    "RF8125",
    "process limit of root",
    .warning,
    """
    The kernel does not enforce RLIMIT_NPROC for root, and counts a user's processes over all containers. `pids.limit` \
    is the limit of one container.
    """
  ) { config, rule in
    guard !config.isForGVisor, config.uid == 0, config.process != nil,
      let type = config.rlimit("RLIMIT_NPROC")?["type"]
    else { return [] }
    return [
      rule.finding(
        "the kernel does not enforce this limit for root",
        at: type.range,
        help: ["set linux.resources.pids"]
      )
    ]
  }
}
