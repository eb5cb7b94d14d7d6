import CanonicalJSON
import Foundation
import Policy
import TestSupport
import Testing

/// What is generated from the language and the shipped policies, and committed: `RINGFENCE_RECORD=1 swift test` writes it.
@Suite struct GeneratedFilesTests {
  @Test func theSchemaIsCurrent() throws {
    try expectCurrent("policies/schema.json", PolicySchema.json().text(.indented))
  }

  @Test func theReferenceIsCurrent() throws {
    try expectCurrent("docs/language.md", PolicyReference.markdown())
  }

  @Test func theShippedPoliciesAreCurrent() throws {
    let folder = BuiltCommand.folder + "/policies"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }.sorted()
    #expect(names.count >= 7)
    var source = """
      // swift-format-ignore-file
      // Generated from policies/*.yaml: `RINGFENCE_RECORD=1 swift test --filter GeneratedFilesTests`. Do not edit.

      extension ShippedPolicies {
        package static let all: [Entry] = [

      """
    for name in names {
      let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
      #expect(!text.contains(#"""""#), "\(name) would end the literal")
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "      " + $0 }
      source += "    Entry(\n      name: \"\(name.dropLast(5))\",\n      text: #\"\"\"\n"
      // The line break before the closing quotes is none of the text's, which has one of its own.
      source += lines.joined(separator: "\n") + "\n      \"\"\"#\n    ),\n"
    }
    source += "  ]\n}\n"
    try expectCurrent("Sources/Policy/ShippedPolicies+Generated.swift", source)
  }

  private func expectCurrent(_ path: String, _ text: String) throws {
    let file = BuiltCommand.folder + "/" + path
    if ChildProcess.inherited("RINGFENCE_RECORD") == "1" {
      try text.write(toFile: file, atomically: true, encoding: .utf8)
    } else {
      let current = try? String(contentsOfFile: file, encoding: .utf8)
      #expect(current == text, "\(path) is out of date; record it with RINGFENCE_RECORD=1")
    }
  }
}
