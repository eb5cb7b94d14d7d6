import Foundation
import TestSupport
import Testing

/// A supervisor that is killed, starved or crowded leaves nothing behind and tells no lies.
@Suite(.requiresRoot(), .requires("python3", "setpriv", "prlimit"), .serialized) struct SurvivalTests {
  @Test(arguments: TestUser.allCases) func killedAtAnyMomentNothingIsLeft(_ user: TestUser) throws {
    let fixture = try RunFixture(TestUser.acceptances)
    let marker = "marker-\(UUID().uuidString)"
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<40 {
      let child = try Background(user.prefix + fixture.command(["sh", "-c", ": \(marker); sleep 60 & sleep 60"]))
      usleep(UInt32.random(in: 0..<60_000, using: &generator))
      child.kill(SIGKILL)
    }
    let deadline = Date().addingTimeInterval(10)
    while Date() < deadline, !(Leftovers.processes(with: marker).isEmpty && Leftovers.controlGroups.isEmpty) {
      usleep(20_000)
    }
    #expect(Leftovers.processes(with: marker).isEmpty)
    #expect(Leftovers.controlGroups.isEmpty)
  }

  @Test func interruptedItEndsCleanly() throws {
    let fixture = try RunFixture()
    for signal in [SIGINT, SIGTERM, SIGHUP] {
      let child = try Background(fixture.command(["sleep", "60"]))
      usleep(200_000)
      child.kill(signal)
      #expect(child.wait() == 128 + signal)
    }
  }

  @Test func interruptedInOneTestThereIsNoNext() throws {
    let marker = "marker-\(UUID().uuidString)"
    let fixture = try RunFixture(
      """
      tests:
        - {name: long, run: [sh, -c, "sleep 60; : \(marker)"], expect: {success: true}}
        - {name: never, run: [sleep, "60"], expect: {success: true}}

      """
    )
    let child = try Background([BuiltCommand.path, "test", "--engine", "native", fixture.folder + "/tried.yaml"])
    // Before there is a first one, there would be no next one anyway.
    let deadline = Date().addingTimeInterval(20)
    while Date() < deadline, Leftovers.processes(with: marker).isEmpty { usleep(20_000) }
    #expect(!Leftovers.processes(with: marker).isEmpty)
    child.kill(SIGTERM)
    let finished = child.finished()
    #expect(finished.exitCode == 128 + SIGTERM)
    #expect(!finished.outputText.contains("never"), "\(finished.outputText)")
  }

  @Test func aRunOutlastsItsCallerOnlyWithNohup() throws {
    let fixture = try RunFixture()
    let run = fixture.command(["sh", "-c", "sleep 1; echo done"]).joined(separator: " ").replacing(
      "sleep 1; echo done",
      with: "'sleep 1; echo done'"
    )
    for (prefix, verdict) in [("", "signaled"), ("nohup ", "exited")] {
      let file = fixture.folder + "/\(verdict).json"
      _ = try ChildProcess.run(["sh", "-c", "\(prefix)\(run) >\(file) 2>/dev/null & sleep 0.3"])
      let deadline = Date().addingTimeInterval(20)
      while Date() < deadline, (try? String(contentsOfFile: file, encoding: .utf8))?.hasSuffix("}\n") != true {
        usleep(20_000)
      }
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text.contains("\"verdict\": \"\(verdict)\""), "\(text)")
    }
  }

  @Test(arguments: TestUser.allCases) func withFewDescriptorsItRunsOrSaysWhy(_ user: TestUser) throws {
    let fixture = try RunFixture(TestUser.acceptances)
    var ran = false
    // It may inherit files of tests that run beside this one, which count.
    for limit in stride(from: 3, through: 150, by: 7) {
      let process = try ChildProcess.run(
        ["prlimit", "--nofile=\(limit):\(limit)"] + user.prefix + fixture.command(["true"])
      )
      if process.exitCode == 0 {
        ran = true
        #expect(try RunDocument(process).verdict == "exited")
      } else if process.standardOutput.first == UInt8(ascii: "{") {
        let result = try RunDocument(process)
        #expect(result.verdict == "setup-failed", "at \(limit)")
        #expect(result.message.contains("EMFILE") || result.message.contains("EBADF"), "at \(limit): \(result.message)")
      } else {
        // Before there was a result to write.
        #expect(!process.standardError.isEmpty, "at \(limit): \(process.exitCode)")
      }
    }
    #expect(ran)
  }

  @Test func manyAtOnceKeepToThemselves() throws {
    let fixture = try RunFixture("resources: {wall_time: 2m}\n")
    let program = "import os, sys; open('/tmp/mine', 'x'); print(sys.argv[1], os.listdir('/tmp'))"
    let children = try (0..<32).map { try Background(fixture.command(["python3", "-c", program, "\($0)"])) }
    for (number, child) in children.enumerated() {
      let result = try RunDocument(child.finished())
      #expect(result.output == "\(number) ['mine']\n", "\(result.message) \(result.error)")
    }
    #expect(Leftovers.controlGroups.isEmpty)
  }
}

/// A program that runs while a test does something else.
final class Background {
  private let process = Process()
  private let output = Pipe()

  init(_ command: [String]) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  func kill(_ signal: Int32) { Foundation.kill(process.processIdentifier, signal) }

  /// The exit code, 128+N for a signal.
  func wait() -> Int32 {
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }

  func finished() -> ChildProcess {
    let bytes = Array(output.fileHandleForReading.readDataToEndOfFile())
    return ChildProcess(exitCode: wait(), standardOutput: bytes, standardError: [])
  }
}
