import CLaunch
import Glibc
import Linux

rf_exit_on_crash()
// A reader that goes away must be an error of write(2), not the end of a supervisor with a sandbox in its hands.
signal(SIGPIPE, SIG_IGN)

// `run` is dispatched by hand before the argument parser is reached, which costs more than the whole run. What this does
// not understand, and every request for help, falls through to the parser, which knows how to say so.
let arguments = ProcessArguments.all.dropFirst()
if let invocation = RunInvocation(arguments: arguments) {
  let code = invocation.execute()
  exit(Terminal.hasWrittenAll() ? code : ExitStatus.software.rawValue)
}
exit(runCommandLine(Array(arguments)))
