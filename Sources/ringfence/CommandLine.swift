import ArgumentParser
import Diagnostics

/// The command line, for everything but a plain `run`.
func runCommandLine(_ arguments: [String]) {
  do {
    var command = try RingfenceCommand.parseAsRoot(arguments)
    try command.run()
  } catch {
    let shown = arguments.map { DisplayText.escaped($0) }
    guard shown != arguments, !RingfenceCommand.exitCode(for: error).isSuccess else {
      RingfenceCommand.exit(withError: error)
    }
    // The parser's messages repeat what it was given. What could steer a terminal, or begin a line that a CI system takes
    // for a command, is escaped before the parser reads it again to say what is wrong.
    RingfenceCommand.exit(withError: parsingError(shown) ?? error)
  }
}

private func parsingError(_ arguments: [String]) -> (any Error)? {
  do {
    _ = try RingfenceCommand.parseAsRoot(arguments)
    return nil
  } catch {
    return error
  }
}

struct RingfenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ringfence",
    abstract: "Runs untrusted code, and compiles the rules it runs under.",
    discussion: """
      A POLICY is a path, or a name looked up in ./policies, in $RINGFENCE_PATH, and among those that come with Ringfence.

      Exit codes: 0 fine, 1 findings or a failed test, 2 the policy or the input is invalid and nothing was written, 3 a \
      target cannot enforce it, 4 the engine is missing, 64 usage, 70 our fault. `run` passes the program's own code \
      through: 124 a time limit, 125 it could not be started, 137 the memory limit, 128+N a signal.
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
