import Engines
import Policy
import Sandbox
import TestSupport
import Testing

@Suite("A policy's own tests")
struct PolicyTestRunTests {
  private struct FakeEngine: Engine {
    var obstacle: String? { nil }
    let name = "fake"
    let target = TargetName.native
    let verdict: Verdict
    let code: Int32
    var notMeasured: [Control] = []

    func run(_ job: Job) -> RunResult {
      var result = RunResult(policy: "p", policyDigest: "", engine: name, verdict: verdict, message: "")
      result.exitCode = code
      result.notMeasured = notMeasured
      return result
    }
  }

  /// Of a test that expects `pids-limit`.
  private func run(_ engine: FakeEngine) throws -> PolicyTestRun {
    let policy = try PolicyLoader(searchPath: [BuiltCommand.folder + "/policies"]).load(reference: "hardened")
    let test = try #require(policy.tests.first { $0.name == "fork bomb" })
    return PolicyTestRun(test, of: policy, on: engine)
  }

  @Test("an engine that cannot tell says so, and the test says that it did")
  func untold() throws {
    for verdict in [Verdict.exited, .memoryLimit] {
      let run = try run(FakeEngine(verdict: verdict, code: 1, notMeasured: [.pids]))
      #expect(run.disappointments.isEmpty)
      #expect(run.untold?.contains("verdict is \(verdict.rawValue), not pids-limit") == true)
      #expect(run.untold?.contains("resources.pids") == true)
    }
  }

  @Test("without that it is a failure, and so is anything else")
  func disappointments() throws {
    for engine in [
      FakeEngine(verdict: .exited, code: 1), FakeEngine(verdict: .exited, code: 0, notMeasured: [.pids]),
      FakeEngine(verdict: .exited, code: 1, notMeasured: [.memory]),
      FakeEngine(verdict: .memoryLimit, code: 1), FakeEngine(verdict: .outputLimit, code: 1, notMeasured: [.pids]),
      FakeEngine(verdict: .setupFailed, code: 1, notMeasured: [.pids]),
    ] {
      let run = try run(engine)
      #expect(run.disappointments.count == 1)
      #expect(run.untold == nil)
    }
    #expect(try run(FakeEngine(verdict: .pidsLimit, code: 1)).disappointments.isEmpty)
  }
}
