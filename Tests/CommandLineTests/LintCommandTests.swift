import CanonicalJSON
import Diagnostics
import TestSupport
import Testing

/// `ringfence lint` as a reviewer uses it: fixes, baselines, several outputs, one bad file among good ones.
@Suite struct LintCommandTests {
  private static let loose = """
    version: 1
    name: loose
    description: For tests.
    filesystem:
      root: writable  # for now
    resources:
      memory: unlimited
    capabilities:
      - SYS_ADMIN     # mounts
      - NET_BIND_SERVICE
    tests: [{name: runs, run: ["true"], expect: {exit_code: 0}}]

    """

  private func place() throws -> CommandTests.Workplace {
    let place = try CommandTests.Workplace()
    try place.write(Self.loose, to: "policies/loose.yaml")
    return place
  }

  private func policy(_ place: CommandTests.Workplace) -> String? { TestFile.text(place.path + "/policies/loose.yaml") }

  @Test func safeFixesKeepCommentsAndLayout() throws {
    let place = try place()
    let shown = try place.ringfence("lint", "--fix", "--diff", "--format", "concise")
    #expect(policy(place) == Self.loose)
    #expect(shown.outputText.contains("-  - SYS_ADMIN     # mounts\n"))
    #expect(shown.errorText.contains("2 fixes to apply"))

    let result = try place.ringfence("lint", "--fix", "--format", "concise")
    #expect(result.exitCode == 1)
    #expect(
      result.outputText == "policies/loose.yaml:7:11: error[RF5001]: the program can use all memory of the host\n"
    )
    #expect(
      policy(place)
        == Self.loose.replacing("writable", with: "read-only").replacing("  - SYS_ADMIN     # mounts\n", with: "")
    )

    #expect(try place.ringfence("lint", "--fix", "--unsafe-fixes").exitCode == 0)
    #expect(policy(place)?.contains("memory: 256Mi\n") == true)
    #expect(try place.ringfence("lint").outputText.isEmpty)
  }

  @Test(arguments: [("note", 1), ("warning", 1), ("error", 0), ("never", 0)] as [(String, Int32)])
  func theLevelThatFails(_ level: String, _ exitCode: Int32) throws {
    let place = try CommandTests.Workplace()
    try place.write(
      Self.loose.replacing("  - SYS_ADMIN     # mounts\n", with: "").replacing("unlimited", with: "64Mi"),
      to: "policies/loose.yaml"
    )
    let result = try place.ringfence("lint", "--fail-level", level, "--format", "concise")
    #expect(result.exitCode == exitCode)
    #expect(result.outputText.contains("warning[RF3003]"), "what does not count is still shown")
    try place.write("version: 1\n", to: "policies/loose.yaml")
    #expect(try place.ringfence("lint", "--fail-level", level).exitCode == 2)
  }

  @Test func aBaselineLetsOnlyWhatIsNewCount() throws {
    let place = try place()
    #expect(try place.ringfence("lint", "--write-baseline", "known.json").exitCode == 0)
    #expect(try place.ringfence("lint", "--baseline", "known.json").exitCode == 0)
    try place.write("# a line above\n" + Self.loose + "network: {mode: host}\n", to: "policies/loose.yaml")
    let result = try place.ringfence("lint", "--baseline", "known.json", "--format", "concise")
    #expect(result.exitCode == 1)
    #expect(result.outputText.split(separator: "\n").allSatisfy { $0.contains("RF4001") })
    // What was mended must leave the baseline.
    try place.write(Self.loose.replacing("writable", with: "read-only"), to: "policies/loose.yaml")
    let mended = try place.ringfence("lint", "--baseline", "known.json", "--format", "concise")
    #expect(mended.exitCode == 1)
    #expect(mended.outputText.contains("known.json:"))
    #expect(mended.outputText.contains("RF9007"))
    try place.write("{}", to: "broken.json")
    #expect(try place.ringfence("lint", "--baseline", "broken.json").exitCode == 2)
    #expect(try place.ringfence("lint", "--baseline", "missing.json").exitCode == 2)
  }

  @Test func oneRunWritesSeveralFormats() throws {
    let place = try place()
    let result = try place.ringfence(
      "lint",
      "--format",
      "github",
      "--output",
      "sarif=a.sarif",
      "--output",
      "junit=b.xml"
    )
    #expect(result.outputText.hasPrefix("::"))
    #expect(TestFile.text(place.path + "/a.sarif")?.contains("\"uri\": \"policies/loose.yaml\"") == true)
    #expect(TestFile.text(place.path + "/b.xml")?.contains("<testsuite name=\"policies/loose.yaml\"") == true)
  }

  /// Findings go to standard output and nothing else does, so that it can be piped.
  @Test(arguments: ["json", "sarif", "gitlab"]) func standardOutputIsTheDocument(format: String) throws {
    let place = try place()
    try place.write("version: 1\nname: broken\nmemroy: 1\n", to: "policies/broken.yaml")
    let result = try place.ringfence("lint", "--format", format)
    #expect(result.exitCode == 2)
    #expect(throws: Never.self) {
      try JSONNode(reading: SourceText(name: "output", bytes: result.standardOutput))
    }
    // One bad file hides no other.
    #expect(result.outputText.contains("RF5001"))
    #expect(result.outputText.contains("RF1011"))
  }

  @Test func aPolicyOfStandardInput() throws {
    let place = try place()
    let result = try place.ringfence("lint", "-", "--format", "concise", input: Self.loose)
    #expect(result.exitCode == 1)
    #expect(result.outputText.contains("<stdin>:7:11: error[RF5001]"))
    // There is no file to mend.
    #expect(try place.ringfence("lint", "--fix", "-", input: Self.loose).exitCode == 1)
  }

  @Test func theRulesPageIsCurrent() throws {
    let page = try ChildProcess.run([BuiltCommand.path, "explain", "--all"]).outputText
    let path = BuiltCommand.folder + "/docs/rules.md"
    if ChildProcess.inherited("RINGFENCE_RECORD") == "1" { try TestFile.write(Array(page.utf8), to: path) }
    #expect(TestFile.text(path) == page, "docs/rules.md is out of date; record it with RINGFENCE_RECORD=1")
    #expect(Set(page.matches(of: /^### (RF\d{4})$/.anchorsMatchLineEndings()).map(\.1)).count >= 60)
  }
}
