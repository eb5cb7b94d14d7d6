import Diagnostics
import Lint
import Policy
import Sandbox
import Seccomp
import Targets

/// Policies, from the text to the artifacts.
enum PolicyFuzzer {
  private static let today = CalendarDate(year: 2026, month: 7, day: 1) ?? .today()

  static func run(_ bytes: [UInt8]) throws(Fuzzer.Violation) {
    let source = SourceText(name: "input.yaml", bytes: bytes)
    let policy: ResolvedPolicy
    do throws(InvalidInput) {
      policy = try PolicyLoader(searchPath: [], today: today).load(source: source, folder: "/nonexistent")
    } catch {
      try requireSound(error.diagnostics)
      return try require(error.diagnostics.contains { $0.severity == .error }, "refused without an error")
    }
    let findings = Linter(today: today).lint(policy).findings
    try requireSound(policy.warnings + findings)
    // Lowering takes many times as long as all that comes before: one input in eight, always the same.
    guard bytes.reduce(0, &+) % 8 == 0 else { return }
    for target in TargetRegistry.all {
      _ = target.enforcementReport(for: policy.sandbox)
      guard let artifacts = try? target.lower(policy.sandbox, digest: PolicyDigest(value: policy.digest)) else {
        continue
      }
      for artifact in artifacts {
        let file = SourceText(name: artifact.name, bytes: artifact.bytes)
        guard let kind = ArtifactKind.detect(file), let validator = TargetRegistry.validator(for: kind) else {
          continue
        }
        try requireSound(validator.validate(file, as: kind))
      }
    }
  }
}
