import TestSupport
import Testing

/// What other tools read of ours: hooks, jobs of CI systems, completions.
@Suite struct IntegrationTests {
  /// Each hook names a command that exists and does what it says in a fresh repository.
  @Test(.requires("git"), .requires(pythonModules: "yaml")) func hooksRun() throws {
    let script = "import sys, yaml\nfor hook in yaml.safe_load(sys.stdin): print(hook['entry'])"
    let manifest = try #require(TestFile.read(BuiltCommand.folder + "/.pre-commit-hooks.yaml"))
    let entries = try PythonHost.run(script, input: manifest).outputText.split(separator: "\n").map(String.init)
    #expect(entries.count == 3)
    let place = try CommandTests.Workplace()
    _ = try place.ringfence("init", "mine")
    _ = try place.ringfence("compile")
    let setup = "git init -q . && git add . && git -c user.name=a -c user.email=a@example.com commit -q -m base"
    #expect(try ChildProcess.run(["sh", "-c", setup], in: place.path).exitCode == 0)
    for entry in entries {
      let words = entry.split(separator: " ").dropFirst().map(String.init)
      let result = try ChildProcess.run([BuiltCommand.path] + words, in: place.path)
      #expect(result.exitCode == 0, "\(entry): \(result.errorText)")
    }
  }

  /// The jobs of docs/ci.md are what the CI systems take, by the schemas that check-jsonschema carries.
  @Test(
    .requires(pythonModules: "check_jsonschema"),
    arguments: [("policies.github.yml", "vendor.github-workflows"), ("policies.gitlab.yml", "vendor.gitlab-ci")]
  )
  func jobsAreValid(_ name: String, _ schema: String) throws {
    let page = try #require(TestFile.text(BuiltCommand.folder + "/docs/ci.md"))
    let start = try #require(page.firstRange(of: "```yaml title=\(name)\n")).upperBound
    let end = try #require(page[start...].firstRange(of: "\n```")).lowerBound
    let place = try CommandTests.Workplace()
    try place.write(String(page[start..<end]) + "\n", to: name)
    let result = try ChildProcess.run(
      ["python3", "-m", "check_jsonschema", "--builtin-schema", schema, name],
      in: place.path,
      environment: ["PYTHONPATH": BuiltCommand.folder + "/.build/python"]
    )
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
  }

  @Test(.requires("bash")) func bashTakesItsCompletions() throws {
    let place = try CommandTests.Workplace()
    let script = try place.ringfence("--generate-completion-script", "bash")
    #expect(script.exitCode == 0)
    let use = """
      COMP_WORDS=(ringfence di); COMP_CWORD=1; COMP_LINE='ringfence di'; COMP_POINT=12; COMP_TYPE=9
      _ringfence ringfence di ringfence; printf '%s\\n' "${COMPREPLY[@]}"
      """
    let result = try ChildProcess.run(["bash", "-c", script.outputText + "\n" + use], in: place.path)
    #expect(result.outputText.contains("diff"), "\(result.errorText)")
  }

  /// No text of a policy is ever syntax of a script, YAML or JSON that comes out of it.
  @Test(.requires("dash"), .requires(pythonModules: "yaml")) func nothingIsInjected() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let script = BuiltCommand.folder + "/Tests/CommandLineTests/injection.py"
    let result = try ChildProcess.run(["python3", script, BuiltCommand.path, folder])
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
    #expect(result.outputText.contains(" 0 failures"))
  }
}
