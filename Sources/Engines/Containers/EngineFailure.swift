/// Why an engine could not run a program: never the program's fault.
struct EngineFailure: Error, Sendable {
  let message: String
  /// 127 for a command that is not in the sandbox and 126 for one that cannot be executed, as shells say it.
  var exitCode: Int32?

  init(_ message: String, exitCode: Int32? = nil) {
    self.message = message
    self.exitCode = exitCode
  }
}
