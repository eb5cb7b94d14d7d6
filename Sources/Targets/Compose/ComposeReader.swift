import CanonicalJSON
import Diagnostics

/// Reads one service of a Compose file.
struct ComposeReader {
  private let service: JSONNode
  private(set) var settings: DockerSettings
  private(set) var diagnostics: [Diagnostic] = []

  init(service: ComposeDocument.Service) {
    self.service = service.node
    settings = DockerSettings(origin: .compose, place: service.nameRange)
  }

  mutating func read() {
    settings.image = text("image")
    // An image that is built has the name that the file gives it; what is in it is another file's matter.
    if service["build"] != nil { settings.image = nil }
    settings.user = text("user")
    settings.hostname = text("hostname")
    settings.runtime = text("runtime")
    settings.restart = text("restart")
    settings.cgroupParent = text("cgroup_parent")
    settings.privileged = flag("privileged")
    settings.readOnlyRoot = flag("read_only")
    settings.usesInit = flag("init")
    settings.disablesOOMKiller = flag("oom_kill_disable")
    settings.usesAPISocket = flag("use_api_socket")
    settings.addedCapabilities = list("cap_add")
    settings.droppedCapabilities = list("cap_drop")
    settings.securityOptions = list("security_opt").map {
      Located(DockerCreateReader.separated($0.value), $0.range)
    }
    settings.volumesFrom = list("volumes_from")
    settings.groups = list("group_add")
    settings.environment = pairs("environment")
    settings.sysctls = pairs("sysctls").map { Located($0.value.map { String($0.prefix { $0 != "=" }) }, $0.range) }
    settings.publishedPorts = (service["ports"]?.items ?? []).map(port)
    settings.devices = (service["devices"]?.items ?? []).map { Located($0.string ?? $0["source"]?.string, $0.head) }
    if let gpus = service["gpus"] { settings.devices.append(Located("gpus", gpus.head)) }
    settings.logDriver = service["logging"]?["driver"].map { Located($0.string, $0.range) }
    settings.hasLogSizeLimit = service["logging"]?["options"]?["max-size"] != nil
    let modes: [(DockerSettings.Namespace, String)] = [
      (.network, "network_mode"), (.ipc, "ipc"), (.pid, "pid"), (.uts, "uts"), (.user, "userns_mode"),
      (.cgroup, "cgroup"),
    ]
    for (namespace, key) in modes { settings.namespaces[namespace] = text(key) }
    readLimits()
    readMounts()
  }

  private mutating func readLimits() {
    let limits = service["deploy"]?["resources"]?["limits"]
    settings.memory = size(service["mem_limit"] ?? limits?["memory"])
    settings.memorySwap = size(service["memswap_limit"])
    settings.memoryReservation = size(service["mem_reservation"])
    settings.nanoCPUs = quantity(service["cpus"] ?? limits?["cpus"], "a number of processors", DockerQuantity.nanoCPUs)
    settings.cpuQuota = quantity(service["cpu_quota"], "a number of microseconds") { Int64($0) }
    settings.cpuPeriod = quantity(service["cpu_period"], "a number of microseconds") { Int64($0) }
    settings.cpuCount = quantity(service["cpu_count"], "a whole number") { Int64($0) }
    settings.pids = quantity(service["pids_limit"] ?? limits?["pids"], "a whole number") { Int64($0) }
    settings.scoreAdjustment = quantity(service["oom_score_adj"], "a whole number") { Int64($0) }
    for member in service["ulimits"]?.members ?? [] {
      let soft = member.value["soft"]?.integer ?? member.value.integer
      let hard = member.value["hard"]?.integer ?? member.value.integer
      let limit = soft.flatMap { soft in
        hard.map { DockerSettings.Ulimit(name: member.name, soft: soft, hard: $0) }
      }
      settings.ulimits.append(Located(limit, member.nameRange))
    }
  }

  private mutating func readMounts() {
    let tmpfs = service["tmpfs"].map { $0.array ?? [$0] } ?? []
    settings.tmpfs = tmpfs.map { node in Located(plain(node).map(DockerQuantity.tmpfs), node.range) }
    for node in service["volumes"]?.items ?? [] {
      if node.string != nil {
        settings.mounts.append(Located(plain(node).map(DockerQuantity.volume), node.range))
        continue
      }
      let target = node["target"].flatMap(plain) ?? ""
      if node["type"]?.string == "tmpfs" {
        let hasSize = node["tmpfs"]?["size"] != nil
        settings.tmpfs.append(Located(DockerSettings.Tmpfs(path: target, options: [], hasSize: hasSize), node.head))
        continue
      }
      let source = node["source"]
      if source != nil, source.flatMap(plain) == nil { continue }
      let mount = DockerSettings.Mount(
        type: node["type"]?.string ?? "",
        source: source.flatMap(plain) ?? "",
        target: target,
        isReadOnly: node["read_only"].map { boolean($0) ?? true } ?? false
      )
      settings.mounts.append(Located(mount, source?.range ?? node.head))
    }
  }

  /// The text of a scalar; nil when a variable of the caller decides it.
  private func plain(_ node: JSONNode) -> String? {
    switch node.value {
    case .string(let text): ComposeVariables.substituted(text)
    case .number(let number): number.lexeme
    case .bool(let value): value ? "true" : "false"
    case .null, .array, .object: nil
    }
  }

  private func text(_ key: String) -> Located<String>? {
    service[key].flatMap { node in node.isNull ? nil : Located(plain(node), node.range) }
  }

  private func list(_ key: String) -> [Located<String>] {
    (service[key]?.items ?? []).map { Located(plain($0), $0.range) }
  }

  /// A map, or a list of `NAME=VALUE`.
  private func pairs(_ key: String) -> [Located<String>] {
    guard let node = service[key] else { return [] }
    if node.array != nil { return list(key) }
    return node.members.map { member in
      Located(member.value.isNull ? member.name : plain(member.value).map { member.name + "=" + $0 }, member.nameRange)
    }
  }

  private func port(_ node: JSONNode) -> Located<String> {
    if let address = node["host_ip"]?.string { return Located(address, node.head) }
    return Located(plain(node), node.head)
  }

  private func boolean(_ node: JSONNode) -> Bool? {
    if let value = node.bool { return value }
    switch plain(node)?.lowercased() {
    case "true", "yes", "y", "on", "1", "t": return true
    case "false", "no", "n", "off", "0", "f": return false
    default: return nil
    }
  }

  private mutating func flag(_ key: String) -> Located<Bool>? {
    guard let node = service[key], !node.isNull else { return nil }
    let value = boolean(node)
    if value == nil, plain(node) != nil { refuse(node, "true or false") }
    return Located(value, node.range)
  }

  private mutating func size(_ node: JSONNode?) -> Located<Int64>? {
    quantity(node, "a size such as 256m", DockerQuantity.bytes)
  }

  private mutating func quantity(
    _ node: JSONNode?,
    _ form: String,
    _ parse: (String) -> Int64?
  ) -> Located<Int64>? {
    guard let node, !node.isNull else { return nil }
    guard let text = plain(node) else { return Located(nil, node.range) }
    let value = parse(text)
    if value == nil { refuse(node, form) }
    return Located(value, node.range)
  }

  private mutating func refuse(_ node: JSONNode, _ form: String) {
    diagnostics.append(
      ComposeRules.badValue.finding(
        "\(node.path) is not \(form)",
        at: node.range,
        notes: ["Compose's schema takes any text here; Compose itself fails"]
      )
    )
  }
}

/// Variables of the caller in Compose's strings: `$NAME`, `${NAME}`, `${NAME:-default}`, and `$$` for a dollar.
enum ComposeVariables {
  /// The text with every `$$` made one; nil when a variable decides it, or when it is malformed.
  static func substituted(_ text: String) -> String? {
    var result: [UInt8] = []
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "$") {
        guard index + 1 < bytes.count, bytes[index + 1] == bytes[index] else { return nil }
        index += 1
      }
      result.append(bytes[index])
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Whether Compose refuses the text: a dollar that is neither doubled nor begins a variable.
  static func isMalformed(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "$") else {
        index += 1
        continue
      }
      guard index + 1 < bytes.count else { return true }
      switch bytes[index + 1] {
      case UInt8(ascii: "$"): index += 2
      case UInt8(ascii: "{"):
        guard let end = bytes[index...].firstIndex(of: UInt8(ascii: "}")), end > index + 2 else { return true }
        index += 2
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
        index += 2
      default: return true
      }
    }
    return false
  }
}
