package import Executor
package import Policy
package import Sandbox

/// What can run a program under a policy. All engines take the same job and report in the same terms, so that a verdict
/// does not depend on where the program ran.
package protocol Engine: Sendable {
  /// What `--engine` calls it.
  var name: String { get }
  /// Why this engine can run nothing here, for want of itself; nil when it can be reached.
  var obstacle: String? { get }
  /// What it is by the names of policies: whose losses it has, and which acceptances hold for it.
  var target: TargetName { get }
  func run(_ job: Job) -> RunResult
}

extension Engine {
  package var obstacle: String? { nil }
}

/// A program to run, and how its streams are to be connected.
package struct Job: Sendable {
  package enum Input: Sendable {
    /// What the caller reads from.
    case inherited
    case bytes([UInt8])
  }

  package let policy: ResolvedPolicy
  /// The argument vector; never empty.
  package let command: [String]
  package let input: Input
  /// Whether the program's output goes to the caller's streams as it comes, rather than into the result.
  package let isStreaming: Bool
  /// Whether system calls that the filter refuses are named in the result; only the native engine can.
  package var explainsDenials = false
  /// With one, the program gets no input, and its end only when the observer has looked.
  package var observer: RunObserver?

  package init(policy: ResolvedPolicy, command: [String], input: Input, isStreaming: Bool) {
    self.policy = policy
    self.command = command
    self.input = input
    self.isStreaming = isStreaming
  }
}
