import Diagnostics
import Reports
import TestSupport

/// A report with everything in it that a finding can have.
enum SampleReport {
  static let catalog = RuleCatalog([
    RuleDescription(
      "RF2001",
      "runs as root",
      .error,
      "Root inside is one kernel bug away from root outside.",
      confidence: .medium,
      references: ["CIS Docker Benchmark 1.6.0, 4.1"],
      example: .init(before: "process: {user: \"0:0\"}", after: "process: {user: \"65534:65534\"}")
    ),
    RuleDescription("RF5001", "no memory limit", .warning, "The program can take all of the host's memory."),
  ])

  static func make(lines above: Int = 0, root: String = "/repo") -> Report {
    let blank = String(repeating: "# a comment\n", count: above)
    let parent = MarkedText(
      blank + "version: 1\nname: base\nresources:\n  memory: «unlimited»\n",
      name: "policies/base.yaml"
    )
    let child = MarkedText(
      blank + "version: 1\nname: «größe 🙂»\n‹extends: base›\nprocess:\n  user: «\"0:0\"»\n",
      name: "/repo/policies/a b.yaml"
    )
    let findings = [
      Diagnostic(
        rule: "RF2001",
        severity: .error,
        "the program runs as root",
        at: .init(child.primary[1], "user 0"),
        notes: ["a note with <tags> & \"quotes\""],
        help: ["use a user of its own"],
        fix: .init(
          summary: "run as nobody",
          edits: [.init(child.primary[1], replacement: "\"65534:65534\"")],
          isSafe: true
        ),
        subject: "process.user"
      ),
      Diagnostic(
        rule: "RF5001",
        severity: .warning,
        "memory has no limit",
        at: .init(parent.primary[0]),
        secondary: [.init(child.secondary[0], "inherited here")],
        subject: "resources.memory"
      ),
      Diagnostic(rule: "RF1000", severity: .error, "cannot read missing.yaml", at: nil),
    ]
    let accepted = Diagnostic(rule: "RF2001", severity: .note, "an odd name", at: .init(child.primary[0]))
    return Report(
      findings: findings,
      suppressed: [.init(accepted, kind: .policy, reason: "it is ours")],
      files: ["/repo/policies/a b.yaml", "./policies/clean.yaml"],
      catalog: catalog,
      toolVersion: "1.2.3",
      root: root
    )
  }

  /// Text that would end a line, a string, an element or a command in each of the formats.
  static let hostile = "a\n::error::b\r\u{1B}[31m\u{0}%0A\"'<!-- ]]> \\u0022 &amp; [x](https://example.com) {\u{202E}}"

  static func makeHostile() -> Report {
    let source = SourceText(name: hostile, text: hostile)
    let range = SourceRange(source: source, start: 0, end: source.bytes.count)
    let finding = Diagnostic(
      rule: "RF2001",
      severity: .error,
      hostile,
      at: .init(range, hostile),
      secondary: [.init(range, hostile)],
      notes: [hostile],
      help: [hostile],
      fix: .init(summary: hostile, edits: [.init(range, replacement: hostile)], isSafe: false),
      subject: hostile
    )
    return Report(findings: [finding], files: [hostile], catalog: catalog, toolVersion: hostile, root: "/")
  }
}
