import Diagnostics
import Lint
import Policy
import TestSupport
import Testing

/// Policies as users write them, from the text to the findings.
enum PolicyFixture {
  static let today = CalendarDate("2026-11-22")

  /// A policy named `example` with these lines, a description and a test.
  static func text(_ lines: String) -> String {
    var text = "version: 1\nname: example\n"
    if !lines.contains("description:") { text += "description: For tests.\n" }
    text += lines + (lines.hasSuffix("\n") ? "" : "\n")
    if !lines.contains("tests:") { text += "tests: [{name: runs, run: [\"true\"], expect: {exit_code: 0}}]\n" }
    return text
  }

  /// What the language and the linter have to say of a text; the errors alone when it is invalid.
  static func diagnostics(of source: SourceText, folder: String = "/nowhere", audit: Bool = true) throws -> [Diagnostic]
  {
    let today = try #require(today)
    do {
      let policy = try PolicyLoader(searchPath: [], today: today).load(source: source, folder: folder)
      return Linter(today: today, honoursSuppressions: !audit).lint(policy).findings
    } catch {
      return error.diagnostics
    }
  }
}
