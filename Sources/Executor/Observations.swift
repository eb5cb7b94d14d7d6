package import Linux

/// What a supervisor saw of a run.
package struct Observations {
  /// Why the supervisor ended the run, if it did.
  package enum Cause: Equatable {
    case wallTime
    case cpuTime
    case output
    /// More memory than the policy gives, seen by looking.
    case memory
    /// Forks were refused over and over: the program does nothing else.
    case forks
    /// A forbidden system call, whose process could not be ended alone.
    case deniedCall
    /// The caller's own stream takes no more.
    case unwritableOutput(Errno)
    /// Output of the program's, or the input that it was to have, cannot be had: nobody knows what is missing.
    case unreadableStream(Errno)
    /// Whoever had asked for the run is no more.
    case abandoned
    /// A signal to the supervisor.
    case interrupted(Int32)
  }

  package var cause: Cause?
  package var hasStarted = false
  var failure: StepFailure?
  /// How the program ended; nil when process 1 was killed before it could say so.
  package var status: ExitStatus?
  /// When the program ended, which may be a while before we hear of it; nil as `status`.
  var endOfProgram: Instant?
  /// Whether no process is left in the sandbox but process 1, which is ours and about to end.
  var isOver = false
  /// Of the program and what it waited for; the control group knows better, where there is one.
  package var waitedCPUMicroseconds: Int64?
  package var wallMicroseconds: Int64 = 0

  /// Whether somebody else wanted the run to end.
  var isBrokenOff: Bool {
    switch cause {
    case .interrupted?, .abandoned?: true
    case .wallTime?, .cpuTime?, .output?, .memory?, .forks?, .deniedCall?, .unwritableOutput?, .unreadableStream?, nil:
      false
    }
  }

  package init() {}
}
