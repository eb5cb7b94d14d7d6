import Executor
import Glibc
package import Policy
package import Sandbox
import Seccomp
import Synchronization

/// What a policy asks for beside what is in force, control by control, on one engine: found by a program that looks
/// around and tries things inside, by a look at that program from outside, and by runs that pass a limit.
package struct PolicyProbe: Sendable {
  package enum Finding: String, Sendable, CaseIterable {
    /// In force as asked.
    case same
    /// More is held back than was asked for.
    case stricter
    /// Not as asked.
    case different
    /// Not as asked, or not to be told, which the policy accepts by name.
    case accepted
    /// Nothing in this sandbox tells.
    case unknown

    /// Whether the policy's word does not hold, or nobody can tell that it does.
    package var isFailure: Bool {
      switch self {
      case .same, .stricter, .accepted: false
      case .different, .unknown: true
      }
    }
  }

  package struct Row: Sendable {
    package let control: Control
    package let asked: String
    package let effective: String
    package let finding: Finding
  }

  package let policy: String
  package let engine: String
  /// One for every control; none when nothing could be found out.
  package private(set) var rows: [Row] = []
  /// Why nothing could be found out; nil when it could.
  package private(set) var failure: String?

  package var hasDifferences: Bool { failure != nil || rows.contains { $0.finding.isFailure } }

  /// Runs the probes.
  package init(of policy: ResolvedPolicy, on engine: any Engine) {
    self.init(of: policy, on: engine) { OutsideView(of: $0) }
  }

  init(
    of policy: ResolvedPolicy,
    on engine: any Engine,
    look: @escaping @Sendable (Int32) -> OutsideView
  ) {
    self.policy = policy.sandbox.name
    self.engine = engine.name
    let place = ProbePlace(engine)
    let tries = CallTries(of: policy.sandbox)
    var job = Job(
      policy: policy,
      command: ProbeProgram(policy.sandbox, tries: tries, in: place).command,
      input: .bytes([]),
      isStreaming: false
    )
    let seen = Seen()
    job.observer = RunObserver(cue: ProbeProgram.cue) { process in
      if let process { seen.view.withLock { $0 = look(process) } }
    }
    let result = engine.run(job)
    guard result.verdict == .exited, result.exitCode == 0 else {
      failure = "\(result.verdict.rawValue): \(result.message)"
      return
    }
    let comparison = ProbeComparison(
      sandbox: policy.sandbox,
      place: place,
      facts: ProbeFacts(result.standardOutput),
      outside: seen.view.withLock { $0 },
      tries: tries,
      runs: LimitRuns(of: policy, on: engine, in: place)
    )
    let accepted = policy.acceptedControls(of: place.target, on: .today())
    rows = Control.allCases.map { control in
      let found = comparison.comparison(of: control)
      return Row(
        control: control,
        asked: found.asked,
        effective: found.effective ?? "not told",
        finding: Finding(found.order, isAccepted: accepted.contains(control))
      )
    }
  }

  private final class Seen: Sendable {
    let view = Mutex<OutsideView?>(nil)
  }
}

extension PolicyProbe.Finding {
  init(_ order: Compared.Order, isAccepted: Bool) {
    self =
      switch order {
      case .same: .same
      case .stricter: .stricter
      case .looser: isAccepted ? .accepted : .different
      case .unknown: isAccepted ? .accepted : .unknown
      }
  }
}

/// A control's value as asked and as found.
struct Compared: Sendable, Equatable {
  enum Order: Sendable {
    case same
    case stricter
    case looser
    case unknown
  }

  let asked: String
  /// nil where nothing tells.
  let effective: String?
  let order: Order

  init(_ asked: String, _ effective: String?, _ order: Order? = nil) {
    self.asked = asked
    self.effective = effective
    self.order =
      switch (effective, order) {
      case (nil, _): .unknown
      case (_?, let order?): order
      case (let effective?, nil): effective == asked ? .same : .looser
      }
  }

  /// Two limits, nil being none.
  init(limit asked: Int64?, found: Int64?, _ show: (Int64) -> String) {
    func text(_ value: Int64?) -> String { value.map(show) ?? "unlimited" }
    let order: Order =
      switch (asked, found) {
      case (let asked?, let found?): found == asked ? .same : found < asked ? .stricter : .looser
      case (nil, nil): .same
      case (nil, _?): .stricter
      case (_?, nil): .looser
      }
    self.init(text(asked), text(found), order)
  }
}

/// What an engine's place is like, as far as it says how to read what is found there.
struct ProbePlace: Sendable {
  let target: TargetName
  /// Whether the program's system calls and mounts are the host kernel's.
  let isHostKernel: Bool
  /// Whether the root is composed of paths of the host unless the policy has one.
  let composesRoot: Bool

  init(_ engine: any Engine) {
    target = engine.target
    isHostKernel = target != .gvisor
    composesRoot = target != .docker
  }
}
