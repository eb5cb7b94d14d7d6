import Diagnostics
import Sandbox

/// What the environment tells the program, and what it makes the program do.
enum EnvironmentRules {
  static let all = [secretInPolicy, inheritedSecret, codeLoadingVariable, unsafeSearchPath]

  static let secretInPolicy = LintRule(
    RuleDescription(
      "RF2007",
      "secret in the policy",
      .error,
      """
      A policy is committed, compiled into artifacts and shown by docker inspect: a password or token in it is known to \
      everybody who can read one of them. Take the variable from the caller by name, or better, give the program a \
      credential that only reaches what the run needs.
      """,
      confidence: .medium,
      references: ["CIS Docker Benchmark 1.6.0, 4.10", "CWE-798", "OWASP Secrets Management Cheat Sheet"],
      example: .init(
        before: "environment:\n  set:\n    API_TOKEN: ghp_0123456789abcdefghijklmnopqrstuvwxyz",
        after: "environment:\n  set:\n    API_BASE: https://api.example.com"
      )
    )
  ) { input in
    input.sandbox.environment.secrets.map { name in
      var objection = input.objection(
        to: "environment.set.\(name)",
        "`\(name)` looks like a secret in the text of the policy",
        help: ["rotate it, and hand it over at run time if the program must have it at all"]
      )
      objection.isAboutSecret = true
      return objection
    }
  }

  static let inheritedSecret = LintRule(
    RuleDescription(
      "RF2008",
      "inherited secret",
      .warning,
      """
      The variable usually holds a credential of the caller or the address of a socket that acts for the caller. The \
      program can use it, and what it prints ends in logs. A sandbox for code that nobody trusts gets neither.
      """,
      confidence: .medium,
      references: ["CWE-526", "environ(7)"],
      example: .init(
        before: "environment:\n  inherit: [LANG, AWS_SECRET_ACCESS_KEY]",
        after: "environment:\n  inherit: [LANG]"
      )
    )
  ) { input in
    input.sandbox.environment.inherit.filter(SecretNames.matches).map { name in
      entry(name, in: input, "`\(name)` hands a credential of the caller to the program")
    }
  }

  static let codeLoadingVariable = LintRule(
    RuleDescription(
      "RF2009",
      "variable that loads code",
      .warning,
      """
      The dynamic linker or the interpreter runs what this variable names before the program's own first line. Taken from \
      the caller, it makes the run depend on whoever started it; set by the policy, it is a second program that no reader \
      of the command sees.
      """,
      references: ["ld.so(8)", "CWE-426"],
      example: .init(before: "environment:\n  inherit: [LD_PRELOAD]", after: "environment:\n  inherit: [LANG]")
    )
  ) { input in
    let inherited = input.sandbox.environment.inherit.filter(loadsCode).map { name in
      entry(name, in: input, "`\(name)` makes the caller's code run inside of the sandbox")
    }
    let set = input.sandbox.environment.set.keys.filter(loadsCode).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return inherited
      + set.map { name in
        input.objection(to: "environment.set.\(name)", "`\(name)` makes a loader or an interpreter run code")
      }
  }

  static let unsafeSearchPath = LintRule(
    RuleDescription(
      "RF2010",
      "unsafe search path",
      .warning,
      """
      A relative or empty entry of PATH is the working directory: a file named ls there is run instead of ls. An entry \
      that the program can write lets one step of a run replace the tools of the next.
      """,
      references: ["CWE-427", "environ(7)"],
      example: .init(
        before: "environment:\n  set: {PATH: \"/usr/bin:.\"}",
        after: "environment:\n  set: {PATH: \"/usr/bin\"}"
      )
    )
  ) { input in
    guard let path = input.sandbox.environment.set["PATH"] else { return [] }
    let entries = path.split(separator: ":", omittingEmptySubsequences: false)
    guard let bad = entries.first(where: { !$0.hasPrefix("/") || writable(String($0), in: input.sandbox) }) else {
      return []
    }
    let problem =
      bad.hasPrefix("/")
      ? "PATH has `\(bad)`, which the program can write"
      : "PATH has \(bad.isEmpty ? "an empty entry" : "`\(bad)`"), which is the working directory's"
    return [input.objection(to: "environment.set.PATH", problem)]
  }

  private static func entry(_ name: String, in input: LintInput, _ message: String) -> LintInput.Objection {
    let list = "environment.inherit"
    let index = input.position(of: name, in: list)
    return LintInput.Objection(
      key: index.map { "\(list)[\($0)]" } ?? list,
      subject: "\(list)[\(name)]",
      message: message,
      remedy: index == nil ? nil : .remove(summary: "do not inherit \(name)")
    )
  }

  /// Whether the program can put a program there: below a write path, or in memory that programs can be started from.
  private static func writable(_ path: String, in sandbox: Sandbox) -> Bool {
    let path = HostPath(path)
    return sandbox.filesystem.write.contains { HostPath($0.destination).contains(path) }
      || sandbox.filesystem.tmpfs.contains { $0.executable && HostPath($0.path).contains(path) }
  }

  private static func loadsCode(_ name: String) -> Bool {
    hooks.contains(name)
  }

  /// By environ(7), ld.so(8) and the interpreters' manuals.
  private static let hooks: Set<String> = [
    "LD_PRELOAD", "LD_AUDIT", "LD_LIBRARY_PATH", "GCONV_PATH", "GLIBC_TUNABLES", "PYTHONPATH", "PYTHONSTARTUP",
    "PYTHONHOME", "PYTHONINSPECT", "PYTHONBREAKPOINT", "NODE_OPTIONS", "NODE_PATH", "BASH_ENV", "ENV", "PERL5OPT",
    "PERL5LIB", "RUBYOPT", "RUBYLIB", "JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "PROMPT_COMMAND", "PS4", "IFS", "LUA_INIT",
    "GIT_SSH_COMMAND", "PHPRC", "PAGER", "EDITOR",
  ]
}
