import CanonicalJSON
package import Diagnostics
package import Sandbox

/// A policy with its ancestors merged and every value explicit, and where each value comes from.
package struct ResolvedPolicy: Sendable {
  package private(set) var sandbox: Sandbox
  /// `sha256:` and 64 hexadecimal digits, of what the policy means: comments, layout and the order of keys do not count.
  package private(set) var digest: String
  /// The policy's own text.
  package let source: SourceText
  /// The parent, its parent, and so on.
  package let ancestors: [SourceText]
  /// Where each value stands, by its path (`resources.memory`, `filesystem.read[0]`); a default stands nowhere.
  package var origins: [String: SourceRange] {
    var origins: [String: SourceRange] = [:]
    Self.collect(root, at: "", into: &origins)
    return origins
  }
  private let root: Setting
  /// The policies that this one promises to be no looser than, its own first.
  package let ceilings: [PolicyCeiling]
  /// The policy's own and those of its ancestors, up to one that takes none over.
  package let accepted: [Acceptance]
  /// The policy's own and those of its ancestors, each in its text: unlike other lists, a child's do not replace its
  /// parent's, since each is about the lines of its own author.
  package let suppressions: [PolicySuppression]
  package let tests: [PolicyTest]
  /// What is not wrong, but odd.
  package let warnings: [Diagnostic]

  /// The same policy with other limits, for a run that tries out whether they hold.
  package func limited(to resources: Resources) -> ResolvedPolicy {
    var policy = self
    policy.sandbox.resources = resources
    policy.digest = SHA256.digest(of: SandboxDocument.json(policy.sandbox).encoded(.compact))
    return policy
  }

  /// The controls that a target need not enforce, on this day.
  package func acceptedControls(of target: TargetName, on today: CalendarDate) -> Set<Control> {
    Set(accepted.filter { $0.covers(target) && $0.isInForce(on: today) }.map(\.control))
  }
}

/// A policy that another one promises to be no looser than.
package struct PolicyCeiling: Sendable {
  /// As the policy names it.
  package let name: String
  /// What it allows; nil in a policy that is invalid.
  package let sandbox: Sandbox?
}

/// A control that a target cannot enforce, accepted by name.
package struct Acceptance: Sendable {
  /// nil is every target.
  package let target: TargetName?
  package let control: Control
  package let reason: String
  package let expires: CalendarDate?
  package let range: SourceRange

  package func covers(_ name: TargetName) -> Bool { target == nil || target == name }
  package func isInForce(on today: CalendarDate) -> Bool { expires.map { today <= $0 } ?? true }

  /// Whether whatever the other one accepts, for as long as it does, is accepted by this one.
  package func accepts(allOf other: Acceptance) -> Bool {
    control == other.control && (target == nil || target == other.target) && holds(asLongAs: other.expires)
  }

  private func holds(asLongAs other: CalendarDate?) -> Bool {
    guard let expires else { return true }
    return other.map { $0 <= expires } ?? false
  }
}

/// A finding that is meant.
package struct PolicySuppression: Sendable {
  package let rule: String
  package let path: String?
  package let reason: String
  package let owner: String?
  package let expires: CalendarDate?
  package let range: SourceRange
}

/// A program that shows something about the policy.
package struct PolicyTest: Sendable {
  package struct Expectation: Sendable {
    package var verdict: Verdict?
    package var success: Bool?
    package var exitCode: Int32?
    package var signal: String?
    package var standardOutput: String?
    package var standardError: String?
    package var standardOutputPart: String?
    package var standardErrorPart: String?
  }

  package let name: String
  package let command: [String]
  package let input: String?
  package let expectation: Expectation
  package let range: SourceRange
}

extension ResolvedPolicy {
  /// `root` is merged; `layers` are the policy and its ancestors as they were written.
  init(
    root: Setting,
    layers: [Setting],
    ceilings: [PolicyCeiling],
    sandbox: Sandbox,
    source: SourceText,
    ancestors: [SourceText],
    warnings: [Diagnostic]
  ) {
    self.sandbox = sandbox
    self.source = source
    self.ancestors = ancestors
    self.warnings = warnings
    digest = SHA256.digest(of: SandboxDocument.json(sandbox).encoded(.compact))
    self.root = root
    self.ceilings = ceilings
    accepted = (root["accept"]?.items ?? []).compactMap(Acceptance.init)
    suppressions = layers.flatMap { ($0["lint"]?["suppress"]?.items ?? []).compactMap(PolicySuppression.init) }
    tests = (root["tests"]?.items ?? []).compactMap(PolicyTest.init)
  }

  private static func collect(_ setting: Setting, at path: String, into origins: inout [String: SourceRange]) {
    if !path.isEmpty { origins[path] = setting.range }
    for field in setting.fields {
      collect(field.value, at: path.isEmpty ? field.name : path + "." + field.name, into: &origins)
    }
    for (index, item) in setting.items.enumerated() { collect(item, at: "\(path)[\(index)]", into: &origins) }
  }
}

extension Acceptance {
  init?(_ setting: Setting) {
    guard let control = setting["control"]?.text.flatMap(Control.init), let reason = setting["reason"]?.text else {
      return nil
    }
    guard let target = setting["target"]?.text else { return nil }
    self.target = TargetName(rawValue: target)
    self.control = control
    self.reason = reason
    expires = setting["expires"]?.text.flatMap(CalendarDate.init)
    range = setting.range
  }
}

extension PolicySuppression {
  fileprivate init?(_ setting: Setting) {
    guard let rule = setting["rule"]?.text, let reason = setting["reason"]?.text else { return nil }
    self.rule = rule
    self.reason = reason
    path = setting["path"]?.text
    owner = setting["owner"]?.text
    expires = setting["expires"]?.text.flatMap(CalendarDate.init)
    range = setting.range
  }
}

extension PolicyTest {
  fileprivate init?(_ setting: Setting) {
    guard let name = setting["name"]?.text, let run = setting["run"] else { return nil }
    self.name = name
    command = run.items.compactMap(\.text)
    input = setting["stdin"]?.text
    range = setting.range
    let expect = setting["expect"]
    var expectation = Expectation()
    expectation.verdict = expect?["verdict"]?.text.flatMap(Verdict.init)
    expectation.success = expect?["success"]?.boolean
    expectation.exitCode = expect?["exit_code"]?.integer.map { Int32($0) }
    expectation.signal = expect?["signal"]?.text
    expectation.standardOutput = expect?["stdout"]?.text
    expectation.standardError = expect?["stderr"]?.text
    expectation.standardOutputPart = expect?["stdout_contains"]?.text
    expectation.standardErrorPart = expect?["stderr_contains"]?.text
    self.expectation = expectation
  }
}
