import ArgumentParser
import CanonicalJSON
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

      What holds a policy in its place counts too: a ceiling that is gone or allows more, and an acceptance or a \
      suppression that is new, wider or longer, are looser.

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

  @Flag(help: "Print the differences as one JSON document, ringfence.diff/1.")
  var json = false

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
    let isWritten = Terminal.output.write(json ? document(of: changes).text(.indented) : text(of: changes))
    Terminal.error.report(changes.errors, color: colorOption.color)
    Terminal.error.line(summary(of: changes))
    if !changes.errors.isEmpty { throw ExitStatus.invalid.code }
    if !isWritten { throw ExitStatus.software.code }
    switch failOn {
    case .looser where changes.count(of: .looser) > 0, .any where !changes.isEmpty: throw ExitStatus.findings.code
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
        var keys: Set<String> = []
        for difference in differences {
          text += difference.text(listsEntries: keys.insert(difference.difference.key).inserted)
        }
      }
    }
    return text
  }

  private func document(of changes: PolicyChanges) -> JSON {
    let policies = changes.policies.map { name, change -> JSON in
      let kind =
        switch change {
        case .added: "added"
        case .removed: "removed"
        case .differences(let differences): differences.isEmpty ? "same" : "changed"
        }
      return [
        "policy": .string(name), "change": .string(kind),
        "differences": .array(change.differences.map(\.json)),
      ]
    }
    return [
      "schema": "ringfence.diff/1",
      "summary": [
        "looser": .integer(changes.count(of: .looser)), "stricter": .integer(changes.count(of: .stricter)),
        "neutral": .integer(changes.count(of: .neutral)), "unreadable": .integer(changes.unreadableCount),
      ],
      "policies": .array(policies),
    ]
  }

  /// What was compared; a comparison that failed must not read like one that found nothing.
  private func summary(of changes: PolicyChanges) -> String {
    guard changes.errors.isEmpty || !changes.policies.isEmpty else { return "nothing was compared" }
    let counts =
      "\(changes.count(of: .looser)) looser, \(changes.count(of: .stricter)) stricter, "
      + "\(changes.count(of: .neutral)) otherwise"
    let count = changes.unreadableCount
    return counts + (count == 0 ? "" : "; \(count) \(count == 1 ? "policy" : "policies") could not be compared")
  }
}
