import Glibc
import TestSupport
import Testing

/// The engines that are here: the same program has the same verdict on each.
@Suite("Programs on the engines of others", .serialized, .requiresRoot())
struct ContainerEngineTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let program: String
    let verdict: String
    var code: Int?
    var signal: String?
    var output = ""
    /// Engines that cannot know, and say what instead.
    var except: [String: String] = [:]
    var testDescription: String { name }
  }

  static let engines = ["docker", "runc", "crun", "gvisor"].filter { engine in
    engine == "docker"
      ? ChildProcess.inherited("RINGFENCE_TEST_DOCKER_HOST") != nil
      : TestHost.find(engine == "gvisor" ? "runsc" : engine) != nil
  }

  static let cases = [
    Case(name: "a code", program: "import sys; print('out'); sys.exit(7)", verdict: "exited", code: 7, output: "out\n"),
    Case(
      name: "both streams and input",
      program: "import sys; d = sys.stdin.read(); print(len(d)); print('e', file=sys.stderr)",
      verdict: "exited",
      code: 0,
      output: "200000\n"
    ),
    Case(
      name: "a signal",
      // As process 1, which it is under runc and crun, a program is not hit by signals that it sends itself.
      program:
        "import os\nif os.fork() == 0: os.kill(os.getpid(), 11)\ns = os.wait()[1]\nimport ctypes; ctypes.string_at(0)",
      verdict: "signaled",
      signal: "SIGSEGV"
    ),
    Case(name: "memory", program: "x = bytearray(10**9)", verdict: "memory-limit"),
    Case(
      name: "memory of a child",
      program: "import os\nif os.fork() == 0: x = bytearray(10**9)\nos.wait()",
      verdict: "memory-limit"
    ),
    Case(name: "wall time", program: "import time; time.sleep(60)", verdict: "wall-limit", signal: "SIGKILL"),
    Case(name: "processor time", program: "while True: pass", verdict: "cpu-limit", signal: "SIGKILL"),
    Case(
      name: "processor time of a tree",
      program: "import os\nfor i in range(3): os.fork()\nwhile True: pass",
      verdict: "cpu-limit"
    ),
    Case(
      name: "output",
      program: "import os\nwhile True: os.write(1, b'x' * 65536)",
      verdict: "output-limit"
    ),
    Case(
      name: "processes",
      // Docker removes the group of a program that ends within a tenth of a second before it can be looked at; the
      // result then says that nothing was measured.
      program:
        "import os, time\ntry:\n  for i in range(200):\n    if os.fork() == 0: time.sleep(2); os._exit(0)\nexcept OSError: time.sleep(1); os._exit(9)",
      verdict: "pids-limit",
      code: 9,
      except: ["gvisor": "exited"]
    ),
    Case(
      name: "a file too large",
      program: "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL); open('/tmp/x', 'wb').write(b'x' * 2**25)",
      verdict: "file-limit",
      // The kernel does not kill process 1 with a signal of this kind: the write fails instead.
      except: ["runc": "exited", "crun": "exited"]
    ),
  ]

  private static let policy = """
    version: 1
    name: engines-test
    extends: python-untrusted
    filesystem:
      image: ringfence-test:1
    resources:
      memory: 192Mi
      wall_time: 12s
      cpu_time: 1s
      pids: 24
      file_size: 1Mi
      output: 256Ki
    lint:
      suppress:
        - {rule: RF3010, reason: an image of the tests}
    """

  private func run(_ engine: String, _ program: String, _ policy: String) throws -> ChildProcess {
    try ChildProcess.run(
      [BuiltCommand.path, "run", "--engine", engine, "--json", policy, "--", "python3", "-I", "-c", program],
      input: Array(String(repeating: "x", count: 200_000).utf8),
      environment: [
        "DOCKER_HOST": ChildProcess.inherited("RINGFENCE_TEST_DOCKER_HOST") ?? "",
        "RINGFENCE_PATH": BuiltCommand.folder + "/policies",
      ]
    )
  }

  @Test("verdicts, codes, signals and output", arguments: engines, cases)
  func verdict(engine: String, item: Case) throws {
    let policy = try Self.policyFile()
    defer { TestFile.removeFolder(policy.folder) }
    let result = try run(engine, item.program, policy.path)
    let text = result.outputText
    let verdict = item.except[engine] ?? item.verdict
    #expect(text.contains("\"verdict\": \"\(verdict)\""), "\(engine): \(text.prefix(1500))")
    if item.except[engine] != nil, engine == "gvisor" {
      #expect(text.contains("\"not_measured\": [\n      \"resources.pids\""))
    }
    if let code = item.code { #expect(text.contains("\"exit_code\": \(code)"), "\(text.prefix(600))") }
    if let signal = item.signal { #expect(text.contains("\"signal\": \"\(signal)\""), "\(text.prefix(600))") }
    if !item.output.isEmpty {
      #expect(text.contains("\"stdout\": \"\(item.output.replacing("\n", with: "\\n"))\""), "\(text.prefix(600))")
    }
    #expect(try Self.lastingLeftovers() == [])
  }

  @Test("a signal to ringfence ends the container, and nothing is left", arguments: engines)
  func interrupted(engine: String) throws {
    let policy = try Self.policyFile()
    defer { TestFile.removeFolder(policy.folder) }
    let result = try ChildProcess.run(
      [
        "timeout", "--preserve-status", "--signal=TERM", "2", BuiltCommand.path, "run", "--engine", engine, "--json",
        policy.path, "--", "sleep", "50",
      ],
      environment: [
        "DOCKER_HOST": ChildProcess.inherited("RINGFENCE_TEST_DOCKER_HOST") ?? "",
        "RINGFENCE_PATH": BuiltCommand.folder + "/policies",
      ]
    )
    #expect(result.outputText.contains("received SIGTERM"), "\(result.outputText) \(result.errorText)")
    #expect(try Self.lastingLeftovers() == [])
  }

  /// A name holds the process id of its run; leftovers are those of processes that are gone.
  @Test("what ringfence leaves when it is killed the next run removes", arguments: engines)
  func killed(engine: String) throws {
    let policy = try Self.policyFile()
    defer { TestFile.removeFolder(policy.folder) }
    let environment = [
      "DOCKER_HOST": ChildProcess.inherited("RINGFENCE_TEST_DOCKER_HOST") ?? "",
      "RINGFENCE_PATH": BuiltCommand.folder + "/policies", "TMPDIR": policy.folder,
    ]
    _ = try ChildProcess.run(
      [
        "timeout", "--foreground", "--signal=KILL", "5", BuiltCommand.path, "run", "--engine", engine, policy.path,
        "--",
        "sleep", "50",
      ],
      environment: environment
    )
    #expect(try Self.leftovers() != [], "nothing was left that could be removed")
    let next = try ChildProcess.run(
      [BuiltCommand.path, "run", "--engine", engine, policy.path, "--", "true"],
      environment: environment
    )
    #expect(next.exitCode == 0, "\(next.errorText)")
    #expect(try Self.lastingLeftovers() == [])
    let directories = try ChildProcess.run(["sh", "-c", "ls -d \(policy.folder)/ringfence.* 2>/dev/null"])
    #expect(directories.outputText == "")
  }

  @Test("a program that is not there is not the program's fault", arguments: engines.filter { $0 != "docker" })
  func missing(engine: String) throws {
    let policy = try Self.policyFile()
    defer { TestFile.removeFolder(policy.folder) }
    let result = try ChildProcess.run(
      [BuiltCommand.path, "run", "--engine", engine, policy.path, "--", "/no/such/program"],
      environment: ["RINGFENCE_PATH": BuiltCommand.folder + "/policies"]
    )
    #expect(result.exitCode == 127 || result.exitCode == 125, "\(result.errorText)")
    #expect(result.errorText.contains("setup-failed"))
    #expect(try Self.lastingLeftovers() == [])
  }

  @Test("an engine that is not there is named, with what to do")
  func absent() throws {
    let result = try ChildProcess.run(
      [BuiltCommand.path, "run", "--engine", "docker", BuiltCommand.folder + "/policies/hardened.yaml", "--", "true"],
      environment: ["DOCKER_HOST": "unix:///nonexistent/docker.sock"]
    )
    #expect(result.exitCode == 4)
    #expect(result.errorText.contains("no Docker engine answers at /nonexistent/docker.sock"))
  }

  private static func policyFile() throws -> (folder: String, path: String) {
    let folder = try TestFile.temporaryFolder()
    let path = folder + "/engines-test.yaml"
    try TestFile.write(Array(policy.utf8), to: path)
    return (folder, path)
  }

  /// Other tests kill their runs, whose keepers take a moment for what is left then.
  private static func lastingLeftovers() throws -> Set<Substring> {
    var left = try leftovers()
    for _ in 0..<50 where !left.isEmpty {
      usleep(200_000)
      left.formIntersection(try leftovers())
    }
    return left
  }

  /// Containers and control groups of runs that have ended; other tests have some that run, or end while we look: what
  /// is still there after its process is gone is left.
  private static func leftovers() throws -> Set<Substring> {
    let host = ChildProcess.inherited("RINGFENCE_TEST_DOCKER_HOST") ?? ""
    let script = """
      [ -z "$DOCKER_HOST" ] || docker ps --all --format '{{.Names}}' | while IFS=- read -r word pid rest; do
        [ "$word" != ringfence ] || [ -d "/proc/$pid" ] || ! docker inspect "$word-$pid-$rest" >/dev/null 2>&1 ||
          echo "$word-$pid-$rest"
      done
      for group in /sys/fs/cgroup/*/ringfence-*-[0-9]*; do
        case ${group##*/} in *[a-z]*-*[a-z]*-*) continue ;; esac
        pid=${group##*/ringfence-}; [ ! -d "$group" ] || [ -d "/proc/${pid%%-*}" ] || [ ! -d "$group" ] || echo "$group"
      done
      """
    return Set(
      try ChildProcess.run(["sh", "-c", script], environment: ["DOCKER_HOST": host]).outputText.split(separator: "\n")
    )
  }
}
