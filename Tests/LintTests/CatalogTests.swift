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

  @Test(arguments: LintRules.descriptions + PolicyRules.all) func everyPageIsComplete(_ rule: RuleDescription) {
    #expect(rule.title.first?.isLowercase == true || rule.title.hasPrefix("/") || rule.title.hasPrefix("YAML"))
    #expect(rule.explanation.hasSuffix("."))
    #expect(!rule.explanation.contains("  "))
    #expect(rule.page.contains(rule.id))
    #expect(rule.example.map { $0.before != $0.after } == true)
    #expect(!rule.references.isEmpty && rule.references.allSatisfy { !$0.isEmpty && !$0.hasSuffix(".") })
  }

  @Test func pagesFitATerminal() {
    for rule in LintRules.descriptions {
      let prose = rule.page.split(separator: "Before:")[0]
      #expect(prose.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(rule.id)")
    }
  }
}
