/// How a run ended. The names are part of the JSON that callers parse.
package enum Verdict: String, Sendable, CaseIterable {
  case exited
  case signaled
  case memoryLimit = "memory-limit"
  case cpuLimit = "cpu-limit"
  case wallLimit = "wall-limit"
  case outputLimit = "output-limit"
  /// Forks were refused, and the program failed.
  case pidsLimit = "pids-limit"
  case fileLimit = "file-limit"
  /// Killed by the system call filter.
  case syscallDenied = "syscall-denied"
  /// The program never ran, which is never its fault.
  case setupFailed = "setup-failed"
}

/// What a run of a program under a sandbox came to, on any engine. Everything but the output and the exit code comes from
/// the kernel or the supervisor: the program can write nothing that changes another field.
package struct RunResult: Sendable, Equatable {
  package struct Usage: Sendable, Equatable {
    package var wallMicroseconds: Int64 = 0
    /// Of the whole process tree; nil where the host cannot tell.
    package var cpuMicroseconds: Int64?
    package var memoryPeakBytes: Int64?
    package var pidsPeak: Int64?

    package init() {}
  }

  /// A system call that the filter refused, and how often; with `run --explain-denials`.
  package struct DeniedCall: Sendable, Equatable {
    package struct Argument: Sendable, Equatable {
      /// The kernel's name for the parameter.
      package var name: String
      package var value: UInt64

      package init(name: String, value: UInt64) {
        self.name = name
        self.value = value
      }
    }

    package var syscall: String
    /// The calling convention, by the name that policies use.
    package var abi: String
    /// Of the first such call. The calls counted here agree in whatever the policy looks at.
    package var arguments: [Argument]
    package var count: Int
    /// `errno EPERM`, `kill`.
    package var action: String
    /// The path of the setting that refused it: `syscalls.deny[1]`.
    package var setting: String
    /// Where that setting stands, `file:line:column`; nil for what no file says.
    package var location: String?
    /// Why, for a person.
    package var reason: String
    /// What would have to change in the policy for the call to be allowed, all of it; empty when no policy can.
    package var remedies: [String]

    package init(
      syscall: String,
      abi: String,
      arguments: [Argument],
      count: Int,
      action: String,
      setting: String,
      reason: String,
      remedies: [String]
    ) {
      self.syscall = syscall
      self.abi = abi
      self.arguments = arguments
      self.count = count
      self.action = action
      self.setting = setting
      self.reason = reason
      self.remedies = remedies
    }
  }

  package struct Alert: Sendable, Equatable {
    package var control: Control
    package var used: Int64
    package var threshold: Int64

    package init(control: Control, used: Int64, threshold: Int64) {
      self.control = control
      self.used = used
      self.threshold = threshold
    }
  }

  /// A control that this run did not enforce as the policy says, and why.
  package struct NotEnforced: Sendable, Equatable {
    package var control: Control
    package var reason: String

    package init(control: Control, reason: String) {
      self.control = control
      self.reason = reason
    }
  }

  package var policy: String
  /// `sha256:` and 64 hexadecimal digits.
  package var policyDigest: String
  package var engine: String
  package var verdict: Verdict
  /// One sentence for a person.
  package var message: String
  /// 0...255 for `exited`; also what a limit left of it. nil when a signal ended the program. When it never ran: 127 for
  /// a command that is not in the sandbox and 126 for one that cannot be executed, else nil.
  package var exitCode: Int32?
  /// 1...64 when a signal ended the program.
  package var signal: Int32?
  package var standardOutput: [UInt8] = []
  package var standardError: [UInt8] = []
  package var standardOutputTruncated = false
  package var standardErrorTruncated = false
  /// Whether output that was handed on ended in the middle of the line on which a message of ours would go on.
  package var endsMidLine = false
  package var usage = Usage()
  package var limitsHit: [Control] = []
  /// Empty unless it was asked for.
  package var denied: [DeniedCall] = []
  /// Refused calls beyond those that `denied` has room for.
  package var deniedOthers = 0
  package var notEnforced: [NotEnforced] = []
  package var alerts: [Alert] = []
  /// Controls of which the engine cannot tell whether their limit was met, so that a verdict may miss it.
  package var notMeasured: [Control] = []
  /// Whether somebody else wanted the run to end, who may not read this any more. Not part of the document.
  package var isBrokenOff = false

  package init(policy: String, policyDigest: String, engine: String, verdict: Verdict, message: String) {
    self.policy = policy
    self.policyDigest = policyDigest
    self.engine = engine
    self.verdict = verdict
    self.message = message
  }

  /// Whether the program ended by itself with exit code 0.
  package var success: Bool { verdict == .exited && exitCode == 0 }

  /// What `ringfence run` exits with: the program's own code; 124 a time limit, 125 not started, 137 the memory limit,
  /// 128+N a signal.
  package var processExitCode: Int32 {
    switch verdict {
    case .exited: exitCode ?? 125
    // 126 and 127, as shells say of a command that cannot be run or is not there.
    case .setupFailed: exitCode ?? 125
    case .wallLimit, .cpuLimit: 124
    case .memoryLimit: 137
    case .signaled, .syscallDenied, .outputLimit, .pidsLimit, .fileLimit:
      signal.map { 128 + $0 } ?? exitCode ?? 1
    }
  }
}
