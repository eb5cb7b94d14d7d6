import Diagnostics

/// Where policies are, by name.
struct PolicySearch {
  /// A policy that was found.
  struct Found {
    let source: SourceText
    /// Where its relative paths start and its parent is looked up first; nil for one that comes with Ringfence.
    let folder: String?
    /// The same for the same file, however it is reached.
    let identity: String
  }

  /// Folders in which a name is looked up, in order, before the policies that come with Ringfence.
  let path: [String]
  let files: any PolicyFiles
  /// Parents and ceilings that have been read.
  let decoded = DecodedTexts()

  /// A policy by its name: in the folder first, then along the path, then among those that come with Ringfence.
  ///
  /// - Returns: nil when there is none.
  /// - Throws: When there is one, and it cannot be read or must not be.
  func find(_ name: String, near folder: String?) throws(InvalidInput) -> Found? {
    for candidate in (folder.map { [$0] } ?? []) + path {
      for ending in [".yaml", ".yml"] {
        let path = candidate + "/" + name + ending
        if try files.exists(path) { return try read(path, in: candidate) }
      }
    }
    return Self.findShipped(name)
  }

  static func findShipped(_ name: String) -> Found? {
    ShippedPolicies.source(of: name).map { Found(source: $0, folder: nil, identity: $0.name) }
  }

  private func read(_ path: String, in folder: String) throws(InvalidInput) -> Found {
    guard let real = files.realPath(path), let base = files.realPath(folder) else {
      throw PolicyFile.failure("cannot read \(path): it is a link to nowhere")
    }
    // A link out of the folder would make a policy depend on what its reader does not see.
    guard PathCheck.contains(base, real) else {
      throw PolicyFile.failure(
        "\(path) leads out of its folder",
        help: "policies are files in their folder, not links to elsewhere"
      )
    }
    return Found(source: try files.read(Self.displayed(path)), folder: base, identity: real)
  }

  /// A path as a user who stands in the working folder would write it.
  private static func displayed(_ path: String) -> String {
    let prefix = PolicyFile.workingFolder + "/"
    return path.utf8.starts(with: prefix.utf8) ? String(Substring(path.utf8.dropFirst(prefix.utf8.count))) : path
  }
}
