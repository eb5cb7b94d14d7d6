import ArgumentParser
import Diagnostics
import Glibc
import LanguageServer
import Lint
import Policy
import Targets

struct LanguageServerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp",
    abstract: "Serves editors: a language server on standard input and output.",
    discussion: """
      Diagnostics as you type, what a key means and comes to, completion, the parent policy, fixes. docs/editors.md says how \
      editors start it.
      """
  )

  @Flag(help: "Use standard input and output, which it does anyway; for editors that insist on naming them.")
  var stdio = false

  @OptionGroup var rulesPageOption: RulesPageOption

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    let configuration = LanguageServer.Configuration(
      version: RingfenceCommand.configuration.version,
      catalog: .all,
      rulesPage: rulesPageOption.page
    )
    var server = LanguageServer(
      input: STDIN_FILENO,
      output: STDOUT_FILENO,
      configuration: configuration,
      linter: Linter(today: .today(), losses: TargetRegistry.loses)
    )
    if !server.run() { throw ExitStatus.findings.code }
  }
}
