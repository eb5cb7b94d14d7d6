import Linux
import Sandbox
import Testing

@testable import Executor

/// The verdict is what the kernel counted and the supervisor saw, in the right order of precedence.
@Suite struct JudgementTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var cause: Observations.Cause?
    var status: Linux.ExitStatus?
    var kills: Int64 = 0
    var refused: Int64 = 0
    /// nil where nobody knows; the limits are the default ones.
    var memoryPeak: Int64?
    var pidsPeak: Int64?
    var cpu: Int64 = 0
    var verdict: Verdict
    var exitCode: Int32?
    var signal: Int32?
    var limits: [Control] = []
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "success", status: .exited(0), verdict: .exited, exitCode: 0),
    Case(name: "137 is no signal", status: .exited(137), verdict: .exited, exitCode: 137),
    Case(name: "its own SIGKILL", status: .signaled(9), verdict: .signaled, signal: 9),
    Case(name: "memory", status: .signaled(9), kills: 1, verdict: .memoryLimit, signal: 9, limits: [.memory]),
    Case(
      name: "a child was killed",
      status: .exited(0),
      kills: 1,
      verdict: .memoryLimit,
      exitCode: 0,
      limits: [.memory]
    ),
    Case(name: "process 1 was killed for memory", kills: 2, verdict: .memoryLimit, signal: 9, limits: [.memory]),
    Case(
      name: "memory, by its own limit",
      status: .signaled(9),
      kills: 1,
      memoryPeak: 256 << 20,
      verdict: .memoryLimit,
      signal: 9,
      limits: [.memory]
    ),
    Case(
      name: "memory, by a limit around it",
      status: .exited(0),
      kills: 1,
      memoryPeak: 1 << 20,
      verdict: .signaled,
      exitCode: 0,
      signal: 9
    ),
    Case(
      name: "forks refused by a limit around it",
      status: .exited(3),
      refused: 3,
      pidsPeak: 12,
      verdict: .exited,
      exitCode: 3
    ),
    Case(
      name: "forks refused by its own limit, of which process 1 has one",
      status: .exited(1),
      refused: 3,
      pidsPeak: 63,
      verdict: .pidsLimit,
      exitCode: 1,
      limits: [.pids]
    ),
    Case(
      name: "forks refused by its own limit",
      status: .exited(3),
      refused: 3,
      pidsPeak: 65,
      verdict: .pidsLimit,
      exitCode: 3,
      limits: [.pids]
    ),
    Case(name: "process 1 was killed", verdict: .signaled, signal: 9),
    Case(
      name: "forks refused, failed",
      status: .exited(1),
      refused: 3,
      verdict: .pidsLimit,
      exitCode: 1,
      limits: [.pids]
    ),
    Case(name: "forks refused, fine", status: .exited(0), refused: 3, verdict: .exited, exitCode: 0, limits: [.pids]),
    Case(name: "fork bomb", cause: .forks, refused: 999, verdict: .pidsLimit, signal: 9, limits: [.pids]),
    Case(name: "wall", cause: .wallTime, verdict: .wallLimit, signal: 9, limits: [.wallTime]),
    Case(name: "processor", cause: .cpuTime, cpu: 10_004_000, verdict: .cpuLimit, signal: 9, limits: [.cpuTime]),
    Case(
      name: "over its processor time, unseen",
      status: .exited(0),
      cpu: 10_001_000,
      verdict: .cpuLimit,
      exitCode: 0,
      limits: [.cpuTime]
    ),
    Case(name: "output", cause: .output, verdict: .outputLimit, signal: 9, limits: [.output]),
    Case(name: "file", status: .signaled(25), verdict: .fileLimit, signal: 25, limits: [.fileSize]),
    Case(name: "call", status: .signaled(31), verdict: .syscallDenied, signal: 31),
    Case(name: "interrupted", cause: .interrupted(2), verdict: .signaled, signal: 2),
    Case(name: "reader gone", cause: .unwritableOutput(.brokenPipe), verdict: .signaled, signal: 13),
    Case(
      name: "ended first, killed later",
      cause: .wallTime,
      kills: 1,
      verdict: .wallLimit,
      signal: 9,
      limits: [.memory, .wallTime]
    ),
  ]

  @Test(arguments: cases) func verdict(_ example: Case) {
    var observations = Observations()
    observations.cause = example.cause
    observations.status = example.status
    var usage = ControlGroup.Usage()
    usage.outOfMemoryKills = example.kills
    usage.refusedForks = example.refused
    usage.memoryPeak = example.memoryPeak
    usage.pidsPeak = example.pidsPeak
    let judgement = Judgement(observations, group: usage, cpuMicroseconds: example.cpu, resources: Resources())
    #expect(judgement.verdict == example.verdict)
    #expect(judgement.exitCode == example.exitCode)
    #expect(judgement.signal == example.signal)
    #expect(judgement.limitsHit == example.limits.sorted())
    #expect(!judgement.message.isEmpty)
  }

  @Test func whoHasNoLimitPassedNone() {
    var observations = Observations()
    observations.status = .exited(1)
    var usage = ControlGroup.Usage()
    usage.outOfMemoryKills = 1
    usage.refusedForks = 1
    usage.memoryPeak = 1 << 30
    usage.pidsPeak = 100
    var resources = Resources()
    resources.memory = .unlimited
    resources.pids = .unlimited
    let judgement = Judgement(observations, group: usage, cpuMicroseconds: 0, resources: resources)
    #expect(judgement.verdict == .signaled)
    #expect(judgement.limitsHit == [])
  }

  @Test(arguments: [
    (256 << 20, "256 MiB"), (1 << 30, "1 GiB"), (1536 << 10, "1536 KiB"), (1000, "1000 bytes"), (0, "0 bytes"),
  ])
  func sizes(_ bytes: Int64, _ text: String) {
    #expect(Judgement.readable(ByteCount(bytes: bytes)) == text)
  }

  @Test(arguments: [(30_000, "30 s"), (1500, "1.5 s"), (200, "200 ms"), (61_001, "61.001 s")])
  func times(_ milliseconds: Int64, _ text: String) {
    #expect(Judgement.readable(Milliseconds(milliseconds)) == text)
  }
}
