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
    abstract: """
      Prints the page of a rule (RF3003), a control (resources.pids), a group of system calls (@network) or a call (openat).
      """,
    discussion: "Without a subject it lists what there is."
  )

  @Flag(help: "Print the pages of all rules, as Markdown.")
  var all = false

  @Argument(help: "Rules, controls, @groups and system calls.", completion: .list(ExplainCommand.known))
  var subjects: [String] = []

  @OptionGroup var colorOption: ColorOption

  private static var known: [String] {
    RuleCatalog.all.rules.map(\.id) + Control.allCases.map(\.rawValue) + SyscallGroup.allNames
  }

  func run() throws {
    if all { Terminal.output.write(RuleCatalog.all.markdown(families: LintRules.families)) }
    if subjects.isEmpty, !all { Terminal.output.write(Contents.text) }
    for (index, subject) in subjects.enumerated() {
      if index > 0 { Terminal.output.line("") }
      Terminal.output.write(try page(of: subject))
    }
  }

  private func page(of subject: String) throws -> String {
    if let rule = RuleCatalog.all[subject.uppercased()] { return rule.page }
    if let group = SyscallGroup(named: subject) { return GroupPage.text(of: group) }
    if let control = Control(rawValue: subject) { return ControlPage.text(of: control) }
    if let call = Syscall(named: subject) { return SyscallPage(of: call).text }
    let isGroup = subject.utf8.first == UInt8(ascii: "@")
    let others = RuleCatalog.all.rules.map(\.id) + Control.allCases.map(\.rawValue) + SyscallTable.allNames
    let near = Spelling.nearest(to: subject, among: isGroup ? SyscallGroup.allNames : others)
    let rest =
      isGroup
      ? "groups are \(SyscallGroup.allNames.joined(separator: " "))"
      : "`ringfence explain` alone lists what there is"
    throw ValidationError(
      "there is no \(isGroup ? "group" : "rule, control, group or call") '\(DisplayText.escaped(subject))'; "
        + (near.map { "did you mean '\($0)'?" } ?? rest)
    )
  }
}

/// What `explain` has pages of.
private enum Contents {
  static var text: String {
    var text = "Rules, such as RF3003:\n"
    for family in LintRules.families {
      let rules = RuleCatalog.all.rules.filter { $0.id.hasPrefix(family.prefix) }
      guard let first = rules.first, let last = rules.last else { continue }
      text += "  \(first.id) to \(last.id)  \(family.title) (\(rules.count))\n"
    }
    text += "\nControls:\n" + Control.allCases.map { "  \($0.rawValue)\n" }.joined()
    text += "\nGroups of system calls:\n"
    for group in SyscallGroup.allNames.compactMap(SyscallGroup.init(named:)) {
      text += "  \(group.name)\(String(repeating: " ", count: max(1, 22 - group.name.utf8.count)))\(group.summary)\n"
    }
    return text + "\nSystem calls: \(SyscallTable.allNames.count), such as openat\n"
  }
}

/// The page of a group: its calls, and when it allows those that it does not always.
private enum GroupPage {
  static func text(of group: SyscallGroup) -> String {
    var text = "\(group.name): \(group.summary)\n\n"
    for name in group.memberNames {
      let condition = Syscall(named: name).flatMap { call in group.condition(on: call)?.text(for: call) }
      text += "  \(name)\(condition.map { ", when \($0)" } ?? "")\n"
    }
    if !Capability.allCases.allSatisfy({ group.additions(for: $0).isEmpty }) {
      text +=
        "\nSockets only of the families in network.socket_families. A program that holds a capability may also call:\n"
      for capability in Capability.allCases.sorted() {
        let names = group.additions(for: capability)
        if !names.isEmpty { text += "  \(capability.rawValue): \(names.joined(separator: " "))\n" }
      }
    }
    return text
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
