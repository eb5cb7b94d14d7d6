import CanonicalJSON
import Diagnostics
import TestSupport
import Testing

/// What holds a policy in its place: `diff` sees it go.
@Suite struct GuardRailTests {
  private static let header = "version: 1\nname: p\nextends: hardened\n"

  private func diff(_ old: String, _ new: String, _ options: String...) throws -> ChildProcess {
    let place = try CommandTests.Workplace()
    try place.write("version: 1\nname: top\nextends: hardened\n", to: "policies/top.yaml")
    try place.write("version: 1\nname: roof\nextends: hardened\n", to: "policies/roof.yaml")
    for (name, body) in [("old", old), ("new", new)] {
      try place.write(Self.header.replacing("name: p", with: "name: \(name)") + body, to: "policies/\(name).yaml")
    }
    return try ChildProcess.run(
      [BuiltCommand.path, "diff", "policies/old.yaml", "policies/new.yaml", "--fail-on", "looser"] + options,
      in: place.path
    )
  }

  private static let changes: [(old: String, new: String, lines: [String])] = [
    ("within: top\n", "", ["looser: within: top → none", "the policy can now become looser than top"]),
    (
      "within: top\n", "within: roof\n",
      ["looser: within: top → roof", "become looser than top", "stricter: within: top → roof", "looser than roof"]
    ),
    (
      "", "accept: [{target: all, control: syscalls, reason: as the image needs it}]\n",
      ["looser: accept: none → all syscalls (as the image needs it)", "any target can now lose syscalls"]
    ),
    (
      "accept: [{target: docker, control: syscalls, reason: as the image needs it}]\n",
      "accept: [{target: all, control: syscalls, reason: as the image needs it}]\n",
      ["looser: accept: none → all syscalls", "stricter: accept"]
    ),
    (
      "accept: [{target: docker, control: syscalls, reason: as the image needs it, expires: 2099-01-01}]\n",
      "accept: [{target: docker, control: syscalls, reason: as the image needs it, expires: 2099-01-02}]\n",
      ["looser: accept: docker syscalls until 2099-01-01", "docker can now lose syscalls until 2099-01-02"]
    ),
    (
      "", "lint: {suppress: [{rule: RF4001, reason: we live with it}]}\n",
      ["looser: lint.suppress: none → RF4001 (we live with it)", "the linter can now let RF4001 pass"]
    ),
    (
      "lint: {suppress: [{rule: RF4001, path: network.mode, reason: we live with it}]}\n",
      "lint: {suppress: [{rule: RF4001, path: network, reason: we live with it}]}\n",
      ["looser: lint.suppress", "let RF4001 pass at network"]
    ),
  ]

  @Test(arguments: changes.indices) func goneOrWiderIsLooser(_ row: Int) throws {
    let (old, new, lines) = Self.changes[row]
    let result = try diff(old, new)
    #expect(result.exitCode == 1, "\(result.outputText)\(result.errorText)")
    for line in lines where !(line.hasPrefix("stricter: accept")) {
      #expect(result.outputText.contains(line), "\(line)\nin:\n\(result.outputText)")
    }
    #expect(result.outputText.contains("  at ") || result.outputText.contains("  was at "))
  }

  /// The text of the policy is the same, and so is the name of its ceiling.
  @Test func aCeilingThatAllowsMoreIsLooser() throws {
    let place = try CommandTests.Workplace()
    for (folder, memory) in [("before", "300Mi"), ("after", "400Mi")] {
      _ = try ChildProcess.run(["mkdir", "\(place.path)/\(folder)"])
      try place.write(
        "version: 1\nname: top\nextends: hardened\nresources: {memory: \(memory)}\n",
        to: "\(folder)/top.yaml"
      )
      try place.write(Self.header + "within: top\n", to: "\(folder)/p.yaml")
    }
    let result = try place.ringfence("diff", "before/p.yaml", "after/p.yaml", "--fail-on", "looser")
    #expect(result.exitCode == 1, "\(result.errorText)")
    #expect(
      result.outputText == """
        looser: within: top with resources.memory: 300Mi → top with resources.memory: 400Mi
          the policy can now let a program use 301Mi of memory
          at after/p.yaml:4:9

        """
    )
    let back = try place.ringfence("diff", "after/p.yaml", "before/p.yaml", "--fail-on", "looser")
    #expect(back.exitCode == 0, "\(back.errorText)")
    #expect(back.outputText.hasPrefix("stricter: within: top"))
  }

  private static let tightenings: [(old: String, new: String)] = [
    ("", "within: top\n"),
    ("accept: [{target: docker, control: syscalls, reason: as the image needs it}]\n", ""),
    (
      "accept: [{target: all, control: syscalls, reason: as the image needs it}]\n",
      "accept: [{target: docker, control: syscalls, reason: as the image needs it}]\n"
    ),
    (
      "accept: [{target: docker, control: syscalls, reason: as the image needs it}]\n",
      "accept: [{target: docker, control: syscalls, reason: as the image needs it, expires: 2099-01-01}]\n"
    ),
    ("lint: {suppress: [{rule: RF4001, reason: we live with it}]}\n", ""),
    // Other words for the same.
    (
      "accept: [{target: docker, control: syscalls, reason: as the image needs it}]\n",
      "accept: [{target: docker, control: syscalls, reason: the image cannot do without}]\n"
    ),
    ("", "tests: [{name: t, run: [\"true\"], expect: {exit_code: 0}}]\n"),
  ]

  @Test(arguments: tightenings.indices) func addedOrNarrowerIsNot(_ row: Int) throws {
    let (old, new) = Self.tightenings[row]
    let result = try diff(old, new)
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
    #expect(!result.outputText.isEmpty, "what changed is shown")
    #expect(!result.outputText.contains("looser:"))
  }

  /// Of a list only what came and went is shown, each with a witness, and where the change stands.
  @Test func listsAreShownByEntry() throws {
    let result = try diff(
      "capabilities: [KILL]\n",
      "capabilities: [KILL, CHOWN, SYS_TIME]\nsyscalls: {allow: [\"@container-default\", bpf, fsopen]}\n"
    )
    let text = result.outputText
    #expect(
      text.hasPrefix(
        """
        looser: capabilities
          + CHOWN
          + SYS_TIME
          a program can now use CAP_CHOWN
          a program can now use CAP_SYS_TIME
          at policies/new.yaml:4:15
        looser: syscalls
        """
      ),
      "\(text)"
    )
    #expect(text.contains("  + allow bpf\n") && text.contains("  + allow fsopen\n"))
    #expect(text.contains("call bpf(") && text.contains("call fsopen("))
    #expect(!text.contains("@container-default"), "what stayed is not repeated")
  }

  @Test(arguments: [[], ["--json"]]) func aSecretIsNotRepeated(_ options: [String]) throws {
    let place = try CommandTests.Workplace()
    try place.write("version: 1\nname: a\n", to: "policies/a.yaml")
    try place.write("version: 1\nname: b\nenvironment: {set: {API_TOKEN: hunter22hunter}}\n", to: "policies/b.yaml")
    let result = try ChildProcess.run([BuiltCommand.path, "diff", "a", "b"] + options, in: place.path)
    #expect(result.outputText.contains("API_TOKEN=****"), "\(result.outputText)")
    #expect(!result.outputText.contains("hunter22"))
  }

  @Test(arguments: [[], ["--json"]]) func noSecretOfACeilingIsRepeated(_ options: [String]) throws {
    let place = try CommandTests.Workplace()
    for (folder, inherited) in [("before", ""), ("after", "EXTRA")] {
      _ = try ChildProcess.run(["mkdir", "\(place.path)/\(folder)"])
      try place.write(
        "version: 1\nname: top\nenvironment: {inherit: [\(inherited)], set: {API_TOKEN: hunter22hunter}}\n",
        to: "\(folder)/top.yaml"
      )
      try place.write("version: 1\nname: p\nwithin: top\n", to: "\(folder)/p.yaml")
    }
    let command = [BuiltCommand.path, "diff", "before/p.yaml", "after/p.yaml"] + options
    let result = try ChildProcess.run(command, in: place.path)
    #expect(result.outputText.contains("top with environment"), "\(result.outputText)\(result.errorText)")
    #expect(result.outputText.contains("API_TOKEN=****"), "\(result.outputText)")
    #expect(!result.outputText.contains("hunter"), "\(result.outputText)")
  }

  @Test(arguments: ["human", "json", "sarif", "junit", "github", "gitlab"])
  func noSecretIsRepeatedWhereACeilingIsExceeded(_ format: String) throws {
    let place = try CommandTests.Workplace()
    try place.write("version: 1\nname: top\nenvironment: {set: {API_TOKEN: swordfish}}\n", to: "policies/top.yaml")
    try place.write(
      "version: 1\nname: p\nwithin: top\nenvironment: {inherit: [EXTRA], set: {API_TOKEN: hunter22hunter}}\n",
      to: "policies/p.yaml"
    )
    let command = [BuiltCommand.path, "lint", "policies/p.yaml", "--format", format]
    let result = try ChildProcess.run(command, in: place.path)
    let text = result.outputText + result.errorText
    #expect(text.contains("API_TOKEN=****"), "\(text)")
    #expect(!text.contains("hunter") && !text.contains("swordfish"), "\(text)")
  }

  @Test func aChangedSecretIsADifference() throws {
    let place = try CommandTests.Workplace()
    for (name, secret) in [("a", "hunter22hunter"), ("b", "swordfish")] {
      try place.write(
        "version: 1\nname: \(name)\nenvironment: {set: {A: b, API_TOKEN: \(secret)}}\n",
        to: "policies/\(name).yaml"
      )
    }
    let result = try place.ringfence("diff", "policies/a.yaml", "policies/b.yaml")
    #expect(result.outputText.contains("  - set API_TOKEN=****\n  + set API_TOKEN=****\n"), "\(result.outputText)")
  }

  @Test func theDocumentSaysTheSame() throws {
    let result = try diff("within: top\n", "capabilities: [CHOWN]\nresources: {pids: 65}\n", "--json")
    #expect(result.exitCode == 1)
    let document = try JSONNode(reading: SourceText(name: "diff", bytes: result.standardOutput))
    #expect(document["schema"]?.string == "ringfence.diff/1")
    let differences = document["policies"]?.array?.first?["differences"]?.array ?? []
    let keys = differences.compactMap { $0["key"]?.string }
    #expect(keys == ["resources.pids", "capabilities", "within"])
    #expect(differences.allSatisfy { $0["direction"]?.string == "looser" })
    #expect(differences.first?["added"]?.isNull == true)
    #expect(differences.dropFirst().first?["added"]?.array?.compactMap(\.string) == ["CHOWN"])
    #expect(differences.first?["witnesses"]?.array?.compactMap(\.string) == ["have 65 processes and threads"])
    #expect(differences.last?["place"]?["side"]?.string == "old")
  }

  @Test func aComparisonThatFailedFoundNothing() throws {
    let place = try CommandTests.Workplace()
    try place.write(Self.header, to: "policies/p.yaml")
    let result = try place.ringfence("diff", "no-such-policy", "policies/p.yaml")
    #expect(result.exitCode == 2)
    #expect(result.errorText.hasSuffix("nothing was compared\n"), "\(result.errorText)")
    try place.write("", to: "empty")
    for folders in [["empty-folder", "policies"], ["policies", "empty-folder"]] {
      _ = try ChildProcess.run(["mkdir", "-p", place.path + "/empty-folder"])
      let empty = try ChildProcess.run([BuiltCommand.path, "diff"] + folders, in: place.path)
      #expect(empty.exitCode == 2)
      #expect(empty.errorText.contains("no policies in empty-folder/"))
    }
  }
}
