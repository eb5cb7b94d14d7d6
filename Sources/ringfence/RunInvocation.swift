import CanonicalJSON
import Diagnostics
import Engines
import Executor
import Glibc
import Linux
import Policy
import Sandbox

/// `ringfence run [--engine E] [--json] [--explain-denials] POLICY [-- COMMAND…]`, read without the argument parser.
struct RunInvocation {
  var engine = "native"
  var isJSON = false
  var explainsDenials = false
  var policy = ""
  /// Empty for the policy's own command.
  var command: [String] = []
  var color = Terminal.ColorMode.auto

  init(engine: String, isJSON: Bool, explainsDenials: Bool, policy: String, command: [String]) {
    self.engine = engine
    self.isJSON = isJSON
    self.explainsDenials = explainsDenials
    self.policy = policy
    self.command = command
  }

  /// Fails for anything but a plain and complete `run`: the argument parser is to explain it.
  init?(arguments: some Collection<String>) {
    guard arguments.first == "run", !arguments.contains("--batch") else { return nil }
    var policy: String?
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      switch argument {
      case "--json": isJSON = true
      case "--explain-denials": explainsDenials = true
      case "--engine":
        guard let name = rest.popFirst() else { return nil }
        engine = name
      case "--":
        command = Array(rest)
        // `run POLICY --` asks for a command and names none.
        if command.isEmpty { return nil }
        rest = rest.dropFirst(rest.count)
      default:
        guard !argument.hasPrefix("-"), policy == nil else { return nil }
        policy = argument
      }
    }
    guard let policy, engine == NativeEngine.name || EngineRegistry.engine(named: engine) != nil else { return nil }
    guard !explainsDenials || engine == NativeEngine.name else { return nil }
    self.policy = policy
  }

  /// What to say to somebody who left out the `--` before a command, whose options the parser would take for ours.
  static func adviceOnCommand(in arguments: some Collection<String>) -> String? {
    guard arguments.first == "run" else { return nil }
    var policy: String?
    var rest = arguments.dropFirst()
    while let argument = rest.popFirst() {
      if argument == "--" { return nil }
      if ["--engine", "--jobs", "--color"].contains(argument) { _ = rest.popFirst() }
      guard !argument.hasPrefix("-") else { continue }
      if let policy {
        let command = ([argument] + rest).joined(separator: " ")
        return "put `--` before the command: ringfence run \(policy) -- \(command)"
      }
      policy = argument
    }
    return nil
  }

  /// Runs the program.
  ///
  /// - Returns: What the command exits with.
  func execute() -> Int32 {
    engine == NativeEngine.name ? executeNatively() : executeOnEngine()
  }

  private func executeNatively() -> Int32 {
    // The kernel makes the namespaces while the policy is read.
    let early = Execution.begin()
    let loader = PolicyLoader.forCommandLine()
    if !explainsDenials, let shipped = CompiledPolicy.shipped(policy, loader: loader) {
      guard let command = command(orOf: shipped.sandbox) else { return ExitStatus.usage.rawValue }
      let request = shipped.request(command: command, input: .inherited, isStreaming: !isJSON)
      return report(NativeEngine().run(request, in: early))
    }
    guard let loaded = load(loader) else { return ExitStatus.invalid.rawValue }
    guard let command = command(orOf: loaded.sandbox) else { return ExitStatus.usage.rawValue }
    var job = Job(policy: loaded, command: command, input: .inherited, isStreaming: !isJSON)
    job.explainsDenials = explainsDenials
    return report(NativeEngine().run(job, in: early))
  }

  private func executeOnEngine() -> Int32 {
    Keeper.dismiss()
    guard let loaded = load(.forCommandLine()) else { return ExitStatus.invalid.rawValue }
    guard let command = command(orOf: loaded.sandbox) else { return ExitStatus.usage.rawValue }
    guard let engine = EngineRegistry.engine(named: engine) else {
      Terminal.error.complain(
        "there is no engine \(engine); there are \(EngineRegistry.names.joined(separator: ", "))"
      )
      return ExitStatus.usage.rawValue
    }
    if let obstacle = engine.obstacle {
      _ = report(.notStarted(engine, for: loaded, because: obstacle))
      return ExitStatus.engineMissing.rawValue
    }
    if let name = loaded.sandbox.unreadableVariable {
      return report(.notStarted(engine, for: loaded, because: Execution.unreadable(name)))
    }
    return report(engine.run(Job(policy: loaded, command: command, input: .inherited, isStreaming: !isJSON)))
  }

  /// The policy; nil after saying what is wrong with it.
  private func load(_ loader: PolicyLoader) -> ResolvedPolicy? {
    do throws(InvalidInput) {
      let loaded = try loader.load(reference: policy)
      guard let problem = loaded.foreignMachine else { return loaded }
      Terminal.error.report([problem])
      return nil
    } catch {
      Terminal.error.report(error.diagnostics, color: color)
      return nil
    }
  }

  /// The command to run; nil after saying that there is none.
  private func command(orOf sandbox: Sandbox) -> [String]? {
    let command = command.isEmpty ? sandbox.process.command : command
    guard command.isEmpty else { return command }
    Terminal.error.complain("the policy \(sandbox.name) has no command; name one after `--`")
    return nil
  }

  private func report(_ result: RunResult) -> Int32 {
    // Whoever reads may take its time, and everything else is over. Whoever wants us to end does not want to wait for that.
    TerminationSignals.unblock()
    if result.isBrokenOff || TerminationSignals.received != nil { Terminal.limitPatience() }
    if isJSON {
      // Unlike the rest of a page, a result that nobody reads is lost.
      if !Terminal.output.write(result.json.encoded(.indented)), errno == EPIPE {
        Terminal.error.complain("cannot write the result to standard output: nobody reads it")
      }
    } else if result.verdict != .exited {
      Terminal.error.write(opening(after: result))
      Terminal.error.complain("\(result.verdict.rawValue): \(result.message)")
    }
    if !isJSON, explainsDenials { reportDenials(of: result) }
    return result.processExitCode
  }

  /// What puts a message of ours on a line of its own.
  private func opening(after result: RunResult) -> String { result.endsMidLine ? "\n" : "" }

  /// On standard error, after what the program wrote there. Nothing of it is the program's: names are the kernel's, and
  /// values numbers.
  private func reportDenials(of result: RunResult) {
    if result.verdict == .exited { Terminal.error.write(opening(after: result)) }
    if result.denied.isEmpty { Terminal.error.complain("no system call was refused") }
    for call in result.denied {
      let times = call.count == 1 ? "once" : "\(call.count) times"
      Terminal.error.complain("refused: \(call.text): \(call.action), \(times)")
      Terminal.error.line("  \(call.location ?? call.setting): \(call.reason)")
      let advice = call.remedies.isEmpty ? "no policy can" : call.remedies.joined(separator: " and ")
      Terminal.error.line("  to allow it: \(advice)")
    }
    if result.deniedOthers > 0 { Terminal.error.complain("refused: \(result.deniedOthers) other calls") }
  }
}

extension RunResult {
  /// Of a run that an engine was not even asked for.
  fileprivate static func notStarted(_ engine: any Engine, for policy: ResolvedPolicy, because obstacle: String) -> Self
  {
    RunResult(
      policy: policy.sandbox.name,
      policyDigest: policy.digest,
      engine: engine.name,
      verdict: .setupFailed,
      message: obstacle
    )
  }
}
