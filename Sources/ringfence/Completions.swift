import ArgumentParser
import Policy

extension CompletionKind {
  /// Policies as a user can name them: by name, or, once there is a slash, by path.
  static let policies = custom { _, _, word in
    if let slash = word.lastIndex(of: "/") { return PolicySet.policies(in: String(word[...slash])) ?? [] }
    let folders = ["policies"] + PolicyLoader.environmentPath
    let found = folders.flatMap { PolicySet.policies(in: $0) ?? [] }.map(PolicyLoader.name(in:))
    return Set(found + ShippedPolicies.all.map(\.name)).sorted()
  }
}
