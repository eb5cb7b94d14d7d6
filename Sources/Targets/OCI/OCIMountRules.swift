import CanonicalJSON
import Diagnostics

/// `mounts`.
enum OCIMountRules {
  static let all: [OCIRules.Rule] = [
    destination, kernelFiles, hidden, bindType, source, bindOptions, size, unknownOption, ignoredType, proc,
    propagation,
    kernelTree,
  ]

  private static let destination = OCIRules.Rule(
    "RF8140",
    "mount destination",
    .error,
    """
    A destination is an absolute path without \"..\". Runtimes resolve others each in its own way, and mounts outside \
    of the root file system have been the way out of containers more than once.
    """
  ) { config, rule in
    config.mounts.compactMap { mount in
      guard let node = mount["destination"], let path = node.string else { return nil }
      if path == "/" {
        return rule.finding("a mount on / hides the root file system; runc and crun refuse it", at: node.range)
      }
      if ContainerPath.isClean(path) { return nil }
      let isRelative = path.utf8.first != UInt8(ascii: "/")
      let climbs = path.split(separator: "/").contains("..")
      return rule.finding(
        isRelative ? "the destination is not absolute" : "the destination is not normalised",
        at: node.range,
        severity: isRelative || climbs ? .error : .warning,
        help: ["write the whole path from /, without \"..\", \".\" and doubled slashes"]
      )
    }
  }

  /// What lxcfs and others may mount below /proc; runc and crun refuse everything else there.
  private static let allowedBelowProc = [
    "/proc/cpuinfo", "/proc/diskstats", "/proc/loadavg", "/proc/meminfo", "/proc/net/dev", "/proc/slabinfo",
    "/proc/stat", "/proc/swaps", "/proc/sys/kernel/ns_last_pid", "/proc/uptime",
  ]

  private static let kernelFiles = OCIRules.Rule(
    "RF8141",
    "mount below /proc",
    .error,
    """
    A mount below /proc can replace what runtimes write to when they set up the container (CVE-2019-16884, \
    CVE-2025-52881). runc and crun refuse all but a few files.
    """
  ) { config, rule in
    config.mounts.compactMap { mount in
      guard let node = mount["destination"], let path = node.string, path != "/proc",
        ContainerPath.isAt(path, orBelow: "/proc"), !allowedBelowProc.contains(path)
      else { return nil }
      return rule.finding("runc and crun refuse a mount here", at: node.range, help: ["remove the mount"])
    }
  }

  private static let hidden = OCIRules.Rule(
    "RF8142",
    "mount hidden by a later one",
    .warning,
    "Mounts are made in the order of the file: one on a path, or on a parent of it, hides what was mounted there before."
  ) { config, rule in
    var found: [Diagnostic] = []
    // From the last to the first, so that each mount meets those that come after it.
    var later: [[UInt8]: JSONNode] = [:]
    for mount in config.mounts.reversed() {
      guard let node = mount["destination"], let path = node.string, ContainerPath.isClean(path) else { continue }
      if let cover = ContainerPath.ancestors(of: path).lazy.compactMap({ later[$0] }).first {
        found.append(
          rule.finding(
            "a later mount hides this one",
            at: node.range,
            secondary: [Diagnostic.Label(cover.range, "mounted over it")],
            help: ["put the parent first, or remove one of them"]
          )
        )
      }
      later[Array(path.utf8)] = node
    }
    return found
  }

  private static let bindType = OCIRules.Rule(
    "RF8143",
    "bind mount by half",
    .error,
    """
    A bind mount needs the option `bind` or `rbind`; the type `bind` alone is no file system, so runc and crun do not \
    start, while runsc mounts it.
    """
  ) { config, rule in
    config.mounts.compactMap { mount in
      guard let type = mount["type"], type.string == "bind", !mount.hasOption("bind", "rbind") else { return nil }
      return rule.finding(
        "the option \"bind\" is missing",
        at: mount["options"]?.head ?? type.range,
        notes: ["runc and crun look for a file system of the type \"bind\" and do not start"],
        help: ["add \"bind\" to the options"]
      )
    }
  }

  private static let source = OCIRules.Rule(
    "RF8144",
    "sensitive source",
    .warning,
    "Some directories and sockets of the host give whoever sees them its secrets, or the host itself."
  ) { config, rule in
    config.mounts.compactMap { mount in
      guard mount.isBind, let node = mount["source"], let path = node.string else { return nil }
      if path.isEmpty { return rule.finding("a bind mount needs a source", at: node.range, severity: .error) }
      guard let danger = ContainerPath.danger(of: path) else { return nil }
      return rule.finding(
        "\(JSON.string(path).text(.compact)) of the host is mounted: \(danger)",
        at: node.range,
        help: ["mount the one directory that the program needs"]
      )
    }
  }

  private static let bindOptions = OCIRules.Rule(
    "RF8145",
    "open bind mount",
    .warning,
    """
    A bind mount is writable and honours set-user-id bits and devices unless its options say otherwise. `ro` should be \
    the rule; `nosuid` and `nodev` cost nothing.
    """
  ) { config, rule in
    config.mounts.compactMap { mount in
      guard mount.isBind else { return nil }
      let missing = ["nosuid", "nodev"].filter { !mount.hasOption($0) }
      if missing.isEmpty { return nil }
      return rule.finding(
        "the bind mount lacks \(missing.joined(separator: " and "))",
        at: mount["options"]?.head ?? mount.head,
        severity: mount.hasOption("ro") ? .note : .warning,
        help: ["add \(missing.map { "\"\($0)\"" }.joined(separator: ", ")) to the options"]
      )
    }
  }

  private static let size = OCIRules.Rule(
    "RF8146",
    "tmpfs without a size",
    .warning,
    """
    A tmpfs without `size=` takes half of the host's memory with runc and crun, and any amount with runsc. What is in it \
    counts as memory of the container.
    """
  ) { config, rule in
    let limit = config.resources?["memory"]?["limit"]?.integer
    return config.mounts.compactMap { mount in
      guard mount["type"]?.string == "tmpfs", mount["destination"]?.string != "/dev", !mount.hasOption("ro") else {
        return nil
      }
      guard let option = mount.option("size"), let text = option.string?.dropFirst(5) else {
        return rule.finding(
          "the tmpfs has no size",
          at: mount["options"]?.head ?? mount.head,
          help: ["add an option such as \"size=64m\""]
        )
      }
      guard let limit, limit > 0, let bytes = MountSize.bytes(text), bytes > limit else { return nil }
      return rule.finding(
        "the tmpfs is larger than the memory limit: filling it ends the program",
        at: option.range,
        severity: .note
      )
    }
  }

  private static let unknownOption = OCIRules.Rule(
    "RF8147",
    "unknown mount option",
    .error,
    """
    An option that the runtime does not know goes to the file system as its data: runc and crun then fail to mount, \
    runsc ignores it in silence.
    """
  ) { config, rule in
    config.mounts.flatMap { mount -> [Diagnostic] in
      let type = mount.isBind ? "bind" : mount["type"]?.string ?? ""
      return (mount["options"]?.items ?? []).compactMap { node in
        guard let option = node.string, !MountOptions.isKnown(option, for: type) else { return nil }
        let near = Spelling.nearest(to: option, among: MountOptions.flags)
        return rule.finding(
          "\(JSON.string(option).text(.compact)) is no option of a \(type) mount",
          at: node.range,
          severity: config.isForGVisor ? .warning : .error,
          help: near.map { ["did you mean \"\($0)\"?"] } ?? []
        )
      }
    }
  }

  private static let ignoredType = OCIRules.Rule(
    "RF8148",
    "file system that runsc ignores",
    .warning,
    "runsc mounts bind mounts, tmpfs, proc, sysfs, devpts and cgroup. Any other type it leaves out in silence."
  ) { config, rule in
    guard config.isForGVisor else { return [] }
    let known = ["bind", "none", "tmpfs", "proc", "sysfs", "devpts", "devtmpfs", "cgroup", "erofs", ""]
    return config.mounts.compactMap { mount in
      guard let type = mount["type"], let name = type.string, !mount.isBind, !known.contains(name) else { return nil }
      return rule.finding("runsc leaves out a mount of type \(JSON.string(name).text(.compact))", at: type.range)
    }
  }

  private static let proc = OCIRules.Rule(
    "RF8149",
    "no /proc",
    .note,
    "runc needs /proc inside to set up the container and does not start without it; runsc mounts its own in any case."
  ) { config, rule in
    if config.isForGVisor || config.mounts.contains(where: { $0["destination"]?.string == "/proc" }) { return [] }
    return [
      rule.finding(
        "nothing is mounted on /proc, and runc does not start without it",
        at: config.place(of: "mounts"),
        help: ["add {\"destination\": \"/proc\", \"type\": \"proc\", \"source\": \"proc\"}"]
      )
    ]
  }

  private static let propagation = OCIRules.Rule(
    "RF8150",
    "mounts travel to the host",
    .warning,
    "With shared propagation what is mounted inside appears on the host, too. runsc refuses to start with it."
  ) { config, rule in
    let options: [JSONNode] = config.mounts.flatMap { $0["options"]?.items ?? [] }
    let places: [JSONNode] = options + [config.linux?["rootfsPropagation"]].compactMap(\.self)
    return places.filter { ["shared", "rshared"].contains($0.string) }.map { node in
      rule.finding(
        "mounts that are made inside appear on the host",
        at: node.range,
        severity: config.isForGVisor ? .error : .warning,
        help: ["use \"private\", or \"slave\" to see mounts of the host"]
      )
    }
  }

  private static let kernelTree = OCIRules.Rule(
    "RF8151",
    "writable view of the kernel",
    .warning,
    "A writable /sys or /sys/fs/cgroup lets root inside change settings of the host, or raise its own limits."
  ) { config, rule in
    config.mounts.compactMap { mount in
      let type = mount["type"]?.string ?? ""
      guard ["sysfs", "cgroup", "cgroup2"].contains(type), !mount.hasOption("ro") else { return nil }
      return rule.finding(
        "this \(type) is mounted writable",
        at: mount["options"]?.head ?? mount.head,
        help: ["add \"ro\" to the options"]
      )
    }
  }
}
