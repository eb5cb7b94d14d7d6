import CanonicalJSON
import Diagnostics

/// `linux.namespaces` and what depends on them.
enum OCINamespaceRules {
  static let all: [OCIRules.Rule] = [missing, twice, path, mappings, hostname, sysctl, timeOffsets]

  private static let missing = OCIRules.Rule(
    "RF8160",
    "shared namespace",
    .warning,
    """
    A namespace that is not listed is the caller's: without `pid` the program sees and signals every process of the \
    host, without `network` it has the host's network, without `mount` crun mounts into the host's tree.
    """
  ) { config, rule in
    guard config.linux != nil || config.process != nil else { return [] }
    let needed: [(type: String, harm: String)] = [
      ("pid", "sees the processes of the host"), ("network", "has the network of the host"),
      ("ipc", "shares memory and queues with the host"), ("uts", "shares the host's name"),
      ("mount", "mounts into the tree of the host"),
    ]
    return needed.filter { config.namespace($0.type) == nil }.map { type, harm in
      rule.finding(
        "there is no \(type) namespace: the program \(harm)",
        at: config.linux.map { config.place(of: "namespaces", in: $0) } ?? config.root.head,
        help: ["add {\"type\": \"\(type)\"} to linux.namespaces"]
      )
    }
  }

  private static let twice = OCIRules.Rule(
    "RF8161",
    "namespace given twice",
    .error,
    "runc refuses two namespaces of one type; crun and runsc take one of them in silence."
  ) { config, rule in
    var seen: [String: SourceRange] = [:]
    return config.namespaces.compactMap { node in
      guard let type = node["type"], let name = type.string else { return nil }
      guard let first = seen[name] else {
        seen[name] = type.range
        return nil
      }
      return rule.finding(
        "the \(name) namespace is there twice",
        at: type.range,
        secondary: [Diagnostic.Label(first, "first here")]
      )
    }
  }

  private static let path = OCIRules.Rule(
    "RF8162",
    "namespace of somebody else",
    .warning,
    """
    With a path the container joins a namespace that exists, such as that of a pod. Another program's namespace is no \
    isolation from that program; runsc looks only at the paths of `network` and `user`.
    """
  ) { config, rule in
    config.namespaces.compactMap { node in
      guard let path = node["path"], let text = path.string, !text.isEmpty else { return nil }
      if !ContainerPath.isClean(text) {
        return rule.finding("the path of a namespace has to be absolute", at: path.range, severity: .error)
      }
      let isOfHost = text.hasPrefix("/proc/1/ns/") || text.hasPrefix("/proc/self/ns/")
      return rule.finding(
        isOfHost ? "this is a namespace of the host" : "the container shares this namespace",
        at: path.range,
        severity: isOfHost ? .warning : .note
      )
    }
  }

  private static let mappings = OCIRules.Rule(
    "RF8163",
    "user namespace and mappings",
    .error,
    """
    A user namespace needs `uidMappings` and `gidMappings`, and they need it: runc and crun do not start otherwise, and \
    runsc of 2022 hangs. Mappings must not overlap, and the program's own user has to be among them.
    """
  ) { config, rule in
    guard let linux = config.linux else { return [] }
    var found: [Diagnostic] = []
    let names = ["uidMappings", "gidMappings"]
    let user = config.namespace("user")
    for name in names {
      let items = linux[name]?.items ?? []
      if user == nil, let member = linux.member(name), !items.isEmpty {
        found.append(rule.finding("there is no user namespace for \(name)", at: member.nameRange))
      }
      if let user, user["path"] == nil, items.isEmpty {
        found.append(rule.finding("a user namespace needs \(name)", at: user.head))
      }
      found += overlaps(in: items, rule)
      let id = name == "uidMappings" ? config.uid : config.process?["user"]?["gid"]?.integer ?? 0
      if user != nil, !items.isEmpty, !items.contains(where: { maps(id, $0) }) {
        found.append(
          rule.finding("no mapping holds the program's own id \(id)", at: config.place(of: name, in: linux))
        )
      }
    }
    return found
  }

  private static func bounds(of mapping: JSONNode, _ key: String) -> Range<Int64>? {
    guard let start = mapping[key]?.integer, let size = mapping["size"]?.integer, start >= 0, size > 0,
      start <= 4_294_967_295, size <= 4_294_967_296
    else { return nil }
    return start..<start + size
  }

  private static func maps(_ id: Int64, _ mapping: JSONNode) -> Bool {
    bounds(of: mapping, "containerID")?.contains(id) ?? false
  }

  /// The kernel's own limit (user_namespaces(7)).
  private static let mostMappings = 340

  private static func overlaps(in all: [JSONNode], _ rule: RuleDescription) -> [Diagnostic] {
    var found: [Diagnostic] = []
    if all.count > mostMappings {
      found.append(rule.finding("the kernel takes \(mostMappings) mappings", at: all[mostMappings].head))
    }
    let mappings = all.prefix(mostMappings)
    for (index, mapping) in mappings.enumerated() {
      if let size = mapping["size"], size.integer == 0 {
        found.append(rule.finding("a mapping of no ids", at: size.range))
      }
      for key in ["containerID", "hostID"] {
        guard let range = bounds(of: mapping, key) else { continue }
        guard let other = mappings[..<index].first(where: { bounds(of: $0, key)?.overlaps(range) ?? false }) else {
          continue
        }
        found.append(
          rule.finding(
            "this mapping overlaps another",
            at: mapping[key]?.range ?? mapping.head,
            secondary: [Diagnostic.Label(other.head, "with this one")]
          )
        )
      }
    }
    return found
  }

  private static let hostname = OCIRules.Rule(
    "RF8164",
    "host name without namespace",
    .error,
    "Without a UTS namespace a host name would be the host's own: runtimes refuse to start."
  ) { config, rule in
    guard !config.hasOwnNamespace("uts") else { return [] }
    return ["hostname", "domainname"].compactMap { name in
      guard let member = config.root.member(name), member.value.string ?? "" != "" else { return nil }
      return rule.finding(
        "\(name) needs a uts namespace of the container's own",
        at: member.nameRange,
        help: ["add {\"type\": \"uts\"} to linux.namespaces"]
      )
    }
  }

  private static let sysctl = OCIRules.Rule(
    "RF8165",
    "sysctl of the host",
    .error,
    """
    Only settings that a namespace of the container's own holds can be set: others are the host's, and runc and crun \
    refuse them. runsc ignores nearly all.
    """
  ) { config, rule in
    let ofIPC = [
      "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
      "kernel.shmmni", "kernel.shm_rmid_forced",
    ]
    return (config.linux?["sysctl"]?.members ?? []).compactMap { member in
      let name = String(member.name.map { $0 == "/" ? "." : $0 })
      let type =
        if name.hasPrefix("net.") { "network" } else if name.hasPrefix("fs.mqueue.") || ofIPC.contains(name) {
          "ipc"
        } else if name == "kernel.domainname" || name == "kernel.hostname" { "uts" } else { "" }
      if type.isEmpty {
        return rule.finding("no namespace holds this setting: it is the host's", at: member.nameRange)
      }
      if config.hasOwnNamespace(type) { return nil }
      return rule.finding("this setting needs a \(type) namespace of the container's own", at: member.nameRange)
    }
  }

  private static let timeOffsets = OCIRules.Rule(
    "RF8166",
    "time namespace",
    .error,
    "`timeOffsets` need a time namespace, which runc before 1.2 and crun 1.8 do not know."
  ) { config, rule in
    var found: [Diagnostic] = []
    if let member = config.linux?.member("timeOffsets"), config.namespace("time") == nil {
      found.append(rule.finding("timeOffsets need a time namespace", at: member.nameRange))
    }
    if let type = config.namespace("time")?["type"] {
      found.append(rule.finding("runc before 1.2 and crun 1.8 do not start with this", at: type.range, severity: .note))
    }
    return found
  }
}
