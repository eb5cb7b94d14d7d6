import CanonicalJSON
import Diagnostics
import Sandbox
import Targets
import TestSupport
import Testing

@Suite("runc and crun, for real", .serialized, .requires("runc"), .requires("crun"), .requiresRoot())
struct KernelRuntimeTests {
  static let names: [TargetName] = [.runc, .crun]

  private func run(
    _ name: TargetName,
    _ deployment: borrowing Deployment,
    _ arguments: [String] = [],
    input: String = "",
    environment: [String: String] = [:]
  ) throws -> ChildProcess {
    try ChildProcess.run(
      ["\(deployment.folder)/\(name.rawValue).sh"] + arguments,
      input: Array(input.utf8),
      environment: ["TMPDIR": deployment.folder].merging(environment) { _, new in new }
    )
  }

  private func leftovers(_ deployment: borrowing Deployment) throws -> String {
    try ChildProcess.run(["find", deployment.folder, "-maxdepth", "1", "-name", "ringfence.*"]).outputText
  }

  @Test("what the policy says is in force inside", arguments: names)
  func inside(name: TargetName) throws {
    let deployment = try Deployment(Samples.hardened, for: name)
    let result = try run(name, deployment, input: Probe.program)
    #expect(result.exitCode == 0, "\(result.errorText)")
    let facts = try JSONNode(reading: SourceText(name: "probe", bytes: result.standardOutput))
    #expect(facts["ids"]?.json == [65534, 65534, 65534, 65534])
    #expect(facts["groups"]?.json == [])
    #expect(facts["capabilities"]?.json == .array(Array(repeating: "0000000000000000", count: 4)))
    #expect(facts["seccomp"]?.string == "2")
    #expect(facts["no_new_privileges"]?.string == "1")
    #expect(
      facts["limits"]?.json == [
        "CORE": [0, 0], "CPU": [10, 10], "FSIZE": [16_777_216, 16_777_216], "NOFILE": [128, 128],
        "STACK": [8_388_608, 8_388_608],
      ]
    )
    #expect(facts["directory"]?.string == "/work")
    #expect(facts["host"]?.string == "sandbox")
    #expect(facts["root"]?.string == "Read-only file system")
    #expect(facts["usr"]?.string == "Read-only file system")
    #expect(facts["tmp"]?.string == "ok")
    #expect(facts["work"]?.string == "ok")
    #expect(facts["sizes"]?.json == [[16_777_216, 1024], [33_554_432, 4096]])
    #expect(facts["noexec"]?.string == "Permission denied")
    #expect(facts["unix"]?.string == "ok")
    for family in ["inet", "vsock", "wide"] { #expect(facts[family]?.string == "Operation not permitted") }
    // HOME, which both add.
    #expect(facts["environment"]?.members.map(\.name).sorted() == ["HOME", "LANG", "PATH"])
    #expect(try leftovers(deployment) == "")
  }

  @Test("what is said of the umask, of devices and of hidden paths is so", arguments: names)
  func said(name: TargetName) throws {
    let deployment = try Deployment(Samples.hardened, for: name)
    let look =
      "umask; ls /dev; cat /proc/kcore /proc/keys 2>/dev/null | wc -c; for p in bus fs irq sys; do"
      + " test -w /proc/$p && echo $p; done; cat /proc/meminfo | head -c 8"
    let lines = try run(name, deployment, ["/bin/sh", "-c", look]).outputText.split(separator: "\n")
    #expect(lines.first == "0077")
    #expect(
      Set(lines.dropFirst()).isSubset(of: [
        "fd", "full", "null", "ptmx", "random", "stderr", "stdin", "stdout", "tty", "urandom", "zero", "0", "MemTotal",
        // What stays of /proc/kcore is a null device, and directories that are hidden.
        "console", "core",
      ]),
      "\(lines)"
    )
    #expect(lines.contains("tty") && lines.contains("0") && lines.contains("MemTotal"))
  }

  @Test("exit codes are the program's, and a failed start is not", arguments: names)
  func exitCodes(name: TargetName) throws {
    let deployment = try Deployment(Samples.hardened, for: name)
    #expect(try run(name, deployment, ["/bin/sh", "-c", "exit 42"]).exitCode == 42)
    #expect(try run(name, deployment, ["/bin/sh", "-c", "exit 1"]).exitCode == 1)
    #expect(
      try run(name, deployment, ["/bin/sh", "-c", "kill -SEGV $$; sh -c 'kill -SEGV $$'; exit $?"]).exitCode == 139
    )
    let missing = try run(name, deployment, ["/no/such/program"])
    #expect(missing.exitCode == 125)
    #expect(missing.errorText.contains("/no/such/program"))
    #expect(try run(name, deployment, ["python3", "-c", "x = bytearray(10**9)"]).exitCode == 137)
    #expect(try leftovers(deployment) == "")
  }

  @Test("a warning of the runtime is a failure", arguments: names)
  func warning(name: TargetName) throws {
    let deployment = try Deployment(Samples.hardened, for: name)
    let fake = deployment.folder + "/fake"
    let text = #"{"level":"warning","msg":"ignoring a limit","time":"2026-01-01T00:00:00Z"}"#
    let script = """
      #!/bin/sh
      while [ $# -gt 0 ]; do
        case $1 in --log) shift; echo '\(text)' >>"$1" ;; run) exit 0 ;; delete) exit 0 ;; esac
        shift
      done
      """
    try TestFile.write(Array(script.utf8), to: fake)
    _ = try ChildProcess.run(["chmod", "+x", fake])
    let result = try run(name, deployment, ["true"], environment: [name.rawValue.uppercased(): fake])
    #expect(result.exitCode == 125)
    #expect(result.errorText.contains("ignoring a limit"))
  }

  @Test("when the time is up the program is ended, and nothing is left", arguments: names)
  func wallTime(name: TargetName) throws {
    var sandbox = Samples.hardened
    sandbox.resources.wallTime = .limited(Milliseconds(1500))
    let deployment = try Deployment(sandbox, for: name)
    #expect(try run(name, deployment, ["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"]).exitCode == 124)
    #expect(try leftovers(deployment) == "")
  }

  /// While the runtime makes the sandbox, and while the program runs.
  @Test("a second signal does not end what the first one began", arguments: names, ["0.15", "0.3", "1.5"])
  func secondSignal(name: TargetName, after: String) throws {
    let deployment = try Deployment(Samples.hardened, for: name)
    let result = try SignalledScript.run(
      "\(deployment.folder)/\(name.rawValue).sh",
      after: after,
      pause: "0.02",
      environment: ["TMPDIR": deployment.folder]
    )
    #expect(result.exitCode == 143, "\(result.errorText)")
    #expect(try leftovers(deployment) == "")
    #expect(try ChildProcess.run(["pgrep", "-f", deployment.folder]).outputText == "")
  }

  @Test("arguments and variables arrive byte for byte", arguments: names)
  func hostile(name: TargetName) throws {
    let deployment = try Deployment(Samples.hostile, for: name)
    let text = Samples.pythonText
    let result = try run(name, deployment, environment: ["CALLER": Samples.hostileText])
    #expect(result.outputText.contains("[[\(text), '', '-x', '--', '$1', \"'\"]"), "\(result.errorText)")
    #expect(result.outputText.contains("('CALLER', \(text))"))
    #expect(result.outputText.contains("('HOSTILE', \(text))"))
    #expect(!result.outputText.contains("ABSENT"))
  }

  @Test("a root of the policy's is not changed", arguments: names)
  func root(name: TargetName) throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    var sandbox = Samples.hardened
    sandbox.filesystem.rootfs = folder
    let deployment = try Deployment(sandbox, for: name)
    let result = try run(name, deployment, ["/bin/true"])
    #expect(result.exitCode == 125)
    #expect(result.errorText.contains("make it first"))
    #expect(try ChildProcess.run(["ls", "-A", folder]).outputText == "")
  }

  @Test("starts under every policy that ships", arguments: names, ShippedSandboxes.names)
  func policies(name: TargetName, policy: String) throws {
    let deployment = try Deployment(try ShippedSandboxes.load(policy), for: name)
    let result = try run(name, deployment, ["/bin/true"])
    #expect(result.exitCode == 0, "\(result.errorText)")
  }
}
