import ArgumentParser
import Diagnostics
import Glibc

/// Where findings link to, for every verb that shows some.
struct RulesPageOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The address of a published docs/rules.md that findings link to; $RINGFENCE_RULES_PAGE if not given.",
      valueName: "address"
    )
  )
  var rulesPage: String?

  /// nil when nobody has said.
  var page: RulesPage? { written.flatMap(RulesPage.init) }

  func validate() throws {
    guard let written, RulesPage(written) == nil else { return }
    throw ValidationError(
      "'\(DisplayText.escaped(written))' is not the address of a page: https://…, http://… or file://…, without a #"
    )
  }

  private var written: String? {
    rulesPage ?? getenv("RINGFENCE_RULES_PAGE").map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
