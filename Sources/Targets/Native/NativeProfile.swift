import CanonicalJSON
import Sandbox

/// `profile.json` of the native target: every control with its value and what holds it, for reviewers and for tools.
struct NativeProfile {
  static let schema = "ringfence.native/1"

  private let sandbox: Sandbox
  private let provenance: Provenance
  private let filter: [UInt8]
  private let enforcement: (Control) -> Enforcement

  init(
    _ sandbox: Sandbox,
    provenance: Provenance,
    filter: [UInt8],
    enforcement: @escaping (Control) -> Enforcement
  ) {
    self.sandbox = sandbox
    self.provenance = provenance
    self.filter = filter
    self.enforcement = enforcement
  }

  var json: JSON {
    [
      "schema": .string(Self.schema),
      "note": .string(provenance.note),
      "policy": .string(provenance.policy),
      "policy_digest": .string(provenance.digest),
      "command": .array(sandbox.process.command.map(JSON.string)),
      "rootfs": sandbox.filesystem.rootfs.map(JSON.string) ?? .null,
      "filter": [
        "file": "filter.bpf",
        "digest": .string(SHA256.digest(of: filter)),
        "instructions": .integer(filter.count / 8),
      ],
      "controls": .object(JSONObject(Control.allCases.map { ($0.rawValue, entry($0)) })),
    ]
  }

  private func entry(_ control: Control) -> JSON {
    let enforcement = enforcement(control)
    var entry = JSONObject([("value", value(of: control)), ("enforcement", .string(enforcement.word))])
    entry["mechanism"] = enforcement.mechanism.map(JSON.string)
    entry["reason"] = enforcement.reason.map(JSON.string)
    return .object(entry)
  }

  private func value(of control: Control) -> JSON {
    let (process, files) = (sandbox.process, sandbox.filesystem)
    let (network, resources) = (sandbox.network, sandbox.resources)
    switch control {
    case .user: return ["uid": .integer(process.user.uid), "gid": .integer(process.user.gid)]
    case .workingDirectory: return .string(process.workingDirectory)
    case .umask: return .integer(process.umask)
    case .hostname: return .string(process.hostname)
    case .noNewPrivileges: return .bool(process.noNewPrivileges)
    case .environment: return environment
    case .root: return .string(files.root.rawValue)
    case .read: return .array(files.read.map(Self.entry))
    case .write: return .array(files.write.map(Self.entry))
    case .tmpfs: return .array(files.tmpfs.map(Self.entry))
    case .proc: return .string(files.proc.rawValue)
    case .dev: return .string(files.dev.rawValue)
    case .networkMode: return .string(network.mode.rawValue)
    case .networkAllow:
      return .array(
        network.allow.map { ["host": .string($0.host), "ports": .array($0.ports.map { .integer($0) })] }
      )
    case .socketFamilies: return .array(network.socketFamilies.sorted().map { .string($0.rawValue) })
    case .memory: return Self.limit(resources.memory, \.bytes)
    case .swap: return Self.limit(resources.swap, \.bytes)
    case .cpus: return resources.cpus.value.map { .number(JSONNumber(thousandths: $0.count)) } ?? "unlimited"
    case .cpuTime: return Self.limit(resources.cpuTime, \.count)
    case .wallTime: return Self.limit(resources.wallTime, \.count)
    case .pids: return Self.limit(resources.pids, \.self)
    case .openFiles: return Self.limit(resources.openFiles, \.self)
    case .fileSize: return Self.limit(resources.fileSize, \.bytes)
    case .stack: return Self.limit(resources.stack, \.bytes)
    case .core: return Self.limit(resources.core, \.bytes)
    case .output: return Self.limit(resources.output, \.bytes)
    case .capabilities: return .array(sandbox.capabilities.sorted().map { .string($0.prefixedName) })
    case .syscalls: return syscalls
    }
  }

  /// Bytes, milliseconds or a number, by control.
  private static func limit<Value>(_ limit: Limit<Value>, _ count: (Value) -> Int64) -> JSON {
    limit.value.map { .integer(count($0)) } ?? "unlimited"
  }

  private var environment: JSON {
    let variables = sandbox.environment.set.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return [
      "inherit": .array(sandbox.environment.inherit.map(JSON.string)),
      "set": .object(JSONObject(variables.map { ($0.key, .string($0.value)) })),
    ]
  }

  private static func entry(_ path: ReadPath) -> JSON {
    switch path {
    case .system(let path): .string(path)
    case .bind(let mount): entry(mount)
    }
  }

  private static func entry(_ mount: BindMount) -> JSON {
    ["source": .string(mount.source), "path": .string(mount.destination)]
  }

  private static func entry(_ mount: TmpfsMount) -> JSON {
    [
      "path": .string(mount.path), "size": .integer(mount.size.bytes), "inodes": .integer(mount.inodes),
      "exec": .bool(mount.executable),
    ]
  }

  private var syscalls: JSON {
    [
      "default": .string(sandbox.syscalls.defaultAction.description),
      "unknown": .string(sandbox.syscalls.unknownAction.description),
      "architectures": .array(sandbox.syscalls.architectures.map { .string($0.rawValue) }),
      "allow": .array(sandbox.syscalls.allow.map(Self.entry)),
      "deny": .array(sandbox.syscalls.deny.map(Self.entry)),
    ]
  }

  private static func entry(_ rule: SyscallRule) -> JSON {
    let name: JSON =
      switch rule.selector {
      case .name(let name), .group(let name): .string(name)
      }
    guard let condition = rule.condition else { return name }
    return ["name": name, "when": entry(condition)]
  }

  private static func entry(_ condition: ArgumentCondition) -> JSON {
    switch condition {
    case .all(let parts): ["all": .array(parts.map(entry))]
    case .any(let parts): ["any": .array(parts.map(entry))]
    case .not(let part): ["not": entry(part)]
    case .argument(let index, let test): ["argument": .integer(index), "test": .object(entry(test))]
    }
  }

  private static func entry(_ test: ArgumentTest) -> JSONObject {
    switch test {
    case .equals(let value): JSONObject([("equals", .integer(value))])
    case .isOneOf(let values): JSONObject([("in", .array(values.map { .integer($0) }))])
    case .masked(let mask, let value): JSONObject([("mask", .integer(mask)), ("equals", .integer(value))])
    case .less(let bound): JSONObject([("less", .integer(bound))])
    case .greater(let bound): JSONObject([("greater", .integer(bound))])
    case .range(let range):
      JSONObject([("range", [.integer(range.lowerBound), .integer(range.upperBound)])])
    }
  }
}
