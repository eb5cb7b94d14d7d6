import Glibc

/// What the command exits with. `run` passes the program's own code through instead; see `RunResult.processExitCode`.
enum ExitStatus: Int32 {
  case success = 0
  /// Findings, a looser policy, artifacts out of date, or a failed test.
  case findings = 1
  /// The policy or the input is invalid; nothing was written.
  case invalid = 2
  /// A target cannot enforce the policy.
  case notEnforceable = 3
  case engineMissing = 4
  /// EX_USAGE of sysexits(3).
  case usage = 64
  /// EX_SOFTWARE: our fault.
  case software = 70

  /// Of a file that could not be written: a place that the user named and that takes no file is the user's to mend.
  static func ofFailedWrite(_ errno: Int32) -> ExitStatus {
    let places = [EACCES, EPERM, EROFS, ENOENT, ENOTDIR, EISDIR, EEXIST, ENAMETOOLONG, ELOOP]
    return places.contains(errno) ? .invalid : .software
  }
}
