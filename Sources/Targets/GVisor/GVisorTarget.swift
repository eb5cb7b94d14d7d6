import CanonicalJSON
package import Diagnostics
package import Sandbox

/// gVisor: an OCI bundle, and how runsc is called for it.
package struct GVisorTarget: Target {
  package static let name = TargetName.gvisor
  package static let kinds: [ArtifactKind] = [.ociConfig, .runscScript]

  package init() {}

  package func lower(_ sandbox: Sandbox, digest: PolicyDigest) throws(LoweringError) -> [Artifact] {
    let bundle = try OCIBundle(sandbox, for: .gvisor, digest: digest)
    return [
      Artifact(name: "config.json", bytes: OCIConfigFile(bundle.config).bytes),
      Artifact(
        name: "runsc.sh",
        bytes: Array(bundle.script(digest: digest).utf8),
        isExecutable: true
      ),
    ]
  }

  package func validate(_ file: SourceText, as kind: ArtifactKind) -> [Diagnostic] {
    switch kind {
    case .ociConfig: OCIRules.diagnose(file)
    case .runscScript: RunscScriptRules.diagnose(file)
    case .dockerRunScript, .dockerCreateBody, .compose, .seccompProfile, .runtimeScript, .nativeProfile, .bpf, .listing:
      []
    }
  }
}
