import Diagnostics
import Targets
import TestSupport
import Testing

@Suite("The table of rules")
struct RuleCoverageTests {
  struct Example: CustomTestStringConvertible, Sendable {
    let rule: String
    let kind: ArtifactKind
    let text: String
    var testDescription: String { RuleCase(rule, text).testDescription }
  }

  /// What only bytes can say is shown as a listing, and tested where the bytes are made; JSON has its tests beside the
  /// reader.
  private static let files = ValidationExamples.all.filter { $1.kind != .listing }.sorted { $0.key < $1.key }
  private static let before = files.map { Example(rule: $0, kind: $1.kind, text: $1.before) }
  private static let after = files.map { Example(rule: $0, kind: $1.kind, text: $1.after) }

  @Test("what the page of a rule shows is found, there and nowhere else", arguments: before)
  func isFound(example: Example) throws {
    #expect(example.text.contains("«"))
    try RuleCase(example.rule, example.text).check(as: example.kind)
  }

  @Test("what the page shows mended is not found", arguments: after)
  func isMended(example: Example) throws {
    #expect(!example.text.contains("«"))
    try RuleCase(example.rule, example.text).check(as: example.kind)
  }

  /// Those of filters are made of instructions.
  @Test("every rule that is shown by a listing has a test of what it finds, and of what it does not")
  func listings() {
    let cases = OtherRuleTests.all.map(\.example) + FilterProofRuleTests.all.map(\.example)
    for (rule, example) in ValidationExamples.all where example.kind == .listing && !rule.hasPrefix("RF80") {
      #expect(
        cases.contains { $0.rule == rule && $0.isBad } && cases.contains { $0.rule == rule && !$0.isBad },
        "\(rule)"
      )
    }
  }

  /// Rules about the check itself, and about what is slower or refused in another way.
  private static let withoutEffect = ["RF8004", "RF8301", "RF8605", "RF8711", "RF8714", "RF8715", "RF8801", "RF8821"]

  @Test("every page has an example, references and what comes of it with which engines", arguments: ValidationRules.all)
  func page(rule: RuleDescription) {
    #expect(rule.example.map { $0.before != $0.after && !$0.before.contains("«") } == true)
    #expect(!rule.references.isEmpty && rule.references.allSatisfy { !$0.isEmpty })
    #expect(rule.effects.isEmpty == Self.withoutEffect.contains(rule.id))
    #expect(Set(rule.effects.map(\.outcome)).count == rule.effects.count)
    for effect in rule.effects { #expect(!effect.engines.isEmpty && rule.page.contains(effect.engines[0])) }
  }

  @Test("nothing is told of rules that there are not")
  func strays() {
    let ids = Set(ValidationRules.all.map(\.id))
    #expect(Set(ValidationExamples.all.keys).subtracting(ids).isEmpty)
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
