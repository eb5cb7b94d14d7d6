import CanonicalJSON
import Diagnostics
import Foundation
import TestSupport
import Testing

/// `run --batch`: many runs in one process, each as alone as if it were the only one.
@Suite(.requiresRoot(), .requires("python3", "bash", "setpriv")) struct BatchTests {
  private func batch(_ requests: [String], _ arguments: [String] = []) throws -> (results: [JSON], exitCode: Int32) {
    let result = try ChildProcess.run(
      [BuiltCommand.path, "run", "--batch"] + arguments,
      input: Array(requests.map { $0 + "\n" }.joined().utf8)
    )
    let lines = result.outputText.split(separator: "\n")
    let results = try lines.map { line in
      try JSONNode(reading: SourceText(name: "result", text: String(line))).json
    }
    #expect(result.errorText == "")
    return (results, result.exitCode)
  }

  private func result(_ id: Int64, in results: [JSON]) throws -> JSON {
    try #require(results.first { $0["id"]?.integer == id }, "no result \(id)")
  }

  @Test(arguments: [1, 4]) func everyRequestHasOneResult(_ jobs: Int) throws {
    let count = 40
    let requests = (0..<count).map { number in
      #"{"id": \#(number), "policy": "hardened", "command": ["sh", "-c", "cat; exit \#(number)"], "stdin": "in \#(number)"}"#
    }
    let (results, exitCode) = try batch(requests, ["--jobs", "\(jobs)"])
    #expect(exitCode == 0)
    #expect(results.count == count)
    for number in 0..<count {
      let one = try result(Int64(number), in: results)
      #expect(one["verdict"]?.string == "exited")
      #expect(one["exit_code"]?.integer == Int64(number))
      #expect(one["stdout"]?.string == "in \(number)")
      #expect(one["schema"]?.string == "ringfence.run/1")
    }
  }

  @Test func verdictsAreThoseOfSingleRuns() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let policy = """
      version: 1
      name: tried
      extends: python-untrusted
      resources: {cpu_time: 1s, wall_time: 1m, pids: 20}

      """
    try TestFile.write(Array(policy.utf8), to: folder + "/tried.yaml")
    func request(_ id: Int, _ program: String) -> String {
      let command = JSON.array([.string("python3"), .string("-c"), .string(program)]).text(.compact)
      return #"{"id": \#(id), "policy": "\#(folder)/tried.yaml", "command": \#(command)}"#
    }
    let (results, _) = try batch(
      [
        request(1, "x = bytearray(10**9)"), request(2, "while True: pass"),
        request(3, "import os, signal; os.kill(os.getpid(), 9)"),
        request(4, "import os\nwhile True: os.fork()"), request(5, "print('x' * 10**8)"), request(6, "print('fine')"),
        #"{"id": 7, "policy": "hardened", "command": ["no-such-command"]}"#,
      ],
      ["--jobs", "3"]
    )
    let verdicts = try (1...7).map { try result($0, in: results)["verdict"]?.string }
    #expect(
      verdicts == [
        "memory-limit", "cpu-limit", "signaled", "pids-limit", "output-limit", "exited", "setup-failed",
      ]
    )
    #expect(try result(7, in: results)["exit_code"]?.integer == 127)
  }

  /// Files, processes, names, System V memory and keys: whatever one run leaves, the next does not see.
  @Test func nothingOfARunIsVisibleToTheNext() throws {
    let leave = "echo secret > /tmp/left; (sleep 100 &) ; ipcmk -M 10 >/dev/null 2>&1; echo left"
    let look = "ls -A /tmp; for p in /proc/[0-9]*; do echo $p; done; ipcs -m 2>/dev/null | grep -c 0x"
    let requests = (0..<20).map { number in
      let command = JSON.array([.string("sh"), .string("-c"), .string(number % 2 == 0 ? leave : look)]).text(.compact)
      return #"{"id": \#(number), "policy": "hardened", "command": \#(command)}"#
    }
    let (results, _) = try batch(requests)
    let seen = Set(try stride(from: 1, to: 20, by: 2).map { try result(Int64($0), in: results)["stdout"]?.string })
    // Process 1 and the shell; no file, no sleep, no shared memory.
    #expect(seen.count == 1, "\(seen)")
    #expect(seen.first??.split(separator: "\n").count ?? 0 <= 4, "\(seen)")
    #expect(seen.first??.contains("left") == false, "\(seen)")
  }

  /// Network namespaces are used again. A socket that is on its way to itself outlives its process, with its name.
  @Test func whatARunLeavesInItsNetworkGoesWithIt() throws {
    let leave = """
      import array, os, socket
      name = socket.socket(socket.AF_UNIX)
      name.bind("\\0left")
      left, right = socket.socketpair()
      rights = array.array("i", [left.fileno(), right.fileno(), name.fileno()])
      for _ in range(50): left.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
      os._exit(0)
      """
    let look = "print(open('/proc/self/net/unix').read().count('\\n'))"
    let requests = (0..<40).map { number in
      let program = number % 2 == 0 ? leave : look
      let command = JSON.array([.string("python3"), .string("-c"), .string(program)]).text(.compact)
      return #"{"id": \#(number), "policy": "python-untrusted", "command": \#(command)}"#
    }
    let (results, _) = try batch(requests)
    for number in 0..<40 {
      let one = try result(Int64(number), in: results)
      #expect(one["success"]?.bool == true, "\(one)")
      // The header.
      #expect(one["stdout"]?.string == (number % 2 == 0 ? "" : "1\n"), "\(number)")
    }
  }

  /// Whoever is given the host's network gets the host's, whatever network the run before it had.
  @Test func theHostsNetworkIsTheHosts() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let host = "version: 1\nname: host\nextends: hardened\nnetwork: {mode: host}\n"
    try TestFile.write(Array(host.utf8), to: folder + "/host.yaml")
    let own = "version: 1\nname: own\nextends: hardened\nnetwork: {socket_families: [unix, inet]}\n"
    try TestFile.write(Array(own.utf8), to: folder + "/own.yaml")
    let policies = ["hardened", "\(folder)/host.yaml", "\(folder)/own.yaml", "\(folder)/own.yaml", "hardened"]
    let requests = (0..<20).map { number in
      #"{"id": \#(number), "policy": "\#(policies[number % 5])", "command": ["readlink", "/proc/self/ns/net"]}"#
    }
    let (results, _) = try batch(requests)
    let hosts = try ChildProcess.run(["readlink", "/proc/self/ns/net"]).outputText
    var owned: [String] = []
    for number in 0..<20 {
      let network = try #require(try result(Int64(number), in: results)["stdout"]?.string)
      #expect(network.hasPrefix("net:["))
      #expect((network == hosts) == (number % 5 == 1), "\(number): \(network)")
      if [2, 3].contains(number % 5) { owned.append(network) }
    }
    // With other sockets than Unix ones, a network is not used again while the one before it may still exist.
    for (one, next) in zip(owned, owned.dropFirst()) { #expect(one != next) }
  }

  static let badLines: [(line: String, part: String)] = [
    ("garbage", "expected a value"), ("[1]", "an array"), ("{}", "`id`"), (#"{"id": 1}"#, "`policy`"),
    (#"{"id": 1.5, "policy": "hardened"}"#, "whole number"), (#"{"id": [], "policy": "hardened"}"#, "an array"),
    (#"{"id": 1, "policy": "hardened"}"#, "no command"),
    (#"{"id": 1, "policy": "nobody", "command": ["a"]}"#, "nobody"),
    (#"{"id": 1, "policy": "-", "command": ["a"]}"#, "standard input"),
    (#"{"id": 1, "policy": "hardened", "command": []}"#, "list of strings"),
    (#"{"id": 1, "policy": "hardened", "command": "a b"}"#, "list of strings"),
    (#"{"id": 1, "policy": "hardened", "comand": ["a"]}"#, "did you mean `command`"),
    (#"{"id": 1, "policy": "hardened", "command": ["a\u0000b"]}"#, "NUL"),
    (#"{"id": 1, "policy": "hardened", "command": ["a"], "stdin": 1}"#, "`stdin`"),
    (#"{"id": 1, "policy": "hardened", "command": ["a"], "stdin": "?", "stdin_encoding": "base64"}"#, "base64"),
    (#"{"id": 1, "policy": "hardened", "command": ["a"], "stdin_encoding": "rot13"}"#, "stdin_encoding"),
    (#"{"id": 1, "policy": "hardened", "command": ["a"], "env": {"LD_PRELOAD": "x"}}"#, "LD_PRELOAD"),
    (#"{"id": 1, "policy": "hardened", "command": ["a"], "env": {"LANG": 1}}"#, "env.LANG"),
    (#"{"id": 1, "id": 2, "policy": "hardened", "command": ["a"]}"#, "id"),
    (String(repeating: "[", count: 100_000), "nest"),
  ]

  @Test func aBadRequestHasAnErrorAndEndsNothing() throws {
    let good = #"{"id": "good", "policy": "hardened", "command": ["echo", "ok"]}"#
    for (line, part) in Self.badLines {
      let (results, exitCode) = try batch([line, "", "  ", good])
      #expect(exitCode == 0, "\(line.prefix(80))")
      #expect(results.count == 2, "\(line.prefix(80))")
      let error = try #require(results.first { $0["error"] != nil }, "\(line.prefix(80))")
      #expect(error["error"]?.string?.contains(part) == true, "\(line.prefix(80)): \(error["error"]?.string ?? "")")
      #expect(error["schema"]?.string == "ringfence.batch-error/1")
      #expect(error["id"] != nil)
      #expect(error["line"]?.integer == 1)
      #expect(results.first { $0["id"]?.string == "good" }?["stdout"]?.string == "ok\n")
    }
  }

  @Test func anErrorSaysInWhichLineItIsAndWhatToDo() throws {
    let good = #"{"id": 1, "policy": "hardened", "command": ["true"]}"#
    let (results, _) = try batch([
      good, "", #"{"id": 2, "policy": "hardned", "command": ["true"]}"#, good, #"{"id": 1.5}"#,
    ])
    let errors = results.filter { $0["error"] != nil }
    #expect(errors.map { $0["line"]?.integer } == [3, 5])
    #expect(errors.first?["error"]?.string?.contains("did you mean `hardened`?") == true)
    #expect(errors.last?["error"]?.string?.contains("the number 1.5") == true)
  }

  /// What was made ready ahead may show what was there before.
  @Test(arguments: [[], ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]])
  func everyRunSeesWhatIsThere(_ user: [String]) throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    #expect(try ChildProcess.run(["chmod", "755", folder]).exitCode == 0)
    let policy = """
      version: 1
      name: shown
      extends: hardened
      filesystem:
        read: [/bin, /lib, /lib64, /usr, /etc/ld.so.cache, {source: \(folder)/shown, path: /shown}]
      accept:
        - {target: native, control: resources.memory, reason: no control groups in this test}
        - {target: native, control: resources.cpus, reason: no control groups in this test}
        - {target: native, control: resources.cpu_time, reason: no control groups in this test}

      """
    try TestFile.write(Array(policy.utf8), to: folder + "/shown.yaml")
    let program = """
      import json, os, subprocess, sys
      folder = sys.argv[1]
      batch = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
      def run():
        request = {"id": 1, "policy": f"{folder}/shown.yaml", "command": ["cat", "/shown/file"]}
        batch.stdin.write((json.dumps(request) + "\\n").encode())
        batch.stdin.flush()
        return json.loads(batch.stdout.readline())
      def exchange(text):
        os.mkdir(f"{folder}/next")
        with open(f"{folder}/next/file", "w") as file: file.write(text)
        if os.path.exists(f"{folder}/shown"): os.rename(f"{folder}/shown", f"{folder}/before {text}")
        os.rename(f"{folder}/next", f"{folder}/shown")
      for number in range(8):
        if number == 4:
          os.rename(f"{folder}/shown", f"{folder}/away")
          assert run()["verdict"] == "setup-failed"
        exchange(f"{number}")
        for _ in range(2):
          result = run()
          assert result["stdout"] == f"{number}", (number, result)
      batch.stdin.close()
      assert batch.wait() == 0
      """
    let result = try ChildProcess.run(
      ["python3", "-c", program, folder] + user + [BuiltCommand.path, "run", "--batch"]
    )
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  /// What is forked ahead does not know yet whether there will be a program: process 1 hears of it at its end.
  @Test(arguments: [("nonesuch", 127), ("/etc/ld.so.cache", 126)])
  func whatCannotBeExecutedIsToldInEveryRun(_ command: String, _ code: Int64) throws {
    let requests = (0..<24).map {
      #"{"id": \#($0), "policy": "hardened", "command": ["\#($0 % 4 == 3 ? "true" : command)"]}"#
    }
    let (results, _) = try batch(requests)
    for number in 0..<24 {
      let one = try result(Int64(number), in: results)
      #expect(one["verdict"]?.string == (number % 4 == 3 ? "exited" : "setup-failed"), "\(one)")
      #expect(one["exit_code"]?.integer == (number % 4 == 3 ? 0 : code), "\(one)")
    }
  }

  @Test func inputAndOutputKeepEveryByte() throws {
    let (results, _) = try batch([
      #"{"id": 1, "policy": "hardened", "command": ["cat"], "stdin": "AAEC/w==", "stdin_encoding": "base64"}"#,
      #"{"id": 2, "policy": "hardened", "command": ["cat"], "stdin": "zähl\n"}"#,
      #"{"id": 3, "policy": "hardened", "command": ["sh", "-c", "echo $LANG"], "env": {"LANG": "C.test"}}"#,
      #"{"id": 4, "policy": "hardened", "command": ["wc", "-c"], "stdin": "\#(String(repeating: "x", count: 3_000_000))"}"#,
      // Without an end of line.
      #"{"id": 5, "policy": "hardened", "command": ["true"]}"#,
    ])
    #expect(try result(1, in: results)["stdout"]?.string == "AAEC/w==")
    #expect(try result(1, in: results)["encoding"]?.string == "base64")
    #expect(try result(2, in: results)["stdout"]?.string == "zähl\n")
    #expect(try result(3, in: results)["stdout"]?.string == "C.test\n")
    #expect(try result(4, in: results)["stdout"]?.string == "3000000\n")
    #expect(try result(5, in: results)["success"]?.bool == true)
  }

  /// The reader takes nothing until all requests are written: with anything unbounded in between both would wait for ever.
  @Test func aSlowReaderStopsNothing() throws {
    let program = """
      import json, subprocess, sys, time
      batch = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
      for number in range(60):
        request = {"id": number, "policy": "hardened", "command": ["head", "-c", "400000", "/dev/zero"]}
        batch.stdin.write((json.dumps(request) + "\\n").encode())
      batch.stdin.close()
      time.sleep(1)
      results = [json.loads(line) for line in batch.stdout]
      assert sorted(result["id"] for result in results) == list(range(60)), len(results)
      assert all(len(result["stdout"]) == 400000 for result in results)
      assert batch.wait() == 0
      """
    let result = try ChildProcess.run(["python3", "-c", program, BuiltCommand.path, "run", "--batch", "--jobs", "2"])
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  /// By a signal, by the end of its caller, by SIGKILL, and when nobody reads any more: in the middle of many runs.
  @Test(arguments: ["TERM", "INT", "KILL", "reader"]) func whenItEndsNothingIsLeft(_ way: String) throws {
    let marker = "batch-\(UUID().uuidString)"
    let program = """
      import json, os, signal, subprocess, sys, time
      way, marker = sys.argv[1:3]
      def is_ours(pid):
        try:
          return marker.encode() in open(f"/proc/{pid}/cmdline", "rb").read()
        except OSError:
          return False  # it ended meanwhile
      batch = subprocess.Popen(sys.argv[3:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
      for number in range(50):
        command = ["sh", "-c", f": {marker}; sleep 60"] if number % 3 else ["true"]
        batch.stdin.write((json.dumps({"id": number, "policy": "hardened", "command": command}) + "\\n").encode())
      batch.stdin.flush()
      batch.stdout.readline()
      time.sleep(0.3)
      if way == "reader":
        batch.stdout.close()
      else:
        batch.send_signal(getattr(signal, "SIG" + way))
      code = batch.wait(20)
      expected = {"TERM": 143, "INT": 130, "KILL": -9, "reader": 70}[way]
      assert code == expected, code
      end = time.monotonic() + 5
      while True:
        groups = [name for parent in ("memory", "pids", "cpu", "cpuacct", "")
                  for folder, names, _ in os.walk(f"/sys/fs/cgroup/{parent}") for name in names
                  if name.startswith(f"ringfence-{batch.pid}-")]
        processes = [pid for pid in os.listdir("/proc") if pid.isdigit() and int(pid) != os.getpid() and is_ours(pid)]
        if not groups and not processes: break
        assert time.monotonic() < end, (groups, processes)
        time.sleep(0.05)
      """
    let command = ["python3", "-c", program, way, marker, BuiltCommand.path, "run", "--batch", "--jobs", "4"]
    // Not on a command line, where the marker would be found.
    let result = try ChildProcess.run(["env", "MARKED=1"] + command)
    #expect(result.exitCode == 0, "\(way): \(result.errorText)")
  }

  @Test func whatIsNoBatchIsRefused() throws {
    for arguments in [
      ["--batch", "hardened"], ["--batch", "--json"], ["--batch", "--jobs", "0"], ["--batch", "--jobs", "257"],
      ["--jobs", "2", "hardened", "--", "true"], ["--batch", "--", "true"],
    ] {
      let result = try ChildProcess.run([BuiltCommand.path, "run"] + arguments)
      #expect(result.exitCode == 64, "\(arguments)")
      #expect(result.outputText == "")
    }
  }
}
