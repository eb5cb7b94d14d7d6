import CanonicalJSON
import Diagnostics
import Foundation
import TestSupport
import Testing

/// What everybody tries first, through the command, as JSON: each ends with the right verdict and a sentence for people.
@Suite struct VerdictTests {
  struct Attempt: Sendable, CustomTestStringConvertible {
    let name: String
    let program: String
    let verdict: String
    let exitCode: Int32
    var message = ""
    var limit: String?
    /// Seconds. Of the others none may end by it: a walk of a large root takes its time.
    var processorTime = 60
    var testDescription: String { name }
  }

  /// Much wall time: other tests run beside this one, and what is looked at is the verdict.
  static func policy(processorTime: Int) -> String {
    """
    version: 1
    name: tried
    extends: python-untrusted
    resources: {cpu_time: \(processorTime)s, wall_time: 2m}

    """
  }

  static let attempts = [
    Attempt(name: "hello", program: "print('hello')", verdict: "exited", exitCode: 0),
    Attempt(
      name: "memory bomb",
      program: "x = bytearray(10**9)",
      verdict: "memory-limit",
      exitCode: 137,
      message: "256 MiB of memory",
      limit: "resources.memory"
    ),
    Attempt(
      name: "network access",
      program: "import socket; socket.create_connection(('127.0.0.1', 9))",
      verdict: "exited",
      exitCode: 1
    ),
    Attempt(
      name: "rm -rf /",
      program:
        "import os, sys; os.system('rm -rf --no-preserve-root / 2>/dev/null'); sys.exit(not os.path.exists('/usr/bin/python3'))",
      verdict: "exited",
      exitCode: 0
    ),
    Attempt(
      name: "CPU bomb",
      program: "while True: pass",
      verdict: "cpu-limit",
      exitCode: 124,
      message: "2 s",
      limit: "resources.cpu_time",
      processorTime: 2
    ),
    Attempt(
      name: "fork bomb",
      program: "import os\nwhile True: os.fork()",
      verdict: "pids-limit",
      exitCode: 1,
      message: "64 processes",
      limit: "resources.pids"
    ),
    Attempt(
      name: "output flood",
      program: "while True: print('x' * 1000)",
      verdict: "output-limit",
      exitCode: 137,
      message: "1 MiB",
      limit: "resources.output"
    ),
    Attempt(
      name: "suicide",
      program: "import os; os.kill(os.getpid(), 9)",
      verdict: "signaled",
      exitCode: 137,
      message: "SIGKILL"
    ),
    Attempt(name: "a forged exit code", program: "import os; os._exit(125)", verdict: "exited", exitCode: 125),
    Attempt(
      name: "a forged result",
      program: "print('\"verdict\": \"exited\"'); raise SystemExit(3)",
      verdict: "exited",
      exitCode: 3
    ),
  ]

  @Test(.requiresRoot(), arguments: attempts) func verdict(of attempt: Attempt) throws {
    let folder = "/tmp/ringfence-verdict-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Self.policy(processorTime: attempt.processorTime).write(
      toFile: folder + "/tried.yaml",
      atomically: true,
      encoding: .utf8
    )
    let result = try ChildProcess.run(
      [BuiltCommand.path, "run", "--json", folder + "/tried.yaml"],
      input: Array(attempt.program.utf8),
      in: "/tmp"
    )
    let document = try JSONNode(reading: SourceText(name: "result", bytes: result.standardOutput))
    let verdict = document["verdict"]?.string
    let message = document["message"]?.string ?? ""
    #expect(verdict == attempt.verdict, "\(message)")
    #expect(result.exitCode == attempt.exitCode, "\(verdict ?? ""): \(message)")
    #expect(attempt.message.isEmpty || message.contains(attempt.message), "\(message)")
    let limits = document["limits_hit"]?.json.array?.compactMap(\.string) ?? []
    if let limit = attempt.limit { #expect(limits.contains(limit), "\(limits)") }
    #expect(document["success"]?.bool == (attempt.verdict == "exited" && attempt.exitCode == 0))
    #expect(document["enforcement"]?["not_enforced"]?.json == [])
  }
}
