import Diagnostics

/// How a shell script calls runc or crun.
enum RuntimeScriptRules {
  typealias Call = RuntimeCall
  typealias Rule = ValidationRule<Call>

  static let noCall = RuleDescription(
    "RF8821",
    "runc and crun are not called",
    .warning,
    "The script does not run a container with runc or crun, so there is nothing to check."
  )
  static let descriptions = [noCall] + all.map(\.description)

  static let all: [Rule] = [root, keyring, descriptors, groups]

  static func diagnose(_ source: SourceText) -> [Diagnostic] {
    let script: ShellScript
    do throws(InvalidInput) {
      script = try ShellScript.read(source)
    } catch {
      return error.diagnostics
    }
    let calls = script.commands.compactMap { Call($0, of: ["runc", "crun"]) }
    if calls.isEmpty {
      let start = SourceRange(source: source, start: 0, end: 0)
      return [noCall.finding("there is no run or create of runc or crun", at: start)]
    }
    return calls.flatMap { all.findings(in: $0) }
  }

  private static let root = Rule(
    "RF8822",
    "root without pivot_root",
    .error,
    "With --no-pivot the program's root is only moved over the host's, which a program with a little power gets out of."
  ) { call, rule in
    guard let flag = call.flag("no-pivot"), flag.value != "false" else { return [] }
    return [rule.finding("the host's root stays within reach", at: flag.range, help: ["remove it"])]
  }

  private static let keyring = Rule(
    "RF8823",
    "the caller's keyring",
    .warning,
    "With --no-new-keyring the program has the session keyring of whoever called the runtime, and the keys in it."
  ) { call, rule in
    guard let flag = call.flag("no-new-keyring"), flag.value != "false" else { return [] }
    return [rule.finding("the program gets the caller's keys", at: flag.range, help: ["remove it"])]
  }

  private static let descriptors = Rule(
    "RF8824",
    "descriptors of the caller",
    .warning,
    """
    With --preserve-fds the program has open files of the caller's, whatever they are; a directory of the host among \
    them is a way out of the sandbox.
    """
  ) { call, rule in
    guard let flag = call.flag("preserve-fds"), flag.value != "0" else { return [] }
    return [rule.finding("the program gets the caller's open files", at: flag.range, help: ["remove it"])]
  }

  private static let groups = Rule(
    "RF8825",
    "limits ignored",
    .error,
    "With --cgroup-manager=disabled crun makes no control group: memory, processors and processes are free."
  ) { call, rule in
    guard let flag = call.flag("cgroup-manager"), flag.value == "disabled" else { return [] }
    return [rule.finding("no limit of the bundle is set", at: flag.range, help: ["remove it"])]
  }
}
