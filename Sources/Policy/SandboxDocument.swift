package import CanonicalJSON
package import Sandbox

/// A sandbox as a document with the language's own keys: what `show --json` prints, and what a policy's digest is of.
/// Sets are sorted, so that the same meaning gives the same bytes.
package enum SandboxDocument {
  package static func json(_ sandbox: Sandbox) -> JSON {
    [
      "version": 1,
      "name": .string(sandbox.name),
      "description": .string(sandbox.summary),
      "process": [
        "command": strings(sandbox.process.command),
        "user": .string(sandbox.process.user.description),
        "working_dir": .string(sandbox.process.workingDirectory),
        "umask": .string(octal(sandbox.process.umask)),
        "hostname": .string(sandbox.process.hostname),
        "no_new_privileges": .bool(sandbox.process.noNewPrivileges),
      ],
      "environment": [
        "inherit": strings(sandbox.environment.inherit),
        "set": .object(
          JSONObject(sandbox.environment.set.sorted { $0.key < $1.key }.map { ($0.key, JSON.string($0.value)) })
        ),
      ],
      "filesystem": filesystem(sandbox.filesystem),
      "network": [
        "mode": .string(sandbox.network.mode.rawValue),
        "allow": .array(
          sandbox.network.allow.map { ["host": .string($0.host), "ports": .array($0.ports.map { JSON.integer($0) })] }
        ),
        "socket_families": strings(sandbox.network.socketFamilies.sorted().map(\.rawValue)),
      ],
      "resources": resources(sandbox.resources),
      "capabilities": strings(sandbox.capabilities.sorted().map(\.rawValue)),
      "syscalls": [
        "default": action(sandbox.syscalls.defaultAction),
        "unknown": action(sandbox.syscalls.unknownAction),
        "architectures": strings(sandbox.syscalls.architectures.map(\.rawValue)),
        "allow": .array(sandbox.syscalls.allow.map(rule)),
        "deny": .array(sandbox.syscalls.deny.map(rule)),
      ],
      "targets": targets(sandbox.targets),
      "alerts": alerts(sandbox.alerts),
    ]
  }

  private static func strings(_ items: [String]) -> JSON { .array(items.map(JSON.string)) }

  private static func octal(_ value: UInt32) -> String {
    let digits = String(value, radix: 8)
    return String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
  }

  private static func filesystem(_ filesystem: Filesystem) -> JSON {
    [
      "image": filesystem.image.map { .string($0.reference) } ?? .null,
      "rootfs": filesystem.rootfs.map(JSON.string) ?? .null,
      "root": .string(filesystem.root.rawValue),
      "read": .array(
        filesystem.read.map { path in
          switch path {
          case .system(let path): .string(path)
          case .bind(let mount): bind(mount)
          }
        }
      ),
      "write": .array(filesystem.write.map(bind)),
      "tmpfs": .array(
        filesystem.tmpfs.map {
          [
            "path": .string($0.path), "size": .string($0.size.description), "inodes": .integer($0.inodes),
            "exec": .bool($0.executable),
          ]
        }
      ),
      "proc": .string(filesystem.proc.rawValue),
      "dev": .string(filesystem.dev.rawValue),
    ]
  }

  private static func bind(_ mount: BindMount) -> JSON {
    ["source": .string(mount.source), "path": .string(mount.destination)]
  }

  private static func resources(_ resources: Resources) -> JSON {
    func limit<Value>(_ limit: Limit<Value>, _ describe: (Value) -> JSON) -> JSON {
      limit.value.map(describe) ?? "unlimited"
    }
    let size: (ByteCount) -> JSON = { .string($0.description) }
    let time: (Milliseconds) -> JSON = { .string($0.description) }
    return [
      "memory": limit(resources.memory, size),
      "swap": limit(resources.swap, size),
      "cpus": limit(resources.cpus) { .string($0.description) },
      "cpu_time": limit(resources.cpuTime, time),
      "wall_time": limit(resources.wallTime, time),
      "pids": limit(resources.pids) { .integer($0) },
      "open_files": limit(resources.openFiles) { .integer($0) },
      "file_size": limit(resources.fileSize, size),
      "stack": limit(resources.stack, size),
      "core": limit(resources.core, size),
      "output": limit(resources.output, size),
    ]
  }

  private static func action(_ action: SyscallAction) -> JSON {
    switch action {
    case .kill: "kill"
    case .errno(let name): ["errno": .string(name.rawValue)]
    }
  }

  private static func rule(_ rule: SyscallRule) -> JSON {
    let name =
      switch rule.selector {
      case .name(let name), .group(let name): name
      }
    if rule.condition == nil, rule.reason == nil { return .string(name) }
    var object = JSONObject([("name", .string(name))])
    object["args"] = rule.condition.map { [condition($0)] }
    object["reason"] = rule.reason.map(JSON.string)
    return .object(object)
  }

  private static func condition(_ condition: ArgumentCondition) -> JSON {
    switch condition {
    case .all(let parts): ["all": .array(parts.map(self.condition))]
    case .any(let parts): ["any": .array(parts.map(self.condition))]
    case .not(let part): ["not": [self.condition(part)]]
    case .argument(let index, let test):
      switch test {
      case .equals(let value): ["index": .integer(index), "equals": .integer(value)]
      case .isOneOf(let values): ["index": .integer(index), "in": .array(values.map { JSON.integer($0) })]
      case .masked(let mask, let value):
        ["index": .integer(index), "masked": ["mask": .integer(mask), "equals": .integer(value)]]
      case .less(let value): ["index": .integer(index), "less": .integer(value)]
      case .greater(let value): ["index": .integer(index), "greater": .integer(value)]
      case .range(let range):
        ["index": .integer(index), "range": [.integer(range.lowerBound), .integer(range.upperBound)]]
      }
    }
  }

  private static func targets(_ options: TargetOptions) -> JSON {
    var docker = JSONObject()
    docker["runtime"] = options.docker.runtime.map(JSON.string)
    docker["version"] = options.docker.version.map { .string($0.description) }
    var gvisor = JSONObject()
    gvisor["platform"] = options.gvisor.platform.map { .string($0.rawValue) }
    gvisor["release"] = options.gvisor.release.map { .string($0.description) }
    var kubernetes = JSONObject()
    kubernetes["namespace"] = options.kubernetes.namespace.map(JSON.string)
    kubernetes["runtime_class"] = options.kubernetes.runtimeClass.map(JSON.string)
    var targets = JSONObject([
      ("docker", .object(docker)), ("gvisor", .object(gvisor)), ("kubernetes", .object(kubernetes)),
    ])
    for (name, engine) in [("podman", options.podman), ("runc", options.runc), ("crun", options.crun)] {
      if let version = engine.version { targets[name] = ["version": .string(version.description)] }
    }
    return .object(targets)
  }

  private static func alerts(_ alerts: Alerts) -> JSON {
    var object = JSONObject()
    object["memory"] = alerts.memory.map { .string($0.description) }
    object["wall_time"] = alerts.wallTime.map { .string($0.description) }
    object["cpu_time"] = alerts.cpuTime.map { .string($0.description) }
    object["pids"] = alerts.pids.map { .integer($0) }
    return .object(object)
  }
}
