import Diagnostics
import Policy
import Sandbox
import Seccomp
import Targets

/// Policies lowered to targets, and what a target would lose.
struct Compilation {
  struct Unit {
    let policy: String
    let target: TargetName
    let artifacts: [Artifact]
  }

  private(set) var units: [Unit] = []
  /// What keeps the policies from being deployed; nothing may be written unless this is empty.
  private(set) var losses: [Diagnostic] = []

  init(_ policies: [ResolvedPolicy], targets: [any Target], on today: CalendarDate) {
    var progress = ProgressLine()
    for policy in policies {
      if let problem = policy.foreignMachine {
        losses.append(problem)
        continue
      }
      for target in targets {
        progress.show("compiling \(policy.sandbox.name) for \(type(of: target).name.rawValue)")
        lower(policy, to: target, on: today)
      }
    }
  }

  private mutating func lower(_ policy: ResolvedPolicy, to target: any Target, on today: CalendarDate) {
    let name = type(of: target).name
    let accepted = policy.acceptedControls(of: name, on: today)
    let before = losses.count
    for (control, enforcement) in target.enforcementReport(for: policy.sandbox)
    where !enforcement.holds && !accepted.contains(control) {
      losses.append(
        CompilationRules.loss.finding(
          "\(name.rawValue) cannot enforce `\(control.rawValue)` of \(policy.sandbox.name)",
          at: policy.place(of: control.rawValue),
          label: enforcement.word + (enforcement.mechanism.map { ", by \($0)" } ?? ""),
          notes: [enforcement.reason].compactMap { $0 },
          help: [policy.acceptance(of: control, on: name)]
        )
      )
    }
    do throws(LoweringError) {
      let artifacts = try target.lower(policy.sandbox, digest: PolicyDigest(value: policy.digest))
      if losses.count == before { units.append(Unit(policy: policy.sandbox.name, target: name, artifacts: artifacts)) }
    } catch {
      losses.append(
        CompilationRules.loss.finding(
          "\(policy.sandbox.name) cannot be lowered to \(name.rawValue): \(error.message)",
          at: policy.place(of: error.control?.rawValue ?? "name")
        )
      )
    }
  }
}

enum CompilationRules {
  static let loss = RuleDescription(
    "RF7000",
    "target cannot enforce a control",
    .error,
    """
    Engines drop what they do not know, in silence. Ringfence does not: a control that a target enforces more weakly than \
    the policy says, or not at all, stops the compilation for that target unless the policy accepts it by name, with a \
    reason.
    """,
    references: ["OCI runtime-spec, config.md: Extensibility", "Ringfence, docs/deploying.md"],
    example: .init(
      before: "network:\n  mode: allowlist\n  allow: [{host: api.example.com, ports: [443]}]",
      after:
        "network:\n  mode: allowlist\n  allow: [{host: api.example.com, ports: [443]}]\naccept: [{target: docker, control: network.allow, reason: a proxy decides}]"
    )
  )
}

extension ResolvedPolicy {
  /// That nothing can run under the policy on this machine; nil when something can.
  var foreignMachine: Diagnostic? {
    guard !sandbox.syscalls.allowsHostABI else { return nil }
    return CompilationRules.loss.finding(
      "\(sandbox.name) is for another machine: \(SyscallABI.current.name), the ABI of this one, is not in `architectures`",
      at: place(of: "syscalls.architectures"),
      notes: ["every call of a program here would be one of an ABI that the policy does not allow"],
      help: ["write `native`, or do this on a machine that the policy is for"]
    )
  }

  /// What to write to accept a loss; what the policy's ancestors accept holds beside it.
  fileprivate func acceptance(of control: Control, on target: TargetName) -> String {
    let entry = "{target: \(target.rawValue), control: \(control.rawValue), reason: \"…\"}"
    return origins["accept"]?.source === source
      ? "add it to what the policy accepts, if that is good enough:\n- \(entry)"
      : "accept it by name if that is good enough:\naccept: [\(entry)]"
  }

  /// Where a value stands, or the key around it, or the policy's name for a default.
  func place(of key: String) -> SourceRange? {
    var path = key[...]
    while !path.isEmpty {
      if let range = origins[String(path)] { return range }
      path = path.lastIndex(of: ".").map { path[..<$0] } ?? ""
    }
    return origins["name"]
  }
}
