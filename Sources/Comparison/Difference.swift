package import Sandbox

/// What differs between two sandboxes, or between what holds two policies in their place, in one key of the policy, in one
/// direction.
package struct Difference: Sendable, Equatable {
  package enum Direction: String, Sendable, CaseIterable {
    /// The new side lets something be done that the old one does not.
    case looser
    /// The old side lets something be done that the new one does not.
    case stricter
    /// The values differ, and neither lets more be done.
    case neutral
  }

  /// The key of the policy: a control's, or that of a value that no control stands for (`filesystem.image`).
  package let key: String
  /// nil for what nothing enforces.
  package let control: Control?
  package let direction: Direction
  /// Who can do more or less: a program, but for the guard-rails of a policy.
  package let subject: String
  /// The values as a policy writes them, without the secrets among them: reports show these.
  package let old: String
  package let new: String
  /// Something that only one side lets the subject do, as an infinitive: `use 257Mi of memory`, `read /etc`. nil exactly
  /// when the direction is neutral.
  package let witness: String?

  package init(
    key: String,
    control: Control? = nil,
    direction: Direction,
    subject: String = "a program",
    old: String,
    new: String,
    witness: String? = nil
  ) {
    self.key = key
    self.control = control
    self.direction = direction
    self.subject = subject
    self.old = old
    self.new = new
    self.witness = witness
  }

  /// The witness as a sentence about the new sandbox, lower case, without a full stop.
  package var sentence: String {
    witness.flatMap(sentence(of:)) ?? "\(old) became \(new)"
  }

  /// A witness of this difference as a sentence; nil when neither side lets more be done.
  package func sentence(of witness: String) -> String? {
    switch direction {
    case .looser: "can now \(witness)"
    case .stricter: "can no longer \(witness)"
    case .neutral: nil
    }
  }
}
