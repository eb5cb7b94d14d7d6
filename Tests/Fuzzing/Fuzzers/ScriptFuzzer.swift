import Diagnostics
import Targets

/// Shell scripts that call docker or runsc.
enum ScriptFuzzer {
  static func run(_ bytes: [UInt8]) throws(Fuzzer.Violation) {
    let source = SourceText(name: "input.sh", bytes: bytes)
    _ = ArtifactKind.detect(source)
    for kind in [ArtifactKind.dockerRunScript, .runscScript, .runtimeScript] {
      if let target = TargetRegistry.validator(for: kind) { try requireSound(target.validate(source, as: kind)) }
    }
  }
}
