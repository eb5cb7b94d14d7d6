import ArgumentParser
import Diagnostics
import Policy
import Sandbox
import Targets

struct CompileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compile",
    abstract: "Lowers policies to the files that their targets deploy.",
    discussion: """
      Each policy's files go to OUTPUT/POLICY/TARGET/. Nothing is written unless every policy is valid and every target \
      can enforce it, or the policy accepts by name what it cannot.
      """
  )

  @Argument(help: "Policies: paths, names or folders; policies/ if there are none.")
  var policies: [String] = []

  @Option(name: .long, parsing: .upToNextOption, help: "Targets, also separated by commas: \(TargetRegistry.names).")
  var target: [String] = []

  @Option(name: .shortAndLong, help: "The folder to write to.")
  var output = "generated"

  @Flag(help: "Write nothing; say what is out of date, with the lines, and exit with 1 if something is.")
  var check = false

  @OptionGroup var colorOption: ColorOption

  func run() throws {
    let targets = try TargetRegistry.targets(named: target)
    let loaded = PolicySet.load(policies)
    guard loaded.errors.isEmpty else {
      Terminal.error.report(loaded.errors, color: colorOption.color)
      Terminal.error.summarize(loaded.errors, of: "nothing was written")
      throw ExitStatus.invalid.code
    }
    let compilation = Compilation(loaded.policies, targets: targets, on: .today())
    guard compilation.losses.isEmpty else {
      Terminal.error.report(compilation.losses, color: colorOption.color)
      Terminal.error.summarize(compilation.losses, of: "nothing was written")
      throw ExitStatus.notEnforceable.code
    }
    if check { try compare(compilation) } else { try write(compilation) }
  }

  private func write(_ compilation: Compilation) throws {
    do throws(ArtifactDirectory.Failure) {
      for unit in compilation.units {
        let directory = ArtifactDirectory(path: "\(output)/\(unit.policy)/\(unit.target.rawValue)")
        let changed = try directory.write(unit.artifacts)
        Terminal.error.line("\(changed ? "wrote" : "up to date:") \(directory.path)/ (\(unit.artifacts.count) files)")
      }
    } catch {
      Terminal.error.complain("\(error.message)")
      throw ExitStatus.software.code
    }
  }

  private func compare(_ compilation: Compilation) throws {
    var isCurrent = true
    for unit in compilation.units {
      let directory = ArtifactDirectory(path: "\(output)/\(unit.policy)/\(unit.target.rawValue)")
      for drift in directory.drift(from: unit.artifacts) {
        isCurrent = false
        Terminal.output.write(drift.text)
      }
    }
    if !isCurrent {
      Terminal.error.line("out of date; `ringfence compile` brings it up to date")
      throw ExitStatus.findings.code
    }
    Terminal.error.line("up to date: \(compilation.units.count) folders in \(output)/")
  }
}

extension ArtifactDirectory.Drift {
  /// As a reviewer reads it.
  fileprivate var text: String {
    switch self {
    case .missing(let path): "\(path): missing\n"
    case .changed(let path, let difference?):
      "\(path): out of date\n--- \(path)\n+++ what the policy says\n\(difference.text)"
    case .changed(let path, nil): "\(path): out of date (binary)\n"
    case .modeChanged(let path): "\(path): its executable bit is wrong\n"
    case .leftOver(let path): "\(path): the policy does not produce this file; remove it\n"
    }
  }
}
