import CanonicalJSON
import Diagnostics
import Sandbox

/// What can be said about a container that Docker is told to make. The daemon protects nobody: it takes unknown keys and
/// contradictions in silence, and says what is wrong, if ever, when the container starts.
enum DockerRules {
  typealias Rule = ValidationRule<DockerSettings>

  static let all: [Rule] = DockerIsolationRules.all + DockerResourceRules.all + DockerFileRules.all + DockerRunRules.all
}

/// Privileges and namespaces.
enum DockerIsolationRules {
  static let all: [DockerRules.Rule] = [
    privileged, user, capabilities, addedCapability, newPrivileges, securityOption, seccomp, hostNamespace, network,
    disabledNetwork, devices, sysctls, groups, maskedPaths, ports, hostnameOfHost,
  ]

  private static let privileged = DockerRules.Rule(
    "RF8201",
    "privileged",
    .error,
    """
    A privileged container holds every capability, every device and no filter, and it silently beats all options that \
    say otherwise. Root inside is root on the host.
    """
  ) { settings, rule in
    guard let privileged = settings.privileged, privileged.value == true else { return [] }
    return [rule.finding("the container is as good as root on the host", at: privileged.range, help: ["remove it"])]
  }

  private static let user = DockerRules.Rule(
    "RF8202",
    "runs as root",
    .warning,
    """
    Without a user the image's holds, which is nearly always root. A name is looked up in the image's /etc/passwd, so \
    that the image decides what it means; numbers mean the same everywhere.
    """
  ) { settings, rule in
    let option = settings.named(
      command: "--user 65534:65534",
      body: "\"User\": \"65534:65534\"",
      compose: "user: \"65534:65534\""
    )
    guard let user = settings.user else {
      return [rule.finding("no user is given, so the image's holds", at: settings.place, help: ["add \(option)"])]
    }
    guard let text = user.value else { return [] }
    let name = text.split(separator: ":", omittingEmptySubsequences: false).first.map(String.init) ?? ""
    if name.isEmpty {
      return [rule.finding("no user is given, so the image's holds", at: user.range, help: ["use \(option)"])]
    }
    if name == "root" || UInt64(name) == 0 {
      return [rule.finding("the program runs as root", at: user.range, help: ["use \(option)"])]
    }
    if UInt32(name) != nil {
      if text.utf8.contains(UInt8(ascii: ":")) { return [] }
      return [
        rule.finding(
          "without a group the image's /etc/passwd decides, and else it is root's",
          at: user.range,
          severity: .note,
          help: ["use \(option)"]
        )
      ]
    }
    return [
      rule.finding("the image decides which user this name is", at: user.range, severity: .note, help: ["use numbers"])
    ]
  }

  private static let capabilities = DockerRules.Rule(
    "RF8203",
    "capabilities kept",
    .warning,
    "Docker gives 14 capabilities to every container; untrusted programs need none. Drop ALL and add what is missing."
  ) { settings, rule in
    if settings.dropsAllCapabilities || settings.privileged?.value == true { return [] }
    if settings.droppedCapabilities.contains(where: { $0.value == nil }) { return [] }
    let option = settings.named(command: "--cap-drop ALL", body: "\"CapDrop\": [\"ALL\"]", compose: "cap_drop: [ALL]")
    return [
      rule.finding(
        "the program keeps capabilities that Docker gives by default",
        at: settings.droppedCapabilities.first?.range ?? settings.place,
        help: ["add \(option)"]
      )
    ]
  }

  private static let addedCapability = DockerRules.Rule(
    "RF8204",
    "capability added",
    .warning,
    """
    Some capabilities are enough to leave a container. The engine refuses a name that it does not know, and a program \
    that is not root does not hold what is added.
    """
  ) { settings, rule in
    let names = Capability.allCases.map(\.rawValue)
    return (settings.addedCapabilities + settings.droppedCapabilities).compactMap { capability in
      guard let text = capability.value else { return nil }
      let upper = text.uppercased()
      let name = upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
      let isAdded = settings.addedCapabilities.contains { $0.range == capability.range }
      if name == "ALL" {
        return isAdded ? rule.finding("every capability is added", at: capability.range, severity: .error) : nil
      }
      guard names.contains(name) else {
        let near = Spelling.nearest(to: name, among: names)
        return rule.finding(
          "there is no capability \(JSON.string(text).text(.compact))",
          at: capability.range,
          severity: .error,
          help: near.map { ["did you mean \($0)?"] } ?? []
        )
      }
      guard isAdded, let danger = OCICapabilityRules.dangers["CAP_" + name] else { return nil }
      return rule.finding("\(name) is added: \(danger)", at: capability.range)
    }
  }

  private static let newPrivileges = DockerRules.Rule(
    "RF8205",
    "new privileges",
    .warning,
    "Without no-new-privileges a set-user-id program of the image gives the program root and all capabilities left."
  ) { settings, rule in
    if let option = settings.securityOption("no-new-privileges") {
      guard option.value == "no-new-privileges=false" else { return [] }
      return [rule.finding("the program can gain privileges", at: option.range)]
    }
    let option = settings.named(
      command: "--security-opt no-new-privileges",
      body: "\"SecurityOpt\": [\"no-new-privileges\"]",
      compose: "security_opt: [\"no-new-privileges:true\"]"
    )
    return [
      rule.finding(
        "the program can gain privileges by set-user-id programs",
        at: settings.place,
        help: ["add \(option)"]
      )
    ]
  }

  private static let securityOption = DockerRules.Rule(
    "RF8206",
    "security option",
    .error,
    """
    The engine refuses options that it does not know, when it makes the container. `systempaths` is a word of the \
    command alone: the API refuses it.
    """
  ) { settings, rule in
    let known = [
      "apparmor", "seccomp", "label", "no-new-privileges", "credentialspec", "systempaths", "writable-cgroups", "mask",
      "unmask", "proc-opts",
    ]
    return settings.securityOptions.compactMap { option in
      guard let text = option.value else { return nil }
      let name = String(text.prefix { $0 != "=" })
      guard known.contains(name) else {
        let near = Spelling.nearest(to: name.map { $0 == "_" ? "-" : String($0) }.joined(), among: known)
        return rule.finding(
          "there is no security option \(JSON.string(name).text(.compact))",
          at: option.range,
          help: near.map { ["did you mean \($0)?"] } ?? []
        )
      }
      switch text {
      case "apparmor=unconfined", "label=disable", "systempaths=unconfined", "writable-cgroups=true", "unmask=ALL":
        return rule.finding(
          "\(name) protection is turned off",
          at: option.range,
          severity: .warning,
          help: ["remove it"]
        )
      default: break
      }
      if name == "systempaths", settings.origin == .createBody {
        return rule.finding(
          "the API refuses systempaths",
          at: option.range,
          help: ["use MaskedPaths and ReadonlyPaths"]
        )
      }
      return nil
    }
  }

  private static let seccomp = DockerRules.Rule(
    "RF8207",
    "system call filter",
    .warning,
    """
    `seccomp=unconfined` turns the filter off. The API wants the profile itself, as JSON, where the command wants the \
    path of a file; with runsc the profile is ignored unless the runtime is registered with --oci-seccomp.
    """
  ) { settings, rule in
    guard let option = settings.securityOption("seccomp"), let text = option.value else { return [] }
    let value = String(text.dropFirst("seccomp=".count))
    if value == "unconfined" {
      return [rule.finding("there is no system call filter", at: option.range, help: ["remove it, or name a profile"])]
    }
    if settings.origin == .createBody, !value.hasPrefix("{"), value != "builtin", !value.isEmpty {
      return [
        rule.finding(
          "the API wants the profile itself, not its path: the container does not start",
          at: option.range,
          severity: .error,
          help: ["put the profile's JSON behind seccomp="]
        )
      ]
    }
    if settings.usesGVisor {
      return [rule.finding("runsc ignores the profile unless registered with --oci-seccomp", at: option.range)]
    }
    return []
  }

  private static let hostNamespace = DockerRules.Rule(
    "RF8208",
    "namespace of the host",
    .warning,
    """
    With `host` the program shares that part of the host: it sees and signals its processes, uses its network or its \
    memory. `container:` shares another container's.
    """
  ) { settings, rule in
    let harms: [(DockerSettings.Namespace, String)] = [
      (.network, "reaches the host's network, loopback and abstract sockets"), (.pid, "sees the host's processes"),
      (.ipc, "shares the host's memory and queues"), (.uts, "shares the host's name"),
      (.user, "has the host's users"), (.cgroup, "sees the host's cgroups"),
    ]
    return harms.compactMap { namespace, harm in
      guard let mode = settings.namespaces[namespace], let text = mode.value else { return nil }
      if text == "host" { return rule.finding("the program \(harm)", at: mode.range) }
      if text.hasPrefix("container:") || text.hasPrefix("service:") {
        return rule.finding("the program shares the \(namespace.rawValue) of another container", at: mode.range)
      }
      let known: [DockerSettings.Namespace: [String]] = [
        .ipc: ["", "none", "private", "shareable"], .pid: [""], .uts: [""], .cgroup: ["", "private"],
      ]
      if let known = known[namespace], !known.contains(text), text != "private" {
        return rule.finding(
          "there is no \(namespace.rawValue) mode \(JSON.string(text).text(.compact))",
          at: mode.range,
          severity: .error,
          notes: ["the engine says so only when the container starts"]
        )
      }
      return nil
    }
  }

  private static let network = DockerRules.Rule(
    "RF8209",
    "network",
    .note,
    "Without `none` the program has a network: it reaches the Internet, the host and other containers."
  ) { settings, rule in
    let mode = settings.namespaces[.network]
    if mode != nil && mode?.value == nil { return [] }
    if let text = mode?.value, text == "none" || text == "host" { return [] }
    if settings.isNetworkDisabled?.value == true { return [] }
    let option = settings.named(
      command: "--network none",
      body: "\"NetworkMode\": \"none\"",
      compose: "network_mode: none"
    )
    return [
      rule.finding(
        "the program reaches a network",
        at: mode?.range ?? settings.place,
        help: ["use \(option) unless it needs one"]
      )
    ]
  }

  private static let disabledNetwork = DockerRules.Rule(
    "RF8210",
    "two words about the network",
    .warning,
    "With `NetworkDisabled` the engine takes any `NetworkMode`, even one that does not exist, and ignores it."
  ) { settings, rule in
    guard settings.isNetworkDisabled?.value == true, let mode = settings.namespaces[.network], let text = mode.value,
      !["none", "default", ""].contains(text)
    else { return [] }
    return [rule.finding("NetworkDisabled makes the engine ignore this", at: mode.range)]
  }

  private static let devices = DockerRules.Rule(
    "RF8211",
    "device of the host",
    .warning,
    "A device is a way into a driver of the kernel, and a disk's device is all that is on the disk."
  ) { settings, rule in
    settings.devices.map { device in
      let path = device.value ?? ""
      let disks = ["/dev/sd", "/dev/vd", "/dev/nvme", "/dev/dm-", "/dev/mapper", "/dev/mem", "/dev/kmsg", "/dev/kvm"]
      let isDisk = disks.contains(where: path.hasPrefix)
      return rule.finding(
        isDisk ? "this device is a way to the host" : "a device of the host is given",
        at: device.range,
        severity: isDisk ? .error : .warning
      )
    }
  }

  private static let sysctls = DockerRules.Rule(
    "RF8212",
    "sysctl of the host",
    .error,
    "Only settings of a namespace can be set; the engine refuses others, but only when the container starts."
  ) { settings, rule in
    settings.sysctls.compactMap { sysctl in
      guard let name = sysctl.value else { return nil }
      let ofIPC = ["kernel.msg", "kernel.sem", "kernel.shm", "fs.mqueue."]
      if name.hasPrefix("net.") {
        guard settings.namespaces[.network]?.value == "host" else { return nil }
        return rule.finding("this is the host's, since the network is", at: sysctl.range)
      }
      if ofIPC.contains(where: name.hasPrefix) || name == "kernel.domainname" { return nil }
      return rule.finding("no namespace holds this setting: it is the host's", at: sysctl.range)
    }
  }

  private static let groups = DockerRules.Rule(
    "RF8213",
    "additional group",
    .warning,
    "An additional group opens files of that group, such as the engine's socket, whatever the user."
  ) { settings, rule in
    settings.groups.map { group in
      let isDangerous = ["0", "root", "docker", "disk", "shadow", "sudo", "wheel", "kvm"].contains(group.value)
      return rule.finding(
        isDangerous ? "this group is as good as root" : "the program is in one more group",
        at: group.range,
        severity: isDangerous ? .warning : .note
      )
    }
  }

  private static let maskedPaths = DockerRules.Rule(
    "RF8214",
    "paths unmasked",
    .warning,
    "`MaskedPaths` and `ReadonlyPaths` replace the engine's own lists: an empty list hides nothing of the kernel."
  ) { settings, rule in
    var found: [Diagnostic] = []
    if let masked = settings.maskedPaths, let paths = masked.value {
      let missing = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"].filter { !paths.contains($0) }
      if !missing.isEmpty {
        found.append(rule.finding("\(missing.joined(separator: ", ")) can be seen inside", at: masked.range))
      }
    }
    if let readOnly = settings.readOnlyPaths, let paths = readOnly.value {
      let missing = OCIPaths.readOnly.filter { !paths.contains($0) }
      if !missing.isEmpty {
        found.append(
          rule.finding("\(missing.joined(separator: ", ")) can be written to by root inside", at: readOnly.range)
        )
      }
    }
    return found
  }

  private static let ports = DockerRules.Rule(
    "RF8215",
    "published port",
    .warning,
    "A published port lets others in, on every address of the host unless one is given, past the host's firewall rules."
  ) { settings, rule in
    settings.publishedPorts.map { port in
      let isLocal = port.value?.hasPrefix("127.") ?? false
      return rule.finding(
        "a port of the container is reached from outside",
        at: port.range,
        severity: isLocal ? .note : .warning
      )
    }
  }

  private static let hostnameOfHost = DockerRules.Rule(
    "RF8216",
    "host name in the host's namespace",
    .error,
    "The engine refuses a host name together with the UTS namespace, or the network, of the host."
  ) { settings, rule in
    guard let hostname = settings.hostname, hostname.value != "", settings.namespaces[.uts]?.value == "host" else {
      return []
    }
    return [rule.finding("a host name needs a UTS namespace of the container's own", at: hostname.range)]
  }
}
