import ArgumentParser
import CanonicalJSON
import Diagnostics
import Glibc
import Policy

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Writes a first policy, commented, that lints clean."
  )

  @Argument(help: "The policy's name; its file is policies/NAME.yaml.")
  var name = "my-policy"

  @Option(help: "The policy to start from.", completion: .policies)
  var from = "python-untrusted"

  @OptionGroup var colorOption: ColorOption

  func validate() throws {
    guard !PolicyTemplate.isName(name) else { return }
    let shown = DisplayText.escaped(name)
    let help = "lower-case letters, digits and hyphens, at most 63; the file will be policies/NAME.yaml"
    throw ValidationError("'\(shown)' is not a policy's name: \(help)")
  }

  func run() throws {
    let path = "policies/\(name).yaml"
    let text: String
    do throws(InvalidInput) {
      let loader = PolicyLoader.forCommandLine()
      _ = try loader.load(reference: from)
      text = PolicyTemplate.text(name: name, from: from)
      _ = try loader.load(source: SourceText(name: path, text: text), folder: "policies")
    } catch {
      Terminal.error.report(error.diagnostics, color: colorOption.color)
      throw ExitStatus.invalid.code
    }
    guard mkdir("policies", 0o755) == 0 || errno == EEXIST else {
      let failure = errno
      Terminal.error.line("ringfence: cannot make the folder policies: \(String(cString: strerror(failure)))")
      throw ExitStatus.ofFailedWrite(failure).code
    }
    guard access(path, F_OK) != 0 else {
      Terminal.error.complain("\(path) exists already")
      throw ExitStatus.invalid.code
    }
    try OutputFile.write(text, to: path)
    // What the policy's first line names, for editors.
    let schema = "policies/schema.json"
    if access(schema, F_OK) != 0 { try OutputFile.write(PolicySchema.json().text(.indented), to: schema) }
    Terminal.error.line("wrote \(path); next: ringfence lint \(path), ringfence run \(name)")
  }
}
