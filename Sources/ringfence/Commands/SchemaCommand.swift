import ArgumentParser
import CanonicalJSON
import Policy

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Prints the JSON Schema of the policy language, for editors."
  )

  @Flag(help: "Print the reference of the language as Markdown instead.")
  var reference = false

  @OptionGroup var colorOption: ColorOption

  func run() throws {
    let isWritten =
      reference
      ? Terminal.output.write(PolicyReference.markdown())
      : Terminal.output.write(PolicySchema.json().encoded(.indented))
    if !isWritten { throw ExitStatus.software.code }
  }
}
