import Diagnostics
import Sandbox

/// The capabilities that the program holds.
enum CapabilityRules {
  static let all = [dangerousCapability, addedCapability]

  static let dangerousCapability = LintRule(
    RuleDescription(
      "RF2005",
      "dangerous capability",
      .error,
      """
      Some capabilities are root by another name: with them a program leaves its sandbox, reads every file, or changes \
      the running kernel. No program that nobody trusts needs one. The finding says what the capability gives.
      """,
      references: [
        "capabilities(7)", "CIS Docker Benchmark 1.6.0, 5.4",
        "Kubernetes Pod Security Standards, baseline: capabilities",
        "CVE-2022-0492 (CAP_SYS_ADMIN and cgroups v1)",
        "the shocker exploit of 2014 (CAP_DAC_READ_SEARCH and open_by_handle_at)",
      ],
      example: .init(before: "capabilities: [SYS_ADMIN]", after: "capabilities: []")
    )
  ) { input in
    input.sandbox.capabilities.sorted().compactMap { capability in
      power(of: capability).map { objection(to: capability, in: input, "gives the program \($0)") }
    }
  }

  static let addedCapability = LintRule(
    RuleDescription(
      "RF2006",
      "capability",
      .warning,
      """
      Every capability is a part of root's power that a compromised program has too. Most programs need none: files can \
      be owned by the program's user instead of CHOWN and FOWNER, and a port above 1023 needs no NET_BIND_SERVICE, which \
      is the only one that the restricted profile of Kubernetes lets a pod add.
      """,
      references: [
        "capabilities(7)", "CIS Docker Benchmark 1.6.0, 5.4",
        "Kubernetes Pod Security Standards, restricted: capabilities",
      ],
      example: .init(before: "capabilities: [CHOWN]", after: "capabilities: []")
    )
  ) { input in
    input.sandbox.capabilities.sorted()
      .filter { power(of: $0) == nil && $0 != .netBindService }
      .map { objection(to: $0, in: input, "is a part of root's power") }
  }

  private static func objection(
    to capability: Capability,
    in input: LintInput,
    _ what: String
  ) -> LintInput.Objection {
    let name = capability.rawValue
    let index = input.position(of: name, in: "capabilities") ?? input.position(of: "CAP_" + name, in: "capabilities")
    return LintInput.Objection(
      key: index.map { "capabilities[\($0)]" } ?? "capabilities",
      subject: "capabilities[\(name)]",
      message: "\(capability.prefixedName) \(what)",
      remedy: index == nil ? nil : .remove(summary: "drop \(capability.prefixedName)")
    )
  }

  /// What a capability amounts to, for those with which a sandbox is none; nil for the others.
  private static func power(of capability: Capability) -> String? {
    switch capability {
    case .sysAdmin: "mounts, namespaces and most of what root can do"
    case .sysModule: "the kernel: it loads code into it"
    case .sysRawio: "the machine's memory and ports"
    case .sysPtrace: "every process of its user namespace, their memory included"
    case .sysBoot: "the power switch, and kexec into another kernel"
    case .sysTime: "the clock of the host"
    case .sysTtyConfig: "the terminals of the host"
    case .sysPacct: "the process accounting of the host"
    case .sysResource: "freedom from resource limits and quotas"
    case .sysChroot: "chroot, with which it leaves a root that is not pivoted"
    case .dacReadSearch: "every file of the host's file systems, by open_by_handle_at(2)"
    case .dacOverride: "the files of every user"
    case .fowner, .chown: nil
    case .setuid, .setgid: "every identity"
    case .setpcap, .setfcap: "capabilities that it does not hold yet"
    case .netAdmin: "interfaces, routes and firewalls"
    case .netRaw: "raw sockets: forged packets and everybody's traffic on its segment"
    case .macAdmin, .macOverride: "the rules of the security modules"
    case .linuxImmutable: "files that not even root may change"
    case .mknod: "device nodes, and with them disks"
    case .bpf: "programs inside of the kernel"
    case .perfmon: "what every process does, by tracing"
    case .syslog: "the kernel's log and its addresses"
    case .auditControl, .auditRead: "the audit log of the host"
    case .checkpointRestore: "process ids of its choice and other processes' memory maps"
    case .ipcOwner: "the shared memory of every user"
    case .fsetid, .kill, .netBindService, .netBroadcast, .ipcLock, .sysNice, .lease, .auditWrite, .wakeAlarm,
      .blockSuspend:
      nil
    }
  }
}
