import TestSupport
import Testing

/// A batch may go on for as long as it likes, with whatever limit of open files it was given.
@Suite(.requiresRoot(), .requires("python3", "prlimit", "setpriv")) struct BatchDescriptorTests {
  /// Without control groups, which a user who is not root often has none of.
  private static let policy = """
    version: 1
    name: NAME
    extends: hardened
    accept:
      - {target: native, control: resources.memory, reason: no control groups in this test}
      - {target: native, control: resources.cpus, reason: no control groups in this test}
      - {target: native, control: resources.cpu_time, reason: no control groups in this test}

    """

  private func withPolicies(_ body: (_ one: String, _ other: String) throws -> Void) throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    #expect(try ChildProcess.run(["chmod", "755", folder]).exitCode == 0)
    for name in ["one", "other"] {
      let policy = Self.policy.replacing("NAME", with: name)
      try TestFile.write(Array(policy.utf8), to: "\(folder)/\(name).yaml")
    }
    try body(folder + "/one.yaml", folder + "/other.yaml")
  }

  /// Of what tests that run beside this one have open, a batch may inherit some, which counts.
  ///
  /// The soft limit that most systems have is raised; the hard one is not ours to raise, and fewer run at the same time.
  @Test(
    arguments: [
      (["prlimit", "--nofile=1024:"], "32"), (["prlimit", "--nofile=1024"], "64"),
      (["prlimit", "--nofile=256"], "16"),
      (["prlimit", "--nofile=200"], "64"), (["prlimit", "--nofile=200"], "1"),
    ],
    [[], ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]]
  ) func withFewOpenFilesEveryRequestIsStillRun(_ limit: (prefix: [String], jobs: String), _ user: [String]) throws {
    try withPolicies { one, other in
      let requests = (0..<120).map { number in
        // Some of which are in each other's way for a while.
        let command = number % 8 == 0 ? #""sleep", "0.02""# : #""true""#
        return #"{"id": \#(number), "policy": "\#(number % 2 == 0 ? one : other)", "command": [\#(command)]}"# + "\n"
      }
      let result = try ChildProcess.run(
        limit.prefix + user + [BuiltCommand.path, "run", "--batch", "--jobs", limit.jobs],
        input: Array(requests.joined().utf8)
      )
      let lines = result.outputText.split(separator: "\n")
      #expect(lines.count == 120, "\(result.errorText)")
      #expect(lines.allSatisfy { $0.contains(#""success":true"#) }, "\(lines.first { !$0.contains("true") } ?? "")")
      #expect(result.exitCode == 0)
    }
  }

  @Test(
    arguments: [
      #""command": ["true"]"#, #""command": ["cat"], "stdin": "hello""#,
      #""command": ["sh", "-c", "echo 1; echo 2 >&2"]"#,
      #""command": ["nonesuch"]"#, #""command": ["sh", "-c", "sleep 60 & exit 3"]"#, #""command": ["sh", "-c", "yes"]"#,
      #""command": ["sh", "-c", "kill -9 $$"]"#, #""command": ["sleep", "0.03"]"#, #""command": []"#,
    ]
  ) func noRunLeavesADescriptorOpen(_ request: String) throws {
    let program = """
      import os, subprocess, sys, time
      batch = subprocess.Popen(sys.argv[3:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
      def count(): return len(os.listdir(f"/proc/{batch.pid}/fd"))
      def run(times):
        for _ in range(times):
          batch.stdin.write(f'{{"id": 1, "policy": "{sys.argv[1]}", {sys.argv[2]}}}\\n'.encode())
          batch.stdin.flush()
          batch.stdout.readline()
        time.sleep(0.2)
      run(20)
      # What is ready ahead, running and ending comes and goes.
      most = count() + 15
      run(60)
      assert count() <= most, os.popen(f"ls -l /proc/{batch.pid}/fd").read()
      batch.stdin.close()
      assert batch.wait() == 0
      """
    try withPolicies { one, _ in
      for policy in ["hardened", one] {
        let result = try ChildProcess.run(
          ["python3", "-c", program, policy, request, BuiltCommand.path, "run", "--batch"]
        )
        #expect(result.exitCode == 0, "\(result.errorText)")
      }
    }
  }
}
