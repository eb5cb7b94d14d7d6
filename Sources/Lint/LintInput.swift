import Comparison
package import Diagnostics
package import Policy
package import Sandbox

/// What rules look at: the sandbox that a policy means, and where in the text each value of it was decided.
package struct LintInput: Sendable {
  package let sandbox: Sandbox
  /// The policy's own text; a value may also come from the text of an ancestor.
  package let source: SourceText
  /// The range of each value that some text decides, by its key (`resources.memory`, `filesystem.write[0]`).
  private let origins: [String: SourceRange]
  /// What the policy accepts by name, in the order of its list.
  let acceptances: [Acceptance]
  /// Whether a target loses a control of this policy; nil where that cannot be told.
  let losses: @Sendable (Control, TargetName) -> Bool?
  let today: CalendarDate?
  /// How many tests the policy has.
  let testCount: Int
  /// What the lists of system calls come to, which several rules ask.
  let reach: SyscallReach

  package init(
    sandbox: Sandbox,
    source: SourceText,
    origins: [String: SourceRange],
    acceptances: [Acceptance] = [],
    losses: @escaping @Sendable (Control, TargetName) -> Bool? = { _, _ in nil },
    today: CalendarDate? = nil,
    testCount: Int
  ) {
    self.acceptances = acceptances
    self.losses = losses
    self.today = today
    self.sandbox = sandbox
    self.source = source
    self.origins = origins
    self.testCount = testCount
    reach = SyscallReach(sandbox.syscalls)
  }

  /// Whether the policy accepts the loss of a control, on whatever target.
  func accepts(_ control: Control) -> Bool {
    acceptances.contains { acceptance in
      acceptance.control == control && (today.map(acceptance.isInForce) ?? true)
    }
  }

  /// A value that a rule objects to.
  struct Objection {
    /// The key of the value, with positions in lists: where the text is looked up.
    let key: String
    /// The key as suppressions and baselines name it: an entry of a list by what it says, not by its position.
    let subject: String
    let message: String
    var label: String?
    var severity: Severity?
    var notes: [String] = []
    var help: [String] = []
    var remedy: Remedy?
    /// Whether the value is a secret.
    var isAboutSecret = false
  }

  /// How a finding can be mended by editing the value it is about.
  enum Remedy {
    /// `isSafe` unless the value is our guess.
    case replace(with: String, summary: String, isSafe: Bool)
    /// Takes the entry out of its list.
    case remove(summary: String)
  }

  /// An objection to a value of its own key.
  func objection(
    to key: String,
    _ message: String,
    label: String? = nil,
    severity: Severity? = nil,
    notes: [String] = [],
    help: [String] = [],
    remedy: Remedy? = nil
  ) -> Objection {
    Objection(
      key: key,
      subject: key,
      message: message,
      label: label,
      severity: severity,
      notes: notes,
      help: help,
      remedy: remedy
    )
  }

  /// An objection to an entry of a list.
  func objection(
    toEntry index: Int,
    of list: String,
    named name: String,
    _ message: String,
    label: String? = nil,
    severity: Severity? = nil,
    notes: [String] = [],
    help: [String] = [],
    remedy: Remedy? = nil
  ) -> Objection {
    Objection(
      key: "\(list)[\(index)]",
      subject: "\(list)[\(name)]",
      message: message,
      label: label,
      severity: severity,
      notes: notes,
      help: help,
      remedy: remedy
    )
  }

  /// The position in a list of the entry whose text is this, for lists that the sandbox keeps as sets.
  func position(of entry: String, in list: String) -> Int? {
    var index = 0
    while let range = origins["\(list)[\(index)]"] {
      let text = range.text.utf8.drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
      let rest = text.dropFirst(entry.utf8.count)
      if text.starts(with: entry.utf8), rest.allSatisfy({ $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }) {
        return index
      }
      index += 1
    }
    return nil
  }

  func diagnostic(for objection: Objection, by rule: RuleDescription) -> Diagnostic {
    let range = range(of: objection.key)
    var secondary: [Diagnostic.Label] = []
    if range.source !== source, let extends = origins["extends"], extends.source === source {
      secondary.append(Diagnostic.Label(extends, "inherited here"))
    }
    var finding = rule.finding(
      objection.message,
      at: range,
      label: objection.label,
      severity: objection.severity,
      secondary: secondary,
      notes: objection.notes,
      help: objection.help,
      fix: fix(objection),
      subject: objection.subject
    )
    if objection.isAboutSecret { finding.secrets = [range] }
    return finding
  }

  /// The text that decided a value: its own, or that of the nearest key around it that a text has. A value that no text
  /// decides is the policy's as a whole: its name.
  private func range(of key: String) -> SourceRange {
    var key = key[...]
    while !key.isEmpty {
      if let range = origins[String(key)] { return range }
      key = key.utf8.lastIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "[") }.map { key[..<$0] } ?? ""
    }
    return origins["name"] ?? SourceRange(source: source, start: 0, end: 0)
  }

  /// Only the policy's own text is edited: an ancestor has other children.
  private func fix(_ objection: Objection) -> Diagnostic.Fix? {
    guard let remedy = objection.remedy, let range = origins[objection.key], range.source === source else { return nil }
    switch remedy {
    case .replace(let text, let summary, let isSafe):
      return Diagnostic.Fix(summary: summary, edits: [.init(range, replacement: text)], isSafe: isSafe)
    case .remove(let summary):
      guard let edit = ListEdit.removal(of: range, isOnlyEntry: isOnlyEntry(objection.key), list: list(objection.key))
      else { return nil }
      return Diagnostic.Fix(summary: summary, edits: [edit], isSafe: true)
    }
  }

  private func list(_ key: String) -> SourceRange? {
    key.utf8.lastIndex(of: UInt8(ascii: "[")).flatMap { origins[String(key[..<$0])] }
  }

  private func isOnlyEntry(_ key: String) -> Bool {
    guard let bracket = key.utf8.lastIndex(of: UInt8(ascii: "[")) else { return false }
    let list = key[..<bracket]
    // Lists that add to a parent's have its entries at their end.
    return origins["\(list)[0]"] != nil && origins["\(list)[1]"]?.source !== source
  }
}
