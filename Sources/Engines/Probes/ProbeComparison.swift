import Glibc
import Sandbox

/// Everything that the probes found in one sandbox, beside what its policy says.
struct ProbeComparison: Sendable {
  let sandbox: Sandbox
  let place: ProbePlace
  let facts: ProbeFacts
  /// nil where nobody outside could see the program.
  let outside: OutsideView?
  let tries: CallTries
  let runs: LimitRuns

  func comparison(of control: Control) -> Compared {
    switch control {
    case .user: user
    case .workingDirectory: Compared(sandbox.process.workingDirectory, facts["cwd"])
    case .umask: umask
    case .hostname: Compared(sandbox.process.hostname, facts["host"])
    case .noNewPrivileges: noNewPrivileges
    case .environment: environment
    case .root: root
    case .read: read
    case .write: write
    case .tmpfs: scratch
    case .proc: proc
    case .dev: dev
    case .networkMode: networkMode
    case .networkAllow: networkAllow
    case .socketFamilies: socketFamilies
    case .memory: memory
    case .swap: swap
    case .cpus: cpus
    case .cpuTime: cpuTime
    case .wallTime: wallTime
    case .pids: pids
    case .openFiles: processLimit(sandbox.resources.openFiles.value, "nofile") { "\($0)" }
    case .fileSize: processLimit(sandbox.resources.fileSize.value?.bytes, "fsize", Self.bytes)
    case .stack: processLimit(sandbox.resources.stack.value?.bytes, "stack", Self.bytes)
    case .core: core
    case .output: output
    case .capabilities: capabilities
    case .syscalls: syscalls
    }
  }

  static func bytes(_ count: Int64) -> String { ByteCount(bytes: count).description }
}

// Who the program is.
extension ProbeComparison {
  private var user: Compared {
    let asked = sandbox.process.user.description
    guard let uid = facts["uid"], let gid = facts["gid"], let groups = facts["groups"] else {
      return Compared(asked, nil)
    }
    let others = groups.split(separator: " ").filter { $0 != gid[...] }
    return Compared(asked, "\(uid):\(gid)" + (others.isEmpty ? "" : " and " + others.joined(separator: " ")))
  }

  private var umask: Compared {
    let asked = sandbox.process.umask
    let found = facts["umask"].flatMap { UInt32($0, radix: 8) }
    func text(_ umask: UInt32) -> String { "0" + String(umask, radix: 8) }
    return Compared(
      text(asked),
      found.map(text),
      found.map { $0 == asked ? .same : $0 & asked == asked ? .stricter : .looser }
    )
  }

  private var noNewPrivileges: Compared {
    func text(_ isOn: Bool) -> String { isOn ? "on" : "off" }
    let asked = sandbox.process.noNewPrivileges
    let found = facts["privileges"].map { $0 == "1" }
    return Compared(text(asked), found.map(text), found.map { $0 == asked ? .same : $0 ? .stricter : .looser })
  }

  private var environment: Compared {
    var asked = sandbox.environment.set
    for name in sandbox.environment.inherit where asked[name] == nil {
      if let value = getenv(name) { asked[name] = String(cString: value) }
    }
    func text(_ variables: [(key: String, value: String)]) -> String {
      variables.map { "\($0.key)=\($0.value)" }.sorted().joined(separator: " ")
    }
    let wanted = asked.map { (key: $0.key, value: $0.value.split(separator: "\n", omittingEmptySubsequences: false)) }
    let found = facts.names(after: "variable.").map { (key: $0, value: facts["variable." + $0] ?? "") }
    return Compared(text(wanted.map { ($0.key, $0.value.joined(separator: "\\n")) }), text(found))
  }

  /// In all five sets.
  private var capabilities: Compared {
    let asked = sandbox.capabilities.reduce(UInt64(0)) { $0 | 1 << UInt64($1.number) }
    func set(_ name: String) -> UInt64? {
      (facts[name] ?? (place.isHostKernel ? outside?.status[name] : nil)).flatMap { UInt64($0, radix: 16) }
    }
    func hexadecimal(_ mask: UInt64) -> String { String(mask, radix: 16) }
    guard let inheritable = set("CapInh"), let permitted = set("CapPrm"), let effective = set("CapEff"),
      let bounding = set("CapBnd")
    else { return Compared(hexadecimal(asked), nil) }
    // Where it is not told: the kernel keeps no capability in it that is not in both (capabilities(7)).
    let ambient = set("CapAmb") ?? inheritable & permitted
    let sets = [inheritable, permitted, effective, bounding, ambient]
    if sets.allSatisfy({ $0 == asked }) { return Compared(hexadecimal(asked), hexadecimal(asked), .same) }
    let names = ["inheritable", "permitted", "effective", "bounding", "ambient"]
    let text = zip(names, sets).map { "\($0) \(hexadecimal($1))" }.joined(separator: ", ")
    return Compared(hexadecimal(asked), text, sets.allSatisfy { $0 & ~asked == 0 } ? .stricter : .looser)
  }
}
