import CanonicalJSON
import Diagnostics
import Sandbox
import Targets
import TestSupport
import Testing

@Suite("gVisor, for real", .serialized, .requires("runsc"), .requiresRoot())
struct GVisorEngineTests {
  private func run(
    _ deployment: borrowing Deployment,
    _ arguments: [String] = [],
    input: String = "",
    environment: [String: String] = [:]
  ) throws -> ChildProcess {
    let script = deployment.folder + "/runsc.sh"
    // Through pipes: into a file runsc writes at an offset of its own, over what is there.
    let command = ["sh", "-c", "{ \"$@\"; echo $? >\"$0.code\"; } | cat; exit $(cat \"$0.code\")", script, script]
    return try ChildProcess.run(
      command + arguments,
      input: Array(input.utf8),
      environment: ["TMPDIR": deployment.folder].merging(environment) { _, new in new }
    )
  }

  private func leftovers(_ deployment: borrowing Deployment) throws -> String {
    try ChildProcess.run(["find", deployment.folder, "-maxdepth", "1", "-name", "ringfence.*"]).outputText
  }

  @Test("what the policy says is in force inside")
  func inside() throws {
    let deployment = try Deployment(Samples.hardened, for: .gvisor)
    let result = try run(deployment, input: Probe.program)
    #expect(result.exitCode == 0, "\(result.errorText)")
    let facts = try JSONNode(reading: SourceText(name: "probe", bytes: result.standardOutput))
    #expect(facts["ids"]?.json == [65534, 65534, 65534, 65534])
    #expect(facts["groups"]?.json == [])
    #expect(facts["capabilities"]?.items.allSatisfy { $0.string == "0000000000000000" } ?? false)
    #expect(facts["seccomp"]?.string == "2")
    #expect(facts["limits"]?["NOFILE"]?.json == [128, 128])
    #expect(facts["limits"]?["FSIZE"]?.json == [16_777_216, 16_777_216])
    #expect(facts["directory"]?.string == "/work")
    #expect(facts["host"]?.string == "sandbox")
    #expect(facts["root"]?.string != "ok")
    #expect(facts["usr"]?.string != "ok")
    #expect(facts["tmp"]?.string == "ok")
    #expect(facts["work"]?.string == "ok")
    #expect(facts["sizes"]?.items.map { $0.items.first?.integer } == [16_777_216, 33_554_432])
    #expect(facts["noexec"]?.string == "Permission denied")
    #expect(facts["unix"]?.string == "ok")
    for family in ["inet", "vsock", "wide"] { #expect(facts[family]?.string == "Operation not permitted") }
    #expect(try leftovers(deployment) == "")
  }

  @Test("exit codes are the program's, threads can be made, and too many processes cannot")
  func behaviour() throws {
    let deployment = try Deployment(Samples.hardened, for: .gvisor)
    #expect(try run(deployment, ["/bin/sh", "-c", "exit 42"]).exitCode == 42)
    let threads = "import threading; t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()"
    #expect(try run(deployment, ["python3", "-c", threads]).outputText == "thread\n")
    let forks = """
      import os, sys
      children = 0
      while children < 64:
          try:
              if os.fork() == 0:
                  import time; time.sleep(100)
          except OSError as error:
              print(children, error.strerror)
              break
          children += 1
      """
    // Each child copies pages of its parent's, and gVisor's kernel counts too: with the policy's memory the sandbox may
    // be out of it before it is out of processes.
    var roomy = Samples.hardened
    roomy.resources.memory = .limited(ByteCount(bytes: 512 << 20))
    let forked = try run(try Deployment(roomy, for: .gvisor), ["python3", "-c", forks])
    #expect(forked.outputText == "31 Resource temporarily unavailable\n", "\(forked.exitCode) \(forked.errorText)")
    #expect(try run(deployment, ["python3", "-c", "x = bytearray(10**9)"]).exitCode != 0)
    #expect(try leftovers(deployment) == "")
  }

  @Test("when the time is up the program is ended, and nothing is left")
  func wallTime() throws {
    var sandbox = Samples.hardened
    sandbox.resources.wallTime = .limited(Milliseconds(1500))
    let deployment = try Deployment(sandbox, for: .gvisor)
    #expect(try run(deployment, ["/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done"]).exitCode == 124)
    #expect(try leftovers(deployment) == "")
  }

  @Test("arguments and variables arrive byte for byte")
  func hostile() throws {
    let deployment = try Deployment(Samples.hostile, for: .gvisor)
    let text = Samples.pythonText
    let result = try run(deployment, environment: ["CALLER": Samples.hostileText])
    #expect(result.outputText.contains("[[\(text), '', '-x', '--', '$1', \"'\"]"), "\(result.errorText)")
    #expect(result.outputText.contains("('CALLER', \(text))"))
    #expect(result.outputText.contains("('HOSTILE', \(text))"))
    #expect(!result.outputText.contains("ABSENT"))
    let program = "import sys; print(ascii(sys.argv[1:]))"
    let given = try run(deployment, ["/usr/bin/python3", "-c", program, Samples.hostileText, "", "--"])
    #expect(given.outputText == "[\(text), '', '--']\n")
  }

  /// runsc ignores linux.maskedPaths and linux.readonlyPaths, so a bundle for it has neither.
  @Test("of the paths that others hide there is nothing, or nothing of the host", arguments: [65534, 0])
  func hiddenPaths(uid: UInt32) throws {
    var sandbox = Samples.hardened
    sandbox.process.user = UserIdentity(uid: uid, gid: 65534)
    let runc = try #require(try RuncTarget().lower(sandbox, digest: Samples.digest).first)
    let linux = try JSONNode(reading: SourceText(name: runc.name, bytes: runc.bytes))["linux"]
    let paths = ["maskedPaths", "readonlyPaths"].flatMap { linux?[$0]?.items.compactMap(\.string) ?? [] }
    #expect(paths.contains("/proc/kcore") && paths.contains("/proc/sys"))
    let deployment = try Deployment(sandbox, for: .gvisor)
    let config = try #require(TestFile.text(deployment.folder + "/config.json"))
    #expect(!config.contains("maskedPaths") && !config.contains("readonlyPaths"))
    let setting = "/proc/sys/net/ipv4/tcp_sack"
    let before = TestFile.text(setting)
    let look = """
      for path in \(paths.joined(separator: " ")); do test -e $path && echo $path; done
      ls -A /sys/firmware 2>/dev/null
      cat /proc/sys/kernel/hostname
      (echo 0 >\(setting)) 2>/dev/null
      """
    let result = try run(deployment, ["/bin/sh", "-c", look])
    // Both are of gVisor's own kernel: an empty directory, and settings that end with the sandbox.
    #expect(result.outputText == "/sys/firmware\n/proc/sys\nsandbox\n", "\(result.errorText)")
    #expect(TestFile.text(setting) == before)
  }

  @Test("a platform that this runsc does not know is refused, and named")
  func unknownPlatform() throws {
    let deployment = try Deployment(Samples.hardened, for: .gvisor)
    let result = try run(deployment, ["/bin/true"], environment: ["RUNSC_PLATFORM": "nothing"])
    #expect(result.exitCode == 128)
    #expect(result.errorText.contains("unknown platform"))
  }

  @Test("starts under every policy that ships", arguments: ShippedSandboxes.names)
  func policies(name: String) throws {
    let deployment = try Deployment(try ShippedSandboxes.load(name), for: .gvisor)
    let result = try run(deployment, ["/bin/true"])
    #expect(result.exitCode == 0, "\(result.errorText)")
  }
}
