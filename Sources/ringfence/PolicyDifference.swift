import CanonicalJSON
import Comparison
import Diagnostics
import Policy
import Sandbox

/// A difference between two versions of a policy, with what a reviewer wants to see of it.
struct PolicyDifference {
  let difference: Difference
  let detail: DifferenceDetail?
  /// Where the new version decides the value; where the old one did, if the new one leaves it to the default.
  let place: SourceRange?
  let isGone: Bool

  static func all(from old: ResolvedPolicy, to new: ResolvedPolicy) -> [PolicyDifference] {
    let differences = Comparison.differences(from: old.sandbox, to: new.sandbox)
    return differences.map { PolicyDifference($0, DifferenceDetail($0, from: old.sandbox, to: new.sandbox), old, new) }
      + ResolvedPolicy.guardRailDifferences(from: old, to: new).map { PolicyDifference($0, nil, old, new) }
  }

  private init(_ difference: Difference, _ detail: DifferenceDetail?, _ old: ResolvedPolicy, _ new: ResolvedPolicy) {
    self.difference = difference
    self.detail = detail
    let here = new.origins[difference.key]
    place = here ?? old.origins[difference.key]
    isGone = here == nil
  }

  var witnesses: [String] { detail?.witnesses ?? [difference.witness].compactMap(\.self) }

  /// As `diff` prints it. Each value is escaped by itself: one with a line feed in it must not make up a line of ours.
  ///
  /// - Parameter listsEntries: Whether to print the entries of a list, which two differences in one key have in common.
  /// - Returns: Lines, each with its line feed.
  func text(listsEntries: Bool) -> String {
    var text = "\(difference.direction.rawValue): \(difference.key)"
    if let added = detail?.added, let removed = detail?.removed {
      text += "\n"
      if listsEntries {
        for entry in removed { text += "  - \(DisplayText.escaped(entry))\n" }
        for entry in added { text += "  + \(DisplayText.escaped(entry))\n" }
      }
    } else {
      text += ": " + [difference.old, difference.new].map { DisplayText.escaped($0) }.joined(separator: " → ") + "\n"
    }
    for sentence in witnesses.compactMap(difference.sentence) {
      text += "  \(difference.subject) \(DisplayText.escaped(sentence))\n"
    }
    if let place { text += "  \(isGone ? "was at" : "at") \(DisplayText.escaped(place.location))\n" }
    return text
  }

  var json: JSON {
    func list(_ items: [String]?) -> JSON { items.map { .array($0.map { .string($0) }) } ?? .null }
    return [
      "key": .string(difference.key),
      "direction": .string(difference.direction.rawValue),
      "old": .string(difference.old),
      "new": .string(difference.new),
      "added": list(detail?.added),
      "removed": list(detail?.removed),
      "subject": .string(difference.subject),
      "witnesses": list(witnesses),
      "place": place.map { $0.json(isGone: isGone) } ?? .null,
    ]
  }
}

extension SourceRange {
  fileprivate func json(isGone: Bool) -> JSON {
    let start = startPosition
    return [
      "file": .string(source.name), "line": .integer(start.line), "column": .integer(start.column),
      "side": .string(isGone ? "old" : "new"),
    ]
  }
}
