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
    wrongly, or somebody has changed it. With `--against`, the other file's filter takes the place of the policy's.
    """
  )

  static let stricter = RuleDescription(
    "RF8713",
    "filter stricter than its policy",
    .warning,
    """
    A call that the policy allows is refused, so a program may fail. The file is older than the policy, or another's. With \
    `--against`, the other file's filter takes the place of the policy's: this one is at least as strict.
    """
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

  /// What a file's filter is beside the policy that it should be.
  package static func prove(_ filter: FilterSource, against sandbox: Sandbox) -> PolicyProof {
    prove(filter, beside: "the policy \(sandbox.name)", called: "the filter of \(sandbox.name)") { function in
      try FilterProof.relation(of: function, to: FilterPolicy(sandbox))
    }
  }

  /// What a file's filter is beside that of another file.
  package static func prove(_ filter: FilterSource, against other: FilterSource) -> PolicyProof {
    let name = other.start.source.name
    return prove(filter, beside: name, called: "that of \(name)") { function in
      try FilterProof.relation(of: function, toFilter: other.function)
    }
  }

  /// Filters together, as the kernel combines them.
  static func prove(_ stack: FilterFileStack, of subject: String, against sandbox: Sandbox) -> PolicyProof {
    prove(FilterSource(stack, subject: subject), against: sandbox)
  }

  private static func prove(
    _ filter: FilterSource,
    beside reference: String,
    called name: String,
    _ compare: (any FilterFunction) throws -> FilterRelation
  ) -> PolicyProof {
    let subject = filter.subject
    let relation: FilterRelation
    do {
      relation = try compare(filter.function)
    } catch {
      let message = (error as? ProofError)?.message ?? (error as? SeccompError)?.message ?? "\(error)"
      return PolicyProof(
        findings: [noAnswer.finding(message, at: filter.start)],
        verdict: "nothing can be proven about \(subject)"
      )
    }
    func finding(_ rule: RuleDescription, _ words: String, _ witness: Counterexample) -> Diagnostic {
      rule.finding(
        "\(witness.call.description) \(words)",
        at: filter.place(witness.call) ?? filter.start,
        notes: [
          "\(subject) answers: \(witness.left.description)",
          "\(reference) answers: \(witness.right.description)",
        ] + filter.notes
      )
    }
    func further(_ witness: Counterexample) -> Diagnostic {
      finding(looser, witness.left.isDenial ? "gets further" : "passes", witness)
    }
    func lessFar(_ witness: Counterexample) -> Diagnostic {
      finding(stricter, witness.left.isDenial ? "is refused" : "gets less far", witness)
    }
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
