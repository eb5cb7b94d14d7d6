import Foundation
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

  /// Control groups of version 1 are made when process 1 has its plan already, which counts on them: where one cannot be
  /// made after all, the run starts anew. Each of them once, and the folder of the ids.
  @Test(arguments: 0..<5) func withoutOneOfItsGroupsARunStartsAnew(_ directory: Int) throws {
    let mkdir = 83
    let result = try Self.inject(
      "supervisor:\(mkdir):\(directory):\(ENOSPC)",
      ["run", "hardened", "--", "echo", "hello"]
    )
    #expect(result.errorText.hasPrefix("inject: exit 0 "), "\(result.errorText)")
    #expect(result.outputText == "hello\n")
  }

  /// What becomes a batch's program waits for it behind a page that is missing. Where that cannot be had, nobody may go through
  /// what an earlier run has left, and run its program: mmap, ioctl, madvise and userfaultfd.
  @Test(arguments: [9, 16, 28, 323]) func withoutAGateARunIsStillItsOwn(_ call: Int) throws {
    let requests = (0..<12).map { #"{"id": \#($0), "policy": "hardened", "command": ["echo", "-\#($0)-"]}"# + "\n" }
    let result = try Self.inject("copy:\(call):-1:\(ENOMEM)", ["run", "--batch"], input: Array(requests.joined().utf8))
    #expect(result.errorText.hasPrefix("inject: exit 0 once"), "\(result.errorText)")
    let lines = result.outputText.split(separator: "\n")
    #expect(lines.count == 12)
    for number in 0..<12 {
      let line = lines.first { $0.hasPrefix("{\"id\":\(number),") } ?? ""
      #expect(line.contains("\"stdout\":\"-\(number)-\\n\""), "\(line)")
    }
  }

  private static func inject(_ fault: String, _ arguments: [String], input: [UInt8] = []) throws -> ChildProcess {
    let folder = FileManager.default.temporaryDirectory.path + "/ringfence-inject-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let source = "\(BuiltCommand.folder)/Tests/FaultTests/inject.c"
    #expect(try ChildProcess.run(["cc", "-O1", "-o", "\(folder)/inject", source]).exitCode == 0)
    return try ChildProcess.run(
      ["\(folder)/inject", "20", fault, BuiltCommand.path] + arguments,
      input: input,
      in: folder
    )
  }
  #endif

  @Test func killedAtAnyMomentNothingIsLeft() throws {
    let result = try Self.run("survival.py", "--kills", "40", "--runs", "40", "--at-once", "16", "--patience", "10")
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
  }
}
