import Diagnostics
import Sandbox
import Targets
import TestSupport
import Testing

@Suite("Validation of what we generate")
struct GeneratedFilesTests {
  /// What the loosest sandbox asks for is reported; the others must be without fault.
  @Test("nothing is found in it", arguments: Samples.all.filter { $0.name != "loosest" })
  func clean(sandbox: Sandbox) throws {
    for target in TargetRegistry.all {
      for artifact in try target.lower(sandbox, digest: Samples.digest) {
        let source = SourceText(name: artifact.name, bytes: artifact.bytes)
        let kind = try #require(ArtifactKind.detect(source), "\(artifact.name) is not recognised")
        let validator = try #require(TargetRegistry.validator(for: kind))
        // What a policy asks for, such as a place to write to, is noted but no fault.
        let found = validator.validate(source, as: kind).filter { $0.severity > .note }
        #expect(ConciseRenderer.render(found) == "")
      }
    }
  }
}
