package import Policy
package import Sandbox

/// A policy's own test, run on an engine.
package struct PolicyTestRun: Sendable {
  package let test: PolicyTest
  package let result: RunResult
  /// What was expected and did not come, one sentence each; empty when the test passed.
  package let disappointments: [String]
  /// What was expected and is not to be had of this engine, which its result says itself; nil when there is nothing.
  package let untold: String?

  package init(_ test: PolicyTest, of policy: ResolvedPolicy, on engine: any Engine) {
    self.test = test
    let input = Job.Input.bytes(Array((test.input ?? "").utf8))
    result = engine.run(Job(policy: policy, command: test.command, input: input, isStreaming: false))
    disappointments = Self.compare(test.expectation, result)
    untold =
      Self.isUntold(test.expectation.verdict, result)
      ? "verdict is \(result.verdict.rawValue), not pids-limit, since \(engine.name) cannot tell: not_measured names resources.pids"
      : nil
  }

  private static func compare(_ expected: PolicyTest.Expectation, _ result: RunResult) -> [String] {
    var disappointments: [String] = []
    func expect<Value: Equatable>(_ field: String, _ wanted: Value?, _ found: Value?, _ show: (Value) -> String) {
      guard let wanted, wanted != found else { return }
      disappointments.append("\(field) is \(found.map(show) ?? "absent"), not \(show(wanted))")
    }
    if !isUntold(expected.verdict, result) { expect("verdict", expected.verdict, result.verdict, \.rawValue) }
    expect("success", expected.success, result.success, \.description)
    expect("exit_code", expected.exitCode, result.exitCode, \.description)
    expect("signal", expected.signal, result.signal.map(SignalName.of), \.self)
    let output = String(decoding: result.standardOutput, as: UTF8.self)
    let error = String(decoding: result.standardError, as: UTF8.self)
    expect("stdout", expected.standardOutput, output, quoted)
    expect("stderr", expected.standardError, error, quoted)
    for (field, part, whole) in [
      ("stdout", expected.standardOutputPart, output), ("stderr", expected.standardErrorPart, error),
    ] {
      if let part, !contains(whole, part) { disappointments.append("\(field) does not contain \(quoted(part))") }
    }
    return disappointments
  }

  /// Whether an engine cannot tell that a program failed for the reason that is expected. Where processes cost memory of
  /// the engine's own kernel, that may run out first.
  private static func isUntold(_ verdict: Verdict?, _ result: RunResult) -> Bool {
    guard verdict == .pidsLimit, result.notMeasured.contains(.pids) else { return false }
    return switch result.verdict {
    case .exited: !result.success
    case .memoryLimit: true
    case .signaled, .cpuLimit, .wallLimit, .outputLimit, .pidsLimit, .fileLimit, .syscallDenied, .setupFailed: false
    }
  }

  private static func contains(_ whole: String, _ part: String) -> Bool {
    let whole = Array(whole.utf8)
    let part = Array(part.utf8)
    guard part.count <= whole.count else { return false }
    return (0...(whole.count - part.count)).contains { whole[$0...].starts(with: part) }
  }

  private static func quoted(_ text: String) -> String {
    var text = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
    if text.utf8.count > 200 { text = String(text.prefix(200)) + "…" }
    return "\"\(text)\""
  }
}
