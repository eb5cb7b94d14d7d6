import ArgumentParser
import Engines

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Runs a command under a policy.",
    discussion: """
      The program gets this command's standard input. Without --json its output and exit code pass through. The run ends \
      with whoever called this command, unless that was by nohup.

      Exits with the program's own code, or: 124 a time limit, 125 it could not be started, 126 the command cannot be \
      executed in the sandbox, 127 it is not there, 137 the memory limit, 128+N a signal, 4 the engine is not there.

      With --batch, standard input holds one request a line, and standard output gets one result a line as soon as it is \
      there; both are JSON:

        {"id": 1, "policy": "hardened", "command": ["sort"], "stdin": "b\\na\\n", "env": {"LANG": "C"}}

      `id` comes back in the result; `command` can be left out where the policy has one; `stdin_encoding` can be base64; \
      `env` gives values to variables that the policy inherits. A request that cannot be run gets a line with its `id` \
      and an `error`. Each policy is read once. The end of the input ends the batch once all runs have ended.
      """
  )

  @Option(
    help: "The engine: \(EngineRegistry.names.joined(separator: ", ")).",
    completion: .list(EngineRegistry.names)
  )
  var engine = "native"

  @Flag(help: "Print one JSON document with the verdict, the usage and the output.")
  var json = false

  @Flag(
    name: .customLong("explain-denials"),
    help: ArgumentHelp(
      "Name the system calls that the filter refused, with the line of the policy and what would allow them.",
      discussion: "Allowed calls cost nothing; a refused one waits for ringfence, a few microseconds."
    )
  )
  var explainsDenials = false

  @Flag(help: "Run one request a line of standard input, in sandboxes made ready ahead.")
  var batch = false

  @Option(help: ArgumentHelp("With --batch: how many programs run at the same time, 1 to 256; else 1.", valueName: "n"))
  var jobs: Int?

  @Argument(help: "The policy: a path or a name; with --batch there is none.", completion: .policies)
  var policy: String?

  @Argument(parsing: .postTerminator, help: "The command; the policy's own when there is none.")
  var command: [String] = []

  @OptionGroup var colorOption: ColorOption

  func validate() throws {
    guard (1...256).contains(jobs ?? 1) else { throw ValidationError("--jobs is a number from 1 to 256") }
    guard !batch else {
      guard policy == nil, command.isEmpty else {
        throw ValidationError(
          "--batch takes the policy and the command of each run from its request; leave them out here"
        )
      }
      guard !json else { throw ValidationError("--batch writes JSON in any case; leave --json out") }
      guard !explainsDenials else { throw ValidationError("--explain-denials is for single runs; leave --batch out") }
      guard engine == NativeEngine.name else { throw ValidationError("--batch needs the native engine") }
      return
    }
    guard jobs == nil else { throw ValidationError("--jobs needs --batch") }
    guard policy != nil else { throw ValidationError("name a policy") }
    guard EngineRegistry.engine(named: engine) != nil else {
      throw ValidationError("there is no engine '\(engine)'; there are \(EngineRegistry.names.joined(separator: ", "))")
    }
    guard !explainsDenials || engine == NativeEngine.name else {
      throw ValidationError("--explain-denials needs the native engine: no other tells its caller of refused calls")
    }
  }

  func run() throws {
    if batch { throw ExitCode(BatchInvocation(jobs: jobs ?? 1).execute()) }
    guard let policy else { throw ExitCode(ExitStatus.usage.rawValue) }
    var invocation = RunInvocation(
      engine: engine,
      isJSON: json,
      explainsDenials: explainsDenials,
      policy: policy,
      command: command
    )
    invocation.color = colorOption.color
    throw ExitCode(invocation.execute())
  }
}
