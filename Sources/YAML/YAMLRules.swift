package import Diagnostics

/// The rules that every YAML text of ours keeps, whatever it says.
package enum YAMLRules {
  package static let syntax = RuleDescription(
    "RF1001",
    "YAML syntax",
    .error,
    "The text is not YAML, so nothing of it can be relied on.",
    references: ["YAML 1.2.2"],
    example: .init(before: "process: {umask: \"077\"", after: "process: {umask: \"077\"}")
  )
  package static let encoding = RuleDescription(
    "RF1002",
    "text is not UTF-8",
    .error,
    "Policies are UTF-8 without a byte order mark. Other encodings read differently in different tools.",
    references: ["RFC 3629", "YAML 1.2.2, 5.2"],
    example: .init(before: "description: caf<E9>  # ISO 8859-1", after: "description: café")
  )
  package static let hiddenText = RuleDescription(
    "RF1003",
    "control, bidirectional or invisible character",
    .error,
    """
    Characters that cannot be seen, or that reorder what is seen, let a policy mean something else than a reviewer reads \
    (CVE-2021-42574). In a comment they are a warning.
    """,
    references: ["CVE-2021-42574 (Trojan Source)", "Unicode Technical Report 36"],
    example: .init(before: "description: for <U+202E>txt.exe", after: "description: for exe.txt")
  )
  package static let limits = RuleDescription(
    "RF1004",
    "text too large or too deep",
    .error,
    "A policy has at most 1 MiB, 32 levels and 10000 nodes, so that no text costs more than reading it.",
    references: ["CWE-400", "CVE-2019-11253 (billion laughs in Kubernetes)"],
    example: .init(before: "description: [[[[[[ … 40 levels … ]]]]]]", after: "description: For tests.")
  )
  package static let plainYAML = RuleDescription(
    "RF1005",
    "feature of YAML that policies do not have",
    .error,
    """
    Anchors, aliases, merge keys, tags, directives and several documents in a file mean different things to different \
    readers. A policy says what it says where it stands; use `extends` for what policies share.
    """,
    references: ["YAML 1.2.2, 6.8 and 6.9", "CVE-2019-11253 (billion laughs in Kubernetes)"],
    example: .init(before: "process: &p {umask: \"077\"}", after: "process: {umask: \"077\"}")
  )
  package static let duplicateKey = RuleDescription(
    "RF1006",
    "key given twice",
    .error,
    "Some parsers take the first value and some the last, so a reader cannot know which is in force.",
    references: ["YAML 1.2.2, 3.2.1.3", "CWE-694"],
    example: .init(before: "process: {umask: \"077\", umask: \"022\"}", after: "process: {umask: \"077\"}")
  )
  package static let lineEnds = RuleDescription(
    "RF1007",
    "line ends of another system",
    .warning,
    "Lone carriage returns end a line for YAML but not for most editors, so lines are not where they seem to be.",
    references: ["YAML 1.2.2, 5.4"],
    example: .init(before: "# harmless<CR>process: {umask: \"000\"}", after: "# harmless\nprocess: {umask: \"077\"}")
  )

  package static let all = [syntax, encoding, hiddenText, limits, plainYAML, duplicateKey, lineEnds]
}

/// How much a text may cost.
package struct YAMLLimits: Sendable {
  package var bytes = 1 << 20
  package var depth = 32
  package var nodes = 10_000
  /// How many problems are reported before the rest is left alone: a hostile text costs no more than an honest one.
  package var diagnostics = 200

  package init() {}

  package static let standard = YAMLLimits()
}
