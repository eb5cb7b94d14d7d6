import Diagnostics
import Sandbox

/// What is wrong with values together: two places for one path, a call that is allowed and denied. What is valid but
/// unwise is the linter's to say.
struct CrossCheck {
  private let root: Setting
  private let sandbox: Sandbox
  private let generations: [SourceText]
  private var findings: SettingFindings

  /// - Parameters:
  ///   - root: The settings of a policy, merged with its ancestors'.
  ///   - sandbox: What they come to.
  ///   - generations: The texts that the settings come from, the policy's own first.
  ///   - isComplete: Whether every ancestor could be read. If not, nothing is said about values that may come from them.
  ///   - acceptsRoot: Whether the policy accepts that the program runs as user 0.
  /// - Returns: What is wrong, or odd, in no order.
  static func diagnostics(
    of root: Setting,
    _ sandbox: Sandbox,
    generations: [SourceText],
    isComplete: Bool,
    acceptsRoot: Bool
  ) -> [Diagnostic] {
    let findings = SettingFindings(root: root)
    var check = CrossCheck(root: root, sandbox: sandbox, generations: generations, findings: findings)
    if !acceptsRoot { check.checkUser() }
    check.checkCommand()
    check.checkEnvironment()
    check.checkLists()
    check.checkPeers()
    check.checkTests()
    check.findings.add(MountCheck.diagnostics(of: root, sandbox))
    check.findings.add(SyscallCheck.diagnostics(of: root))
    if isComplete { check.checkNetworkMode() }
    return check.findings.diagnostics
  }

  private mutating func checkUser() {
    let user = sandbox.process.user
    guard user.uid == 0 || user.gid == 0 else { return }
    findings.report(
      PolicyRules.rootUser,
      "the program would run as \(user.uid == 0 ? "user" : "group") 0",
      at: root["process"]?["user"]?.range,
      help: "use \"65534:65534\", or accept it: `accept: [{target: all, control: process.user, reason: …}]`"
    )
  }

  private mutating func checkCommand() {
    guard let command = root["process"]?["command"] else { return }
    let help = "leave the key out if the caller names one"
    if command.isEmptyList {
      findings.report(PolicyRules.badText, "the command is empty", at: command.range, help: help)
    }
    if let program = command.items.first, program.text?.isEmpty == true {
      findings.report(PolicyRules.badText, "the program has no name", at: program.range, help: help)
    }
  }

  private mutating func checkEnvironment() {
    let inherit = root["environment"]?["inherit"]
    let set = root["environment"]?["set"]?.fields ?? []
    let places = Dictionary(set.map { ($0.name, $0.nameRange) }) { first, _ in first }
    for item in inherit?.items ?? [] {
      guard let name = item.text else { continue }
      // A child that sets what its parent inherits has decided its value.
      if let place = places[name], !isNewer(place, than: item.range) {
        findings.report(
          PolicyRules.conflict,
          "\(name.quoted) is both inherited and set",
          at: item.range,
          earlier: (place, "set here"),
          help: "keep one of the two"
        )
      }
    }
    findings.reportRepeats(in: inherit, as: PolicyRules.conflict)
  }

  private mutating func checkLists() {
    findings.reportRepeats(in: root["capabilities"]) { $0.text.map(Resolver.bareCapability) }
    findings.reportRepeats(in: root["network"]?["socket_families"])
    findings.reportRepeats(in: root["syscalls"]?["architectures"])
    if let list = root["syscalls"]?["architectures"], list.isEmptyList {
      let message = "with no architecture every call is killed"
      findings.report(PolicyRules.badText, message, at: list.range, help: "write [native]")
    }
  }

  private mutating func checkPeers() {
    for item in root["network"]?["allow"]?.items ?? [] {
      guard let ports = item["ports"] else { continue }
      if ports.isEmptyList {
        findings.report(PolicyRules.badText, "no ports", at: ports.range, help: "name at least one")
      }
      findings.reportRepeats(in: ports)
    }
  }

  private mutating func checkNetworkMode() {
    let network = root["network"]
    if let mode = network?["mode"], !mode.isSound { return }
    switch (sandbox.network.mode, network?["allow"]?.isEmptyList ?? true) {
    case (.allowlist, true):
      findings.report(
        PolicyRules.conflict,
        "an allowlist with nothing on it",
        at: network?["mode"]?.range,
        help: "name the peers in `network.allow`, or use `none`"
      )
    case (.none, false), (.loopback, false), (.host, false):
      // A child that closes the network need not empty its parent's list.
      if let mode = network?["mode"], let allow = network?["allow"], isNewer(mode.range, than: allow.range) { return }
      findings.report(
        PolicyRules.conflict,
        "`network.allow` counts only with `mode: allowlist`",
        at: network?["allow"]?.range,
        help: "set the mode, or leave the list out"
      )
    case (.allowlist, false), (.none, true), (.loopback, true), (.host, true): break
    }
  }

  /// Whether a place stands in a descendant of the policy that another place stands in.
  private func isNewer(_ range: SourceRange, than other: SourceRange) -> Bool {
    func generation(_ range: SourceRange) -> Int {
      generations.firstIndex { $0 === range.source } ?? generations.count
    }
    return generation(range) < generation(other)
  }

  private mutating func checkTests() {
    let tests = root["tests"]
    for test in tests?.items ?? [] {
      if let run = test["run"] {
        if run.isEmptyList {
          findings.report(PolicyRules.badText, "the test runs nothing", at: run.range, help: "name a command")
        } else if let program = run.items.first, program.text?.isEmpty == true {
          findings.report(PolicyRules.badText, "the program has no name", at: program.range, help: "name it")
        }
      }
      if let expect = test["expect"], expect.isEmptyMap {
        let help = "for instance {verdict: exited, exit_code: 0}"
        findings.report(
          PolicyRules.badText,
          "the test expects nothing, so it cannot fail",
          at: expect.range,
          help: help
        )
      }
    }
  }
}
