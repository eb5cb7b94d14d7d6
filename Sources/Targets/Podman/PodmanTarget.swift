import CanonicalJSON
package import Diagnostics
package import Sandbox

/// Podman, through its command: Docker's options, which it reads in ways of its own.
package struct PodmanTarget: Target {
  package static let name = TargetName.podman
  package static let kinds: [ArtifactKind] = [.dockerRunScript, .seccompProfile]

  package init() {}

  package func lower(_ sandbox: Sandbox, digest: PolicyDigest) throws(LoweringError) -> [Artifact] {
    let container = try DockerContainer(sandbox, for: .podman, digest: digest)
    return [
      Artifact(name: "run.sh", bytes: Array(container.runScript.utf8), isExecutable: true),
      Artifact(name: "seccomp.json", bytes: container.seccompProfile.encoded(.indented)),
    ]
  }

  package func validate(_ file: SourceText, as kind: ArtifactKind) -> [Diagnostic] {
    switch kind {
    case .seccompProfile: SeccompDocument.diagnose(file)
    case .dockerRunScript: DockerValidation.script(file)
    case .dockerCreateBody, .compose, .ociConfig, .runscScript, .runtimeScript, .nativeProfile, .bpf, .listing: []
    }
  }
}
