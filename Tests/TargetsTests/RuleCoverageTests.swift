import Diagnostics
import Targets
import TestSupport
import Testing

@Suite("The table of rules")
struct RuleCoverageTests {
  private static let cases: [RuleCase] = [
    OCIRuleTests.bad, OCIRuleTests.good, DockerRuleTests.all, ComposeRuleTests.all, SeccompRuleTests.all,
    OtherRuleTests.all.map(\.example), FilterProofRuleTests.all.map(\.example),
  ].flatMap(\.self)

  /// The rules of reading JSON have their tests beside the reader.
  @Test("every rule has an example of what it finds, and one of what it does not", arguments: [true, false])
  func examples(isBad: Bool) {
    let covered = Set(Self.cases.filter { $0.isBad == isBad }.map(\.rule))
    let missing = ValidationRules.all.map(\.id).filter { !covered.contains($0) && !$0.hasPrefix("RF80") }
    #expect(missing.isEmpty, "\(isBad ? "bad" : "good") examples are missing for \(missing.joined(separator: " "))")
  }

  @Test("ids are unique and every rule is explained")
  func table() {
    let ids = ValidationRules.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    for rule in ValidationRules.all {
      #expect(rule.id.count == 6 && rule.id.hasPrefix("RF8"))
      #expect(!rule.title.hasSuffix(".") && rule.explanation.hasSuffix("."), "\(rule.id)")
    }
  }
}
