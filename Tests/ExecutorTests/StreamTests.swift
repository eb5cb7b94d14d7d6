import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// Standard streams of any size and in any state.
@Suite(.requiresRoot(), .requires("python3", "setpriv")) struct StreamTests {
  @Test(arguments: [0, 1, 65_536, 5_000_000], TestUser.allCases)
  func inputOfAnySize(_ size: Int, _ user: TestUser) throws {
    let fixture = try RunFixture("resources: {output: 16Mi}\n" + TestUser.acceptances)
    // Echoed as it comes: reading must not wait for writing.
    let result = try fixture.run(
      python: "import sys, shutil; shutil.copyfileobj(sys.stdin.buffer, sys.stdout.buffer)",
      input: [UInt8](repeating: UInt8(ascii: "a"), count: size),
      as: user
    )
    #expect(result.verdict == "exited", "\(result.message)")
    #expect(result.output.utf8.count == size)
  }

  @Test func inputThatNobodyReads() throws {
    let fixture = try RunFixture()
    let result = try fixture.run(["true"], input: [UInt8](repeating: 0, count: 1_000_000))
    #expect(result.verdict == "exited", "\(result.message)")
  }

  @Test(arguments: [(1 << 20, "exited"), (1 << 20 + 1, "output-limit")])
  func outputUpToTheLimitIsWhole(_ size: Int, _ verdict: String) throws {
    let fixture = try RunFixture("resources: {output: 1Mi}\n")
    let result = try fixture.run(
      python:
        "import sys; sys.stdout.write('o' * 500000); sys.stdout.flush(); sys.stderr.write('e' * (\(size) - 500000))"
    )
    #expect(result.verdict == verdict, "\(result.message)")
    #expect(result.output.utf8.count + result.error.utf8.count == 1 << 20)
    #expect(result.json["stderr_truncated"]?.bool == (verdict == "output-limit"))
  }

  @Test func whatWasSaidBeforeTheLimitIsNotLostForTheOtherStream() throws {
    let fixture = try RunFixture("resources: {output: 64Ki}\n")
    let result = try fixture.run(
      python: """
        import os, time
        for _ in range(60): os.write(1, b"o" * 1000)
        os.write(2, b"the reason")
        os.write(1, b"o" * 60000)
        time.sleep(30)
        """
    )
    #expect(result.verdict == "output-limit", "\(result.message)")
    #expect(result.error == "the reason")
    #expect(result.json["stderr_truncated"]?.bool == false)
    #expect(result.json["stdout_truncated"]?.bool == true)
    #expect(result.output.utf8.count + result.error.utf8.count == 64 << 10)
  }

  /// A terminal with room for one byte has room, says poll(2).
  @Test(arguments: [[], ["--json"]]) func aTerminalThatNobodyReadsStopsNoLimit(_ options: [String]) throws {
    let fixture = try RunFixture("resources: {wall_time: 1s}\n")
    let program = """
      import os, signal, subprocess, sys, time
      terminal, end = os.openpty()
      run = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=end, stderr=end)
      time.sleep(4)
      children = open(f"/proc/{run.pid}/task/{run.pid}/children").read().split() if run.poll() is None else []
      states = [open(f"/proc/{child}/stat").read().rsplit(")")[1].split()[0] for child in children]
      assert states.count("Z") >= len(states) - 1, states
      run.send_signal(signal.SIGTERM)
      assert run.wait(20) != 0
      """
    let command = [BuiltCommand.path, "run"] + options + [fixture.folder + "/tried.yaml", "--", "sh", "-c"]
    let result = try ChildProcess.run(["python3", "-c", program] + command + ["yes & while :; do :; done"])
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  /// Of two that wait for the same pipe one is too late.
  @Test func whoSharesItsInputIsStillJudged() throws {
    let fixture = try RunFixture("resources: {wall_time: 1s}\n")
    let program = """
      import os, subprocess, sys, time
      reader, writer = os.pipe()
      runs = [subprocess.Popen(sys.argv[1:], stdin=reader, stdout=subprocess.DEVNULL) for _ in range(6)]
      for _ in range(100):
        os.write(writer, b"line\\n")
        time.sleep(0.01)
      assert [run.wait(20) for run in runs] == [124] * 6
      """
    let result = try ChildProcess.run(["python3", "-c", program] + fixture.command(["sleep", "30"]))
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  @Test func jobControlStopsNoSupervisor() throws {
    let fixture = try RunFixture("resources: {wall_time: 1s}\n")
    let program = """
      import signal, subprocess, sys, time
      run = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
      time.sleep(0.5)
      for number in (signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU): run.send_signal(number)
      assert run.wait(20) == 124
      """
    let result = try ChildProcess.run(["python3", "-c", program] + fixture.command(["sleep", "30"]))
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  @Test(arguments: TestUser.allCases) func emptyInputIsNobodyElses(_ user: TestUser) throws {
    let fixture = try RunFixture(TestUser.acceptances)
    let command = fixture.command(["sh", "-c", "cat; cat /dev/stdin; stat -L -c '%F' /dev/stdin"])
    let result = try RunDocument(
      ChildProcess.run(["sh", "-c", #"exec "$@" </dev/null"#, "sh"] + user.prefix + command)
    )
    #expect(result.output.hasPrefix("fifo\n"), "\(result.output)\(result.error)")
  }

  /// The reader is there and does not read.
  @Test(arguments: [["--json"], []], [SIGTERM, SIGINT, SIGHUP])
  func toldToEndNobodyWaitsForAReader(_ options: [String], _ signal: Int32) throws {
    let fixture = try RunFixture()
    let program = """
      import os, signal, subprocess, sys, time
      reader, writer = os.pipe()
      run = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=writer, stderr=writer)
      time.sleep(1)
      assert run.poll() is None
      run.send_signal(int(sys.argv[1]))
      code = run.wait(20)
      sys.exit(0 if code in (128 + int(sys.argv[1]), -int(sys.argv[1])) else f"{code}")
      """
    let command = [BuiltCommand.path, "run"] + options + [fixture.folder + "/tried.yaml", "--"]
    let result = try ChildProcess.run(
      ["python3", "-c", program, "\(signal)"] + command + ["head", "-c", "300000", "/dev/zero"]
    )
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  @Test(arguments: [["--json"], []]) func aLimitOfTheCallersOnFilesIsAnError(_ options: [String]) throws {
    let fixture = try RunFixture()
    let command = [BuiltCommand.path, "run"] + options + [fixture.folder + "/tried.yaml", "--"]
    let result = try ChildProcess.run(
      ["bash", "-c", #"ulimit -f 8; "$@" > "$0""#, fixture.folder + "/output"] + command
        + ["head", "-c", "100000", "/dev/zero"]
    )
    #expect(result.errorText.contains("File too large"), "\(result.errorText)")
    #expect(![0, 128 + SIGXFSZ].contains(result.exitCode))
  }

  @Test func outputThatIsNotTextIsBase64() throws {
    let result = try RunFixture().run(python: "import sys; sys.stdout.buffer.write(bytes([255, 0, 1]))")
    #expect(result.json["encoding"]?.string == "base64")
    #expect(result.output == "/wAB")
  }

  @Test func aCharacterCutByTheLimitIsLeftOut() throws {
    let fixture = try RunFixture("resources: {output: 1Ki}\n")
    let result = try fixture.run(python: "print('x' + '\\u20ac' * 2000)")
    #expect(result.json["encoding"]?.string == "utf-8")
    #expect(result.output == "x" + String(repeating: "\u{20AC}", count: 341))
  }

  @Test(arguments: TestUser.allCases) func streamsCanBeOpenedAgainForTheirOwnUseOnly(_ user: TestUser) throws {
    let fixture = try RunFixture(TestUser.acceptances)
    let result = try fixture.run(
      ["sh", "-c", "echo out > /dev/stdout; echo err > /dev/stderr; cat < /dev/stdin; cat < /proc/self/fd/1"],
      input: Array("in\n".utf8),
      as: user
    )
    #expect(result.output == "out\nin\n")
    #expect(result.error.hasPrefix("err\n"))
    #expect(result.error.contains("ermission denied"), "\(result.error)")
  }

  @Test(arguments: ["0<&-", "1>&-", "2>&-", "0<&- 1>&- 2>&-"]) func closedStreams(_ redirection: String) throws {
    let fixture = try RunFixture()
    // What the program does leaves a trace that needs no stream.
    try FileManager.default.createDirectory(atPath: fixture.folder + "/out", withIntermediateDirectories: true)
    let policy = "filesystem: {write: [{source: \(fixture.folder)/out, path: /out}]}\n"
    try ("version: 1\nname: tried\nextends: python-untrusted\n" + policy)
      .write(toFile: fixture.folder + "/tried.yaml", atomically: true, encoding: .utf8)
    let program = "import os; open('/out/seen', 'w').write(str(len(os.listdir('/proc/self/fd'))))"
    let command = (fixture.command(["python3", "-c"]) + [program]).map { "'\($0.replacing("'", with: "'\\''"))'" }
    let shell = try ChildProcess.run(["sh", "-c", "exec \(command.joined(separator: " ")) \(redirection)"])
    // Its three streams, the file that it writes, and the folder that it lists.
    #expect(try String(contentsOfFile: fixture.folder + "/out/seen", encoding: .utf8) == "5", "\(shell.errorText)")
    // A result that cannot be written is an error.
    #expect((shell.exitCode == 0) == !redirection.contains("1>&-"), "\(shell.exitCode) \(shell.errorText)")
  }

  @Test func aFullDiskIsAnError() throws {
    let fixture = try RunFixture()
    let quoted = fixture.command(["echo", "x"]).map { "'\($0)'" }.joined(separator: " ")
    let json = try ChildProcess.run(["sh", "-c", "exec \(quoted) > /dev/full"])
    #expect(json.exitCode != 0)
    let streaming = try ChildProcess.run(["sh", "-c", "exec \(quoted.replacing("'--json' ", with: "")) > /dev/full"])
    #expect(streaming.exitCode != 0)
    #expect(streaming.errorText.contains("No space left"), "\(streaming.errorText)")
  }

  @Test func aReaderThatGoesAwayEndsTheRun() throws {
    let fixture = try RunFixture("resources: {output: 16Mi}\n")
    let command = fixture.command(["yes"]).map { "'\($0)'" }.joined(separator: " ")
      .replacing("'--json' ", with: "")
    let shell = try ChildProcess.run(["sh", "-c", "\(command) | head -n 1"])
    #expect(shell.outputText == "y\n")
    #expect(shell.errorText.contains("nobody reads"), "\(shell.errorText)")
  }
}
