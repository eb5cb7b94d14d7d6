package import Sandbox

/// A folder that holds the artifacts of many policies, as `POLICY/TARGET/FILE`.
package struct ArtifactTree: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// Where the artifacts of a policy for a target go.
  package func directory(policy: String, target: TargetName) -> ArtifactDirectory {
    ArtifactDirectory(path: "\(path)/\(policy)/\(target.rawValue)")
  }

  /// What could be deployed from here although no policy produces it: all of a policy's folder but its targets, and each
  /// other folder that holds something of ours. Files beside the policies' folders, hidden ones, and folders that are
  /// wholly somebody else's are no business of ours.
  package func leftOvers(besides produced: [(policy: String, target: TargetName)]) -> [String] {
    let targets = Dictionary(grouping: produced, by: \.policy).mapValues { Set($0.map(\.target.rawValue)) }
    var paths: [String] = []
    for name in ArtifactDirectory.names(in: path) {
      let folder = path + "/" + name
      if let known = targets[name] {
        paths += ArtifactDirectory.names(in: folder).filter { !known.contains($0) }.map { folder + "/" + $0 }
      } else if Self.holdsArtifacts(folder) {
        paths.append(folder)
      }
    }
    return paths
  }

  /// Whether a folder is one that a policy had: with a folder named like a target, or a file that says that it is ours.
  private static func holdsArtifacts(_ folder: String) -> Bool {
    ArtifactDirectory.names(in: folder).contains { name in
      let inner = folder + "/" + name
      guard TargetName(rawValue: name) == nil || !ArtifactDirectory.isFolder(inner) else { return true }
      return isOurs(inner) || ArtifactDirectory.names(in: inner).contains { isOurs(inner + "/" + $0) }
    }
  }

  private static func isOurs(_ file: String) -> Bool {
    guard let bytes = ArtifactDirectory.readFile(file, limit: 1 << 20)?.bytes else { return false }
    let mark = Array(Provenance.mark.utf8)
    return bytes.indices.contains { bytes[$0] == mark[0] && bytes[$0...].starts(with: mark) }
  }
}
