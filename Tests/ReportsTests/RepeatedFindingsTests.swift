import Diagnostics
import Reports
import TestSupport
import Testing

@Suite struct RepeatedFindingsTests {
  /// What a run over children of one base finds: its line, once for each of them.
  private func report(children: Int) -> Report {
    let findings = (0..<children).map { index in
      // Each child reads the base anew.
      let base = MarkedText("root: «writable»\n", name: "base.yaml")
      let child = MarkedText("extends: ‹base›\n", name: "child\(index).yaml")
      return Diagnostic(
        rule: "RF3003",
        severity: .warning,
        "m",
        at: .init(base.primary[0]),
        secondary: [.init(child.secondary[0], "inherited here")]
      )
    }
    return Report(findings: findings, files: [], catalog: RuleCatalog([]), toolVersion: "1", root: "/")
  }

  @Test func aLineThatManyInheritIsOneFinding() {
    let finding = report(children: 3).findings
    #expect(finding.count == 1)
    #expect(finding.first?.secondary.map(\.range.source.name) == ["child0.yaml", "child1.yaml", "child2.yaml"])
    #expect(finding.first?.notes.isEmpty == true)
  }

  @Test func theListOfChildrenIsBounded() {
    let finding = report(children: 1000).findings
    #expect(finding.count == 1)
    #expect(finding.first?.secondary.count == 4)
    #expect(finding.first?.notes == ["and in 996 more places"])
  }

  @Test func whatDiffersStays() {
    let text = MarkedText("«a» «b»\n", name: "p.yaml")
    func finding(_ rule: String, _ message: String, _ index: Int) -> Diagnostic {
      Diagnostic(rule: rule, severity: .error, message, at: .init(text.primary[index]))
    }
    let findings = [finding("R1", "m", 0), finding("R2", "m", 0), finding("R1", "n", 0), finding("R1", "m", 1)]
    let report = Report(findings: findings + findings, files: [], catalog: RuleCatalog([]), toolVersion: "1", root: "/")
    #expect(report.findings.count == 4)
  }
}
