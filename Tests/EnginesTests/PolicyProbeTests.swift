import Diagnostics
import Engines
import Policy
import Sandbox
import TestSupport
import Testing

@Suite("Probes of a policy")
struct PolicyProbeTests {
  /// An engine on which everything looks as it says.
  private struct FakeEngine: Engine {
    let name: String
    var target: TargetName { TargetName(rawValue: name) ?? .docker }
    let output: String
    func run(_ job: Job) -> RunResult {
      var result = RunResult(policy: "p", policyDigest: "", engine: name, verdict: .exited, message: "")
      result.exitCode = 0
      result.standardOutput = Array(output.utf8)
      return result
    }
  }

  private static let good = """
    uid=65534
    gid=65534
    groups=65534
    cwd=/tmp
    umask=0077
    host=sandbox
    nofile=256
    fsize=32768
    stack=8192
    core=0
    cpu=10
    CapInh=0000000000000000
    CapPrm=0000000000000000
    CapEff=0000000000000000
    CapBnd=0000000000000000
    NoNewPrivs=1
    Seccomp=2
    interface.lo=1
    root=read-only
    variable.HOME=/tmp
    variable.PATH=/usr/local/bin:/usr/bin:/bin
    variable.PWD=/tmp
    tmpfs.size./tmp=16384 4096 4096
    tmpfs.exec./tmp=no
    """

  private func probe(_ output: String, on engine: String = "native") throws -> PolicyProbe {
    let loader = PolicyLoader(searchPath: [BuiltCommand.folder + "/policies"])
    var policy = output
    // Where the caller has a LANG the policy hands it on.
    if let language = ChildProcess.inherited("LANG") { policy += "\nvariable.LANG=\(language)" }
    return PolicyProbe(of: try loader.load(reference: "hardened"), on: FakeEngine(name: engine, output: policy))
  }

  @Test("what is as asked is no difference")
  func same() throws {
    let probe = try probe(Self.good)
    #expect(!probe.hasDifferences, "\(probe.rows.filter { $0.finding != .same })")
    #expect(probe.rows.allSatisfy { $0.finding == .same })
  }

  @Test(
    "each difference is found",
    arguments: [
      ("uid=65534", "uid=0", .user), ("groups=65534", "groups=65534 0", .user),
      ("cwd=/tmp", "cwd=/", .workingDirectory),
      ("umask=0077", "umask=0022", .umask), ("host=sandbox", "host=build7", .hostname),
      ("nofile=256", "nofile=1024", .openFiles), ("nofile=256", "nofile=unlimited", .openFiles),
      ("fsize=32768", "fsize=32769", .fileSize), ("stack=8192", "stack=unlimited", .stack), ("core=0", "core=1", .core),
      ("CapBnd=0000000000000000", "CapBnd=0000000000000400", .capabilities),
      ("CapEff=0000000000000000", "CapEff=0000000000200000", .capabilities),
      ("NoNewPrivs=1", "NoNewPrivs=0", .noNewPrivileges), ("Seccomp=2", "Seccomp=0", .syscalls),
      ("interface.lo=1", "interface.lo=1\ninterface.eth0=1", .networkMode), ("root=read-only", "root=writable", .root),
      ("variable.HOME=/tmp", "variable.HOME=/tmp\nvariable.AWS_SECRET=x", .environment),
      ("16384 4096 4096", "16384 4096 0", .tmpfs), ("16384 4096", "32768 4096", .tmpfs),
      ("tmpfs.exec./tmp=no", "tmpfs.exec./tmp=yes", .tmpfs), ("tmpfs.size./tmp=16384 4096 4096\n", "", .tmpfs),
    ] as [(String, String, Control)]
  )
  func different(text: String, change: String, control: Control) throws {
    let probe = try probe(Self.good.replacing(text, with: change))
    let found = probe.rows.filter { $0.finding == .different }.map(\.control)
    #expect(found == [control])
    #expect(probe.hasDifferences)
  }

  @Test("a difference that the policy accepts for an engine is no fault there")
  func accepted() throws {
    let probe = try probe(Self.good.replacing("umask=0077", with: "umask=0022"), on: "docker")
    #expect(probe.rows.filter { $0.finding == .accepted }.map(\.control) == [.umask])
    #expect(!probe.hasDifferences)
  }

  @Test("every policy that ships is in force as asked on every engine", .requiresRoot())
  func shipped() throws {
    var engines = ["native"]
    if TestHost.isCI || TestHost.find("runc") != nil { engines.append("runc") }
    if TestHost.isCI || TestHost.find("runsc") != nil { engines.append("gvisor") }
    let host = ChildProcess.inherited("RINGFENCE_TEST_DOCKER_HOST") ?? ""
    if TestHost.isCI || !host.isEmpty { engines.append("docker") }
    // The images that the policies name are not to be had without a network; what is probed is not the image.
    let tag = """
      [ -z "$DOCKER_HOST" ] ||
        for image in $(sed -n 's/^ *image: //p' policies/*.yaml | sort -u); do
          docker tag ringfence-test:1 "$image" || exit 1
        done
      exec "$RINGFENCE_PROGRAM" test --probes --engine "$1" policies
      """
    let result = try ChildProcess.run(
      ["sh", "-c", tag, "sh", engines.joined(separator: ",")],
      in: BuiltCommand.folder,
      environment: ["DOCKER_HOST": host, "RINGFENCE_PROGRAM": BuiltCommand.path]
    )
    #expect(result.exitCode == 0, "\(result.outputText) \(result.errorText)")
  }
}
