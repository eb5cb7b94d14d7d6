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

  @Option(help: "The policy to start from.", completion: .policies)
  var from = "python-untrusted"

  @OptionGroup var colorOption: ColorOption

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
      Terminal.error.report(error.diagnostics, color: colorOption.color)
      throw ExitStatus.invalid.code
    }
    guard mkdir("policies", 0o755) == 0 || errno == EEXIST else {
      let failure = errno
      Terminal.error.line("ringfence: cannot make the folder policies: \(String(cString: strerror(failure)))")
      throw ExitStatus.ofFailedWrite(failure).code
    }
    guard access(path, F_OK) != 0 else {
      Terminal.error.line("ringfence: \(path) exists already")
      throw ExitStatus.invalid.code
    }
    try OutputFile.write(text, to: path)
    Terminal.error.line("wrote \(path); next: ringfence lint \(path), ringfence run \(name)")
  }
}
