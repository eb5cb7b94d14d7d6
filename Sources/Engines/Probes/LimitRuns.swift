import Policy
import Sandbox

/// Runs that pass a limit which nobody can read: the supervisor of a run holds it.
struct LimitRuns: Sendable {
  /// What a run that passes the limit came to; nil where the policy has no limit.
  let output: RunResult?
  let cpuTime: RunResult?
  let wallTime: RunResult?

  /// So long a run is allowed to take where the policy's own limit would take longer to reach.
  static let shortened = Milliseconds(300)
  /// So much it may write.
  static let mostOutput = ByteCount(bytes: 16 << 20)

  init(of policy: ResolvedPolicy, on engine: any Engine) {
    let asked = policy.sandbox.resources
    func run(_ program: String, _ change: (inout Resources) -> Void) -> RunResult {
      var resources = asked
      change(&resources)
      let limited = policy.limited(to: resources)
      let command = ["/usr/bin/perl", "-e", program]
      return engine.run(Job(policy: limited, command: command, input: .bytes([]), isStreaming: false))
    }
    output = asked.output.value.map { limit in
      run("my $x = 'x' x 65536; 1 while syswrite(STDOUT, $x)") { $0.output = .limited(min(limit, Self.mostOutput)) }
    }
    cpuTime = asked.cpuTime.value.map { limit in
      run("1 while 1") {
        $0.cpuTime = .limited(min(limit, Self.shortened))
        $0.wallTime = .limited(Milliseconds(60_000))
      }
    }
    wallTime = asked.wallTime.value.map { limit in
      run("sleep 60") { $0.wallTime = .limited(min(limit, Self.shortened)) }
    }
  }

  init(output: RunResult?, cpuTime: RunResult?, wallTime: RunResult?) {
    self.output = output
    self.cpuTime = cpuTime
    self.wallTime = wallTime
  }
}
