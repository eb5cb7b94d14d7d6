import TestSupport
import Testing

/// Faults and violence in small numbers; `make faults` and `make soak` have the large ones.
///
/// The Python beside this does the work, since `make` and people use it without Swift.
@Suite(.requiresRoot(), .requires("/usr/bin/python3", "cc", "setpriv", "bash"), .serialized) struct FaultTests {
  private static func run(_ script: String, _ arguments: String...) throws -> ChildProcess {
    let folder = BuiltCommand.folder
    let command = ["/usr/bin/python3", "\(folder)/Tests/FaultTests/\(script)", "--ringfence", BuiltCommand.path]
    return try ChildProcess.run(command + arguments, in: folder)
  }

  /// At least one fault of each call of each process, for each way to start; the injector knows one architecture.
  #if arch(x86_64)
  @Test func aCallThatFailsIsAnErrorAndNothingElse() throws {
    let result = try Self.run("faults.py", "--sample", "240", "--jobs", "2")
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
  }
  #endif

  @Test func killedAtAnyMomentNothingIsLeft() throws {
    let result = try Self.run("survival.py", "--kills", "40", "--runs", "40", "--at-once", "16", "--patience", "10")
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
  }
}
