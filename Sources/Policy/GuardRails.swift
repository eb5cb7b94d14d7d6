package import Comparison
import Sandbox

/// What holds a policy in its place beside the sandbox: its ceilings, what it accepts to lose, what it hides from the
/// linter, and its tests. Taking one away lets no program do more today, and everything pass unseen tomorrow.
extension ResolvedPolicy {
  /// How the guard-rails differ. One that is gone or wider is *looser*; a suppression is one too, since a finding that
  /// failed the check passes from then on.
  package static func guardRailDifferences(from old: ResolvedPolicy, to new: ResolvedPolicy) -> [Difference] {
    ceilings(from: old.ceilings, to: new.ceilings)
      + exceptions("accept", from: old.accepted, to: new.accepted)
      + exceptions("lint.suppress", from: old.suppressions, to: new.suppressions)
      + tests(from: old.tests, to: new.tests)
  }

  private static func ceilings(from old: [PolicyCeiling], to new: [PolicyCeiling]) -> [Difference] {
    let (before, after) = (old.map(\.name), new.map(\.name))
    func difference(_ name: String, _ direction: Difference.Direction) -> Difference {
      Difference(
        key: "within",
        direction: direction,
        subject: "the policy",
        old: before.isEmpty ? "none" : before.joined(separator: ", "),
        new: after.isEmpty ? "none" : after.joined(separator: ", "),
        witness: "become looser than \(name)"
      )
    }
    let gone = Set(before).subtracting(after).sorted()
    let added = Set(after).subtracting(before).sorted()
    let changed = old.flatMap { ceiling in
      new.first { $0.name.utf8.elementsEqual(ceiling.name.utf8) }.map { moved(from: ceiling, to: $0) } ?? []
    }
    return gone.map { difference($0, .looser) } + added.map { difference($0, .stricter) } + changed
  }

  /// What a ceiling of the same name allows beyond what it did, and no longer: the file that holds the policy is another one.
  private static func moved(from old: PolicyCeiling, to new: PolicyCeiling) -> [Difference] {
    guard let before = old.sandbox, let after = new.sandbox else { return [] }
    return Comparison.differences(from: before, to: after).compactMap { difference in
      guard let witness = difference.witness else { return nil }
      return Difference(
        key: "within",
        direction: difference.direction,
        subject: "the policy",
        old: "\(old.name) with \(difference.key): \(difference.old)",
        new: "\(new.name) with \(difference.key): \(difference.new)",
        witness: "let a program \(witness)"
      )
    }
  }

  /// An entry that no entry of the other side covers makes its side looser; equal coverage in other words is neutral.
  private static func exceptions<Entry: GuardRailException>(
    _ key: String,
    from old: [Entry],
    to new: [Entry]
  ) -> [Difference] {
    func entries(of some: [Entry], notIn others: [Entry], _ direction: Difference.Direction) -> [Difference] {
      some.filter { entry in !others.contains { $0.covers(entry) } }.map { entry in
        let known = others.first { $0.title.utf8.elementsEqual(entry.title.utf8) }
        let (before, after) = direction == .looser ? (known, entry) : (entry, known)
        return Difference(
          key: key,
          direction: direction,
          subject: entry.subject,
          old: before?.text ?? "none",
          new: after?.text ?? "none",
          witness: entry.effect
        )
      }
    }
    let directed = entries(of: new, notIn: old, .looser) + entries(of: old, notIn: new, .stricter)
    let before = old.map(\.text)
    let after = new.map(\.text)
    if !directed.isEmpty || before == after { return directed }
    return [Difference(key: key, direction: .neutral, old: list(before), new: list(after))]
  }

  private static func tests(from old: [PolicyTest], to new: [PolicyTest]) -> [Difference] {
    let (before, after) = (old.map(\.name), new.map(\.name))
    return before == after ? [] : [Difference(key: "tests", direction: .neutral, old: list(before), new: list(after))]
  }

  private static func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }
}

/// Something that a policy is let off.
private protocol GuardRailException {
  /// Who is let off.
  var subject: String { get }
  /// What it is let off, as an infinitive.
  var effect: String { get }
  /// What it is about, without the reason and the day.
  var title: String { get }
  var reason: String { get }
  var expires: CalendarDate? { get }
  /// Whether all that the other lets pass passes here, for as long.
  func covers(_ other: Self) -> Bool
}

extension GuardRailException {
  fileprivate var end: String { expires.map { " until \($0.description)" } ?? "" }
  fileprivate var text: String { "\(title)\(end) (\(reason))" }
}

extension Acceptance: GuardRailException {
  fileprivate var subject: String { target?.rawValue ?? "any target" }
  fileprivate var effect: String { "lose \(control.rawValue)\(end)" }
  fileprivate var title: String { "\(target?.rawValue ?? "all") \(control.rawValue)" }

  fileprivate func covers(_ other: Acceptance) -> Bool { accepts(allOf: other) }
}

extension PolicySuppression: GuardRailException {
  fileprivate var subject: String { "the linter" }
  fileprivate var effect: String { "let \(rule) pass\(path.map { " at \($0)" } ?? "")\(end)" }
  fileprivate var title: String { "\(rule)\(path.map { " at \($0)" } ?? "")" }

  fileprivate func covers(_ other: PolicySuppression) -> Bool {
    guard rule == other.rule, expires == nil || other.expires.map({ $0 <= expires ?? $0 }) == true else { return false }
    guard let path else { return true }
    guard let below = other.path, below.utf8.starts(with: path.utf8) else { return false }
    let rest = below.utf8.dropFirst(path.utf8.count).first
    return rest == nil || rest == UInt8(ascii: ".") || rest == UInt8(ascii: "[")
  }
}
