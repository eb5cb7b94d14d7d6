import CanonicalJSON
import Diagnostics
import Sandbox
import Targets

enum JSONFuzzer {
  static func run(_ bytes: [UInt8]) throws(Fuzzer.Violation) {
    let source = SourceText(name: "input.json", bytes: bytes)
    let node: JSONNode
    do throws(InvalidInput) {
      node = try JSONNode(reading: source)
    } catch {
      try requireSound(error.diagnostics)
      return try require(!error.diagnostics.isEmpty, "refused without a word")
    }
    try requireStable(node.json)
    for kind in [ArtifactKind.ociConfig, .dockerCreateBody, .seccompProfile, .nativeProfile] {
      if let target = TargetRegistry.validator(for: kind) { try requireSound(target.validate(source, as: kind)) }
    }
    for kind in [ArtifactKind.ociConfig, .seccompProfile] where node.object != nil {
      guard let filter = try? FilterSource(source, as: kind, capabilities: [], kernel: (6, 1)) else { continue }
      try requireSound(PolicyProof.prove(filter, against: Sandbox(name: "fuzz")).findings)
    }
    _ = ArtifactKind.detect(source)
  }

  /// What was read can be written, and reads the same again.
  private static func requireStable(_ json: JSON) throws(Fuzzer.Violation) {
    for style in [JSON.Layout.compact, .indented] {
      let written = json.encoded(style)
      guard let again = try? JSONNode(reading: SourceText(name: "again.json", bytes: written)) else {
        throw Fuzzer.Violation("what was written cannot be read")
      }
      try require(again.json == json, "what was written reads otherwise")
      try require(again.json.encoded(style) == written, "what was read is written otherwise")
    }
  }
}
