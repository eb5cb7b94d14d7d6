import Policy
import Sandbox

/// Runs that pass a limit which nobody can read: the supervisor of a run holds it.
struct LimitRuns: Sendable {
  /// What a run that passes the limit came to; nil where the policy has no limit.
  let output: RunResult?
  let cpuTime: RunResult?
  let wallTime: RunResult?
  /// Where another kernel than the host's counts the processes: what it let a program have, in its output.
  let pids: RunResult?

  /// So long a run is allowed to take where the policy's own limit would take longer to reach.
  static let shortened = Milliseconds(300)
  /// So much it may write.
  static let mostOutput = ByteCount(bytes: 16 << 20)

  /// So many processes it may have, where each may be many of the host's.
  static let mostPids: Int64 = 16

  init(of policy: ResolvedPolicy, on engine: any Engine, in place: ProbePlace) {
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
    let limit = place.isHostKernel ? nil : asked.pids.value
    pids = limit.map { limit in run(Self.forking) { $0.pids = .limited(min(limit, Self.mostPids)) } }
  }

  private static let forking = """
    my $count = 1; pipe(my $end, my $hold);
    while ($count < 2 * \(mostPids)) {
      my $child = fork; last unless defined $child;
      if (!$child) { close $hold; sysread($end, my $byte, 1); exit }
      $count++;
    }
    close $hold; 1 while wait > 0; print $count;
    """
}
