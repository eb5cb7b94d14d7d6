import Fuzzers
import TestSupport
import Testing

/// The inputs that fuzzing has found worth keeping: each reaches something that no other does, or was a fault once.
@Suite("Fuzzing, replayed")
struct ReplayTests {
  private static func inputs(of fuzzer: Fuzzer) throws -> [String] {
    let folder = BuiltCommand.folder + "/Tests/Fuzzing/Corpus/" + fuzzer.rawValue
    return try ChildProcess.run(["find", folder, "-type", "f"]).outputText.split(separator: "\n").map(String.init)
  }

  @Test(arguments: Fuzzer.allCases)
  func everyInputIsAnswered(_ fuzzer: Fuzzer) throws {
    let inputs = try Self.inputs(of: fuzzer)
    #expect(inputs.count >= 10)
    for path in inputs {
      let bytes = try #require(TestFile.read(path))
      do {
        try fuzzer.run(bytes)
      } catch {
        Issue.record("\(path): \(error)")
      }
    }
  }
}
