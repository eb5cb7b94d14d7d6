package import Sandbox

/// What differs between two sandboxes in one key of the policy, in one direction.
package struct Difference: Sendable, Equatable {
  package enum Direction: String, Sendable, CaseIterable {
    /// The new sandbox lets the program do something that the old one does not.
    case looser
    /// The old sandbox lets the program do something that the new one does not.
    case stricter
    /// The values differ, and neither lets the program do more.
    case neutral
  }

  /// The key of the policy: a control's, or that of a value that no control stands for (`filesystem.image`).
  package let key: String
  /// nil for what nothing enforces.
  package let control: Control?
  package let direction: Direction
  /// The values as a policy writes them.
  package let old: String
  package let new: String
  /// Something that only one side lets the program do, as an infinitive: `use 257Mi of memory`, `read /etc`. nil exactly
  /// when the direction is neutral.
  package let witness: String?

  /// The witness as a sentence about the new sandbox, lower case, without a full stop.
  package var sentence: String {
    switch (direction, witness) {
    case (.looser, let witness?): "can now \(witness)"
    case (.stricter, let witness?): "can no longer \(witness)"
    case (.neutral, _), (_, nil): "\(old) became \(new)"
    }
  }
}
