import Diagnostics
import Policy
import Revisions

/// One side of a comparison: a policy or a folder of policies, on the disk or as a commit has it.
struct PolicyVersion {
  /// What is compared: one policy whatever its name, or the policies of a folder by the names of their files.
  enum Content {
    case policy(String)
    case folder([String])
  }

  let loader: PolicyLoader
  let content: Content

  /// - Parameters:
  ///   - written: `git:REV:PATH`, `git:REV`, a path or a name.
  ///   - other: What the other side of the comparison names; `git:REV` alone is that of another time.
  /// - Throws: When there is no such commit.
  init(_ written: String, besides other: String?) throws(InvalidInput) {
    guard let (revision, path) = Self.revision(written) else {
      loader = PolicyLoader.forCommandLine()
      content = try Self.content(PolicySet.policies(in: written), in: written) ?? .policy(written)
      return
    }
    let files = RevisionFiles(try GitRevision(revision, in: PolicyFile.workingFolder))
    loader = PolicyLoader.forCommandLine(files: files)
    // By git's convention a path after the colon starts at the top; what the other side names starts here.
    let reference = path ?? other.flatMap { Self.revision($0).map(\.path) ?? $0 } ?? "policies"
    let place = path.map(files.path) ?? reference
    if let folder = try Self.content(try files.policies(in: place), in: written) {
      content = folder
    } else {
      content = .policy(PolicyLoader.isPath(reference) ? place : reference)
    }
  }

  private static func content(_ policies: [String]?, in folder: String) throws(InvalidInput) -> Content? {
    guard let policies else { return nil }
    return .folder(try PolicySet.nonempty(policies, in: folder))
  }

  /// What stands behind `git:`; nil for what does not begin so. A colon inside of braces belongs to the revision, as in
  /// `HEAD^{/fix: memory}`.
  static func revision(_ written: String) -> (revision: String, path: String?)? {
    let prefix = "git:"
    guard written.utf8.starts(with: prefix.utf8) else { return nil }
    let rest = written.utf8.dropFirst(prefix.utf8.count)
    var depth = 0
    for index in rest.indices {
      switch rest[index] {
      case UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "}"): depth -= 1
      case UInt8(ascii: ":") where depth <= 0:
        return (String(Substring(rest[..<index])), String(Substring(rest[rest.index(after: index)...])))
      default: break
      }
    }
    return (String(Substring(rest)), nil)
  }
}
