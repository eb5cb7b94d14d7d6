import Diagnostics
import Sandbox

/// What the policy leaves to its engines, and what it leaves untested.
enum TargetRules {
  static let all = [noTests, allowListOfNames, slowPlatform, unreadOptions, noDescription]

  static let noTests = LintRule(
    RuleDescription(
      "RF7001",
      "policy without tests",
      .note,
      """
      A test says what the policy is for: what must work under it and what must not. `ringfence test` runs it on every \
      engine, so that a change that breaks one is seen before it is deployed.
      """,
      references: ["ringfence test"],
      example: .init(
        before: "process:\n  command: [\"true\"]",
        after:
          "process:\n  command: [\"true\"]\ntests:\n  - {name: runs, run: [\"true\"], expect: {verdict: exited, exit_code: 0}}"
      )
    )
  ) { input in
    guard input.testCount == 0 else { return [] }
    return [input.objection(to: "name", "no test says what this policy is for")]
  }

  static let allowListOfNames = LintRule(
    RuleDescription(
      "RF7002",
      "allow list that few engines enforce",
      .note,
      """
      Which peers a program reaches is decided outside of the sandbox: by a network policy of a cluster, or by a proxy. \
      Docker, gVisor and the native engine cannot, and `compile` and `run` refuse the policy there unless it accepts the \
      loss of `network.mode` by name.
      """,
      references: ["Kubernetes, network policies", "ringfence show --target"],
      example: .init(
        before: "network:\n  mode: allowlist\n  allow: [{host: api.example.com, ports: [443]}]",
        after: "network:\n  mode: none"
      )
    )
  ) { input in
    guard input.sandbox.network.mode == .allowlist else { return [] }
    return [input.objection(to: "network.mode", "no target of this program enforces an allow list of peers")]
  }

  static let slowPlatform = LintRule(
    RuleDescription(
      "RF7003",
      "slow platform of gVisor",
      .note,
      """
      The ptrace platform stops the program twice for each of its system calls, and is no longer developed. systrap does \
      the same everywhere, several times faster.
      """,
      references: ["gVisor documentation, platforms"],
      example: .init(
        before: "targets:\n  gvisor: {platform: ptrace}",
        after: "targets:\n  gvisor: {platform: systrap}"
      )
    )
  ) { input in
    let gvisor = input.sandbox.targets.gvisor
    // Releases before it know nothing better.
    guard gvisor.platform == .ptrace, gvisor.release ?? EngineRelease(2023_06_01) >= EngineRelease(2023_06_01) else {
      return []
    }
    return [
      input.objection(
        to: "targets.gvisor.platform",
        "the ptrace platform is slow and no longer developed",
        remedy: .replace(with: "systrap", summary: "use systrap", isSafe: true)
      )
    ]
  }

  static let unreadOptions = LintRule(
    RuleDescription(
      "RF7004",
      "options that no target reads",
      .note,
      """
      The language has options for Kubernetes, and this build has no target of that name: whatever they say, nothing that is \
      compiled or run depends on it. Who reads the policy would believe otherwise.
      """,
      references: ["ringfence compile"],
      example: .init(
        before: "targets:\n  kubernetes: {namespace: sandboxes, runtime_class: gvisor}",
        after: "targets:\n  gvisor: {platform: systrap}"
      )
    )
  ) { input in
    guard input.sandbox.targets.kubernetes != TargetOptions.Kubernetes() else { return [] }
    return [input.objection(to: "targets.kubernetes", "no target of this build reads these options")]
  }

  static let noDescription = LintRule(
    RuleDescription(
      "RF7005",
      "policy without a description",
      .note,
      """
      One sentence about what runs under the policy and who may need it tells a reviewer what to measure the rest by.
      """,
      references: ["NIST SP 800-53, CM-6: configuration settings are documented"],
      example: .init(before: "process:\n  umask: \"077\"", after: "description: For graders of homework.")
    )
  ) { input in
    guard input.sandbox.summary.isEmpty else { return [] }
    return [input.objection(to: "name", "the policy does not say what it is for")]
  }
}
