import Sandbox
import Targets
import TestSupport
import Testing

@testable import Engines

@Suite("What a runtime has to say")
struct RuntimeLogTests {
  @Test("messages are told apart, with line feeds between them and without")
  func messages() {
    let text =
      #"{"msg":"a } b","level":"info"}{"level":"warning","msg":"c \" { d"}"# + "\n" + #"{"level":"error","msg":"e"}"#
    let log = RuntimeLog(text)
    #expect(log.messages.map(\.text) == ["a } b", "c \" { d", "e"])
    #expect(log.messages.map(\.isObjection) == [false, true, true])
  }

  @Test(
    "whatever is not known to be harmless counts",
    arguments: [
      (#"{"level":"debug","msg":"x"}"#, 0), (#"{"level":"trace","msg":"x"}"#, 0), (#"{"level":"info","msg":"x"}"#, 0),
      (#"{"level":"warn","msg":"x"}"#, 1), (#"{"level":"warning","msg":"x"}"#, 1), (#"{"level":"fatal","msg":"x"}"#, 1),
      (#"{"level":"new","msg":"x"}"#, 1), (#"{"msg":"x"}"#, 1), (#"{"level":"info"}"#, 1), ("{", 1), ("} x", 1),
      ("a line\n", 1),
      ("", 0), (" \n\n", 0),
      (#"{"level":"warning","msg":"cgroup v1 is deprecated and will be removed"}"#, 0),
    ]
  )
  func levels(text: String, count: Int) {
    #expect(RuntimeLog(text).objections(of: .runc).count == count)
  }

  @Test("what one runtime always says is not forgiven another")
  func others() {
    let log = RuntimeLog(#"{"level":"warning","msg":"cgroup v1 is deprecated and will be removed"}"#)
    #expect(log.objections(of: .crun).count == 1)
    #expect(log.objections(of: .gvisor).count == 1)
  }
}

/// A runtime in PATH that does all that the real one does, and has something to say about it.
@Suite("Runtimes that warn", .serialized, .requiresRoot(), .requires("runc"), .requires("crun"), .requires("runsc"))
struct RuntimeWarningTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let engine: String
    let program: String
    let verb: String
    let level: String
    var testDescription: String { "\(engine) \(verb) \(level)" }
  }

  static let cases = [("runc", "runc"), ("crun", "crun"), ("gvisor", "runsc")].flatMap { engine, program in
    [
      Case(engine: engine, program: program, verb: "create", level: "warning"),
      Case(engine: engine, program: program, verb: "start", level: "warning"),
      Case(engine: engine, program: program, verb: "create", level: "info"),
    ]
  }

  @Test("a warning is a failure that says what was warned of", arguments: cases)
  func warning(item: Case) throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let real = try #require(TestHost.find(item.program))
    let script = """
      #!/bin/sh
      for word in "$@"; do
        [ "$before" != --log ] || log=$word
        [ "$word" != \(item.verb) ] || printf '{"level":"\(item.level)","msg":"a limit is ignored"}' >>"$log"
        before=$word
      done
      exec \(real) "$@"
      """
    try TestFile.write(Array(script.utf8), to: folder + "/" + item.program)
    _ = try ChildProcess.run(["chmod", "+x", folder + "/" + item.program])
    let path = ChildProcess.inherited("PATH") ?? "/usr/bin:/bin"
    let result = try ChildProcess.run(
      [BuiltCommand.path, "run", "--engine", item.engine, "hardened", "--", "/bin/echo", "ran"],
      environment: ["PATH": folder + ":" + path]
    )
    if item.level == "info" {
      #expect(result.exitCode == 0, "\(result.errorText)")
      #expect(result.outputText == "ran\n")
    } else {
      #expect(result.exitCode == 125, "\(result.outputText)")
      #expect(result.errorText.contains("a limit is ignored"), "\(result.errorText)")
    }
    if item.verb == "create", item.level == "warning" { #expect(result.outputText == "") }
  }
}

@Suite("What an engine does not do is its own", .serialized, .requiresRoot())
struct EngineLossTests {
  /// An acceptance for one engine is none for another.
  @Test("the engine is named, and what it can be told", arguments: ["runc", "crun", "gvisor"])
  func named(engine: String) throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    // An empty list takes none of the parent's over.
    let bare = "version: 1\nname: bare\nextends: hardened\naccept: []\n"
    try TestFile.write(Array(bare.utf8), to: folder + "/bare.yaml")
    let policy = """
      version: 1
      name: losses
      extends: bare
      accept:
        - {target: docker, control: filesystem.dev, reason: of another engine}
      """
    try TestFile.write(Array(policy.utf8), to: folder + "/losses.yaml")
    let result = try ChildProcess.run(
      [BuiltCommand.path, "run", "--engine", engine, folder + "/losses.yaml", "--", "true"],
      environment: ["RINGFENCE_PATH": BuiltCommand.folder + "/policies"]
    )
    #expect(result.exitCode == 125)
    #expect(result.errorText.contains("\(engine) cannot enforce "), "\(result.errorText)")
    #expect(result.errorText.contains("target: \(engine)"))
    #expect(!result.errorText.contains("docker"))
  }

  @Test("a platform of the policy's is used, or refused by the name of its key", .requires("runsc"))
  func platform() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    for (platform, runs) in [("ptrace", true), ("systrap", !Self.isOld)] {
      let policy = "version: 1\nname: platform\nextends: hardened\ntargets: {gvisor: {platform: \(platform)}}\n"
      try TestFile.write(Array(policy.utf8), to: folder + "/platform.yaml")
      let result = try ChildProcess.run(
        [BuiltCommand.path, "run", "--engine", "gvisor", folder + "/platform.yaml", "--", "true"],
        environment: ["RINGFENCE_PATH": BuiltCommand.folder + "/policies"]
      )
      #expect(result.exitCode == (runs ? 0 : 125), "\(result.errorText)")
      if !runs { #expect(result.errorText.contains("targets.gvisor.platform is systrap"), "\(result.errorText)") }
    }
  }

  static let versions = [
    ("runc", "runc: {version: \"9000\"}", "targets.runc.version"), ("runc", "runc: {version: \"1.0\"}", nil),
    ("crun", "crun: {version: \"9000\"}", "targets.crun.version"), ("crun", "crun: {version: \"1.8\"}", nil),
    ("gvisor", "gvisor: {release: 29991231}", "targets.gvisor.release"), ("gvisor", "gvisor: {release: 20200101}", nil),
  ]

  @Test(
    "an engine that is older than the policy says is refused",
    .requires("runc", "crun", "runsc"),
    arguments: versions
  )
  func version(engine: String, option: String, key: String?) throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let policy = "version: 1\nname: older\nextends: hardened\ntargets: {\(option)}\n"
    try TestFile.write(Array(policy.utf8), to: folder + "/older.yaml")
    let result = try ChildProcess.run(
      [BuiltCommand.path, "run", "--engine", engine, folder + "/older.yaml", "--", "true"],
      environment: ["RINGFENCE_PATH": BuiltCommand.folder + "/policies"]
    )
    #expect(result.exitCode == (key == nil ? 0 : 125), "\(result.errorText)")
    if let key { #expect(result.errorText.contains(key), "\(result.errorText)") }
  }

  @Test("what engines say of their version is read")
  func saidVersions() {
    #expect(InstalledVersion.version(in: "runc version 1.1.5+ds1\ncommit: 1.1.5\n") == EngineVersion(1, 1, 5))
    #expect(InstalledVersion.version(in: "crun version 1.8.1\ncommit: f8a0\n") == EngineVersion(1, 8, 1))
    #expect(InstalledVersion.version(in: "20.10.24+dfsg1") == EngineVersion(20, 10, 24))
    #expect(InstalledVersion.version(in: "crun version unknown") == nil)
    #expect(InstalledVersion.version(in: "") == nil)
    #expect(InstalledVersion.release(in: "runsc version 0.0~20221219.0\nspec: 1.0.2-dev") == EngineRelease(2022_12_19))
    #expect(InstalledVersion.release(in: "runsc version release-20241118.0") == EngineRelease(2024_11_18))
    #expect(InstalledVersion.release(in: "runsc version 123456789") == nil)
  }

  /// Debian 12's knows no systrap, and says so where it lists its flags.
  private static var isOld: Bool {
    let flags = try? ChildProcess.run(["runsc", "flags"])
    return !((flags?.outputText ?? "") + (flags?.errorText ?? "")).contains("systrap")
  }
}
