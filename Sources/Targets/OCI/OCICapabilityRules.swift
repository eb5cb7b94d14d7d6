import CanonicalJSON
import Diagnostics
import Sandbox

/// `process.capabilities`.
enum OCICapabilityRules {
  static let all: [OCIRules.Rule] = [missing, unknown, inconsistent, dangerous, lostAtExec]

  private static let missing = OCIRules.Rule(
    "RF8126",
    "capabilities not given",
    .warning,
    """
    Without `capabilities` the program keeps those that the runtime has, which are all for root. Sets that are empty, or \
    missing in an object that is there, say that the program holds nothing.
    """
  ) { config, rule in
    guard let process = config.process, process["capabilities"] == nil else { return [] }
    return [
      rule.finding(
        "no capabilities are given, so the program keeps those that the runtime has",
        at: process.head,
        help: ["add \"capabilities\" with five empty arrays"]
      )
    ]
  }

  private static let unknown = OCIRules.Rule(
    "RF8127",
    "unknown capability",
    .error,
    """
    runc drops a name that it does not know with a warning, crun in silence, runsc does not start. Names have the \
    prefix CAP_ and are in upper case.
    """
  ) { config, rule in
    let names = Capability.allCases.map(\.prefixedName)
    return OCICapabilities.sets.flatMap(config.capabilities).compactMap { node in
      guard let name = node.string, !names.contains(name) else { return nil }
      let upper = name.uppercased()
      let near = names.first { $0 == upper || $0 == "CAP_" + upper } ?? Spelling.nearest(to: upper, among: names)
      return rule.finding(
        "there is no capability \(JSON.string(name).text(.compact))",
        at: node.range,
        help: near.map { ["did you mean \"\($0)\"?"] } ?? []
      )
    }
  }

  private static let inconsistent = OCIRules.Rule(
    "RF8128",
    "capability sets contradict",
    .error,
    """
    The kernel refuses an effective capability that is not permitted, and an ambient one that is not both permitted and \
    inheritable: runc and crun do not start, or leave it out in silence.
    """
  ) { config, rule in
    let permitted = Set(config.capabilities("permitted").compactMap(\.string))
    let inheritable = Set(config.capabilities("inheritable").compactMap(\.string))
    var found: [Diagnostic] = []
    for node in config.capabilities("effective") where !permitted.contains(node.string ?? "") {
      found.append(
        rule.finding("this is effective but not permitted", at: node.range, help: ["add it to \"permitted\""])
      )
    }
    for node in config.capabilities("ambient") {
      let name = node.string ?? ""
      if permitted.contains(name) && inheritable.contains(name) { continue }
      let lacking = [("permitted", permitted), ("inheritable", inheritable)].filter { !$0.1.contains(name) }.map(\.0)
      found.append(
        rule.finding(
          "this is ambient but not \(lacking.joined(separator: " and not "))",
          at: node.range,
          severity: .warning,
          notes: ["runtimes leave it out in silence"],
          help: ["add it to all five sets, or remove it"]
        )
      )
    }
    return found
  }

  /// What makes root in a container as good as root on the host, and how.
  static let dangers: [String: String] = [
    "CAP_SYS_ADMIN": "it mounts, enters namespaces and configures much of the kernel",
    "CAP_SYS_MODULE": "it loads code into the kernel",
    "CAP_SYS_PTRACE": "it reads and changes other processes",
    "CAP_SYS_RAWIO": "it reaches memory and devices",
    "CAP_SYS_BOOT": "it reboots the host",
    "CAP_SYS_TIME": "it sets the host's clock",
    "CAP_SYSLOG": "it reads kernel addresses",
    "CAP_DAC_READ_SEARCH": "it opens any file of the host by its handle",
    "CAP_DAC_OVERRIDE": "it ignores file permissions",
    "CAP_NET_ADMIN": "it configures networks and reaches large parts of the kernel",
    "CAP_NET_RAW": "it forges packets",
    "CAP_MKNOD": "it makes device nodes",
    "CAP_BPF": "it loads programs into the kernel",
    "CAP_PERFMON": "it watches the whole host",
    "CAP_SETFCAP": "it gives capabilities to files",
    "CAP_MAC_ADMIN": "it changes the rules of the security module",
    "CAP_MAC_OVERRIDE": "it ignores the security module",
    "CAP_CHECKPOINT_RESTORE": "it opens files of other processes",
  ]

  private static let dangerous = OCIRules.Rule(
    "RF8129",
    "dangerous capability",
    .warning,
    "Some capabilities are enough to leave a container, or to watch or disturb the host. Untrusted programs need none."
  ) { config, rule in
    var seen: Set<String> = []
    return ["bounding", "permitted", "effective", "ambient", "inheritable"].flatMap(config.capabilities).compactMap {
      node in
      guard let name = node.string, let danger = dangers[name], seen.insert(name).inserted else { return nil }
      return rule.finding("\(name) is held: \(danger)", at: node.range, help: ["remove it from every set"])
    }
  }

  private static let lostAtExec = OCIRules.Rule(
    "RF8132",
    "capability lost at execve",
    .warning,
    """
    A program that is not root keeps over execve only what is ambient: with runc and crun a capability in the other \
    sets alone never reaches it.
    """
  ) { config, rule in
    guard config.uid != 0, !config.isForGVisor else { return [] }
    let ambient = Set(config.capabilities("ambient").compactMap(\.string))
    return config.capabilities("effective").compactMap { node in
      guard let name = node.string, !ambient.contains(name) else { return nil }
      return rule.finding(
        "the program is not root and loses \(name) when it starts",
        at: node.range,
        help: ["add it to \"inheritable\" and \"ambient\" too, or remove it"]
      )
    }
  }
}
