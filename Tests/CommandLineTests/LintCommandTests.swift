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
    #expect(try place.ringfence("lint", "--fix", "-", input: Self.loose).exitCode == 64)
    // An editor's buffer is linted as the file that it will be.
    try place.write("version: 1\nname: base\nresources: {memory: unlimited}\n", to: "policies/base.yaml")
    let child = "version: 1\nname: child\ndescription: x\nextends: base\nnetwork: {mode: host}\n"
    let named = try place.ringfence(
      "lint",
      "-",
      "--stdin-name",
      "policies/child.yaml",
      "--format",
      "concise",
      input: child
    )
    #expect(
      named.outputText.contains("policies/child.yaml:5:17: error[RF4001]"),
      "\(named.outputText)\(named.errorText)"
    )
    #expect(named.outputText.contains("base.yaml:3:21: error[RF5001]"))
  }

  /// A check of nothing must not pass for one that found nothing.
  @Test func nothingToCheckIsAnError() throws {
    let place = try CommandTests.Workplace()
    for command in [["lint"], ["compile", "--check"], ["test"], ["lint", "policies/"], ["compile", "policies"]] {
      let result = try ChildProcess.run([BuiltCommand.path] + command, in: place.path)
      #expect(result.exitCode == 2)
      #expect(result.errorText.contains("no policies in policies/") || result.outputText.contains("no policies in"))
    }
    _ = try ChildProcess.run(["rmdir", place.path + "/policies"])
    for command in [["lint"], ["compile"], ["test"]] {
      let result = try ChildProcess.run([BuiltCommand.path] + command, in: place.path)
      #expect(result.exitCode == 2)
      let text = result.outputText + result.errorText
      #expect(text.contains("there is no folder `policies` here") && text.contains("ringfence init"), "\(text)")
    }
  }

  @Test func aFileIsCountedOnce() throws {
    let place = try place()
    for references in [["loose", "policies/loose.yaml"], ["policies", "./policies/loose.yaml", "policies/"]] {
      let result = try ChildProcess.run([BuiltCommand.path, "lint"] + references, in: place.path)
      #expect(result.errorText.contains("in 1 file\n"), "\(result.errorText)")
    }
  }

  /// What is wrong with the command line is said before a file is touched.
  @Test(arguments: [
    ["--output", "foo=x"], ["--output", "sarif"], ["--output", "sarif=/nonexistent/x"], ["--output", "json=."],
    ["--output", "json=/dev/null"],
    ["--write-baseline", "/nonexistent/x"],
  ])
  func nothingIsMendedThen(_ arguments: [String]) throws {
    let place = try place()
    let result = try ChildProcess.run([BuiltCommand.path, "lint", "--fix"] + arguments, in: place.path)
    #expect(result.exitCode == 64, "\(result.errorText)")
    #expect(policy(place) == Self.loose)
  }

  @Test(arguments: ["json", "sarif"]) func theDocumentStaysOne(format: String) throws {
    let place = try place()
    let result = try place.ringfence("lint", "--fix", "--diff", "--format", format)
    #expect(throws: Never.self) { try JSONNode(reading: SourceText(name: "output", bytes: result.standardOutput)) }
    #expect(result.errorText.contains("-  - SYS_ADMIN     # mounts\n"))
  }

  /// Values that contradict each other hide no finding about the rest; what cannot be read does, and that is said.
  @Test func errorsHideNothingThatCanBeJudged() throws {
    let place = try CommandTests.Workplace()
    try place.write(Self.loose + "process: {user: \"0:0\"}\n", to: "policies/loose.yaml")
    let root = try place.ringfence("lint", "--format", "concise")
    #expect(root.exitCode == 2)
    #expect(root.outputText.split(separator: "\n").count { $0.contains("RF2001") } == 1, "\(root.outputText)")
    #expect(root.outputText.contains("RF5001") && root.outputText.contains("RF2005"))
    try place.write(Self.loose + "proces: {}\n", to: "policies/loose.yaml")
    let unread = try place.ringfence("lint", "--format", "concise")
    #expect(unread.exitCode == 2)
    #expect(!unread.outputText.contains("RF5001"))
    #expect(unread.errorText.contains("1 policy was not judged by the other rules"))
  }

  @Test func aTypoIsMendedWhenAsked() throws {
    let place = try CommandTests.Workplace()
    try place.write(Self.loose.replacing("memory:", with: "memroy:"), to: "policies/loose.yaml")
    #expect(try place.ringfence("lint", "--fix").exitCode == 2)
    #expect(policy(place)?.contains("memroy") == true)
    #expect(try place.ringfence("lint", "--fix", "--unsafe-fixes").exitCode == 0)
    #expect(policy(place)?.contains("  memory: 256Mi\n") == true)
  }

  @Test(arguments: ["human", "junit", "concise", "json", "sarif", "github", "gitlab"])
  func aSecretIsNotRepeated(format: String) throws {
    let place = try CommandTests.Workplace()
    let secret = "ghp_zyxwvutsrqponmlkjihgfedcba9876543210"
    try place.write(
      "version: 1\nname: p\nenvironment: {set: {API_TOKEN: \(secret), LD_PRELOAD: /x.so}}\n",
      to: "policies/p.yaml"
    )
    let result = try place.ringfence("lint", "--format", format)
    #expect(result.outputText.contains("RF2007") && result.outputText.contains("RF2009"))
    #expect(!(result.outputText + result.errorText).contains(secret), "\(result.outputText)")
    if format == "human" { #expect(result.outputText.contains("API_TOKEN: ****")) }
  }

  @Test func rulesLinkToTheirPage() throws {
    let place = try place()
    let page = "https://example.com/rules.md"
    let given = try place.ringfence("lint", "--format", "sarif", "--rules-page", page)
    #expect(given.outputText.contains("\"helpUri\": \"\(page)#rf5001\""))
    let inherited = try ChildProcess.run(
      [BuiltCommand.path, "lint", "--format", "sarif"],
      in: place.path,
      environment: ["RINGFENCE_RULES_PAGE": page]
    )
    #expect(inherited.outputText == given.outputText)
    #expect(!(try place.ringfence("lint", "--format", "sarif").outputText.contains("helpUri")))
    // On a pipe there is nobody to click.
    #expect(!(try place.ringfence("lint", "--rules-page", page).outputText.contains("\u{1B}")))
    let terminal = try ChildProcess.run(
      ["script", "-qec", "\(BuiltCommand.path) lint --rules-page \(page)", "/dev/null"],
      in: place.path,
      environment: ["TERM": "xterm"]
    )
    #expect(terminal.outputText.contains("\u{1B}]8;;\(page)#rf5001\u{1B}\\"), "\(terminal.outputText)")
  }

  @Test func theRulesPageIsCurrent() throws {
    let page = try ChildProcess.run([BuiltCommand.path, "explain", "--all"]).outputText
    let path = BuiltCommand.folder + "/docs/rules.md"
    if ChildProcess.inherited("RINGFENCE_RECORD") == "1" { try TestFile.write(Array(page.utf8), to: path) }
    #expect(TestFile.text(path) == page, "docs/rules.md is out of date; record it with RINGFENCE_RECORD=1")
    #expect(Set(page.matches(of: /^### (RF\d{4})$/.anchorsMatchLineEndings()).map(\.1)).count >= 60)
  }
}
