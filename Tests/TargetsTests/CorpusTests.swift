import CanonicalJSON
import Diagnostics
import Targets
import TestSupport
import Testing

/// Files that others wrote: `runc spec`, `crun spec`, `runsc spec`, what Docker and Podman hand to their runtimes with
/// few options and with many, and the default profiles of both. Two files have each key of the specification's 1.2 and
/// what 1.3 adds; one has an unknown key in each object.
@Suite("Files of others")
struct CorpusTests {
  static let bundles = [
    "crun", "docker-full", "docker-hard", "docker-plain", "podman", "podman-full", "runc", "runsc",
  ]
  static let specification = ["spec-1.2", "spec-1.3"]
  private static let profiles = ["seccomp-moby", "seccomp-podman"]
  private static let shapeRules = ["RF8101", "RF8102", "RF8103", "RF8104"]

  private func source(_ name: String) throws -> SourceText {
    let path = TestFile.folder(of: #filePath) + "/Corpus/\(name).json"
    return SourceText(name: name, bytes: try #require(TestFile.read(path)))
  }

  @Test(
    "every key of theirs is known, and no system call is taken for a slip",
    arguments: bundles + specification + profiles
  )
  func known(name: String) throws {
    let source = try source(name)
    let kind = try #require(ArtifactKind.detect(source))
    let target = try #require(TargetRegistry.validator(for: kind))
    let found = target.validate(source, as: kind).filter { (Self.shapeRules + ["RF8402"]).contains($0.rule) }
    #expect(ConciseRenderer.render(found) == "")
  }

  /// `OCIModelTests` has the same, byte by byte, for config.json.
  @Test("profiles are read and written back without loss", arguments: profiles)
  func lossless(name: String) throws {
    let source = try source(name)
    let node = try JSONNode(reading: source)
    #expect(node.text(saying: node.json) == source.bytes)
  }

  @Test(
    "what is wrong with them is found",
    arguments: [
      ("runc", ["RF8113", "RF8128", "RF8170", "RF8178", "RF8183"]),
      ("runsc", ["RF8113", "RF8114", "RF8180", "RF8183", "RF8185"]),
      ("docker-plain", ["RF8113", "RF8114", "RF8129", "RF8131", "RF8170", "RF8178", "RF8188"]),
      ("docker-hard", ["RF8188", "RF8410"]),
      ("seccomp-moby", ["RF8410", "RF8422"]),
    ]
  )
  func faults(name: String, rules: [String]) throws {
    let source = try source(name)
    let kind = try #require(ArtifactKind.detect(source))
    let target = try #require(TargetRegistry.validator(for: kind))
    let found = Set(target.validate(source, as: kind).map(\.rule))
    #expect(found.isSuperset(of: rules), "\(Set(rules).subtracting(found))")
  }

  @Test(
    "what the installed runtimes write is known, too",
    .requires("runc", "crun", "runsc"),
    arguments: [
      "runc", "crun", "runsc",
    ]
  )
  func installed(runtime: String) throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    #expect(try ChildProcess.run([runtime, "spec"], in: folder).exitCode == 0)
    let bytes = try #require(TestFile.read(folder + "/config.json"))
    let target = try #require(TargetRegistry.validator(for: .ociConfig))
    let found = target.validate(SourceText(name: "config.json", bytes: bytes), as: .ociConfig)
    #expect(ConciseRenderer.render(found.filter { Self.shapeRules.contains($0.rule) }) == "")
  }
}
