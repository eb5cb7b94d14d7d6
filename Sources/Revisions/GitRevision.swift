package import Diagnostics
import Policy

/// A commit of the repository around a folder.
package struct GitRevision: Sendable {
  /// As the user wrote it: `main`, `HEAD~2`.
  package let name: String
  /// The top of the working tree, absolute and without symbolic links.
  package let top: String
  /// The commit's id, so that a branch that moves meanwhile does not mix two commits.
  let commit: String
  let git: GitCommand

  /// Finds the commit that a revision names.
  ///
  /// - Parameters:
  ///   - name: A revision in git's sense (gitrevisions(7)): never an option, whatever it begins with.
  ///   - folder: A folder of the repository.
  /// - Throws: When there is no git, no repository or no such commit.
  package init(_ name: String, in folder: String) throws(InvalidInput) {
    git = GitCommand(folder: folder)
    self.name = name
    do throws(GitCommand.Failure) {
      let path = try git.output(["rev-parse", "--show-toplevel"])
      top = String(decoding: path.last == UInt8(ascii: "\n") ? path.dropLast() : path[...], as: UTF8.self)
    } catch {
      throw PolicyFile.failure("cannot read revisions here: \(error.message)", help: "run it inside a git repository")
    }
    do throws(GitCommand.Failure) {
      let id = try git.output(["rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"])
      commit = String(decoding: id.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    } catch {
      throw Self.unknown(name)
    }
    guard commit.utf8.count >= 40, commit.utf8.allSatisfy(Self.isHexadecimal) else { throw Self.unknown(name) }
  }

  private static func unknown(_ name: String) -> InvalidInput {
    PolicyFile.failure(
      "git knows no commit `\(name)`",
      help: "a branch, a tag or an id; a shallow clone has few of them: fetch it, or clone with more depth"
    )
  }

  static func isHexadecimal(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    default: false
    }
  }
}
