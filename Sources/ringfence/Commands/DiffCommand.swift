import ArgumentParser
import Comparison
import Diagnostics
import Policy

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Says what a change makes stricter and looser, each with a witness.",
    discussion: """
      OLD and NEW are policies or folders of policies. git:REV:PATH is one as a commit of this repository has it, with its \
      parents from that commit too; the path starts at the top, or with ./ in this folder. git:REV alone is what the other \
      side names, at that commit. In a pull request, `ringfence diff --fail-on looser git:origin/main policies` says what \
      it changes.

      Exits with 2 if a policy is invalid, with 1 if --fail-on says so, with 0 otherwise.
      """
  )

  enum Direction: String, CaseIterable, ExpressibleByArgument {
    case looser
    case any
  }

  @Argument(help: "The policy before.", completion: .policies)
  var old: String

  @Argument(help: "The policy after; what OLD names, as it is on the disk, if not given.", completion: .policies)
  var new: String?

  @Option(help: "Exit with 1 if something got looser, or if anything differs: looser, any.")
  var failOn: Direction?

  @OptionGroup var colorOption: ColorOption

  func run() throws {
    let changes: PolicyChanges
    do throws(InvalidInput) {
      let after = new ?? PolicyVersion.revision(old).map { $0.path ?? "policies" }
      guard let after else { throw PolicyFile.failure("there is nothing to compare `\(old)` with", help: "name NEW") }
      changes = PolicyChanges(
        from: try PolicyVersion(old, besides: new),
        to: try PolicyVersion(after, besides: old)
      )
    } catch {
      Terminal.error.report(error.diagnostics, color: colorOption.color)
      throw ExitStatus.invalid.code
    }
    let isWritten = Terminal.output.write(text(of: changes))
    Terminal.error.report(changes.errors, color: colorOption.color)
    let looser = changes.differences.count { $0.direction == .looser }
    let stricter = changes.differences.count { $0.direction == .stricter }
    let others = changes.differences.count - looser - stricter
    Terminal.error.line("\(looser) looser, \(stricter) stricter, \(others) otherwise")
    if !changes.errors.isEmpty { throw ExitStatus.invalid.code }
    if !isWritten { throw ExitStatus.software.code }
    switch failOn {
    case .looser where looser > 0, .any where !changes.isEmpty: throw ExitStatus.findings.code
    default: break
    }
  }

  private func text(of changes: PolicyChanges) -> String {
    var text = ""
    for (name, change) in changes.policies {
      switch change {
      case .added: text += "\(DisplayText.escaped(name)): new\n"
      case .removed: text += "\(DisplayText.escaped(name)): removed\n"
      case .differences(let differences):
        if changes.policies.count > 1, !differences.isEmpty { text += DisplayText.escaped(name) + ":\n" }
        for difference in differences { text += self.text(of: difference) }
      }
    }
    return text
  }

  /// Each value is escaped by itself: one with a line feed in it must not make up a line of ours.
  private func text(of difference: Difference) -> String {
    let values = [difference.old, difference.new].map { DisplayText.escaped($0) }.joined(separator: " → ")
    var text = "\(difference.direction.rawValue): \(difference.key): \(values)\n"
    if let witness = difference.witness {
      let verb = difference.direction == .looser ? "now" : "no longer"
      text += "  a program can \(verb) \(DisplayText.escaped(witness))\n"
    }
    return text
  }
}
