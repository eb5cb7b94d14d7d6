import CanonicalJSON
package import Diagnostics
package import Sandbox

/// Docker, through its command, its Engine API and Compose.
package struct DockerTarget: Target {
  package static let name = TargetName.docker
  package static let kinds: [ArtifactKind] = [.dockerRunScript, .dockerCreateBody, .compose, .seccompProfile]

  package init() {}

  package func lower(_ sandbox: Sandbox, digest: PolicyDigest) throws(LoweringError) -> [Artifact] {
    let container = try DockerContainer(sandbox, digest: digest)
    return [
      Artifact(name: "run.sh", bytes: Array(container.runScript.utf8), isExecutable: true),
      Artifact(name: "create.json", bytes: container.createBody.encoded(.indented)),
      Artifact(name: "compose.yaml", bytes: Array(container.composeFile.utf8)),
      Artifact(name: "seccomp.json", bytes: container.seccompProfile.encoded(.indented)),
    ]
  }

  package func validate(_ file: SourceText, as kind: ArtifactKind) -> [Diagnostic] {
    switch kind {
    case .seccompProfile: SeccompDocument.diagnose(file)
    case .dockerCreateBody: DockerValidation.createBody(file)
    case .dockerRunScript: DockerValidation.script(file)
    case .compose: ComposeDocument.diagnose(file)
    case .ociConfig, .runscScript, .runtimeScript, .nativeProfile, .bpf, .listing: []
    }
  }
}
