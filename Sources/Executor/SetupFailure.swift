import Linux

/// Why a program could not be started. Never the program's fault.
struct SetupFailure: Error {
  /// What could not be done, why, and what to do about it: one sentence for a person.
  let message: String
  /// What a shell would answer for a command that is not there (127) or cannot be run (126).
  let exitCode: Int32?

  init(_ message: String, exitCode: Int32? = nil) {
    self.message = message
    self.exitCode = exitCode
  }

  /// `could not DO: Operation not permitted (EPERM); ADVICE`
  init(couldNot action: String, _ errno: Errno, advice: String? = nil, exitCode: Int32? = nil) {
    let advice = advice.map { "; " + $0 } ?? ""
    self.init("could not \(action): \(errno.text) (\(errno.name))\(advice)", exitCode: exitCode)
  }
}
