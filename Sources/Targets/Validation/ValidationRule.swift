import CanonicalJSON
package import Diagnostics

/// A rule about artifacts of one kind: what it is about, and how a subject is checked. One rule is one value; the pages
/// of `explain` and the list of rules are made of the same values that do the checking.
struct ValidationRule<Subject>: Sendable {
  let description: RuleDescription
  let check: @Sendable (Subject, RuleDescription) -> [Diagnostic]

  init(
    _ id: String,
    _ title: String,
    _ severity: Severity,
    _ explanation: String,
    check: @escaping @Sendable (Subject, RuleDescription) -> [Diagnostic]
  ) {
    description = RuleDescription(id, title, severity, explanation)
    self.check = check
  }
}

extension Sequence {
  /// What the rules find in a subject.
  func findings<Subject>(in subject: Subject) -> [Diagnostic] where Element == ValidationRule<Subject> {
    flatMap { $0.check(subject, $0.description) }
  }
}

extension JSONLimits {
  /// The largest real files of the kinds that are validated have some 3000 values; rules may cost more than reading.
  static let artifact = JSONLimits(size: 4 << 20, depth: 64, nodes: 50_000)
}

/// Finding what somebody probably meant costs more than finding that it is wrong.
enum Suggestions {
  /// So many findings of a rule come with one; nobody mends a thousand slips one by one.
  static let most = 20
}

/// Every rule of the validators, for `explain` and for the page of rules; sorted by id.
package enum ValidationRules {
  package static let all: [RuleDescription] =
    [
      JSONRules.all, ShapeRules.all, OCIRules.all.map(\.description), DockerRules.all.map(\.description),
      ComposeRules.descriptions, SeccompRules.all.map(\.description), NativeProfileRules.all.map(\.description),
      DockerRunReader.rules, FilterFileRules.descriptions, RunscScriptRules.descriptions,
      RuntimeScriptRules.descriptions,
    ]
    .flatMap(\.self).sorted { $0.id < $1.id }
    .map { rule in
      rule.documented(
        references: RuleReferences.of(rule.id),
        example: ValidationExamples.all[rule.id]?.page,
        effects: RuleEffects.of(rule.id)
      )
    }
}
