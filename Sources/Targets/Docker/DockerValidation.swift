import CanonicalJSON
import Diagnostics

/// Checks what Docker is told, whatever the file.
enum DockerValidation {
  static func script(_ source: SourceText) -> [Diagnostic] {
    let script: ShellScript
    do throws(InvalidInput) {
      script = try ShellScript.read(source)
    } catch {
      return error.diagnostics
    }
    let calls = DockerRunReader.calls(in: script)
    if calls.isEmpty {
      let start = SourceRange(source: source, start: 0, end: 0)
      return [DockerRunReader.noCommand.finding("there is no docker run or docker create", at: start)]
    }
    return calls.flatMap { $0.diagnostics + DockerRules.all.findings(in: $0.settings) }
  }

  static func createBody(_ source: SourceText) -> [Diagnostic] {
    let root: JSONNode
    do throws(InvalidInput) {
      root = try JSONNode(reading: source, limits: .artifact)
    } catch {
      return error.diagnostics
    }
    let shape = DockerCreateShape.body.mismatches(in: root)
    guard root.object != nil else { return shape }
    let settings = DockerCreateReader.settings(of: root)
    return shape + DockerRules.all.findings(in: settings) + inlinedProfiles(settings)
  }

  /// The filter that is part of a create body. Its places are inside of a JSON string, so findings name the option as a
  /// whole and say where in the profile they are.
  private static func inlinedProfiles(_ settings: DockerSettings) -> [Diagnostic] {
    settings.securityOptions.flatMap { option -> [Diagnostic] in
      guard let text = option.value, text.hasPrefix("seccomp={") else { return [] }
      let profile = SourceText(name: "profile", text: String(text.dropFirst("seccomp=".count)))
      return SeccompDocument.diagnose(profile).map { finding in
        let place = finding.primary.map { "in the profile, at column \($0.range.startPosition.column)" }
        return Diagnostic(
          rule: finding.rule,
          severity: finding.severity,
          "the inlined seccomp profile: \(finding.message)",
          at: Diagnostic.Label(option.range),
          notes: [place].compactMap(\.self) + finding.notes,
          help: finding.help
        )
      }
    }
  }
}
