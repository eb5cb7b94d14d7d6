package import CanonicalJSON
package import Sandbox

/// Profiles in the JSON of Docker (moby/profiles) and of the OCI runtime specification.
package enum DockerSeccompProfile {
  /// The profile of a sandbox for `docker run --security-opt seccomp=FILE`: the same file on every host.
  package static func export(for sandbox: Sandbox) throws(SeccompError) -> JSON {
    let hosts = Self.hosts(of: sandbox.syscalls)
    var policies: [(host: SyscallABI, policy: FilterPolicy)] = []
    for host in hosts { policies.append((host, try FilterPolicy(sandbox, native: host))) }
    let profile = try SeccompProfile(policies, syscalls: sandbox.syscalls)
    var json = profile.head
    json["archMap"] = .array(
      policies.map { host, policy in
        [
          "architecture": .string(host.scmpName),
          "subArchitectures": .array(policy.sections.map(\.abi).filter { $0 != host }.map { .string($0.scmpName) }),
        ]
      }
    )
    json["syscalls"] = profile.syscalls
    return .object(json)
  }

  /// The hosts that a sandbox can run on: all that we know for `native`, else those of the named ABIs.
  private static func hosts(of syscalls: SyscallPolicy) -> [SyscallABI] {
    if syscalls.architectures.contains(.native) {
      let named = syscalls.architectures.filter { $0 != .native }.map { SyscallABI($0, native: .x86_64).host }
      return [.x86_64, .aarch64, .riscv64].filter { host in named.allSatisfy { $0 == host } }
    }
    var hosts: [SyscallABI] = []
    for architecture in syscalls.architectures {
      let host = SyscallABI(architecture, native: .x86_64).host
      if !hosts.contains(host) { hosts.append(host) }
    }
    return hosts
  }
}

package enum OCISeccompProfile {
  /// `linux.seccomp` of a sandbox for a host.
  package static func export(for sandbox: Sandbox, native: SyscallABI = .current) throws(SeccompError) -> JSON {
    let policy = try FilterPolicy(sandbox, native: native)
    let profile = try SeccompProfile([(native, policy)], syscalls: sandbox.syscalls)
    var json = profile.head
    json["architectures"] = .array(profile.architectures.map { .string($0.scmpName) })
    json["syscalls"] = profile.syscalls
    return .object(json)
  }
}

extension SyscallABI {
  /// The ABI of a machine that can run this one.
  var host: SyscallABI {
    switch self {
    case .x86_64, .x86, .x32: .x86_64
    case .aarch64: .aarch64
    case .riscv64: .riscv64
    }
  }

  /// The name in profiles (`SCMP_ARCH_`).
  package var scmpName: String { "SCMP_ARCH_" + name.uppercased() }
}

extension FilterAction {
  /// The name of the action in profiles, and its `errnoRet`.
  var scmpName: (name: String, errno: UInt16?) {
    switch kind {
    case .killProcess: ("SCMP_ACT_KILL_PROCESS", nil)
    case .killThread: ("SCMP_ACT_KILL_THREAD", nil)
    case .trap: ("SCMP_ACT_TRAP", nil)
    case .errno: ("SCMP_ACT_ERRNO", data)
    case .userNotification: ("SCMP_ACT_NOTIFY", nil)
    case .trace: ("SCMP_ACT_TRACE", data)
    case .log: ("SCMP_ACT_LOG", nil)
    case .allow: ("SCMP_ACT_ALLOW", nil)
    }
  }
}

extension SeccompProfile {
  fileprivate var head: JSONObject {
    let (name, errno) = defaultAction.scmpName
    var head = JSONObject([("defaultAction", .string(name))])
    head["defaultErrnoRet"] = errno.map { .integer($0) }
    return head
  }

  fileprivate var syscalls: JSON {
    .array(
      rules.map { rule in
        let (name, errno) = rule.action.scmpName
        var json = JSONObject([("names", .array(rule.names.map(JSON.string))), ("action", .string(name))])
        json["errnoRet"] = errno.map { .integer($0) }
        if !rule.arguments.isEmpty { json["args"] = .array(rule.arguments.map(\.json)) }
        return .object(json)
      }
    )
  }
}

extension SeccompProfile.Argument {
  fileprivate var json: JSON {
    var json = JSONObject([("index", .integer(index)), ("value", .integer(value))])
    if comparison == .maskedEqual { json["valueTwo"] = .integer(valueTwo) }
    json["op"] = .string(comparison.rawValue)
    return .object(json)
  }
}
