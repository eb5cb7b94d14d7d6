import ArgumentParser
import CanonicalJSON
import Diagnostics
import Policy
import Sandbox
import Targets

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Shows a policy with every value explicit and where each comes from, or how a target enforces it."
  )

  @Argument(help: "The policy: a path or a name.", completion: .policies)
  var policy: String

  @Option(
    help: "Show for every control how this target enforces it: \(TargetRegistry.names).",
    completion: .list(TargetRegistry.words)
  )
  var target: String?

  @Flag(
    help: "Print the resolved policy with its origins as JSON, ringfence.policy/1; with --target, how it is enforced."
  )
  var json = false

  @OptionGroup var colorOption: ColorOption

  func run() throws {
    let chosen = try target.map(TargetRegistry.target(named:))
    let policy: ResolvedPolicy
    do throws(InvalidInput) {
      policy = try PolicyLoader.forCommandLine().load(reference: self.policy)
    } catch {
      Terminal.error.report(error.diagnostics, color: colorOption.color)
      throw ExitStatus.invalid.code
    }
    if let chosen {
      if json {
        Terminal.output.write(Self.enforcement(of: policy, by: chosen).encoded(.indented))
      } else {
        showEnforcement(of: policy, by: chosen)
      }
    } else if json {
      Terminal.output.write(document(of: policy).encoded(.indented))
    } else {
      showValues(of: policy)
    }
  }

  private func showValues(of policy: ResolvedPolicy) {
    Terminal.output.line("# \(policy.digest)")
    guard case .object(let root) = SandboxDocument.json(policy.sandbox) else { return }
    var lines: [(text: String, origin: String)] = []
    for member in root.members { collect(member.value, member.name, policy, into: &lines) }
    for name in policy.ceilings.map(\.name) {
      lines.append(
        ("within: \(name)", policy.origins["within"].map { DisplayText.escaped($0.location) } ?? "inherited")
      )
    }
    for entry in policy.accepted {
      lines.append(
        ("accept: \(acceptance(entry).text(.compact))", DisplayText.escaped(entry.range.location))
      )
    }
    let width = min(60, lines.map(\.text.count).max() ?? 0)
    for line in lines {
      Terminal.output.line(
        line.text + String(repeating: " ", count: max(1, width - line.text.count + 2)) + "# " + line.origin
      )
    }
  }

  private func document(of policy: ResolvedPolicy) -> JSON {
    let origins = policy.origins.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { path, range in
      let start = range.startPosition
      return (
        path,
        [
          "file": .string(range.source.name), "line": .integer(start.line), "column": .integer(start.column),
        ] as JSON
      )
    }
    return [
      "schema": "ringfence.policy/1",
      "digest": .string(policy.digest),
      "policy": SandboxDocument.json(policy.sandbox),
      "within": .array(policy.ceilings.map { .string($0.name) }),
      "accept": .array(policy.accepted.map(acceptance)),
      // Where a value is decided; one that is not here has its default.
      "origins": .object(JSONObject(origins)),
    ]
  }

  private func acceptance(_ acceptance: Acceptance) -> JSON {
    [
      "target": .string(acceptance.target?.rawValue ?? "all"), "control": .string(acceptance.control.rawValue),
      "reason": .string(acceptance.reason), "expires": acceptance.expires.map { .string($0.description) } ?? .null,
    ]
  }

  private func collect(
    _ value: JSON,
    _ path: String,
    _ policy: ResolvedPolicy,
    into lines: inout [(text: String, origin: String)]
  ) {
    if case .object(let object) = value, !object.isEmpty {
      for member in object.members { collect(member.value, path + "." + member.name, policy, into: &lines) }
    } else {
      let origin = policy.origins[path].map { DisplayText.escaped($0.location) } ?? "default"
      lines.append(("\(path): \(value.text(.compact))", origin))
    }
  }

  private static func enforcement(of policy: ResolvedPolicy, by target: any Target) -> JSON {
    let name = type(of: target).name
    let accepted = policy.acceptedControls(of: name, on: .today())
    return [
      "schema": "ringfence.enforcement/1", "policy": .string(policy.sandbox.name), "target": .string(name.rawValue),
      "controls": .array(
        target.enforcementReport(for: policy.sandbox).map { control, enforcement in
          [
            "control": .string(control.rawValue), "enforcement": .string(enforcement.word),
            "mechanism": enforcement.mechanism.map(JSON.string) ?? .null,
            "reason": enforcement.reason.map(JSON.string) ?? .null,
            "accepted": .bool(!enforcement.holds && accepted.contains(control)),
          ]
        }
      ),
    ]
  }

  private func showEnforcement(of policy: ResolvedPolicy, by target: any Target) {
    let name = type(of: target).name
    let accepted = policy.acceptedControls(of: name, on: .today())
    Terminal.output.line("\(policy.sandbox.name) on \(name.rawValue)")
    for (control, enforcement) in target.enforcementReport(for: policy.sandbox) {
      let note = enforcement.holds ? "" : accepted.contains(control) ? " (accepted)" : " (NOT accepted)"
      var line = "  " + control.rawValue + String(repeating: " ", count: max(1, 28 - control.rawValue.utf8.count))
      line += enforcement.word + note
      if let mechanism = enforcement.mechanism { line += ", by " + mechanism }
      if let reason = enforcement.reason { line += ": " + reason }
      Terminal.output.line(line)
    }
  }
}
