import CLaunch
import Glibc
import Linux

rf_exit_on_crash()
// A reader that goes away must be an error of write(2), not the end of a supervisor with a sandbox in its hands.
signal(SIGPIPE, SIG_IGN)
// So must be a limit of the caller's on the size of files.
signal(SIGXFSZ, SIG_IGN)

// `run` is dispatched by hand before the argument parser is reached, which costs more than the whole run. What this does
// not understand, and every request for help, falls through to the parser, which knows how to say so.
do throws(ProcessArguments.NotText) {
  let arguments = try ProcessArguments.all().dropFirst()
  if let invocation = RunInvocation(arguments: arguments) {
    let code = invocation.execute()
    exit(Terminal.hasWrittenAll() ? code : ExitStatus.software.rawValue)
  }
  exit(runCommandLine(Array(arguments)))
} catch {
  Terminal.error.complain("argument \(error.index) is not UTF-8, and would not be what it was: \(error.shown)")
  exit(ExitStatus.usage.rawValue)
}
