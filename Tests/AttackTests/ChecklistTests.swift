import TestSupport
import Testing

/// The checklist of docs/threat-model.md: whatever has gone wrong in other sandboxes has an attack or a test here.
@Suite struct ChecklistTests {
  @Test func everyRowNamesWhatExists() throws {
    let page = try #require(TestFile.text(BuiltCommand.folder + "/docs/threat-model.md"))
    let section = try #require(page.split(separator: "\n## ").first { $0.hasPrefix("What went wrong elsewhere") })
    let rows = section.split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
    #expect(rows.count >= 22)
    let tests = try ChildProcess.run(["grep", "-rhoE", "func [A-Za-z0-9]+", BuiltCommand.folder + "/Tests"]).outputText
    let functions = Set(tests.split(separator: "\n").map { String($0.dropFirst(5)) })
    for row in rows {
      let proof = try #require(row.split(separator: "|").dropFirst(2).last, "\(row)")
      let names = proof.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map { String($0.element) }
      #expect(!names.isEmpty, "\(row)")
      for name in names {
        #expect(Manifest.attacks.contains(name) || functions.contains(name), "there is no attack or test \(name)")
      }
    }
  }
}
