import CanonicalJSON
package import Diagnostics
package import Sandbox

/// Our own executor: a profile that says what it enforces and how, and the filter that it installs.
package struct NativeTarget: Target {
  package static let name = TargetName.native
  package static let kinds: [ArtifactKind] = [.nativeProfile, .bpf, .listing]

  package init() {}

  package func lower(_ sandbox: Sandbox, digest: PolicyDigest) throws(LoweringError) -> [Artifact] {
    let filter = try Filters.program(for: sandbox)
    let provenance = Provenance(sandbox.name, digest)
    let profile = NativeProfile(sandbox, provenance: provenance, filter: filter.bytes) { control in
      enforcement(of: control, in: sandbox)
    }
    let listing = "; " + provenance.note + "\n" + filter.listing
    return [
      Artifact(name: "profile.json", bytes: profile.json.encoded(.indented)),
      Artifact(name: "filter.bpf", bytes: filter.bytes),
      Artifact(name: "filter.txt", bytes: Array(listing.utf8)),
    ]
  }

  package func validate(_ file: SourceText, as kind: ArtifactKind) -> [Diagnostic] {
    switch kind {
    case .nativeProfile: NativeProfileRules.diagnose(file)
    case .bpf: FilterFile.diagnose(file)
    case .dockerRunScript, .dockerCreateBody, .compose, .seccompProfile, .ociConfig, .runscScript, .runtimeScript,
      .listing:
      []
    }
  }
}
