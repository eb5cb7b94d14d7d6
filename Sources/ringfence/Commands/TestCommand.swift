import ArgumentParser
import CanonicalJSON
import Diagnostics
import Engines
import Linux
import Policy
import Sandbox

struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Runs the policies' own tests and probes derived from their clauses, on each engine asked for.",
    discussion: """
      The probes tell what a policy asks for beside what is in force, for every control: what a program finds and can do \
      inside, what the kernel shows of it outside (its control groups; its system call filter, which is proven), and how \
      runs end that pass a limit. They need perl inside. A difference that the policy does not accept by name fails, and so \
      does what nothing tells. Exits with 2 if a policy is invalid, with 4 before the first test if an engine cannot be \
      reached, with 1 if anything fails.
      """
  )

  @Argument(help: "Policies: paths, names or folders; policies/ if there are none.", completion: .policies)
  var policies: [String] = []

  @Option(
    help: ArgumentHelp(
      "An engine, or several separated by commas: \(EngineRegistry.names.joined(separator: ", ")). Can be repeated."
    ),
    completion: .list(EngineRegistry.names)
  )
  var engine = ["native"]

  @Flag(help: "Only the probes, and not the policies' own tests.")
  var probes = false

  @Flag(help: "Print the probes as a Markdown page.")
  var markdown = false

  @Flag(help: "Print the probes as one JSON document.")
  var json = false

  @Option(help: ArgumentHelp("Write the probes into this folder, as probes.json and probes.md.", valueName: "folder"))
  var save: String?

  @OptionGroup var colorOption: ColorOption

  func run() throws {
    let engines = try engine.flatMap { $0.split(separator: ",") }.map { name in
      guard let engine = EngineRegistry.engine(named: String(name)) else {
        throw ValidationError(
          "there is no engine '\(DisplayText.escaped(String(name)))'; there are \(EngineRegistry.names.joined(separator: ", "))"
        )
      }
      return engine
    }
    guard !engines.isEmpty else { throw ValidationError("--engine names no engine") }
    let loaded = PolicySet.load(policies)
    guard loaded.errors.isEmpty else {
      Terminal.error.report(loaded.errors, color: colorOption.color)
      throw ExitStatus.invalid.code
    }
    let foreign = loaded.policies.compactMap(\.foreignMachine)
    guard foreign.isEmpty else {
      Terminal.error.report(foreign, color: colorOption.color)
      throw ExitStatus.notEnforceable.code
    }
    for engine in engines {
      guard let obstacle = engine.obstacle else { continue }
      Terminal.error.complain("nothing was tested on \(engine.name): \(obstacle)")
      throw ExitStatus.engineMissing.code
    }
    var passed = 0
    var failed = 0
    var matrix = ProbeMatrix()
    var progress = ProgressLine(after: 0)
    for policy in loaded.policies {
      for engine in engines {
        if !probes, !markdown, !json {
          Terminal.output.line("\(policy.sandbox.name) on \(engine.name)")
          for test in policy.tests {
            progress.show("\(policy.sandbox.name) on \(engine.name): \(test.name)")
            let run = PolicyTestRun(test, of: policy, on: engine)
            try stopIfAsked(&progress)
            if run.disappointments.isEmpty { passed += 1 } else { failed += 1 }
            progress.clear()
            show(run)
          }
          if policy.tests.isEmpty { Terminal.output.line("  no tests") }
        }
        progress.show("\(policy.sandbox.name) on \(engine.name): probing")
        let probe = PolicyProbe(of: policy, on: engine)
        try stopIfAsked(&progress)
        if probe.hasDifferences { failed += 1 } else { passed += 1 }
        progress.clear()
        matrix.probes.append(probe)
      }
    }
    Terminal.output.line(json ? matrix.json.text(.indented) : markdown ? matrix.markdown : matrix.text)
    if let save {
      try OutputFile.write(matrix.json.text(.indented) + "\n", to: save + "/probes.json")
      try OutputFile.write(matrix.markdown + "\n", to: save + "/probes.md")
    }
    Terminal.error.line("\(passed) passed, \(failed) failed")
    if failed > 0 { throw ExitStatus.findings.code }
  }

  /// A signal ends the run that it finds, and with it all that would come after.
  private func stopIfAsked(_ progress: inout ProgressLine) throws {
    guard let signal = TerminationSignals.received else { return }
    progress.clear()
    Terminal.error.complain("stopped by \(SignalName.of(signal))")
    throw ExitCode(128 + signal)
  }

  private func show(_ run: PolicyTestRun) {
    let hasPassed = run.disappointments.isEmpty
    let style = Terminal.output.style(colorOption.color)
    let mark = style.paint(hasPassed ? "pass" : "FAIL", hasPassed ? .help : .error)
    Terminal.output.line("  \(mark)  \(run.test.name)  (\(run.result.usage.wallMicroseconds / 1000) ms)")
    for disappointment in run.disappointments { Terminal.output.line("        \(DisplayText.escaped(disappointment))") }
    if let untold = run.untold { Terminal.output.line("        \(untold)") }
    if !hasPassed {
      Terminal.output.line("        \(run.result.verdict.rawValue): \(DisplayText.escaped(run.result.message))")
      Terminal.output.line("        at \(DisplayText.escaped(run.test.range.location))")
    }
  }
}
