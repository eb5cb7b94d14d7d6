import ArgumentParser
import Diagnostics
import Lint
import Policy
import Sandbox
import Seccomp
import Targets

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Prints the page of a rule (RF3003), a control (resources.pids) or a group of system calls (@network)."
  )

  @Flag(help: "Print the pages of all rules, as Markdown.")
  var all = false

  @Argument(help: "Rules, controls and @groups.", completion: .list(ExplainCommand.known))
  var subjects: [String] = []

  @OptionGroup var colorOption: ColorOption

  private static var known: [String] {
    RuleCatalog.all.rules.map(\.id) + Control.allCases.map(\.rawValue) + SyscallGroup.allNames
  }

  func validate() throws {
    if subjects.isEmpty, !all { throw ValidationError("name a rule, a control or a @group, or use --all") }
  }

  func run() throws {
    if all { Terminal.output.write(RuleCatalog.all.markdown(families: LintRules.families)) }
    for (index, subject) in subjects.enumerated() {
      if index > 0 { Terminal.output.line("") }
      Terminal.output.write(try page(of: subject))
    }
  }

  private func page(of subject: String) throws -> String {
    if let rule = RuleCatalog.all[subject.uppercased()] { return rule.page }
    if let group = SyscallGroup(named: subject) {
      return "\(group.name): \(group.summary)\n\n" + group.memberNames.map { "  \($0)\n" }.joined()
    }
    if let control = Control(rawValue: subject) { return ControlPage.text(of: control) }
    let near = Spelling.nearest(to: subject, among: Self.known)
    throw ValidationError(
      "there is no rule, control or group '\(subject)'" + (near.map { "; did you mean '\($0)'?" } ?? "")
    )
  }
}

/// The page of a control: what it is, which way is stricter, and how each target enforces it at its default.
enum ControlPage {
  static func text(of control: Control) -> String {
    var text = "\(control.rawValue)\n"
    if let summary = Language.summary(of: control.rawValue) { text += "\n\(summary)\n" }
    text += "\n\(control.polarity.explanation)\n\nEnforced, at its default:\n"
    let sandbox = Sandbox(name: "default")
    for target in TargetRegistry.all {
      let enforcement = target.enforcement(of: control, in: sandbox)
      let parts = [enforcement.mechanism.map { "by " + $0 }, enforcement.reason].compactMap { $0 }
      text +=
        "  \(type(of: target).name.rawValue): \(enforcement.word)\(parts.isEmpty ? "" : ", ")\(parts.joined(separator: ": "))\n"
    }
    return text
  }
}

extension Polarity {
  fileprivate var explanation: String {
    switch self {
    case .limit: "A smaller value is stricter."
    case .allowList: "Fewer entries are stricter."
    case .ruleSet: "Letting fewer calls through is stricter; this is decided over all calls and arguments."
    case .orderedMode: "Its values are ordered, the strictest first."
    case .switch: "On is stricter."
    case .mask: "More bits are stricter."
    case .identity: "Any identity but 0 is as strict as another."
    case .neutral: "No value is stricter than another."
    }
  }
}
