import Diagnostics
import Lint
import Policy
import TestSupport
import Testing

/// The examples of the rules' pages are true: the rule finds the one before, and nothing finds fault with the one after
/// but what the example is not about.
@Suite struct ExampleTests {
  static let rules = (LintRules.descriptions + PolicyRules.all).filter {
    $0.example != nil && !elsewhere.contains($0.id)
  }
  /// What no text of a page can hold: bytes, characters and sizes that are shown in words, and other files. RF1031 gives
  /// way to a rule that says more of the same place, and is tested with the language.
  private static let elsewhere = ["RF1002", "RF1003", "RF1004", "RF1007", "RF1010", "RF1031", "RF9007", "RF9008"]

  @Test(arguments: rules) func theRuleFindsItsExample(_ rule: RuleDescription) throws {
    let example = try #require(rule.example)
    // A policy without tests or a description is what two of the rules are about.
    let isBare = ["RF7001", "RF7005"].contains(rule.id)
    let before = isBare ? "version: 1\nname: example\n\(example.before)\n" : PolicyFixture.text(example.before)
    let source = SourceText(name: "example.yaml", text: before)
    let found = try PolicyFixture.diagnostics(of: source, audit: !rule.id.hasPrefix("RF9"))
    #expect(found.contains { $0.rule == rule.id }, "\(ConciseRenderer.render(found))")
    for finding in found where finding.rule == rule.id {
      #expect(finding.primary?.range.source === source)
      #expect(finding.primary.map { $0.range.end > $0.range.start } == true)
    }
  }

  @Test(arguments: rules) func theMendedExampleIsValidAndNotFound(_ rule: RuleDescription) throws {
    let example = try #require(rule.example)
    let source = SourceText(name: "example.yaml", text: PolicyFixture.text(example.after))
    let found = try PolicyFixture.diagnostics(of: source, audit: false)
    #expect(!found.contains { $0.rule == rule.id }, "\(ConciseRenderer.render(found))")
    #expect(!found.contains { $0.rule.hasPrefix("RF1") && $0.severity == .error }, "\(ConciseRenderer.render(found))")
  }

  /// Fixes of the examples lead to a valid policy without the finding.
  @Test(arguments: rules) func fixesMend(_ rule: RuleDescription) throws {
    let example = try #require(rule.example)
    let source = SourceText(name: "example.yaml", text: PolicyFixture.text(example.before))
    let found = try PolicyFixture.diagnostics(of: source)
    guard found.contains(where: { $0.rule == rule.id && $0.fix != nil }) else { return }
    let (mended, count) = Mending.mend(source, includesUnsafe: true) { try? PolicyFixture.diagnostics(of: $0) }
    #expect(count > 0)
    let left = try PolicyFixture.diagnostics(of: mended)
    #expect(!left.contains { $0.rule == rule.id }, "\(ConciseRenderer.render(left))")
    #expect(!left.contains { $0.rule.hasPrefix("RF1") && $0.severity == .error }, "\(ConciseRenderer.render(left))")
  }
}
