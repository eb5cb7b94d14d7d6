import Diagnostics
import Sandbox
import Seccomp

/// io_uring beside a filter.
enum RingRules {
  static let all = [evadedFilter]

  static let evadedFilter = LintRule(
    RuleDescription(
      "RF6011",
      "io_uring around the filter",
      .error,
      """
      A program with a ring writes its requests into memory, and the kernel carries them out without asking any filter: \
      IORING_OP_SOCKET opens sockets of families that network.socket_families does not list, IORING_OP_RENAMEAT renames \
      where renaming is denied. What the policy says about such calls, and about their arguments, does not hold. Allow no \
      io_uring, or allow outright what it can do. The namespaces, Landlock and the file system's clauses hold for requests \
      as for calls.
      """,
      references: [
        "io_uring_enter(2)", "IORING_OP_SOCKET (Linux 5.19), IORING_OP_BIND (Linux 6.11)",
        "moby/moby pull request 46762",
        "CVE-2022-2602", "/proc/sys/kernel/io_uring_disabled (Linux 6.6)",
      ],
      example: .init(
        before: "syscalls:\n  allow: [\"@container-default\", \"@io_uring\"]",
        after: "syscalls:\n  allow: [\"@container-default\"]"
      )
    )
  ) { input in
    let reach = input.reach
    guard reach.allows("io_uring_setup") else { return [] }
    let evaded = RingRequests.evasions(in: input.sandbox)
    guard !evaded.isEmpty,
      let index = reach.allowed.firstIndex(where: { $0.contains { $0.name == "io_uring_setup" } })
    else { return [] }
    let rule = input.sandbox.syscalls.allow[index]
    var notes: [String] = []
    if evaded.contains("socket") {
      let families = input.sandbox.network.socketFamilies.sorted().map(\.rawValue).joined(separator: ", ")
      notes.append(
        "network.socket_families is \(families.isEmpty ? "empty" : families): a request opens sockets of every family"
      )
    }
    let names = evaded.prefix(4).map { "`\($0)`" }.joined(separator: ", ")
    return [
      input.objection(
        toEntry: index,
        of: "syscalls.allow",
        named: rule.selectorName,
        "`\(rule.selectorName)` gets around what the filter says about \(names)"
          + (evaded.count > 4 ? " and \(evaded.count - 4) more" : ""),
        notes: notes,
        help: ["take it out: programs fall back to system calls", "or allow those calls without conditions"],
        remedy: rule.selectorName != "@io_uring"
          ? nil : .remove(summary: "allow no io_uring")
      )
    ]
  }
}
