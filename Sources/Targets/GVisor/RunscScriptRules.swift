import Diagnostics

/// How a shell script calls runsc.
enum RunscScriptRules {
  /// A call of runsc in a script.
  struct Call: Sendable {
    let words: [ShellScript.Word]
    let verb: ShellScript.Word

    /// The flags before the verb, with what follows `=`.
    var flags: [(name: String, value: String?, range: SourceRange)] {
      words.prefix { $0.range.start < verb.range.start }.compactMap { word in
        guard word.text.hasPrefix("-") else { return nil }
        let body = word.text.drop { $0 == "-" }
        let parts = body.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts.first ?? ""), parts.count > 1 ? String(parts[1]) : nil, word.range)
      }
    }

    func flag(_ name: String) -> (name: String, value: String?, range: SourceRange)? {
      flags.first { $0.name == name }
    }
  }

  typealias Rule = ValidationRule<Call>

  static let noCall = RuleDescription(
    "RF8801",
    "runsc is not called",
    .warning,
    "The script does not run a container with runsc, so there is nothing to check."
  )
  static let descriptions = [noCall] + all.map(\.description)

  static let all: [Rule] = [network, cgroups, filter, flagOverride, hostSockets, root, platform]

  static func diagnose(_ source: SourceText) -> [Diagnostic] {
    let script: ShellScript
    do throws(InvalidInput) {
      script = try ShellScript.read(source)
    } catch {
      return error.diagnostics
    }
    let calls = script.commands.compactMap(call)
    if calls.isEmpty {
      let start = SourceRange(source: source, start: 0, end: 0)
      return [noCall.finding("there is no runsc run or runsc create", at: start)]
    }
    return calls.flatMap { all.findings(in: $0) }
  }

  private static func call(in command: ShellScript.Command) -> Call? {
    guard
      let first = command.words.firstIndex(where: { word in
        word.isLiteral
          ? word.text.split(separator: "/").last == "runsc" : word.variables.contains { $0.lowercased() == "runsc" }
      })
    else { return nil }
    let words = Array(command.words[(first + 1)...])
    guard let verb = words.first(where: { $0.isLiteral && ["run", "create", "do"].contains($0.text) }) else {
      return nil
    }
    return Call(words: words, verb: verb)
  }

  private static let network = Rule(
    "RF8802",
    "network",
    .warning,
    """
    runsc's own default is a network stack of gVisor's that reaches what the container's namespace reaches; `host` \
    hands sockets of the host through.
    """
  ) { call, rule in
    guard let flag = call.flag("network") else {
      return [
        rule.finding("the network is not said", at: call.verb.range, severity: .note, help: ["add --network=none"])
      ]
    }
    guard flag.value == "host" else { return [] }
    return [rule.finding("sockets are the host's", at: flag.range, help: ["use --network=none"])]
  }

  private static let cgroups = Rule(
    "RF8803",
    "limits ignored",
    .error,
    "With --ignore-cgroups runsc sets none of the limits in `config.json`: memory, processors and processes are free."
  ) { call, rule in
    guard let flag = call.flag("ignore-cgroups"), flag.value != "false" else { return [] }
    return [rule.finding("no limit of the bundle is set", at: flag.range, help: ["remove it"])]
  }

  private static let filter = Rule(
    "RF8804",
    "filter ignored",
    .warning,
    "runsc ignores `linux.seccomp` without --oci-seccomp, unless the bundle's annotation asks for it."
  ) { call, rule in
    if let flag = call.flag("oci-seccomp") {
      return flag.value == "false" ? [rule.finding("the bundle's filter is ignored", at: flag.range)] : []
    }
    return [rule.finding("the bundle's filter is ignored", at: call.verb.range, help: ["add --oci-seccomp"])]
  }

  private static let flagOverride = Rule(
    "RF8805",
    "bundle sets flags",
    .error,
    "With --allow-flag-override annotations of the bundle set any flag of runsc, also those that open the sandbox."
  ) { call, rule in
    guard let flag = call.flag("allow-flag-override"), flag.value != "false" else { return [] }
    return [rule.finding("the bundle decides about the sandbox", at: flag.range, help: ["remove it"])]
  }

  private static let hostSockets = Rule(
    "RF8806",
    "host's sockets and files",
    .warning,
    "These flags let the program at sockets of the host, or change the host's files, or turn protection off."
  ) { call, rule in
    let harmless: [String: [String]] = [
      "host-uds": ["none"], "fsgofer-host-uds": ["false"], "host-fifo": ["none"], "file-access": ["exclusive"],
      "net-raw": ["false"], "rootless": ["false"], "profile": ["false"], "allow-suid": ["false"],
      "TESTONLY-unsafe-nonroot": ["false"], "TESTONLY-allow-packet-endpoint-write": ["false"],
    ]
    return call.flags.compactMap { flag in
      guard let values = harmless[flag.name] else { return nil }
      if let value = flag.value, values.contains(value) { return nil }
      let isTest = flag.name.hasPrefix("TESTONLY")
      return rule.finding(
        "--\(flag.name) opens the sandbox",
        at: flag.range,
        severity: isTest ? .error : flag.name == "net-raw" || flag.name == "rootless" ? .note : .warning
      )
    }
  }

  private static let root = Rule(
    "RF8807",
    "changes written to the host",
    .warning,
    "With --overlay2=none what the program writes to a writable root is written to the bundle's directory on the host."
  ) { call, rule in
    guard let flag = call.flag("overlay2"), flag.value == "none" else { return [] }
    return [rule.finding("writes to the root reach the host", at: flag.range)]
  }

  private static let platform = Rule(
    "RF8808",
    "unknown platform",
    .error,
    "runsc knows the platforms systrap, ptrace and kvm, and does not start with another."
  ) { call, rule in
    guard let flag = call.flag("platform"), let value = flag.value, !value.isEmpty,
      !["systrap", "ptrace", "kvm"].contains(value)
    else { return [] }
    return [rule.finding("there is no platform \(value)", at: flag.range)]
  }
}
