package import Diagnostics

/// Whoever is to read a file: the same words mean different things to different runtimes.
package enum ArtifactReader: String, Sendable, CaseIterable {
  case runc
  case crun
  case gvisor
  case docker
  case podman

  /// Whether it reads files of a kind at all.
  package func reads(_ kind: ArtifactKind) -> Bool {
    switch (self, kind) {
    case (_, .seccompProfile): true
    case (.runc, .ociConfig), (.crun, .ociConfig), (.gvisor, .ociConfig): true
    case (.runc, .runtimeScript), (.crun, .runtimeScript), (.gvisor, .runscScript): true
    case (.docker, .dockerRunScript), (.docker, .dockerCreateBody), (.docker, .compose): true
    case (.podman, .dockerRunScript), (.podman, .dockerCreateBody), (.podman, .compose): true
    case (_, .dockerRunScript), (_, .dockerCreateBody), (_, .compose), (_, .ociConfig), (_, .runscScript),
      (_, .runtimeScript),
      (_, .nativeProfile), (_, .bpf), (_, .listing):
      false
    }
  }

  /// What a file of this kind does wrong when it is this one that reads it: what matters to others alone is left out.
  package func findings(in source: SourceText, as kind: ArtifactKind) -> [Diagnostic] {
    let found =
      kind == .ociConfig
      ? OCIRules.diagnose(source, isForGVisor: self == .gvisor)
      : TargetRegistry.validator(for: kind)?.validate(source, as: kind) ?? []
    return found.filter { finding in
      let effects = RuleEffects.of(finding.rule)
      return effects.isEmpty || effects.contains { !engines.isDisjoint(with: $0.engines) }
    }
  }

  /// By the names that effects have them under: Docker and Podman hand what they read to a runtime.
  private var engines: Set<String> {
    switch self {
    case .runc, .crun: [rawValue]
    case .gvisor: ["runsc"]
    case .docker: ["docker", "compose", "runc", "runsc"]
    case .podman: ["podman", "compose", "runc", "crun", "runsc"]
    }
  }
}
