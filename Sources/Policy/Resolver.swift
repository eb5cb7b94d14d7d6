import Diagnostics
import Sandbox

/// Turns the settings of a policy, already merged with its ancestors', into a sandbox. The shapes have been checked, so
/// a value that is absent takes its default and nothing else can be wrong with it alone; `CrossCheck` looks at several.
struct Resolver {
  let root: Setting
  /// The folder that relative sources start from, absolute, by the text that names them.
  let folder: (SourceText) -> String

  func sandbox() -> Sandbox {
    Sandbox(
      name: root["name"]?.text ?? "",
      summary: root["description"]?.text ?? "",
      process: process(),
      environment: environment(),
      filesystem: filesystem(),
      network: network(),
      resources: resources(),
      capabilities: Set((root["capabilities"]?.items ?? []).compactMap { Self.capability($0.text) }),
      syscalls: syscalls(),
      targets: targets(),
      alerts: alerts()
    )
  }

  static func capability(_ text: String?) -> Capability? {
    text.flatMap { Capability(rawValue: bareCapability($0)) }
  }

  /// A capability's name without the `CAP_` that the man page writes it with.
  static func bareCapability(_ text: String) -> String {
    text.utf8.starts(with: "CAP_".utf8) ? String(Substring(text.utf8.dropFirst(4))) : text
  }

  private func process() -> ProcessSettings {
    let map = root["process"]
    var process = ProcessSettings()
    if let command = map?["command"] { process.command = command.items.compactMap(\.text) }
    if let parts = map?["user"]?.text?.split(separator: ":").compactMap({ UInt32($0) }), parts.count == 2 {
      process.user = UserIdentity(uid: parts[0], gid: parts[1])
    }
    if let path = map?["working_dir"]?.text { process.workingDirectory = PathCheck.normalised(path) }
    if let umask = map?["umask"]?.text.flatMap({ UInt32($0, radix: 8) }) { process.umask = umask }
    if let hostname = map?["hostname"]?.text { process.hostname = hostname }
    if let value = map?["no_new_privileges"]?.boolean { process.noNewPrivileges = value }
    return process
  }

  private func environment() -> Environment {
    let map = root["environment"]
    var environment = Environment()
    for field in map?["set"]?.fields ?? [] { environment.set[field.name] = field.value.text }
    // Both in one policy is an error; across generations the value that is set is the child's.
    environment.inherit = (map?["inherit"]?.items ?? []).compactMap(\.text)
      .filter { environment.set[$0] == nil }.sorted()
    return environment
  }

  private func filesystem() -> Filesystem {
    let map = root["filesystem"]
    var filesystem = Filesystem()
    filesystem.image = map?["image"]?.text.map(ImageReference.init)
    filesystem.rootfs = map?["rootfs"].flatMap { setting in setting.text.map { hostPath($0, setting.range.source) } }
    if let mode = map?["root"]?.text.flatMap(Filesystem.RootMode.init) { filesystem.root = mode }
    filesystem.read = (map?["read"]?.items ?? []).compactMap { item in
      item.text.map { .system(PathCheck.normalised($0)) } ?? bind(item).map { .bind($0) }
    }
    filesystem.write = (map?["write"]?.items ?? []).compactMap(bind)
    filesystem.tmpfs = (map?["tmpfs"]?.items ?? []).compactMap { item in
      guard let path = item["path"]?.text, let size = item["size"]?.size else { return nil }
      return TmpfsMount(
        path: PathCheck.normalised(path),
        size: size,
        inodes: item["inodes"]?.integer ?? 4096,
        executable: item["exec"]?.boolean ?? false
      )
    }
    if let proc = map?["proc"]?.text.flatMap(Filesystem.ProcMode.init) { filesystem.proc = proc }
    if let dev = map?["dev"]?.text.flatMap(Filesystem.DevMode.init) { filesystem.dev = dev }
    return filesystem
  }

  private func bind(_ setting: Setting) -> BindMount? {
    guard let source = setting["source"], let text = source.text, let path = setting["path"]?.text else { return nil }
    return BindMount(source: hostPath(text, source.range.source), destination: PathCheck.normalised(path))
  }

  private func hostPath(_ path: String, _ source: SourceText) -> String {
    PathCheck.normalised(path.utf8.first == UInt8(ascii: "/") ? path : folder(source) + "/" + path)
  }

  private func network() -> Network {
    let map = root["network"]
    var network = Network()
    if let mode = map?["mode"]?.text.flatMap(Network.Mode.init) { network.mode = mode }
    // Peers without the mode are an error in one policy; across generations the child has closed the network.
    let peers = network.mode == .allowlist ? map?["allow"]?.items ?? [] : []
    network.allow = peers.compactMap { item in
      item["host"]?.text.map { host in
        AllowedHost(
          host: host,
          ports: Set((item["ports"]?.items ?? []).compactMap(\.integer).map { UInt16($0) }).sorted()
        )
      }
    }
    network.socketFamilies = Set(
      (map?["socket_families"]?.items ?? []).compactMap { $0.text.flatMap(SocketFamily.init) }
    )
    return network
  }

  private func resources() -> Resources {
    let map = root["resources"]
    var resources = Resources()
    func set<Value>(_ key: String, _ limit: inout Limit<Value>, _ read: (Setting.Content) -> Value?) {
      guard let content = map?[key]?.content else { return }
      if case .unlimited = content { limit = .unlimited }
      if let value = read(content) { limit = .limited(value) }
    }
    let size: (Setting.Content) -> ByteCount? = { if case .size(let value) = $0 { value } else { nil } }
    let time: (Setting.Content) -> Milliseconds? = { if case .duration(let value) = $0 { value } else { nil } }
    let count: (Setting.Content) -> Int64? = { if case .integer(let value) = $0 { value } else { nil } }
    set("memory", &resources.memory, size)
    set("swap", &resources.swap, size)
    set("cpus", &resources.cpus) { if case .cpus(let value) = $0 { value } else { nil } }
    set("cpu_time", &resources.cpuTime, time)
    set("wall_time", &resources.wallTime, time)
    set("pids", &resources.pids, count)
    set("open_files", &resources.openFiles, count)
    set("file_size", &resources.fileSize, size)
    set("stack", &resources.stack, size)
    set("core", &resources.core, size)
    set("output", &resources.output, size)
    return resources
  }

  private func syscalls() -> SyscallPolicy {
    let map = root["syscalls"]
    var policy = SyscallPolicy()
    if let action = action(map?["default"]) { policy.defaultAction = action }
    if let action = action(map?["unknown"]) { policy.unknownAction = action }
    if let list = map?["architectures"] {
      policy.architectures = list.items.compactMap { $0.text.flatMap(SyscallArchitecture.init) }
    }
    if let list = map?["allow"] { policy.allow = list.items.compactMap(SyscallRuleReader.rule) }
    if let list = map?["deny"] { policy.deny = list.items.compactMap(SyscallRuleReader.rule) }
    return policy
  }

  private func action(_ setting: Setting?) -> SyscallAction? {
    if setting?.text == "kill" { return .kill }
    return setting?["errno"]?.text.flatMap(ErrorName.init).map { .errno($0) }
  }

  private func targets() -> TargetOptions {
    let map = root["targets"]
    var options = TargetOptions()
    options.docker.runtime = map?["docker"]?["runtime"]?.text
    func version(of engine: String) -> EngineVersion? { map?[engine]?["version"]?.text.flatMap(EngineVersion.init) }
    options.docker.version = version(of: "docker")
    options.podman.version = version(of: "podman")
    options.runc.version = version(of: "runc")
    options.crun.version = version(of: "crun")
    options.gvisor.platform = map?["gvisor"]?["platform"]?.text.flatMap(TargetOptions.GVisor.Platform.init)
    options.gvisor.release = map?["gvisor"]?["release"]?.text.flatMap(EngineRelease.init)
    options.kubernetes.namespace = map?["kubernetes"]?["namespace"]?.text
    options.kubernetes.runtimeClass = map?["kubernetes"]?["runtime_class"]?.text
    return options
  }

  private func alerts() -> Alerts {
    let map = root["alerts"]
    var alerts = Alerts()
    alerts.memory = map?["memory"]?.size
    alerts.wallTime = map?["wall_time"]?.duration
    alerts.cpuTime = map?["cpu_time"]?.duration
    alerts.pids = map?["pids"]?.integer
    return alerts
  }
}
