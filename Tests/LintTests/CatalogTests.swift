import CanonicalJSON
import Diagnostics
import Lint
import Policy
import TestSupport
import Testing

@Suite struct CatalogTests {
  static let catalog = RuleCatalog(LintRules.descriptions, PolicyRules.all, JSONRules.all)

  @Test func idsAreUniqueAndWellFormed() {
    #expect(Self.catalog.duplicateIDs.isEmpty)
    for rule in LintRules.descriptions {
      #expect(rule.id.utf8.count == 6 && rule.id.hasPrefix("RF"), "\(rule.id)")
      #expect(LintRules.families.contains { rule.id.hasPrefix($0.prefix) }, "\(rule.id)")
    }
    #expect(LintRules.descriptions.count >= 40)
  }

  @Test(arguments: LintRules.descriptions) func everyPageIsComplete(_ rule: RuleDescription) {
    #expect(rule.title.first?.isLowercase == true || rule.title.hasPrefix("/"))
    #expect(rule.explanation.hasSuffix("."))
    #expect(!rule.explanation.contains("  "))
    #expect(rule.page.contains(rule.id))
    // Three are about the day and about another file.
    #expect(rule.example != nil || ["RF9006", "RF9007", "RF9008"].contains(rule.id))
    if let example = rule.example { #expect(example.before != example.after) }
  }

  @Test func pagesFitATerminal() {
    for rule in LintRules.descriptions {
      let prose = rule.page.split(separator: "Before:")[0]
      #expect(prose.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(rule.id)")
    }
  }
}
