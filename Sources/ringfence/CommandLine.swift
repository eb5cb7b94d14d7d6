import ArgumentParser
import Diagnostics

/// The command line, for everything but a plain `run`.
///
/// - Returns: What the command exits with.
func runCommandLine(_ arguments: [String]) -> Int32 {
  if let advice = RunInvocation.adviceOnCommand(in: arguments) {
    Terminal.error.line(DisplayText.escaped("ringfence: \(advice)"))
    return ExitStatus.usage.rawValue
  }
  var ending: (any Error)?
  do {
    var command = try RingfenceCommand.parseAsRoot(arguments)
    try command.run()
  } catch {
    ending = error
  }
  // The parser would print this itself, and never notice that it cannot.
  let code = ending.map(RingfenceCommand.exitCode(for:)) ?? .success
  let text = ending.map { RingfenceCommand.fullMessage(for: $0, columns: nil) } ?? ""
  if !text.isEmpty { (code == .success ? Terminal.output : Terminal.error).line(text) }
  return Terminal.hasWrittenAll() ? code.rawValue : ExitStatus.software.rawValue
}

struct RingfenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ringfence",
    abstract: "Runs untrusted code, and compiles the rules it runs under.",
    discussion: """
      A POLICY is a path, or a name looked up in ./policies, in $RINGFENCE_PATH, and among those that come with Ringfence.

      Exit codes: 0 fine, 1 findings or a failed test, 2 the policy or the input is invalid and nothing was written, 3 a \
      target cannot enforce it, 4 the engine is not there, 64 usage, 70 our fault or a full disk. `run` passes the \
      program's own code through: 124 a time limit, 125 it could not be started, 126 the command cannot be executed in \
      the sandbox, 127 it is not there, 137 the memory limit, 128+N a signal.
      """,
    version: "0.1.0",
    subcommands: [
      InitCommand.self, LintCommand.self, CompileCommand.self, ValidateCommand.self, RunCommand.self, TestCommand.self,
      ShowCommand.self, ExplainCommand.self, DiffCommand.self, DoctorCommand.self, SchemaCommand.self,
      LanguageServerCommand.self,
    ]
  )
}

extension Terminal.ColorMode: ExpressibleByArgument {}

/// Colour, for every verb that shows findings.
struct ColorOption: ParsableArguments {
  @Option(help: "When to use colour: auto, always or never.")
  var color = Terminal.ColorMode.auto
}

extension ExitStatus {
  /// For ending a verb with this status.
  var code: ExitCode { ExitCode(rawValue) }
}
