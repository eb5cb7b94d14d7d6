import Sandbox

/// Swift that makes a sandbox again. What it leaves out is at its default; the test that uses it compares the result.
struct SandboxSource {
  private var lines: [String] = []

  var text: String { lines.joined(separator: "\n") }

  init(_ sandbox: Sandbox) {
    lines.append("var sandbox = Sandbox(name: \(quoted(sandbox.name)), summary: \(quoted(sandbox.summary)))")
    write(sandbox.process)
    write(sandbox.environment)
    write(sandbox.filesystem)
    write(sandbox.network)
    write(sandbox.resources)
    if !sandbox.capabilities.isEmpty {
      add("capabilities", list(sandbox.capabilities.sorted().map { "\($0)" }) { "." + $0 })
    }
    let alerts = sandbox.alerts
    if let memory = alerts.memory { add("alerts.memory", "ByteCount(bytes: \(memory.bytes))") }
    if let time = alerts.wallTime { add("alerts.wallTime", "Milliseconds(\(time.count))") }
    if let time = alerts.cpuTime { add("alerts.cpuTime", "Milliseconds(\(time.count))") }
    if let pids = alerts.pids { add("alerts.pids", "\(pids)") }
  }

  private mutating func write(_ process: ProcessSettings) {
    let standard = ProcessSettings()
    if process.command != standard.command { add("process.command", list(process.command, quoted)) }
    if process.user != standard.user {
      add("process.user", "UserIdentity(uid: \(process.user.uid), gid: \(process.user.gid))")
    }
    if process.workingDirectory != standard.workingDirectory {
      add("process.workingDirectory", quoted(process.workingDirectory))
    }
    if process.umask != standard.umask { add("process.umask", "0o" + String(process.umask, radix: 8)) }
    if process.hostname != standard.hostname { add("process.hostname", quoted(process.hostname)) }
    if process.noNewPrivileges != standard.noNewPrivileges {
      add("process.noNewPrivileges", "\(process.noNewPrivileges)")
    }
  }

  private mutating func write(_ environment: Environment) {
    if !environment.inherit.isEmpty { add("environment.inherit", list(environment.inherit, quoted)) }
    for (name, value) in environment.set.sorted(by: { $0.key < $1.key }) {
      add("environment.set[\(quoted(name))]", quoted(value))
    }
  }

  private mutating func write(_ filesystem: Filesystem) {
    if let image = filesystem.image { add("filesystem.image", "ImageReference(reference: \(quoted(image.reference)))") }
    if let rootfs = filesystem.rootfs { add("filesystem.rootfs", quoted(rootfs)) }
    if filesystem.root != .readOnly { add("filesystem.root", ".\(filesystem.root)") }
    func bind(_ mount: BindMount) -> String {
      "BindMount(source: \(quoted(mount.source)), destination: \(quoted(mount.destination)))"
    }
    let read = list(filesystem.read) { path in
      switch path {
      case .system(let path): ".system(\(quoted(path)))"
      case .bind(let mount): ".bind(\(bind(mount)))"
      }
    }
    if !filesystem.read.isEmpty { add("filesystem.read", read) }
    if !filesystem.write.isEmpty { add("filesystem.write", list(filesystem.write, bind)) }
    for mount in filesystem.tmpfs {
      lines.append("sandbox.filesystem.tmpfs.append(")
      lines.append(
        "  TmpfsMount(path: \(quoted(mount.path)), size: ByteCount(bytes: \(mount.size.bytes)), inodes: \(mount.inodes),"
          + " executable: \(mount.executable)))"
      )
    }
    if filesystem.proc != .none { add("filesystem.proc", ".\(filesystem.proc)") }
    if filesystem.dev != .none { add("filesystem.dev", ".\(filesystem.dev)") }
  }

  private mutating func write(_ network: Network) {
    if network.mode != .none { add("network.mode", ".\(network.mode)") }
    if !network.allow.isEmpty {
      add("network.allow", list(network.allow) { "AllowedHost(host: \(quoted($0.host)), ports: \($0.ports))" })
    }
    if !network.socketFamilies.isEmpty {
      add("network.socketFamilies", list(network.socketFamilies.sorted()) { ".\($0)" })
    }
  }

  private mutating func write(_ resources: Resources) {
    func limit<Value>(_ limit: Limit<Value>, _ show: (Value) -> String) -> String {
      limit.value.map { ".limited(\(show($0)))" } ?? ".unlimited"
    }
    let standard = Resources()
    let sizes: [(String, KeyPath<Resources, Limit<ByteCount>>)] = [
      ("memory", \.memory), ("swap", \.swap), ("fileSize", \.fileSize), ("stack", \.stack), ("core", \.core),
      ("output", \.output),
    ]
    for (name, key) in sizes where resources[keyPath: key] != standard[keyPath: key] {
      add("resources.\(name)", limit(resources[keyPath: key]) { "ByteCount(bytes: \($0.bytes))" })
    }
    for (name, key) in [("cpuTime", \Resources.cpuTime), ("wallTime", \.wallTime)]
    where resources[keyPath: key] != standard[keyPath: key] {
      add("resources.\(name)", limit(resources[keyPath: key]) { "Milliseconds(\($0.count))" })
    }
    for (name, key) in [("pids", \Resources.pids), ("openFiles", \.openFiles)]
    where resources[keyPath: key] != standard[keyPath: key] {
      add("resources.\(name)", limit(resources[keyPath: key]) { "\($0)" })
    }
    if resources.cpus != standard.cpus {
      add("resources.cpus", limit(resources.cpus) { "MilliCPUs(\($0.count))" })
    }
  }

  private mutating func add(_ key: String, _ value: String) { lines.append("sandbox.\(key) = \(value)") }

  private func list<Element>(_ elements: [Element], _ show: (Element) -> String) -> String {
    "[" + elements.map(show).joined(separator: ", ") + "]"
  }

  private func quoted(_ text: String) -> String { text.debugDescription }
}
