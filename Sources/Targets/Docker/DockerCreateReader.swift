import CanonicalJSON
import Diagnostics

/// Reads the body of `POST /containers/create`.
enum DockerCreateReader {
  static func settings(of root: JSONNode) -> DockerSettings {
    let host = root["HostConfig"]
    var settings = DockerSettings(origin: .createBody, place: root.member("HostConfig")?.nameRange ?? root.head)
    settings.image = string(root["Image"])
    settings.user = string(root["User"])
    settings.hostname = string(root["Hostname"])
    settings.stopTimeout = integer(root["StopTimeout"])
    settings.isNetworkDisabled = bool(root["NetworkDisabled"])
    settings.environment = strings(root["Env"])
    guard let host else { return settings }
    settings.privileged = bool(host["Privileged"])
    settings.readOnlyRoot = bool(host["ReadonlyRootfs"])
    settings.addedCapabilities = strings(host["CapAdd"])
    settings.droppedCapabilities = strings(host["CapDrop"])
    settings.securityOptions = strings(host["SecurityOpt"]).map { Located(separated($0.value), $0.range) }
    let modes: [(DockerSettings.Namespace, String)] = [
      (.network, "NetworkMode"), (.ipc, "IpcMode"), (.pid, "PidMode"), (.uts, "UTSMode"), (.user, "UsernsMode"),
      (.cgroup, "CgroupnsMode"),
    ]
    for (namespace, key) in modes { settings.namespaces[namespace] = string(host[key]) }
    settings.memory = integer(host["Memory"])
    settings.memorySwap = integer(host["MemorySwap"])
    settings.memoryReservation = integer(host["MemoryReservation"])
    settings.nanoCPUs = integer(host["NanoCpus"])
    settings.cpuQuota = integer(host["CpuQuota"])
    settings.cpuPeriod = integer(host["CpuPeriod"])
    settings.cpuCount = integer(host["CpuCount"])
    settings.pids = integer(host["PidsLimit"])
    settings.ulimits = (host["Ulimits"]?.items ?? []).map(ulimit)
    settings.tmpfs = (host["Tmpfs"]?.members ?? []).map { member in
      Located(DockerQuantity.tmpfs(member.name + ":" + (member.value.string ?? "")), member.value.range)
    }
    settings.volumesFrom = strings(host["VolumesFrom"])
    settings.devices = (host["Devices"]?.items ?? []).map { Located($0["PathOnHost"]?.string, $0.head) }
    settings.devices += (host["DeviceRequests"]?.items ?? []).map { Located($0["Driver"]?.string, $0.head) }
    settings.sysctls = (host["Sysctls"]?.members ?? []).map { Located($0.name, $0.nameRange) }
    settings.publishedPorts = (host["PortBindings"]?.members ?? []).map { Located($0.name, $0.nameRange) }
    if let all = host["PublishAllPorts"], all.bool == true { settings.publishedPorts.append(Located("all", all.range)) }
    settings.groups = strings(host["GroupAdd"])
    settings.cgroupParent = string(host["CgroupParent"])
    settings.runtime = string(host["Runtime"])
    settings.logDriver = string(host["LogConfig"]?["Type"])
    settings.hasLogSizeLimit = host["LogConfig"]?["Config"]?["max-size"] != nil
    settings.restart = string(host["RestartPolicy"]?["Name"])
    settings.removesItself = bool(host["AutoRemove"])
    settings.disablesOOMKiller = bool(host["OomKillDisable"])
    settings.scoreAdjustment = integer(host["OomScoreAdj"])
    settings.usesInit = bool(host["Init"])
    settings.maskedPaths = list(host["MaskedPaths"])
    settings.readOnlyPaths = list(host["ReadonlyPaths"])
    readMounts(of: host, into: &settings)
    return settings
  }

  private static func readMounts(of host: JSONNode, into settings: inout DockerSettings) {
    settings.mounts = strings(host["Binds"]).map { Located($0.value.map(DockerQuantity.volume), $0.range) }
    for node in host["Mounts"]?.items ?? [] {
      let target = node["Target"]?.string ?? ""
      if node["Type"]?.string == "tmpfs" {
        let size = node["TmpfsOptions"]?["SizeBytes"]?.integer ?? 0
        settings.tmpfs.append(Located(DockerSettings.Tmpfs(path: target, options: [], hasSize: size > 0), node.head))
        continue
      }
      let mount = DockerSettings.Mount(
        type: node["Type"]?.string ?? "",
        source: node["Source"]?.string ?? "",
        target: target,
        isReadOnly: node["ReadOnly"]?.bool ?? false
      )
      settings.mounts.append(Located(mount, node["Source"]?.range ?? node.head))
    }
  }

  /// `seccomp:x` and `seccomp=x` are one to the engine.
  static func separated(_ option: String?) -> String? {
    guard let option else { return nil }
    let bytes = Array(option.utf8)
    guard let place = bytes.firstIndex(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "=") }) else {
      return option
    }
    return String(decoding: bytes[..<place] + [UInt8(ascii: "=")] + bytes[(place + 1)...], as: UTF8.self)
  }

  private static func ulimit(_ node: JSONNode) -> Located<DockerSettings.Ulimit> {
    guard let name = node["Name"]?.string, let soft = node["Soft"]?.integer, let hard = node["Hard"]?.integer else {
      return Located(nil, node.head)
    }
    return Located(DockerSettings.Ulimit(name: name, soft: soft, hard: hard), node["Name"]?.range ?? node.head)
  }

  private static func string(_ node: JSONNode?) -> Located<String>? {
    node.flatMap { node in node.isNull ? nil : Located(node.string, node.range) }
  }

  private static func bool(_ node: JSONNode?) -> Located<Bool>? {
    node.flatMap { node in node.isNull ? nil : Located(node.bool, node.range) }
  }

  private static func integer(_ node: JSONNode?) -> Located<Int64>? {
    node.flatMap { node in node.isNull ? nil : Located(node.integer, node.range) }
  }

  private static func strings(_ node: JSONNode?) -> [Located<String>] {
    (node?.items ?? []).map { Located($0.string, $0.range) }
  }

  private static func list(_ node: JSONNode?) -> Located<[String]>? {
    node.flatMap { node in node.array.map { Located($0.compactMap(\.string), node.head) } }
  }
}
