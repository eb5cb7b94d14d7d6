import CanonicalJSON
import Diagnostics

/// The filter, hidden paths, hooks, annotations, and where the container is put.
enum OCIHardeningRules {
  static let all: [OCIRules.Rule] = [
    noFilter, filterIgnored, masked, readOnly, pathForm, hooks, annotations, cgroupsPath,
  ]

  private static let noFilter = OCIRules.Rule(
    "RF8183",
    "no system call filter",
    .warning,
    "Without `linux.seccomp` the program reaches every system call of the kernel, and so every flaw of it."
  ) { config, rule in
    guard let linux = config.linux, linux["seccomp"]?.object == nil else { return [] }
    return [
      rule.finding(
        "there is no system call filter",
        at: config.place(of: "seccomp", in: linux),
        help: ["add linux.seccomp, such as the profile that ringfence compiles"]
      )
    ]
  }

  private static let filterIgnored = OCIRules.Rule(
    "RF8184",
    "filter that runsc ignores",
    .warning,
    """
    runsc ignores `linux.seccomp` unless it is called with --oci-seccomp, or the bundle has the annotation \
    dev.gvisor.flag.oci-seccomp with the value \"true\".
    """
  ) { config, rule in
    guard config.isForGVisor, let member = config.linux?.member("seccomp"),
      config.root["annotations"]?["dev.gvisor.flag.oci-seccomp"]?.string != "true"
    else { return [] }
    return [
      rule.finding(
        "runsc ignores the filter",
        at: member.nameRange,
        help: ["add the annotation \"dev.gvisor.flag.oci-seccomp\": \"true\""]
      )
    ]
  }

  private static let masked = OCIRules.Rule(
    "RF8185",
    "paths not masked",
    .warning,
    """
    Some files of /proc and /sys show, or reach, the host whatever the namespaces: engines hide them. runsc has a /proc \
    of its own and ignores the list.
    """
  ) { config, rule in
    guard !config.isForGVisor, let linux = config.linux else { return [] }
    let listed = linux["maskedPaths"]?.items.compactMap(\.string) ?? []
    let vital = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi", "/proc/acpi", "/sys/firmware"]
    let missing = vital.filter { !listed.contains($0) }
    if missing.isEmpty { return [] }
    return [
      rule.finding(
        "\(missing.joined(separator: ", ")) can be seen inside",
        at: config.place(of: "maskedPaths", in: linux),
        help: ["add them to linux.maskedPaths"]
      )
    ]
  }

  private static let readOnly = OCIRules.Rule(
    "RF8186",
    "paths not read-only",
    .warning,
    "Root inside can write to settings of the host below these paths of /proc; engines make them read-only."
  ) { config, rule in
    guard !config.isForGVisor, let linux = config.linux else { return [] }
    let listed = linux["readonlyPaths"]?.items.compactMap(\.string) ?? []
    let missing = OCIPaths.readOnly.filter { !listed.contains($0) }
    if missing.isEmpty { return [] }
    return [
      rule.finding(
        "\(missing.joined(separator: ", ")) can be written to by root inside",
        at: config.place(of: "readonlyPaths", in: linux),
        help: ["add them to linux.readonlyPaths"]
      )
    ]
  }

  private static let pathForm = OCIRules.Rule(
    "RF8187",
    "masked path without effect",
    .warning,
    "A masked or read-only path has to be absolute. runsc hides none of them, so a file of the root stays readable."
  ) { config, rule in
    ["maskedPaths", "readonlyPaths"].flatMap { config.linux?[$0]?.items ?? [] }.compactMap { node in
      guard let path = node.string else { return nil }
      if !ContainerPath.isClean(path) {
        return rule.finding("the path is not absolute, or not normalised", at: node.range, severity: .error)
      }
      if config.isForGVisor, !path.hasPrefix("/proc/"), !path.hasPrefix("/sys/") {
        return rule.finding("runsc does not hide this path", at: node.range, help: ["mount something over it"])
      }
      return nil
    }
  }

  private static let hooks = OCIRules.Rule(
    "RF8188",
    "hooks",
    .warning,
    """
    Hooks run on the host, as root, outside of every limit of the container. Each needs an absolute path; without a \
    timeout one that hangs keeps the container from starting for ever.
    """
  ) { config, rule in
    (config.root["hooks"]?.members ?? []).flatMap { kind in
      kind.value.items.flatMap { hook -> [Diagnostic] in
        var found = [rule.finding("this program runs on the host, as root", at: hook["path"]?.range ?? hook.head)]
        if let path = hook["path"], let text = path.string, !ContainerPath.isClean(text) {
          found = [rule.finding("the path of a hook has to be absolute", at: path.range, severity: .error)]
        }
        if config.isForGVisor, kind.name == "createContainer" || kind.name == "startContainer" {
          found.append(rule.finding("runsc skips \(kind.name) hooks", at: kind.nameRange))
        }
        return found
      }
    }
  }

  private static let annotations = OCIRules.Rule(
    "RF8189",
    "annotation that steers a runtime",
    .warning,
    """
    Runtimes take orders from annotations: dev.gvisor.flag.host-uds opens the host's sockets, run.oci.* of crun keeps \
    groups and handles hooks, io.kubernetes.cri.* changes what runsc takes the container for.
    """
  ) { config, rule in
    let harmless = ["dev.gvisor.flag.oci-seccomp"]
    let prefixes = ["dev.gvisor.", "run.oci.", "io.kubernetes.cri.", "io.kubernetes.cri-o.", "org.criu."]
    return (config.root["annotations"]?.members ?? []).compactMap { member in
      if member.name.isEmpty {
        return rule.finding("an annotation needs a name", at: member.nameRange, severity: .error)
      }
      guard prefixes.contains(where: member.name.hasPrefix), !harmless.contains(member.name) else { return nil }
      return rule.finding(
        "this annotation changes how the runtime works",
        at: member.nameRange,
        help: ["remove it, or pass the flag where the runtime is called"]
      )
    }
  }

  private static let cgroupsPath = OCIRules.Rule(
    "RF8190",
    "place in the cgroup tree",
    .warning,
    """
    `cgroupsPath` is absolute for a place of its own; \"..\" and the root of the tree are the limits of somebody else. \
    Two containers with one path share their limits.
    """
  ) { config, rule in
    guard let node = config.linux?["cgroupsPath"], let path = node.string, !path.isEmpty else { return [] }
    // systemd's form is slice:prefix:name.
    if path.split(separator: ":", omittingEmptySubsequences: false).count == 3, !path.hasPrefix("/") { return [] }
    if path.split(separator: "/").contains("..") || path == "/" {
      return [rule.finding("this is the place of somebody else", at: node.range, severity: .error)]
    }
    if path.utf8.first != UInt8(ascii: "/") {
      return [rule.finding("a relative path is below the runtime's own group", at: node.range)]
    }
    return []
  }
}
