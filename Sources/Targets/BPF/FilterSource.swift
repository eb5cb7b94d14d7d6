import CanonicalJSON
package import Diagnostics
package import Sandbox
import Seccomp

/// A filter that a file holds: BPF, or a profile in Docker's or OCI's JSON as runc applies it on this machine.
package struct FilterSource: Sendable {
  let function: any FilterFunction
  /// Where findings about it go that are about no instruction.
  let start: SourceRange
  let subject: String
  var notes: [String] = []
  /// The instruction that decides about a call; nil where nothing does.
  let place: @Sendable (SeccompData) -> SourceRange?

  /// Why a file holds no filter.
  package enum Failure: Error {
    /// Another kind of file, or one that is refused anyway.
    case none
    case unreadable(Diagnostic)
  }

  /// - Parameters:
  ///   - source: The file.
  ///   - kind: What it is.
  ///   - capabilities: What the container holds: Docker's profiles allow more to some.
  ///   - kernel: The version of the kernel that runs it.
  /// - Throws: Why there is no filter.
  package init(
    _ source: SourceText,
    as kind: ArtifactKind,
    capabilities: Set<Capability>,
    kernel: (major: Int, minor: Int)
  ) throws(Failure) {
    switch kind {
    case .bpf:
      guard let file = FilterFile(source) else { throw .none }
      self.init(FilterFileStack(file), subject: "the filter")
    case .seccompProfile, .ociConfig:
      try self.init(profile: source, as: kind, capabilities: capabilities, kernel: kernel)
    case .dockerRunScript, .dockerCreateBody, .compose, .runscScript, .runtimeScript, .nativeProfile, .listing:
      throw .none
    }
  }

  init(_ stack: FilterFileStack, subject: String) {
    function = stack.filters
    start = stack.start
    self.subject = subject
    place = { stack.place(deciding: $0) }
  }

  private init(
    profile source: SourceText,
    as kind: ArtifactKind,
    capabilities: Set<Capability>,
    kernel: (major: Int, minor: Int)
  ) throws(Failure) {
    guard let root = try? JSONNode(reading: source, limits: .artifact) else { throw .none }
    subject = "the profile"
    place = { _ in nil }
    let profile: SeccompProfile
    do throws(ProfileError) {
      if kind == .ociConfig {
        guard let filter = root["linux"]?["seccomp"], !filter.isNull else {
          // Runtimes install no filter then.
          function = FilterStack([])
          start = root.head
          return
        }
        start = filter.head
        profile = try SeccompProfile(oci: filter)
      } else {
        start = root.head
        profile = try DockerSeccompProfile.resolve(root, under: .init(capabilities: capabilities, kernel: kernel))
      }
    } catch {
      throw .unreadable(
        PolicyProof.noAnswer.finding("the profile cannot be read: \(error.message)", at: error.range)
      )
    }
    // JSON cannot say what happens to calls of other ABIs.
    function = profile.meaning(host: .current, foreign: .killProcess)
    if kind == .ociConfig, OCIConfig(root: root).isForGVisor {
      notes = ["the bundle is for runsc: gVisor's own kernel makes the calls that pass"]
    }
  }
}
