import TestSupport
import Testing

/// `ringfence diff` over revisions, as a job that checks a pull request runs it.
@Suite(.requires("git")) struct DiffCommandTests {
  /// A repository whose first commit, tagged `base`, has a parent and a child.
  private func repository() throws -> CommandTests.Workplace {
    let place = try CommandTests.Workplace()
    try place.write(Self.parent, to: "policies/parent.yaml")
    try place.write(Self.child, to: "policies/child.yaml")
    try git(place, "init", "--quiet", "--initial-branch=main")
    try commit(place, tag: "base")
    return place
  }

  private static let parent = "version: 1\nname: parent\nresources: {memory: 64Mi}\nnetwork: {mode: none}\n"
  private static let child =
    "version: 1\nname: child\nextends: parent\nfilesystem: {read: [{source: data, path: /data}]}\n"

  @discardableResult private func git(_ place: CommandTests.Workplace, _ arguments: String...) throws -> String {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    let result = try ChildProcess.run(["git", "-C", place.path] + identity + arguments)
    #expect(result.exitCode == 0, "\(result.errorText)")
    return result.outputText
  }

  private func commit(_ place: CommandTests.Workplace, tag: String) throws {
    try git(place, "add", "--all")
    try git(place, "commit", "--quiet", "--message", tag)
    try git(place, "tag", tag)
  }

  @Test func aParentIsReadFromTheSameRevision() throws {
    let place = try repository()
    try place.write(Self.parent.replacing("64Mi", with: "65Mi"), to: "policies/parent.yaml")
    for arguments in [
      ["git:base:policies/child.yaml", "policies/child.yaml"], ["git:base", "policies/child.yaml"],
      ["git:base", "child"], ["git:base:child"], ["git:HEAD:./policies/child.yaml"],
      ["git:HEAD^{/base}:child", "child"],
    ] {
      let result = try ChildProcess.run([BuiltCommand.path, "diff"] + arguments, in: place.path)
      #expect(result.exitCode == 0, "\(arguments) \(result.errorText)")
      let lines = result.outputText.split(separator: "\n")
      #expect(
        lines.prefix(2) == ["looser: resources.memory: 64Mi → 65Mi", "  a program can now use 65Mi of memory"],
        "\(arguments)"
      )
      // The line that decides it is the parent's.
      #expect(lines.last?.hasPrefix("  at ") == true && lines.last?.hasSuffix("parent.yaml:3:21") == true, "\(lines)")
    }
    #expect(try place.ringfence("diff", "--fail-on", "looser", "git:base", "child").exitCode == 1)
    #expect(try place.ringfence("diff", "--fail-on", "looser", "child", "git:base").exitCode == 0)
    #expect(try place.ringfence("diff", "--fail-on", "any", "child", "git:base").exitCode == 1)
    // A relative source is the same file at either time.
    #expect(try place.ringfence("diff", "--fail-on", "any", "git:base:child", "git:HEAD:child").exitCode == 0)
  }

  @Test func aFolderIsComparedPolicyByPolicy() throws {
    let place = try repository()
    #expect(try place.ringfence("diff", "--fail-on", "any", "git:base").exitCode == 0)
    try place.write(Self.parent.replacing("none", with: "loopback"), to: "policies/parent.yaml")
    try git(place, "rm", "--quiet", "policies/child.yaml")
    try place.write("version: 1\nname: fresh\n", to: "policies/fresh.yaml")
    try place.write("version: 1\nname: fresh\n", to: "policies/unrelated.txt")
    let result = try place.ringfence("diff", "--fail-on", "looser", "git:base")
    #expect(result.exitCode == 1, "\(result.errorText)")
    let lines = result.outputText.split(separator: "\n").map(String.init)
    #expect(lines.first == "child.yaml: removed")
    #expect(lines.contains("fresh.yaml: new"))
    #expect(lines.contains("looser: network.mode: none → loopback"))
    // One bad policy hides nothing of the others, and is never taken for one that did not change.
    try place.write("version: 1\nname: fresh\nnaem: x\n", to: "policies/fresh.yaml")
    try commit(place, tag: "bad")
    let bad = try place.ringfence("diff", "git:base", "git:bad")
    #expect(bad.exitCode == 2, "\(bad.errorText)")
    #expect(bad.outputText.contains("looser: network.mode"))
    let both = try place.ringfence("diff", "git:bad")
    #expect(both.exitCode == 2)
    #expect(both.errorText.contains("git:bad:policies/fresh.yaml:3:1"))
  }

  @Test func aCommitInASubfolderOfTheRepository() throws {
    let place = try repository()
    try place.write(Self.parent.replacing("64Mi", with: "65Mi"), to: "policies/parent.yaml")
    let result = try ChildProcess.run(
      [BuiltCommand.path, "diff", "git:base:./child.yaml", "child.yaml"],
      in: place.path + "/policies"
    )
    #expect(result.outputText.hasPrefix("looser: resources.memory"), "\(result.errorText)")
  }

  /// Words of a user are never options, programs or other repositories of git.
  @Test(arguments: [
    "git:--output=pwned:policies/child.yaml", "git:-h:child", "git::child", "git:no-such-branch:child",
    "git:base;touch pwned:child", "git:$(touch pwned):child", "git:base:policies/none.yaml",
    "git:base:../../etc/passwd.yaml",
    "git:base:policies/link.yaml", "git:base\n:child", "git:HEAD:policies:policies/child.yaml", "git:",
  ])
  func whatCannotBeRead(_ version: String) throws {
    let place = try repository()
    _ = try ChildProcess.run(["ln", "-s", "/etc/passwd", place.path + "/policies/link.yaml"])
    try git(place, "add", "--all")
    try git(place, "commit", "--quiet", "--message", "link")
    try git(place, "tag", "--force", "base")
    let result = try place.ringfence("diff", version, "policies/child.yaml")
    #expect(result.exitCode == 2, "\(result.outputText)\(result.errorText)")
    #expect(result.errorText.hasPrefix("error"), "\(result.errorText)")
    #expect(try ChildProcess.run(["sh", "-c", "ls pwned"], in: place.path).exitCode != 0)
  }

  /// A hook's variables name the repository of another command.
  @Test func theCallersVariablesDoNotChooseTheRepository() throws {
    let place = try repository()
    let result = try ChildProcess.run(
      [BuiltCommand.path, "diff", "git:base", "child"],
      in: place.path,
      environment: ["GIT_DIR": "/nonexistent", "GIT_INDEX_FILE": "/nonexistent", "GIT_PAGER": "touch pwned"]
    )
    #expect(result.exitCode == 0, "\(result.errorText)")
    let outside = try CommandTests.Workplace()
    let none = try outside.ringfence("diff", "git:HEAD:child", "child")
    #expect(none.exitCode == 2)
    #expect(none.errorText.contains("inside a git repository"))
  }
}
