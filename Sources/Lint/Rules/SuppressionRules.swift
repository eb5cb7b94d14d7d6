import Diagnostics

/// What is wrong with suppressions themselves. These findings cannot be suppressed.
enum SuppressionRules {
  static let all = [noReason, expired, unused, unknownRule, withoutEnd, endsSoon, staleBaseline, malformedBaseline]

  static let noReason = RuleDescription(
    "RF9001",
    "suppression without a reason",
    .error,
    """
    A suppression says that somebody looked and decided. Without a reason that says why, nobody can tell a decision from a \
    shortcut, and nobody dares to take it out again. Such an entry hides nothing.
    """,
    references: ["hadolint/hadolint issue 441"],
    example: .init(
      before: "filesystem: {root: writable}\nlint:\n  suppress: [{rule: RF3003, reason: todo}]",
      after: "filesystem: {root: writable}\nlint:\n  suppress: [{rule: RF3003, reason: the build installs into /opt}]"
    )
  )

  static let expired = RuleDescription(
    "RF9002",
    "expired suppression",
    .error,
    """
    The day until which the finding was accepted is over: it counts again. Mend what it is about, or decide anew and say \
    until when.
    """,
    references: ["kyverno/kyverno pull request 16299"],
    example: .init(
      before:
        "filesystem: {root: writable}\nlint:\n  suppress: [{rule: RF3003, reason: the build installs into /opt, expires: 2024-06-30}]",
      after: "filesystem: {root: read-only}"
    )
  )

  static let unused = RuleDescription(
    "RF9003",
    "unused suppression",
    .warning,
    """
    Nothing is found here any more. Left in the file, the entry would hide the next finding of its kind, which nobody has \
    decided about.
    """,
    references: ["rome/tools issue 3655", "realm/SwiftLint issue 6511"],
    example: .init(
      before:
        "filesystem: {root: read-only}\nlint:\n  suppress: [{rule: RF3003, reason: the build installs into /opt}]",
      after: "filesystem: {root: read-only}"
    )
  )

  static let unknownRule = RuleDescription(
    "RF9004",
    "suppression of an unknown rule",
    .error,
    """
    There is no rule of this name, so that nothing is suppressed. Rules are named by their ids, `RFnnnn`; errors of the \
    language, and findings about suppressions themselves, cannot be suppressed.
    """,
    references: ["rome/tools issue 3655"],
    example: .init(
      before: "filesystem: {root: writable}\nlint:\n  suppress: [{rule: RF3033, reason: the build installs into /opt}]",
      after: "filesystem: {root: writable}\nlint:\n  suppress: [{rule: RF3003, reason: the build installs into /opt}]"
    )
  )

  static let withoutEnd = RuleDescription(
    "RF9005",
    "suppression without an end",
    .note,
    """
    The finding is an error, and the entry hides it for ever. A date makes somebody look again.
    """,
    confidence: .low,
    references: ["NIST SP 800-53, RA-3: accepted risks are reviewed"],
    example: .init(
      before: "network: {mode: host}\nlint:\n  suppress: [{rule: RF4001, reason: it measures the network of the host}]",
      after:
        "network: {mode: host}\nlint:\n  suppress: [{rule: RF4001, reason: it measures the network of the host, expires: 2099-01-01}]"
    )
  )

  static let endsSoon = RuleDescription(
    "RF9006",
    "suppression that ends soon",
    .note,
    """
    Within thirty days the finding counts again, and checks that pass today will fail.
    """,
    references: ["NIST SP 800-53, RA-3: accepted risks are reviewed"],
    example: .init(
      before:
        "network: {mode: host}\nlint:\n  suppress: [{rule: RF4001, reason: it measures the network of the host, expires: 2026-12-10}]",
      after:
        "network: {mode: host}\nlint:\n  suppress: [{rule: RF4001, reason: it measures the network of the host, expires: 2099-01-01}]"
    )
  )

  static let staleBaseline = RuleDescription(
    "RF9007",
    "finding of the baseline that is gone",
    .warning,
    """
    The baseline lists a finding that is no longer there. Left in the file, it would hide the same mistake when it is made \
    again. `ringfence lint --write-baseline` records what is left.
    """,
    references: ["Ringfence, docs/ci.md"],
    example: .init(before: "findings:\n  - RF3003 filesystem.root  # mended last week", after: "findings: []")
  )

  static let malformedBaseline = RuleDescription(
    "RF9008",
    "not a baseline",
    .error,
    """
    The file is not one that `ringfence lint --write-baseline` wrote. Nothing is taken for known; write it anew.
    """,
    references: ["Ringfence, docs/ci.md"],
    example: .init(before: "findings: none", after: "schema: ringfence.baseline/1\nfindings: []")
  )
}
