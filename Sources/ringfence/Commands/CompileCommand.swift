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

      Without policies and targets, --check also finds what no policy produces any more: a folder of a policy that was \
      removed or renamed would still be deployed. `compile` names it, and removes nothing.
      """
  )

  @Argument(help: "Policies: paths, names or folders; policies/ if there are none.", completion: .policies)
  var policies: [String] = []

  @Option(
    help: ArgumentHelp("A target, or several separated by commas: \(TargetRegistry.names). Can be repeated."),
    completion: .list(TargetRegistry.words)
  )
  var target: [String] = []

  @Option(name: .shortAndLong, help: "The folder to write to.", completion: .directory)
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

  private var tree: ArtifactTree { ArtifactTree(path: output) }

  private func write(_ compilation: Compilation) throws {
    do throws(ArtifactDirectory.Failure) {
      for unit in compilation.units {
        let directory = tree.directory(policy: unit.policy, target: unit.target)
        let changed = try directory.write(unit.artifacts)
        Terminal.error.line("\(changed ? "wrote" : "up to date:") \(directory.path)/ (\(unit.artifacts.count) files)")
      }
    } catch {
      Terminal.error.complain(error.message)
      throw ExitStatus.ofFailedWrite(error.errno).code
    }
    for path in leftOvers(of: compilation) { Terminal.error.line(Self.leftOver(path)) }
  }

  private func compare(_ compilation: Compilation) throws {
    var isCurrent = true
    for unit in compilation.units {
      for drift in tree.directory(policy: unit.policy, target: unit.target).drift(from: unit.artifacts) {
        isCurrent = false
        Terminal.output.write(drift.text)
      }
    }
    let leftOvers = leftOvers(of: compilation)
    for path in leftOvers { Terminal.output.line(Self.leftOver(path)) }
    if !isCurrent { Terminal.error.line("out of date; `ringfence compile` brings it up to date") }
    if !leftOvers.isEmpty { Terminal.error.line("left over in \(output)/: \(leftOvers.count), to be removed by hand") }
    if !isCurrent || !leftOvers.isEmpty { throw ExitStatus.findings.code }
    Terminal.error.line("up to date: \(compilation.units.count) folders in \(output)/")
  }

  /// Only when all that is to be there is known.
  private func leftOvers(of compilation: Compilation) -> [String] {
    guard policies.isEmpty, target.isEmpty else { return [] }
    return tree.leftOvers(besides: compilation.units.map { ($0.policy, $0.target) })
  }

  private static func leftOver(_ path: String) -> String {
    DisplayText.escaped("\(path): no policy produces this; remove it")
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
