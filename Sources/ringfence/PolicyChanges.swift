import Comparison
import Diagnostics
import Policy

/// What differs between two versions of a policy, or of a folder of policies.
struct PolicyChanges {
  enum Change {
    case differences([PolicyDifference])
    /// Nothing is looser than before where there was nothing: what a new policy allows is the linter's to judge.
    case added
    case removed

    var differences: [PolicyDifference] { if case .differences(let differences) = self { differences } else { [] } }
  }

  private(set) var policies: [(name: String, change: Change)] = []
  /// Policies of either side that could not be read, so that nothing is said about them.
  private(set) var unreadableCount = 0
  /// What is wrong with policies of either side; the others are compared all the same.
  private(set) var errors: [Diagnostic] = []

  init(from old: PolicyVersion, to new: PolicyVersion) {
    switch (old.content, new.content) {
    case (.policy(let before), .policy(let after)): compare(after, before, old.loader, after, new.loader)
    case (.folder(let before), .folder(let after)):
      compareFolders(before, old.loader, after, new.loader)
    case (.folder(let paths), .policy(let reference)), (.policy(let reference), .folder(let paths)):
      errors +=
        PolicyFile.failure(
          "`\(reference)` is one policy, and the other side a folder of \(paths.count)",
          help: "name two policies, or two folders"
        ).diagnostics
    }
  }

  var differences: [PolicyDifference] { policies.flatMap(\.change.differences) }

  /// How many there are of a direction.
  func count(of direction: Difference.Direction) -> Int {
    differences.count { $0.difference.direction == direction }
  }

  /// Whether a policy came, went or differs.
  var isEmpty: Bool {
    policies.allSatisfy { if case .differences(let differences) = $0.change { differences.isEmpty } else { false } }
  }

  private mutating func compareFolders(
    _ before: [String],
    _ oldLoader: PolicyLoader,
    _ after: [String],
    _ newLoader: PolicyLoader
  ) {
    let old = Dictionary(before.map { (Self.fileName($0), $0) }) { first, _ in first }
    let new = Dictionary(after.map { (Self.fileName($0), $0) }) { first, _ in first }
    for name in Set(old.keys).union(new.keys).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let shown = String(decoding: name, as: UTF8.self)
      switch (old[name], new[name]) {
      case (let old?, let new?): compare(shown, old, oldLoader, new, newLoader)
      case (nil, let new?): if load(new, newLoader) != nil { policies.append((shown, .added)) }
      case (.some, nil), (nil, nil): policies.append((shown, .removed))
      }
    }
  }

  private mutating func compare(
    _ name: String,
    _ old: String,
    _ oldLoader: PolicyLoader,
    _ new: String,
    _ newLoader: PolicyLoader
  ) {
    guard let before = load(old, oldLoader), let after = load(new, newLoader) else { return }
    policies.append((name, .differences(PolicyDifference.all(from: before, to: after))))
  }

  private mutating func load(_ reference: String, _ loader: PolicyLoader) -> ResolvedPolicy? {
    do throws(InvalidInput) {
      return try loader.load(reference: reference)
    } catch {
      errors += error.diagnostics
      unreadableCount += 1
      return nil
    }
  }

  private static func fileName(_ path: String) -> [UInt8] {
    Array(path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8[$0...].dropFirst() } ?? path.utf8[...])
  }
}
