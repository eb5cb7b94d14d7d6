import Linux

/// Why a program could not be started. Never the program's fault.
struct SetupFailure: Error {
  /// What could not be done, why, and what to do about it: one sentence for a person.
  let message: String
  /// What a shell would answer for a command that is not there (127) or cannot be run (126).
  let exitCode: Int32?
  /// What the kernel answered. `ReadySandbox.start` leaves it out once the program may have begun.
  let errno: Errno?

  /// Whether it is about what a policy shows of the host, which may be there the next time.
  let isOfSource: Bool

  /// Whether it is for want of descriptors: of free ones, or of such as may be on their way (unix(7)).
  var isForWantOfFiles: Bool { errno == .tooManyFiles || errno == .tooManyReferences }

  init(_ message: String, exitCode: Int32? = nil, errno: Errno? = nil, isOfSource: Bool = false) {
    self.message = message
    self.exitCode = exitCode
    self.errno = errno
    self.isOfSource = isOfSource
  }

  /// `could not DO: Operation not permitted (EPERM); ADVICE`
  init(
    couldNot action: String,
    _ errno: Errno,
    advice: String? = nil,
    exitCode: Int32? = nil,
    isOfSource: Bool = false
  ) {
    let advice = advice.map { "; " + $0 } ?? ""
    self.init(
      "could not \(action): \(errno.text) (\(errno.name))\(advice)",
      exitCode: exitCode,
      errno: errno,
      isOfSource: isOfSource
    )
  }
}
