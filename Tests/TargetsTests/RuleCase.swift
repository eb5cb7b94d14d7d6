import Diagnostics
import Targets
import TestSupport
import Testing

/// A file and what a rule has to find in it: each `«…»` and nothing else. Findings of other rules do not matter, since
/// a short example leaves out much that they ask for.
struct RuleCase: CustomTestStringConvertible, Sendable {
  let rule: String
  let text: String
  let testDescription: String

  init(_ rule: String, _ text: String) {
    self.rule = rule
    self.text = text
    testDescription = "\(rule) \(text.prefix(60).filter { $0 != "\n" })"
  }

  /// Whether something has to be found.
  var isBad: Bool { text.contains("«") }

  func check(as kind: ArtifactKind, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let marked = MarkedText(text, name: "artifact")
    let target = try #require(TargetRegistry.validator(for: kind))
    let found = target.validate(marked.source, as: kind)
    marked.expect(found.filter { $0.rule == rule }, sourceLocation: sourceLocation)
    for diagnostic in found where diagnostic.rule == rule {
      #expect(!diagnostic.message.isEmpty && !diagnostic.message.hasSuffix("."), sourceLocation: sourceLocation)
    }
  }
}
