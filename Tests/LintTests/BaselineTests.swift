import CanonicalJSON
import Diagnostics
import Lint
import Reports
import TestSupport
import Testing

@Suite struct BaselineTests {
  private func findings(_ marked: String, name: String = "p.yaml") -> [Diagnostic] {
    MarkedText(marked, name: name).primary.map { range in
      Diagnostic(rule: "RF5001", severity: .error, "m", at: .init(range), subject: "resources.\(range.text)")
    }
  }

  private func baseline(_ findings: [Diagnostic]) throws -> Baseline {
    let text = Baseline.document(of: findings, root: "/r").text(.indented)
    return try Baseline(reading: SourceText(name: "baseline.json", text: text))
  }

  @Test func knownFindingsDoNotCount() throws {
    let known = findings("a: «memory»\n")
    let now = findings("# moved\n\na: «memory»\nb: «pids»\n")
    let result = try baseline(known).apply(to: now, files: ["p.yaml"], root: "/r")
    #expect(result.findings.map(\.subject) == ["resources.pids"])
    #expect(result.suppressed.map(\.diagnostic.subject) == ["resources.memory"])
  }

  /// A second finding like a known one is new.
  @Test func aCopyIsNew() throws {
    let result = try baseline(findings("a: «memory»\n"))
      .apply(to: findings("a: «memory»\nb: «memory»\n"), files: ["p.yaml"], root: "/r")
    #expect(result.findings.count == 1)
    #expect(result.suppressed.count == 1)
  }

  @Test func whatIsGoneIsSaid() throws {
    let known = try baseline(findings("a: «memory»\n"))
    let checked = known.apply(to: [], files: ["./p.yaml"], root: "/r")
    #expect(checked.findings.map(\.rule) == ["RF9007"])
    #expect(checked.findings.first?.primary?.range.source.name == "baseline.json")
    // Of a file that was not checked, nothing is known.
    #expect(known.apply(to: [], files: ["q.yaml"], root: "/r").findings.isEmpty)
  }

  @Test func anotherFileIsNotKnown() throws {
    let result = try baseline(findings("a: «memory»\n"))
      .apply(to: findings("a: «memory»\n", name: "q.yaml"), files: ["q.yaml"], root: "/r")
    #expect(result.findings.count == 1)
  }

  @Test(arguments: [
    "", "[]", "{}", "{\"schema\": \"ringfence.baseline/2\", \"findings\": []}",
    "{\"schema\": \"ringfence.baseline/1\"}",
    "{\"schema\": \"ringfence.baseline/1\", \"findings\": {}}",
    "{\"schema\": \"ringfence.baseline/1\", \"findings\": [{\"fingerprint\": 1, \"rule\": \"x\", \"file\": \"y\"}]}",
  ])
  func aBrokenBaselineIsRefused(_ text: String) {
    #expect(throws: InvalidInput.self) { try Baseline(reading: SourceText(name: "b.json", text: text)) }
  }
}
