import TestSupport
import Testing

/// A supervisor that does not get to run for a while, as on a busy machine, is late itself; a program is not.
@Suite(.requiresRoot(), .requires("python3")) struct StalledSupervisorTests {
  /// Stops the supervisor while the program runs, which first says that it is there.
  private static let stall = """
    import json, os, signal, subprocess, sys, time
    run = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    time.sleep(0.5)
    run.send_signal(signal.SIGSTOP)
    time.sleep(float(sys.argv[1]))
    run.send_signal(signal.SIGCONT)
    sys.stdout.write(run.stdout.read().decode())
    run.wait()
    """

  private func stalled(_ seconds: String, _ program: [String]) throws -> RunDocument {
    let fixture = try RunFixture("resources: {wall_time: 2s, cpu_time: 20s}\n")
    return try RunDocument(ChildProcess.run(["python3", "-c", Self.stall, seconds] + fixture.command(program)))
  }

  @Test func aProgramThatEndedInTimeIsNotLate() throws {
    let result = try stalled("3", ["sleep", "1"])
    #expect(result.verdict == "exited", "\(result.message)")
    #expect(try #require(result.wallMilliseconds) < 2000)
  }

  @Test func aProgramThatEndedLateIsLate() throws {
    let result = try stalled("4", ["sleep", "3"])
    #expect(result.verdict == "wall-limit", "\(result.message)")
    #expect(result.limits == ["resources.wall_time"])
  }

  @Test func whatIsStillRunningIsLate() throws {
    #expect(try stalled("3", ["sleep", "60"]).verdict == "wall-limit")
  }
}
