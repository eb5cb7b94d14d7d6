import TestSupport
import Testing

/// A whole session with a language client that editors' tools are built on, against the built command.
@Suite struct SessionTests {
  @Test(.requires(pythonModules: "pygls", "lsprotocol")) func aRealClient() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let result = try ChildProcess.run(
      ["python3", BuiltCommand.folder + "/Tests/LanguageServerTests/session.py", BuiltCommand.path, folder],
      environment: ["PYTHONPATH": BuiltCommand.folder + "/.build/python"]
    )
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
    #expect(result.outputText.hasSuffix("session complete\n"))
  }
}
