import CanonicalJSON
import Diagnostics
import Sandbox
import Targets
import TestSupport
import Testing

@Suite("Podman, for real", .serialized, .requiresPodman())
struct PodmanEngineTests {
  private func environment(_ more: [String: String] = [:]) -> [String: String] {
    ["PODMAN": TestEngines.podman ?? "", "IMAGE": TestEngines.image].merging(more) { _, new in new }
  }

  private func run(
    _ deployment: borrowing Deployment,
    _ arguments: [String] = [],
    input: String = "",
    environment more: [String: String] = [:]
  ) throws -> ChildProcess {
    try ChildProcess.run(
      [deployment.folder + "/run.sh"] + arguments,
      input: Array(input.utf8),
      environment: environment(more)
    )
  }

  private func containers() throws -> String {
    try ChildProcess.run([TestEngines.podman ?? "", "ps", "--all", "--format", "{{.Names}}"]).outputText
  }

  @Test("what the policy says is in force inside")
  func inside() throws {
    let deployment = try Deployment(Samples.hardened, for: .podman)
    let result = try run(deployment, input: Probe.program, environment: ["HTTP_PROXY": "http://proxy.example"])
    #expect(result.exitCode == 0, "\(result.errorText)")
    let facts = try JSONNode(reading: SourceText(name: "probe", bytes: result.standardOutput))
    #expect(facts["ids"]?.json == [65534, 65534, 65534, 65534])
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
    #expect(facts["environment"]?.members.map(\.name).sorted() == ["HOME", "HOSTNAME", "LANG", "PATH"])
    #expect(facts["root"]?.string == "Read-only file system")
    #expect(facts["usr"]?.string == "Read-only file system")
    #expect(facts["tmp"]?.string == "ok")
    #expect(facts["work"]?.string == "ok")
    #expect(facts["sizes"]?.items.map { $0.items.first?.integer } == [16_777_216, 33_554_432])
    #expect(facts["noexec"]?.string == "Permission denied")
    #expect(facts["unix"]?.string == "ok")
    for family in ["inet", "vsock", "wide"] { #expect(facts[family]?.string == "Operation not permitted") }
    #expect(try containers() == "")
  }

  @Test("the umask, the number of processes, and no place to write but what is named")
  func said() throws {
    let deployment = try Deployment(Samples.hardened, for: .podman)
    #expect(try run(deployment, ["sh", "-c", "umask"]).outputText == "0077\n")
    let look = "for p in /run /var/tmp /dev /dev/shm /etc/hosts; do test -w $p && echo $p; done; true"
    #expect(try run(deployment, ["sh", "-c", look]).outputText == "")
    let forks = "import os, time\nfor i in range(64):\n  if os.fork() == 0: time.sleep(100)"
    #expect(try run(deployment, ["python3", "-c", forks]).errorText.contains("Resource temporarily unavailable"))
  }

  @Test("exit codes are the program's, and faults are told apart")
  func exitCodes() throws {
    let deployment = try Deployment(Samples.hardened, for: .podman)
    #expect(try run(deployment, ["sh", "-c", "exit 42"]).exitCode == 42)
    #expect(try run(deployment, ["no-such-program"]).exitCode == 125)
    let missing = try run(deployment, ["true"], environment: ["IMAGE": "localhost/no-such-image:1"])
    #expect(missing.exitCode == 125)
    #expect(missing.errorText.contains("no-such-image"))
    // Podman's monitor tells of it in a file, wherever it is.
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let memory = try ChildProcess.run(
      [deployment.folder + "/run.sh", "python3", "-c", "x = bytearray(10**9)"],
      in: folder,
      environment: environment(["TMPDIR": folder])
    )
    #expect(memory.exitCode == 137)
    #expect(try ChildProcess.run(["ls", "-A", folder]).outputText == "")
    #expect(try containers() == "")
  }

  @Test("when the time is up the program is ended, whatever it does, and nothing is left")
  func wallTime() throws {
    var sandbox = Samples.hardened
    sandbox.resources.wallTime = .limited(Milliseconds(1500))
    let deployment = try Deployment(sandbox, for: .podman)
    #expect(try run(deployment, ["sh", "-c", "trap '' TERM INT HUP; while :; do sleep 1; done"]).exitCode == 124)
    #expect(try containers() == "")
  }

  @Test("arguments, variables and binds arrive byte for byte")
  func hostile() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    try TestFile.write(Array("content".utf8), to: folder + "/in, \"put\"/file")
    try TestFile.write([], to: folder + "/out/file")
    _ = try ChildProcess.run(["chmod", "-R", "a+rwX", folder])
    var sandbox = Samples.hostile
    sandbox.filesystem.read.append(.bind(BindMount(source: folder + "/in, \"put\"", destination: "/data/i n")))
    sandbox.filesystem.write = [BindMount(source: folder + "/out", destination: "/out")]
    let deployment = try Deployment(sandbox, for: .podman)
    let result = try run(deployment, environment: ["CALLER": Samples.hostileText])
    let text = Samples.pythonText
    #expect(result.outputText.contains("[[\(text), '', '-x', '--', '$1', \"'\"]"), "\(result.errorText)")
    #expect(result.outputText.contains("('CALLER', \(text))"))
    #expect(result.outputText.contains("('HOSTILE', \(text))"))
    #expect(!result.outputText.contains("ABSENT"))
    let write = "cat '/data/i n/file'; echo x > '/data/i n/file' || echo y > /out/file"
    #expect(try run(deployment, ["sh", "-c", write]).outputText == "content")
    #expect(TestFile.text(folder + "/out/file") == "y\n")
  }

  @Test("starts under every policy that ships", arguments: ShippedSandboxes.names)
  func policies(name: String) throws {
    let deployment = try Deployment(try ShippedSandboxes.load(name), for: .podman)
    let result = try run(deployment, ["true"])
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  @Test("files that nobody limits are limited as the caller's")
  func unlimitedFiles() throws {
    var sandbox = Samples.hardened
    sandbox.resources.openFiles = .unlimited
    let deployment = try Deployment(sandbox, for: .podman)
    let result = try run(deployment, ["true"])
    #expect(result.exitCode == 0, "\(result.errorText)")
  }
}
