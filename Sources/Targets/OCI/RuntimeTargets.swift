import CanonicalJSON
package import Diagnostics
package import Sandbox

/// runc: an OCI bundle, and how runc is called for it.
package struct RuncTarget: Target {
  package static let name = TargetName.runc
  package static let kinds = KernelRuntime.kinds
  private let runtime = KernelRuntime(.runc)

  package init() {}

  package func lower(_ sandbox: Sandbox, digest: PolicyDigest) throws(LoweringError) -> [Artifact] {
    try runtime.lower(sandbox, digest: digest)
  }

  package func enforcement(of control: Control, in sandbox: Sandbox) -> Enforcement {
    runtime.enforcement(of: control, in: sandbox)
  }

  package func validate(_ file: SourceText, as kind: ArtifactKind) -> [Diagnostic] {
    runtime.validate(file, as: kind)
  }
}

/// crun: an OCI bundle, and how crun is called for it.
package struct CrunTarget: Target {
  package static let name = TargetName.crun
  package static let kinds = KernelRuntime.kinds
  private let runtime = KernelRuntime(.crun)

  package init() {}

  package func lower(_ sandbox: Sandbox, digest: PolicyDigest) throws(LoweringError) -> [Artifact] {
    try runtime.lower(sandbox, digest: digest)
  }

  package func enforcement(of control: Control, in sandbox: Sandbox) -> Enforcement {
    runtime.enforcement(of: control, in: sandbox)
  }

  package func validate(_ file: SourceText, as kind: ArtifactKind) -> [Diagnostic] {
    runtime.validate(file, as: kind)
  }
}

/// What runc and crun have in common: programs in namespaces and control groups of the host's own kernel.
struct KernelRuntime: Sendable {
  static let kinds: [ArtifactKind] = [.ociConfig, .runtimeScript]
  let runtime: OCIRuntime

  init(_ runtime: OCIRuntime) { self.runtime = runtime }

  func lower(_ sandbox: Sandbox, digest: PolicyDigest) throws(LoweringError) -> [Artifact] {
    let bundle = try OCIBundle(sandbox, for: runtime, digest: digest)
    return [
      Artifact(name: "config.json", bytes: OCIConfigFile(bundle.config).bytes),
      Artifact(name: runtime.program + ".sh", bytes: Array(bundle.script(digest: digest).utf8), isExecutable: true),
    ]
  }

  func validate(_ file: SourceText, as kind: ArtifactKind) -> [Diagnostic] {
    switch kind {
    case .ociConfig: OCIRules.diagnose(file)
    case .runtimeScript: RuntimeScriptRules.diagnose(file)
    case .dockerRunScript, .dockerCreateBody, .compose, .seccompProfile, .runscScript, .nativeProfile, .bpf, .listing:
      []
    }
  }
}
