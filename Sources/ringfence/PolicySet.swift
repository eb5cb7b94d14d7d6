import Diagnostics
import Glibc
import Policy

/// The policies that a user named, each valid or not: one bad file never hides another.
struct PolicySet {
  private(set) var policies: [ResolvedPolicy] = []
  /// Everything that is wrong, of all of them.
  private(set) var errors: [Diagnostic] = []
  /// The files that were read, as far as they could be found.
  private(set) var files: [String] = []

  /// Loads policies by path, by name, or all of a folder; those of `policies/` if none are named.
  static func load(_ references: [String]) -> PolicySet {
    var policies: [ResolvedPolicy] = []
    var set = visit(references) { if $0.errors.isEmpty, let policy = $0.policy { policies.append(policy) } }
    set.policies = policies
    return set
  }

  /// Looks at policies one after the other and keeps none of them: a thousand need no more memory than one. Each file is
  /// looked at once, however often it is named.
  static func visit(
    _ references: [String],
    standardInputPath: String? = nil,
    _ body: (PolicyReview) -> Void
  ) -> PolicySet {
    let loader = PolicyLoader.forCommandLine()
    var set = PolicySet()
    var seen: Set<String> = []
    do throws(InvalidInput) {
      for reference in try expanded(references) {
        let identity = identity(reference)
        guard seen.insert(identity).inserted else { continue }
        let review = loader.review(reference: reference, standardInputPath: standardInputPath)
        // A name leads to a file that may have been named by its path.
        if let name = review.policy?.source.name, name != reference {
          let found = Self.identity(name)
          guard found == identity || seen.insert(found).inserted else { continue }
        }
        set.files.append(reference == "-" ? standardInputPath ?? reference : reference)
        // Policies with a common ancestor have its errors in common.
        set.errors += review.errors.filter { found in !set.errors.contains { $0.isSame(as: found) } }
        body(review)
      }
    } catch {
      set.errors += error.diagnostics
    }
    return set
  }

  /// The policies that references lead to; a folder stands for those in it.
  static func expanded(_ references: [String]) throws(InvalidInput) -> [String] {
    if references.isEmpty {
      guard let found = policies(in: "policies") else {
        throw PolicyFile.failure(
          "no policy was named, and there is no folder `policies` here",
          help: "name a policy or a folder, or write a first policy with `ringfence init`"
        )
      }
      return try nonempty(found, in: "policies")
    }
    var paths: [String] = []
    for reference in references {
      paths +=
        try policies(in: reference).map { found throws(InvalidInput) in try nonempty(found, in: reference) } ?? [
          reference
        ]
    }
    return paths
  }

  /// A check of nothing must not pass for one that found nothing.
  static func nonempty(_ policies: [String], in folder: String) throws(InvalidInput) -> [String] {
    guard policies.isEmpty else { return policies }
    let name = folder.hasSuffix("/") ? folder : folder + "/"
    throw PolicyFile.failure("no policies in \(name)", help: "the file of a policy ends in .yaml")
  }

  private static func identity(_ reference: String) -> String {
    guard let real = realpath(reference, nil) else { return reference }
    defer { free(real) }
    return String(cString: real)
  }

  /// The policies in a folder, sorted by name; nil when it is none.
  static func policies(in folder: String) -> [String]? {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix("."), name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
        paths.append(folder + (folder.hasSuffix("/") ? "" : "/") + name)
      }
    }
    return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

extension Diagnostic {
  fileprivate func isSame(as other: Diagnostic) -> Bool {
    rule == other.rule && message == other.message && primary?.range.location == other.primary?.range.location
  }
}
