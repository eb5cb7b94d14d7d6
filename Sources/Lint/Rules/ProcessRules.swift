import Diagnostics
import Policy
import Sandbox

/// Who the program runs as and what it may become.
enum ProcessRules {
  static let all = [runsAsRoot, newPrivileges, looseUmask]

  static let runsAsRoot = LintRule(
    // The language refuses it too, unless the policy accepts it by name: then it is worth knowing, and no more.
    PolicyRules.rootUser
  ) { input in
    let user = input.sandbox.process.user
    guard user.uid == 0 || user.gid == 0 else { return [] }
    return [
      input.objection(
        to: "process.user",
        user.uid == 0 ? "the program runs as root" : "the program runs with root's group",
        severity: input.accepts(.user) ? .note : .error,
        help: ["use a user that owns nothing, such as \"65534:65534\""],
        remedy: .replace(with: "\"65534:65534\"", summary: "run as nobody", isSafe: true)
      )
    ]
  }

  static let newPrivileges = LintRule(
    RuleDescription(
      "RF2003",
      "new privileges",
      .error,
      """
      Without no_new_privileges, starting a set-user-ID program such as su or mount gives the program its owner's rights, \
      and file capabilities give it capabilities that the policy dropped. The kernel then also lets no unprivileged \
      process install a seccomp filter, so that the engine must do it with privileges.
      """,
      references: [
        "CIS Docker Benchmark 1.6.0, 5.26", "Kubernetes Pod Security Standards, restricted: allowPrivilegeEscalation",
        "prctl(2), PR_SET_NO_NEW_PRIVS",
      ],
      example: .init(
        before: "process:\n  no_new_privileges: false",
        after: "process:\n  no_new_privileges: true"
      )
    )
  ) { input in
    guard !input.sandbox.process.noNewPrivileges else { return [] }
    return [
      input.objection(
        to: "process.no_new_privileges",
        "the program can gain privileges by starting a set-user-ID program",
        remedy: .replace(with: "true", summary: "forbid new privileges", isSafe: true)
      )
    ]
  }

  static let looseUmask = LintRule(
    RuleDescription(
      "RF2004",
      "files that everybody may write",
      .warning,
      """
      With this umask the files that the program leaves in a write path can be changed by every user of the host before \
      anybody reads them. Keep at least the write bit of others: \"077\" is private, \"027\" lets the group read.
      """,
      references: ["umask(2)", "CWE-732"],
      example: .init(before: "process:\n  umask: \"000\"", after: "process:\n  umask: \"077\"")
    )
  ) { input in
    guard input.sandbox.process.umask & 0o002 == 0 else { return [] }
    return [
      input.objection(
        to: "process.umask",
        "everybody may write the files that the program makes",
        remedy: .replace(with: "\"077\"", summary: "make files private", isSafe: true)
      )
    ]
  }
}
