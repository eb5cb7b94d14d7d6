package import Diagnostics
package import Sandbox

/// An engine that a sandbox can be lowered to.
package protocol Target: Sendable {
  static var name: TargetName { get }
  /// How this target enforces a control of the sandbox. Exhaustive over `Control`.
  func enforcement(of control: Control, in sandbox: Sandbox) -> Enforcement
  /// The files to deploy. Deterministic: the same sandbox and digest give the same bytes.
  func lower(_ sandbox: Sandbox, digest: PolicyDigest) throws(LoweringError) -> [Artifact]
  /// The kinds of file that `validate` understands.
  static var kinds: [ArtifactKind] { get }
  /// Checks a file of one of this target's kinds, ours or anyone's, beyond what its schema says.
  func validate(_ file: SourceText, as kind: ArtifactKind) -> [Diagnostic]
}

/// What identifies the policy that an artifact came from: `sha256:` and 64 hexadecimal digits.
package struct PolicyDigest: Sendable, Hashable {
  package let value: String

  package init(value: String) { self.value = value }
}

/// A generated file.
package struct Artifact: Sendable, Equatable {
  /// Relative to the target's folder; `[A-Za-z0-9._-]+`, no folders.
  package let name: String
  package let bytes: [UInt8]
  /// Whether the file is to be executable.
  package let isExecutable: Bool

  package init(name: String, bytes: [UInt8], isExecutable: Bool = false) {
    self.name = name
    self.bytes = bytes
    self.isExecutable = isExecutable
  }
}

/// What a file is, by the names of `validate --as`.
package enum ArtifactKind: String, Sendable, CaseIterable {
  /// A shell script that calls `docker run`.
  case dockerRunScript = "docker-run"
  /// The body of `POST /containers/create` of the Engine API.
  case dockerCreateBody = "docker-create"
  case compose
  /// A seccomp profile in Docker's or OCI's JSON.
  case seccompProfile = "seccomp"
  /// A `config.json` of the OCI runtime specification.
  case ociConfig = "oci"
  /// A shell script that calls runsc.
  case runscScript = "runsc"
  /// A shell script that calls runc or crun.
  case runtimeScript = "oci-run"
  /// The native engine's profile.
  case nativeProfile = "native"
  /// Classic BPF instructions, as `struct sock_filter` in the machine's byte order.
  case bpf
  /// The readable listing of a filter, which nothing loads.
  case listing
}

/// Why a sandbox cannot be lowered to a target, beyond what its enforcement says: never the reader's fault alone, so the
/// message says what to change.
package struct LoweringError: Error, Sendable {
  package let control: Control?
  package let message: String

  package init(_ message: String, control: Control? = nil) {
    self.message = message
    self.control = control
  }
}
