import ArgumentParser
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

  @Option(help: "The policy to start from.")
  var from = "python-untrusted"

  func run() throws {
    let path = "policies/\(name).yaml"
    let text: String
    do throws(InvalidInput) {
      let loader = PolicyLoader.forCommandLine()
      _ = try loader.load(reference: from)
      text = PolicyTemplate.text(name: name, from: from)
      // A name that no policy can have is found here, before anything is written.
      _ = try loader.load(source: SourceText(name: path, text: text), folder: "policies")
    } catch {
      Terminal.error.report(error.diagnostics)
      throw ExitStatus.invalid.code
    }
    guard access(path, F_OK) != 0 else {
      Terminal.error.line("ringfence: \(path) exists already")
      throw ExitStatus.invalid.code
    }
    mkdir("policies", 0o755)
    try OutputFile.write(text, to: path)
    Terminal.error.line("wrote \(path); next: ringfence lint \(path), ringfence run \(name)")
  }
}
