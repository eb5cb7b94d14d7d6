import Glibc
package import Policy
package import Sandbox

/// What a policy asks for beside what a program finds in force, control by control, on one engine.
package struct PolicyProbe: Sendable {
  package enum Finding: String, Sendable {
    /// In force as asked.
    case same
    /// More is held back than was asked for.
    case stricter
    /// Not as asked.
    case different
    /// Not as asked, which the policy accepts by name.
    case accepted
    /// Nothing in this sandbox tells.
    case unknown
  }

  package struct Row: Sendable {
    package let control: Control
    package let asked: String
    package let effective: String
    package let finding: Finding
  }

  package let policy: String
  package let engine: String
  package private(set) var rows: [Row] = []
  /// Why nothing could be found out; nil when it could.
  package private(set) var failure: String?

  package var hasDifferences: Bool { failure != nil || rows.contains { $0.finding == .different } }

  private let accepted: Set<Control>

  /// Runs the probe, a shell script that looks around.
  package init(of policy: ResolvedPolicy, on engine: any Engine) {
    self.policy = policy.sandbox.name
    self.engine = engine.name
    accepted = policy.acceptedControls(of: engine.target, on: .today())
    let script = Self.script(for: policy.sandbox)
    let result = engine.run(
      Job(policy: policy, command: ["/bin/sh", "-c", script], input: .bytes([]), isStreaming: false)
    )
    guard result.verdict == .exited, result.exitCode == 0 else {
      failure = "\(result.verdict.rawValue): \(result.message)"
      return
    }
    compare(policy.sandbox, Facts(String(decoding: result.standardOutput, as: UTF8.self)))
  }

  /// One `name=value` a line. It needs a shell, and from coreutils what minimal images have.
  private static func script(for sandbox: Sandbox) -> String {
    var lines = [
      "say() { printf '%s=%s\\n' \"$1\" \"$2\"; }",
      "say uid \"$(id -u)\"; say gid \"$(id -g)\"; say groups \"$(id -G)\"",
      "say cwd \"$(pwd)\"; say umask \"$(umask)\"; say host \"$(uname -n)\"",
      "say nofile \"$(ulimit -Hn)\"; say fsize \"$(ulimit -Hf)\"; say stack \"$(ulimit -Hs)\"",
      "say core \"$(ulimit -Hc)\"; say cpu \"$(ulimit -Ht)\"",
      "while IFS=':\t ' read -r name value rest; do",
      "  case $name in Cap*|NoNewPrivs|Seccomp) say \"$name\" \"$value\" ;; esac",
      "done </proc/self/status",
      "while read -r name rest; do",
      "  case $name in *:*) say \"interface.${name%%:*}\" 1 ;; esac",
      "done 2>/dev/null </proc/self/net/dev",
      "(: >/ringfence-probe) 2>/dev/null && say root writable || say root read-only",
      "env | while IFS='=' read -r name value; do say \"variable.$name\" \"$value\"; done",
    ]
    for mount in sandbox.filesystem.tmpfs {
      let path =
        "'" + mount.path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
      lines += [
        "say tmpfs.size.\(path) \"$(stat -f -c '%b %S %c' \(path))\"",
        "(cd \(path) && printf '#!/bin/sh\\n' >p && chmod +x p && ./p) 2>/dev/null && e=yes || e=no",
        "rm -f \(path)/p; say tmpfs.exec.\(path) \"$e\"",
      ]
    }
    return lines.joined(separator: "\n") + "\nexit 0"
  }

  /// What the script said.
  private struct Facts {
    private let values: [[UInt8]: String]

    init(_ text: String) {
      var values: [[UInt8]: String] = [:]
      for line in text.split(separator: "\n") {
        let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 { values[Array(parts[0].utf8)] = String(parts[1]) }
      }
      self.values = values
    }

    subscript(name: String) -> String? { values[Array(name.utf8)] }

    func names(after prefix: String) -> [String] {
      values.keys.filter { $0.starts(with: prefix.utf8) }
        .map { String(decoding: $0.dropFirst(prefix.utf8.count), as: UTF8.self) }.sorted()
    }
  }

  private mutating func add(_ control: Control, _ asked: String, _ effective: String?, isStricter: Bool = false) {
    let finding: Finding =
      switch effective {
      case nil: .unknown
      case asked?: .same
      case _? where isStricter: .stricter
      case _? where accepted.contains(control): .accepted
      case _?: .different
      }
    rows.append(Row(control: control, asked: asked, effective: effective ?? "not told", finding: finding))
  }

  private mutating func compare(_ sandbox: Sandbox, _ facts: Facts) {
    let process = sandbox.process
    if let uid = facts["uid"], let gid = facts["gid"], let groups = facts["groups"] {
      let others = groups.split(separator: " ").filter { $0 != gid[...] }
      add(.user, process.user.description, "\(uid):\(gid)" + (others.isEmpty ? "" : " and \(others)"))
    }
    add(.workingDirectory, process.workingDirectory, facts["cwd"])
    let umask = facts["umask"].flatMap { UInt32($0, radix: 8) }
    add(
      .umask,
      String(process.umask, radix: 8),
      umask.map { String($0, radix: 8) },
      isStricter: umask.map { $0 & process.umask == process.umask } ?? false
    )
    add(.hostname, process.hostname, facts["host"])
    add(
      .noNewPrivileges,
      process.noNewPrivileges ? "1" : "0",
      facts["NoNewPrivs"],
      isStricter: facts["NoNewPrivs"] == "1"
    )
    compareEnvironment(sandbox.environment, facts)
    add(.root, sandbox.filesystem.root.rawValue, facts["root"], isStricter: facts["root"] == "read-only")
    compareScratch(sandbox.filesystem.tmpfs, facts)
    compareNetwork(sandbox.network, facts)
    compareLimits(sandbox.resources, facts)
    compareCapabilities(sandbox.capabilities, facts)
    add(.syscalls, "a filter", facts["Seccomp"].map { $0 == "2" ? "a filter" : "no filter (\($0))" })
  }

  private mutating func compareEnvironment(_ environment: Environment, _ facts: Facts) {
    var asked = environment.set
    for name in environment.inherit where asked[name] == nil {
      if let value = getenv(name) { asked[name] = String(cString: value) }
    }
    // What every shell sets for itself.
    let shell: Set<String> = ["PWD", "OLDPWD", "SHLVL", "_"]
    let found = facts.names(after: "variable.").filter { !shell.contains($0) || asked[$0] != nil }
    let wanted = asked.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    add(
      .environment,
      wanted.joined(separator: " "),
      found.map { "\($0)=\(facts["variable." + $0] ?? "")" }.sorted().joined(separator: " ")
    )
  }

  private mutating func compareScratch(_ mounts: [TmpfsMount], _ facts: Facts) {
    guard !mounts.isEmpty else { return }
    func text(_ path: String, _ size: Int64, _ inodes: Int64, _ executable: Bool) -> String {
      "\(path) \(ByteCount(bytes: size).description), \(inodes) files, \(executable ? "exec" : "noexec")"
    }
    let asked = mounts.map { text($0.path, $0.size.bytes, $0.inodes, $0.executable) }
    let effective = mounts.map { mount in
      let numbers = (facts["tmpfs.size." + mount.path] ?? "").split(separator: " ").compactMap { Int64($0) }
      guard numbers.count == 3, case (let size, false) = numbers[0].multipliedReportingOverflow(by: numbers[1]) else {
        return "\(mount.path) missing"
      }
      return text(mount.path, size, numbers[2], facts["tmpfs.exec." + mount.path] == "yes")
    }
    add(.tmpfs, asked.joined(separator: "; "), effective.joined(separator: "; "))
  }

  private mutating func compareNetwork(_ network: Network, _ facts: Facts) {
    let interfaces = facts.names(after: "interface.").filter { $0 != "lo" }
    switch network.mode {
    case .none, .loopback:
      add(.networkMode, "no interface but lo", interfaces.isEmpty ? "no interface but lo" : "\(interfaces)")
    case .allowlist, .host: add(.networkMode, network.mode.rawValue, nil)
    }
  }

  private mutating func compareLimits(_ resources: Resources, _ facts: Facts) {
    // In the units of POSIX and of dash: blocks of 512 bytes, kibibytes, seconds.
    let limits: [(Control, asked: Int64?, name: String, unit: Int64)] = [
      (.openFiles, resources.openFiles.value, "nofile", 1),
      (.fileSize, resources.fileSize.value?.bytes, "fsize", 512),
      (.stack, resources.stack.value?.bytes, "stack", 1024),
      (.core, resources.core.value?.bytes, "core", 512),
    ]
    for limit in limits {
      let asked = limit.asked.map { $0 / limit.unit * limit.unit }
      let found = facts[limit.name].flatMap { Int64($0) }.map {
        $0.multipliedReportingOverflow(by: limit.unit).partialValue
      }
      let isStricter = if let asked, let found { found < asked } else { asked == nil }
      add(
        limit.0,
        asked.map { "\($0)" } ?? "unlimited",
        found.map { "\($0)" } ?? facts[limit.name],
        isStricter: isStricter
      )
    }
  }

  private mutating func compareCapabilities(_ capabilities: Set<Capability>, _ facts: Facts) {
    let mask = capabilities.reduce(UInt64(0)) { $0 | 1 << UInt64($1.number) }
    let sets = ["CapPrm", "CapEff", "CapBnd"].map { facts[$0].flatMap { UInt64($0, radix: 16) } }
    guard let permitted = sets[0], let effective = sets[1], let bounding = sets[2] else {
      return add(.capabilities, String(mask, radix: 16), nil)
    }
    let all = permitted | effective | bounding
    let isStricter = all & ~mask == 0
    add(
      .capabilities,
      String(mask, radix: 16),
      all == mask && effective == mask
        ? String(mask, radix: 16)
        : String(all, radix: 16) + ", effective "
          + String(effective, radix: 16),
      isStricter: isStricter
    )
  }
}
