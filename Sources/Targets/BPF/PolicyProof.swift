import CanonicalJSON
package import Diagnostics
package import Sandbox
import Seccomp

/// What filters are in force, beside the policy that they should be. Decided for every call with every argument.
package struct PolicyProof: Sendable {
  /// Nothing when the filter is the policy's.
  package let findings: [Diagnostic]
  /// What was proven, as a sentence about the filter.
  package let verdict: String

  static let descriptions = [looser, stricter, otherErrors, otherwiseRefused, noAnswer]

  static let looser = RuleDescription(
    "RF8712",
    "filter looser than its policy",
    .error,
    """
    A call gets further than the policy lets it. The file is another policy's, was compiled by something that compiles \
    wrongly, or somebody has changed it.
    """
  )

  static let stricter = RuleDescription(
    "RF8713",
    "filter stricter than its policy",
    .warning,
    "A call that the policy allows is refused, so a program may fail. The file is older than the policy, or another's."
  )

  static let otherErrors = RuleDescription(
    "RF8714",
    "filter refuses in another way than its policy",
    .warning,
    """
    The same calls pass, but a call that is refused gets another error. Programs look at errors: a C library that gets \
    EPERM for a call that it only tries gives up, where ENOSYS makes it try an older one.
    """
  )

  static let otherwiseRefused = RuleDescription(
    "RF8715",
    "nameless calls refused in another way",
    .note,
    """
    The filter is the policy's for every call that has a name. Numbers that no call has, and calls of ABIs that the \
    policy does not allow, are refused by both, but not in the same way: runc and crun have their own.
    """
  )

  static let noAnswer = RuleDescription(
    "RF8716",
    "filter that no proof follows",
    .error,
    "The program computes with what it looks at, or is too involved. Nothing can be said about it for all calls."
  )

  /// A file with BPF instructions; nil when the kernel would refuse it.
  package static func prove(filter source: SourceText, against sandbox: Sandbox) -> PolicyProof? {
    guard let file = FilterFile(source) else { return nil }
    return FilterFileStack(file).proof(against: sandbox)
  }

  /// A profile in Docker's or OCI's JSON, as runc applies it on this machine; nil when there is none that could be read.
  package static func prove(
    profile source: SourceText,
    as kind: ArtifactKind,
    kernel: (major: Int, minor: Int),
    against sandbox: Sandbox
  ) -> PolicyProof? {
    guard let root = try? JSONNode(reading: source, limits: .artifact) else { return nil }
    let node: JSONNode
    let profile: SeccompProfile
    do throws(ProfileError) {
      switch kind {
      case .seccompProfile:
        node = root
        profile = try DockerSeccompProfile.resolve(
          root,
          under: .init(capabilities: sandbox.capabilities, kernel: kernel)
        )
      case .ociConfig:
        guard let filter = root["linux"]?["seccomp"], !filter.isNull else {
          // Runtimes install no filter then.
          return prove(FilterStack([]), at: root.head, sandbox) { _ in root.head }
        }
        node = filter
        profile = try SeccompProfile(oci: node)
      case .dockerRunScript, .dockerCreateBody, .compose, .runscScript, .runtimeScript, .nativeProfile, .bpf, .listing:
        return nil
      }
    } catch {
      return PolicyProof(
        findings: [noAnswer.finding("the profile cannot be read: \(error.message)", at: error.range)],
        verdict: "the profile cannot be read"
      )
    }
    // JSON cannot say what happens to calls of other ABIs.
    let meaning = profile.meaning(host: .current, foreign: .killProcess)
    let isForGVisor = kind == .ociConfig && OCIConfig(root: root).isForGVisor
    let notes = isForGVisor ? ["the bundle is for runsc: gVisor's own kernel makes the calls that pass"] : []
    return prove(meaning, at: node.head, notes: notes, sandbox) { _ in node.head }
  }

  /// Filters together, as the kernel combines them.
  static func prove(_ stack: FilterFileStack, of subject: String, against sandbox: Sandbox) -> PolicyProof {
    prove(stack.filters, at: stack.start, subject: subject, sandbox) { stack.place(deciding: $0) ?? stack.start }
  }

  private static func prove(
    _ filter: some FilterFunction,
    at start: SourceRange,
    subject: String = "the profile",
    notes: [String] = [],
    _ sandbox: Sandbox,
    place: (SeccompData) -> SourceRange
  ) -> PolicyProof {
    let relation: FilterRelation
    do {
      relation = try FilterProof.relation(of: filter, to: FilterPolicy(sandbox))
    } catch {
      let message = (error as? ProofError)?.message ?? (error as? SeccompError)?.message ?? "\(error)"
      return PolicyProof(
        findings: [noAnswer.finding(message, at: start)],
        verdict: "nothing can be proven about \(subject)"
      )
    }
    func finding(_ rule: RuleDescription, _ words: String, _ witness: Counterexample) -> Diagnostic {
      rule.finding(
        "\(witness.call.description) \(words)",
        at: place(witness.call),
        notes: [
          "\(subject) answers: \(witness.left.description)",
          "the policy \(sandbox.name) answers: \(witness.right.description)",
        ] + notes
      )
    }
    func further(_ witness: Counterexample) -> Diagnostic {
      finding(looser, witness.left.isDenial ? "gets further" : "passes", witness)
    }
    func lessFar(_ witness: Counterexample) -> Diagnostic {
      finding(stricter, witness.left.isDenial ? "is refused" : "gets less far", witness)
    }
    let name = "the filter of \(sandbox.name)"
    switch relation {
    case .equal: return PolicyProof(findings: [], verdict: "\(subject) equals \(name) for every call")
    case .equalByName(let witness):
      return PolicyProof(
        findings: [finding(otherwiseRefused, "is refused in another way", witness)],
        verdict: "\(subject) equals \(name) for every call that has a name"
      )
    case .otherErrors(let witness):
      return PolicyProof(
        findings: [finding(otherErrors, "is refused in another way", witness)],
        verdict: "\(subject) lets through what \(name) lets through, but answers other errors"
      )
    case .stricter(let witness):
      return PolicyProof(findings: [lessFar(witness)], verdict: "\(subject) is stricter than \(name)")
    case .looser(let witness):
      return PolicyProof(findings: [further(witness)], verdict: "\(subject) is looser than \(name)")
    case .incomparable(let loose, let strict):
      return PolicyProof(
        findings: [further(loose), lessFar(strict)],
        verdict: "\(subject) is looser than \(name) for some calls and stricter for others"
      )
    }
  }
}
