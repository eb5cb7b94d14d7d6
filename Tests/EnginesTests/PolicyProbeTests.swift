import Diagnostics
import Executor
import Policy
import Sandbox
import Seccomp
import TestSupport
import Testing

@testable import Engines

@Suite("Probes of a policy")
struct PolicyProbeTests {
  /// An engine on which everything looks as it says, and runs past a limit end as it says.
  private struct FakeEngine: Engine {
    let name: String
    var target: TargetName { TargetName(rawValue: name) ?? .docker }
    var obstacle: String? { nil }
    let output: String
    var verdicts: [Control: Verdict] = [:]
    var isObserved = true

    func run(_ job: Job) -> RunResult {
      let resources = job.policy.sandbox.resources
      let program = job.command.last ?? ""
      func result(_ control: Control?, _ verdict: Verdict) -> RunResult {
        let verdict = control.flatMap { verdicts[$0] } ?? verdict
        var result = RunResult(policy: "p", policyDigest: "", engine: name, verdict: verdict, message: "")
        result.exitCode = 0
        return result
      }
      if program.contains("syswrite") {
        var result = result(.output, .outputLimit)
        result.standardOutput = Array(repeating: 120, count: Int(resources.output.value?.bytes ?? 0))
        return result
      }
      if program.contains("sleep") { return result(.wallTime, .wallLimit) }
      if program.contains("while 1") {
        var result = result(.cpuTime, .cpuLimit)
        result.usage.cpuMicroseconds = 300_000
        return result
      }
      if isObserved { job.observer?.look(1) }
      var result = result(nil, .exited)
      result.standardOutput = Array(output.utf8)
      return result
    }
  }

  private static let good = """
    uid=65534
    gid=65534
    groups=
    cwd=/tmp
    umask=77
    host=sandbox
    limit.nofile=256
    limit.fsize=16777216
    limit.stack=8388608
    limit.core=0
    CapInh=0000000000000000
    CapPrm=0000000000000000
    CapEff=0000000000000000
    CapBnd=0000000000000000
    CapAmb=0000000000000000
    privileges=1
    interface.lo=1
    root=read-only
    variable.HOME=/tmp
    variable.PATH=/usr/local/bin:/usr/bin:/bin
    mount.0=1 0 0:1 / / ro - ext4 /dev/x rw
    mount.1=2 1 0:1 / /usr ro - ext4 /dev/x rw
    mount.2=3 1 0:2 / /tmp rw - tmpfs tmpfs rw
    usable./tmp=1
    top.usr=1
    top.tmp=1
    top.proc=1
    read./bin=30
    read./lib=30
    read./lib64=missing
    read./usr=30
    read./etc/ld.so.cache=30
    read./etc/alternatives=30
    tmpfs.size./tmp=67108864
    tmpfs.files./tmp=4096
    tmpfs.exec./tmp=noexec
    proc.own=1
    proc.version=
    proc.processes=2
    devices=1
    dev.full=1
    dev.null=1
    dev.random=1
    dev.urandom=1
    dev.zero=1
    dev.fd=1
    call.family.unix=0
    call.family.inet=1
    forks=63
    """

  private static let limits = GroupLimits(
    memory: .limited(256 << 20),
    swap: .limited(0),
    milliCPUs: .limited(1000),
    pids: .limited(65)
  )

  private func policy(_ name: String = "hardened") throws -> ResolvedPolicy {
    try PolicyLoader(searchPath: [BuiltCommand.folder + "/policies"]).load(reference: name)
  }

  private func view(
    _ limits: GroupLimits = Self.limits,
    filters: [[UInt8]]? = nil
  ) -> OutsideView {
    OutsideView(status: [:], mounts: [], limits: limits, filters: filters)
  }

  private func probe(
    _ output: String = Self.good,
    on engine: String = "native",
    verdicts: [Control: Verdict] = [:],
    isObserved: Bool = true,
    view: OutsideView? = nil
  ) throws -> PolicyProbe {
    // Where the caller has a LANG the policy hands it on.
    let language = ChildProcess.inherited("LANG").map { "\nvariable.LANG=\($0)" } ?? ""
    let policy = try policy()
    let seen = try view ?? self.view(filters: [SeccompFilter.compile(for: policy.sandbox).program.bytes])
    let fake = FakeEngine(name: engine, output: output + language, verdicts: verdicts, isObserved: isObserved)
    return PolicyProbe(of: policy, on: fake) { _ in seen }
  }

  @Test("what is as asked is no difference, and every control is looked at")
  func same() throws {
    let probe = try probe()
    #expect(!probe.hasDifferences, "\(probe.rows.filter { $0.finding.isFailure })")
    #expect(probe.rows.map(\.control) == Control.allCases)
    // No /lib64 on this host.
    #expect(probe.rows.filter { $0.finding != .same }.map(\.control) == [.read])
  }

  @Test(
    "each difference is found",
    arguments: [
      ("uid=65534", "uid=0", .user), ("groups=", "groups=65534 0", .user), ("cwd=/tmp", "cwd=/", .workingDirectory),
      ("umask=77", "umask=22", .umask), ("host=sandbox", "host=build7", .hostname),
      ("nofile=256", "nofile=1024", .openFiles), ("nofile=256", "nofile=-1", .openFiles),
      ("fsize=16777216", "fsize=16777217", .fileSize), ("stack=8388608", "stack=-1", .stack),
      ("core=0", "core=2", .core), ("CapBnd=0000000000000000", "CapBnd=0000000000000400", .capabilities),
      ("CapEff=0000000000000000", "CapEff=0000000000200000", .capabilities),
      ("CapAmb=0000000000000000", "CapAmb=0000000000200000", .capabilities),
      ("CapInh=0000000000000000", "CapInh=0000000000200000", .capabilities),
      ("privileges=1", "privileges=0", .noNewPrivileges), ("root=read-only", "root=writable", .root),
      ("interface.lo=1", "interface.lo=1\ncall.x=0\nloopback=111", .networkMode),
      ("variable.HOME=/tmp", "variable.HOME=/tmp\nvariable.AWS_SECRET=x", .environment),
      ("tmpfs.files./tmp=4096", "tmpfs.files./tmp=0", .tmpfs), ("/tmp=67108864", "/tmp=134217728", .tmpfs),
      ("tmpfs.exec./tmp=noexec", "tmpfs.exec./tmp=exec", .tmpfs), ("tmpfs.size./tmp=67108864\n", "", .tmpfs),
      ("read./usr=30", "read./srv=30", .read), ("top.usr=1", "top.usr=1\ntop.home=1", .read),
      ("mount.2=", "mount.3=9 1 0:5 / /data rw - ext4 /dev/x rw\nmount.2=", .write),
      ("mount.2=", "mount.3=9 1 0:5 / /da\\040ta rw - tmpfs x rw\nusable./da ta=1\nmount.2=", .write),
      ("proc.own=1", "proc.own=1\nproc.machine.meminfo=1", .proc), ("processes=2", "processes=200", .proc),
      ("proc.own=1", "proc.own=1\nproc.danger.kcore=1", .proc), ("dev.fd=1", "dev.vda=1", .dev),
      ("family.inet=1", "family.inet=0", .socketFamilies), ("family.inet=1", "family.can=0", .socketFamilies),
      ("forks=63", "forks=64", .pids), ("forks=63", "forks=63\ncall.0.io_uring_setup=14", .syscalls),
    ] as [(String, String, Control)]
  )
  func different(text: String, change: String, control: Control) throws {
    #expect(Self.good.contains(text))
    let probe = try probe(Self.good.replacing(text, with: change))
    let found = probe.rows.filter { $0.finding.isFailure }.map(\.control)
    #expect(found == [control], "\(probe.rows.filter { $0.finding.isFailure })")
    #expect(probe.hasDifferences)
  }

  @Test("an interface that leads somewhere is a difference of the mode and of the hosts")
  func interface() throws {
    let probe = try probe(Self.good.replacing("interface.lo=1", with: "interface.lo=1\ninterface.eth9=1"))
    #expect(probe.rows.filter { $0.finding.isFailure }.map(\.control) == [.networkMode, .networkAllow])
  }

  @Test("what is not said is a failure, not silence")
  func untold() throws {
    let probe = try probe("ready=1")
    let silent = probe.rows.filter { !$0.finding.isFailure }.map(\.control)
    // Known from outside, and from the runs.
    #expect(silent == [.memory, .swap, .cpus, .cpuTime, .wallTime, .output, .syscalls])
    #expect(probe.rows.filter { $0.finding == .unknown }.contains { $0.control == .capabilities })
  }

  @Test("what nobody outside could read is a failure")
  func unobserved() throws {
    let probe = try probe(isObserved: false)
    #expect(probe.rows.filter { $0.finding == .unknown }.map(\.control) == [.memory, .swap, .cpus, .syscalls])
  }

  @Test("limits of control groups", arguments: [.memory, .swap, .cpus] as [Control])
  func limits(control: Control) throws {
    let key: WritableKeyPath<GroupLimits, Limit<Int64>?> =
      control == .memory ? \.memory : control == .swap ? \.swap : \.milliCPUs
    let filter = try SeccompFilter.compile(for: policy().sandbox).program.bytes
    let asked = try #require(Self.limits[keyPath: key]?.value)
    for (limit, finding) in [
      (.limited(asked + 1), .different), (.unlimited, .different), (nil, .unknown),
      (asked > 0 ? .limited(asked - 1) : .limited(0), asked > 0 ? .stricter : .same),
    ] as [(Limit<Int64>?, PolicyProbe.Finding)] {
      var limits = Self.limits
      limits[keyPath: key] = limit
      let probe = try probe(view: view(limits, filters: [filter]))
      #expect(probe.rows.first { $0.control == control }?.finding == finding, "\(String(describing: limit))")
    }
  }

  @Test("the filter of the live process is proven")
  func filter() throws {
    let loose = try SeccompFilter.compile(for: Sandbox(name: "loose", syscalls: .everything)).program.bytes
    let strict = try SeccompFilter.compile(for: Sandbox(name: "strict")).program.bytes
    let own = try SeccompFilter.compile(for: policy().sandbox).program.bytes
    for (filters, finding) in [
      ([own], .same), ([own, own], .same), ([loose], .different), ([], .different), ([own, strict], .stricter),
    ] as [([[UInt8]], PolicyProbe.Finding)] {
      let probe = try probe(view: view(filters: filters))
      #expect(probe.rows.first { $0.control == .syscalls }?.finding == finding)
    }
  }

  @Test("a limit that the supervisor does not hold", arguments: [.output, .cpuTime, .wallTime] as [Control])
  func notHeld(control: Control) throws {
    let probe = try probe(verdicts: [control: .exited])
    #expect(probe.rows.filter { $0.finding.isFailure }.map(\.control) == [control])
  }

  @Test("a difference that the policy accepts for an engine is no fault there")
  func accepted() throws {
    let probe = try probe(Self.good.replacing("umask=77", with: "umask=22"), on: "docker")
    #expect(probe.rows.filter { $0.finding == .accepted }.map(\.control) == [.umask])
    #expect(!probe.hasDifferences)
  }

  /// `make test` does this for every policy on every engine.
  @Test("the base is in force as asked, and the matrix says so", .requiresRoot())
  func command() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let result = try ChildProcess.run(
      [BuiltCommand.path, "test", "--probes", "--engine", "native", "--save", folder, "policies/hardened.yaml"],
      in: BuiltCommand.folder
    )
    #expect(result.exitCode == 0, "\(result.outputText) \(result.errorText)")
    let json = try #require(TestFile.text(folder + "/probes.json"))
    #expect(json.contains("\"schema\": \"ringfence.probes/2\""))
    for control in Control.allCases {
      #expect(json.contains("\"control\": \"\(control.rawValue)\""))
      #expect(result.outputText.contains("  \(control.rawValue) "))
    }
    #expect(json.contains("proven equal for every call"))
    #expect(TestFile.text(folder + "/probes.md")?.contains("| `syscalls` | `the policy's filter` |") == true)
  }

  @Test("a call whose answer does not tell who answered is not tried")
  func tries() throws {
    let tries = CallTries(of: try policy().sandbox).all
    #expect(tries.count > 30)
    #expect(Set(tries.map(\.label)).count == tries.count)
    #expect(tries.contains { $0.action.isDenial } && tries.contains { !$0.action.isDenial })
    var killing = try policy().sandbox
    killing.syscalls.defaultAction = .kill
    killing.syscalls.deny = []
    killing.network.socketFamilies = Set(SocketFamily.allCases)
    #expect(CallTries(of: killing).all.allSatisfy { $0.action.kind == .allow || $0.action.kind == .errno })
  }
}

extension SyscallPolicy {
  fileprivate static var everything: SyscallPolicy {
    var policy = SyscallPolicy()
    policy.allow = SyscallTable.allNames.map { SyscallRule(.name($0)) }
    return policy
  }
}
