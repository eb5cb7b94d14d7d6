import CanonicalJSON
import Diagnostics
import Sandbox
import Targets
import TestSupport
import Testing

@Suite("Docker, for real", .serialized, .requiresDocker())
struct DockerEngineTests {
  private func environment(_ more: [String: String] = [:]) -> [String: String] {
    ["DOCKER_HOST": TestEngines.dockerHost ?? "", "IMAGE": TestEngines.image].merging(more) { _, new in new }
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

  /// Containers of scripts that have ended; other tests have some that run. `ringfence-PID-…` is what a script calls its own.
  private func containers() throws -> String {
    let script = """
      docker ps --all --format '{{.Names}}' | while IFS=- read -r word pid rest; do
        [ "$word" != ringfence ] || [ -d "/proc/$pid" ] || ! docker inspect "$word-$pid-$rest" >/dev/null 2>&1 ||
          echo "$word-$pid-$rest"
      done
      """
    return try ChildProcess.run(["sh", "-c", script], environment: environment()).outputText
  }

  @Test("run.sh: what the policy says is in force inside")
  func inside() throws {
    let deployment = try Deployment(Samples.hardened, for: .docker)
    let result = try run(deployment, input: Probe.program)
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
    #expect(facts["root"]?.string == "Read-only file system")
    #expect(facts["usr"]?.string == "Read-only file system")
    #expect(facts["tmp"]?.string == "ok")
    #expect(facts["work"]?.string == "ok")
    #expect(facts["sizes"]?.json == [[16_777_216, 1024], [33_554_432, 4096]])
    #expect(facts["noexec"]?.string == "Permission denied")
    #expect(facts["unix"]?.string == "ok")
    for family in ["inet", "vsock", "wide"] { #expect(facts[family]?.string == "Operation not permitted") }
    #expect(try containers() == "")
  }

  @Test("run.sh: exit codes are the program's, and faults are told apart")
  func exitCodes() throws {
    let deployment = try Deployment(Samples.hardened, for: .docker)
    #expect(try run(deployment, ["sh", "-c", "exit 42"]).exitCode == 42)
    #expect(try run(deployment, ["sh", "-c", "kill -SEGV $$"]).exitCode == 139)
    #expect(try run(deployment, ["no-such-program"]).exitCode == 127)
    let missing = try run(deployment, ["true"], environment: ["IMAGE": "no-such-image:1"])
    #expect(missing.exitCode == 125)
    #expect(missing.errorText.contains("no-such-image"))
    let memory = try run(deployment, ["python3", "-c", "x = bytearray(10**9)"])
    #expect(memory.exitCode == 137)
    #expect(try containers() == "")
  }

  @Test("run.sh: an image that declares volumes is refused")
  func volumes() throws {
    let image = "ringfence-test:volumes"
    let make = "tar -cf - -T /dev/null | docker import --change 'VOLUME /data' - \(image)"
    #expect(try ChildProcess.run(["sh", "-c", make], environment: environment()).exitCode == 0)
    let deployment = try Deployment(Samples.hardened, for: .docker)
    let result = try run(deployment, ["true"], environment: ["IMAGE": image])
    #expect(result.exitCode == 125)
    #expect(result.errorText.contains("volumes"))
    #expect(try containers() == "")
  }

  @Test("run.sh: input of any size arrives, and both streams come back whole")
  func streams() throws {
    let deployment = try Deployment(Samples.hardened, for: .docker)
    let program =
      "import sys; d = sys.stdin.buffer.read(); sys.stdout.buffer.write(d[::-1]); sys.stderr.write(str(len(d)))"
    let input = String(repeating: "0123456789abcdef", count: 65536)
    let result = try run(deployment, ["python3", "-c", program], input: input)
    #expect(result.standardOutput == Array(input.utf8.reversed()))
    #expect(result.errorText == "1048576")
  }

  @Test("run.sh: when the time is up the program is ended, whatever it does, and nothing is left")
  func wallTime() throws {
    var sandbox = Samples.hardened
    sandbox.resources.wallTime = .limited(Milliseconds(1500))
    let deployment = try Deployment(sandbox, for: .docker)
    let result = try run(deployment, ["sh", "-c", "trap '' TERM INT HUP; while :; do sleep 1; done"])
    #expect(result.exitCode == 124)
    #expect(try containers() == "")
  }

  /// The first seconds are while the engine makes the container, the last while the program runs.
  @Test("run.sh: who ends the script ends the program", arguments: ["0.05", "0.2", "0.5", "8"])
  func signal(seconds: String) throws {
    let deployment = try Deployment(Samples.hardened, for: .docker)
    let result = try ChildProcess.run(
      ["timeout", "--signal=TERM", seconds, deployment.folder + "/run.sh", "sleep", "1000"],
      environment: environment()
    )
    #expect(result.exitCode == 124)
    #expect(try containers() == "")
  }

  /// The second one finds the engine's client at the removal, which it ends.
  @Test("run.sh: a second signal does not end what the first one began", arguments: ["0", "0.02", "0.05", "0.1"])
  func secondSignal(pause: String) throws {
    let deployment = try Deployment(Samples.hardened, for: .docker)
    let result = try SignalledScript.run(
      deployment.folder + "/run.sh",
      after: "2",
      pause: pause,
      environment: environment()
    )
    #expect(result.exitCode == 143, "\(result.errorText)")
    #expect(try containers() == "")
  }

  @Test("run.sh: arguments and variables arrive byte for byte")
  func hostile() throws {
    let deployment = try Deployment(Samples.hostile, for: .docker)
    let result = try run(deployment, environment: ["CALLER": Samples.hostileText])
    #expect(result.exitCode == 0, "\(result.errorText)")
    let text = Samples.pythonText
    #expect(result.outputText.contains("[[\(text), '', '-x', '--', '$1', \"'\"]"))
    #expect(result.outputText.contains("('CALLER', \(text))"))
    #expect(result.outputText.contains("('HOSTILE', \(text))"))
    #expect(!result.outputText.contains("ABSENT"))
  }

  @Test("run.sh: binds show what they should, and only what is named can be written to")
  func binds() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    try TestFile.write(Array("content".utf8), to: folder + "/in, \"put\"/file")
    try TestFile.write([], to: folder + "/out/file")
    _ = try ChildProcess.run(["chmod", "-R", "a+rwX", folder])
    var sandbox = Samples.hardened
    sandbox.filesystem.read.append(.bind(BindMount(source: folder + "/in, \"put\"", destination: "/data/i n")))
    sandbox.filesystem.write = [BindMount(source: folder + "/out", destination: "/out")]
    let deployment = try Deployment(sandbox, for: .docker)
    let result = try run(
      deployment,
      ["sh", "-c", "cat '/data/i n/file'; echo x > '/data/i n/file' || echo y > /out/file"]
    )
    #expect(result.outputText == "content")
    #expect(TestFile.text(folder + "/out/file") == "y\n")
  }

  @Test("create.json: the engine makes, starts and reports what was asked", arguments: ["samples", "policies"])
  func createBody(set: String) throws {
    let script = TestFile.folder(of: #filePath) + "/Checks/engine.py"
    let samples = Samples.all.filter { $0.filesystem.write.isEmpty && $0.name != "loosest" }
    let sandboxes = set == "samples" ? samples : try ShippedSandboxes.names.map(ShippedSandboxes.load)
    for sandbox in sandboxes {
      let deployment = try Deployment(sandbox, for: .docker)
      let socket = (TestEngines.dockerHost ?? "").replacing("unix://", with: "")
      let body = deployment.folder + "/create.json"
      let result = try ChildProcess.run(["python3", script, socket, body, TestEngines.image, "true"])
      #expect(result.exitCode == 0, "\(sandbox.name): \(result.errorText)")
      guard result.exitCode == 0 else { continue }
      let answer = try JSONNode(reading: SourceText(name: "answer", bytes: result.standardOutput))
      #expect(answer["code"]?.integer == 0, "\(sandbox.name): \(result.outputText)")
      let asked = try JSONNode(reading: SourceText(name: body, bytes: TestFile.read(body) ?? []))
      let keys = [
        "Memory", "MemorySwap", "NanoCpus", "PidsLimit", "ReadonlyRootfs", "CapDrop", "NetworkMode", "IpcMode",
        "CgroupnsMode", "Init", "Tmpfs", "OomScoreAdj", "Privileged",
      ]
      for key in keys {
        #expect(answer["host"]?[key]?.json == asked["HostConfig"]?[key]?.json, "\(sandbox.name): \(key)")
      }
    }
  }

  @Test("run.sh starts under every policy that ships", arguments: ShippedSandboxes.names)
  func policies(name: String) throws {
    let deployment = try Deployment(try ShippedSandboxes.load(name), for: .docker)
    let result = try run(deployment, ["true"])
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  /// By Debian's Compose, which knows every key but `cgroup` (it came with 2.15). The program ends with 42 when it finds
  /// what only this file can have put it under.
  @Test(
    "compose.yaml: a service starts under every policy",
    .requires("docker-compose"),
    arguments: ShippedSandboxes.names
  )
  func compose(name: String) throws {
    var sandbox = try ShippedSandboxes.load(name)
    sandbox.filesystem.image = ImageReference(reference: TestEngines.image)
    let program = """
      grep -q '^Seccomp:.2$' /proc/self/status && grep -q '^CapBnd:.0*$' /proc/self/status || exit 1
      test "$(id -u)" = 65534 && ! touch /x && touch "$HOME/x" && exit 42
      """
    sandbox.process.command = ["/bin/sh", "-c", program]
    let deployment = try Deployment(sandbox, for: .docker)
    let file = deployment.folder + "/compose.yaml"
    let text = try #require(TestFile.text(file))
    let known = text.split(separator: "\n", omittingEmptySubsequences: false).filter { $0 != "    cgroup: \"private\"" }
    try TestFile.write(Array(known.joined(separator: "\n").utf8), to: file)
    func compose(_ arguments: String...) throws -> ChildProcess {
      let command = ["docker-compose", "--project-name", "compose-\(name)"] + arguments
      // It takes the profile's path from where it is started.
      return try ChildProcess.run(command, in: deployment.folder, environment: environment())
    }
    let started = try compose("up", "--no-color", "--detach")
    #expect(started.exitCode == 0, "\(started.errorText)")
    let wait = ["docker", "wait", "compose-\(name)_\(name)_1"]
    let result = try ChildProcess.run(wait, environment: environment())
    #expect(result.outputText == "42\n", "\(result.errorText)")
    #expect(try compose("down").exitCode == 0)
  }
}

@Suite("Docker's script without an engine")
struct DockerScriptTests {
  /// Stands in for `docker`: answers like an engine that cannot do all that was asked.
  private static let fake = """
    #!/bin/sh
    echo "$@" >>"$0.log"
    case $1 in
    create) echo 'WARNING: Your kernel does not support swap limit capabilities' >&2
      printf '%064d\\n' 7 ;;
    esac
    """

  @Test("a warning of the engine is a failure, and the container is removed unstarted")
  func warning() throws {
    let deployment = try Deployment(Samples.hardened, for: .docker)
    let docker = deployment.folder + "/docker"
    try TestFile.write(Array(Self.fake.utf8), to: docker)
    _ = try ChildProcess.run(["chmod", "+x", docker])
    let result = try ChildProcess.run([deployment.folder + "/run.sh", "true"], environment: ["DOCKER": docker])
    #expect(result.exitCode == 125)
    #expect(result.errorText.contains("does not support swap limit"))
    let calls = (TestFile.text(docker + ".log") ?? "").split(separator: "\n").map { $0.split(separator: " ")[0] }
    #expect(calls == ["create", "rm"])
  }

  @Test("without a command of the policy one has to be given")
  func usage() throws {
    let docker = try Deployment(Samples.smallest, for: .docker)
    #expect(try ChildProcess.run([docker.folder + "/run.sh"], environment: ["DOCKER": "false"]).exitCode == 64)
    let gvisor = try Deployment(Samples.smallest, for: .gvisor)
    #expect(try ChildProcess.run([gvisor.folder + "/runsc.sh"], environment: ["RUNSC": "false"]).exitCode == 64)
  }
}
