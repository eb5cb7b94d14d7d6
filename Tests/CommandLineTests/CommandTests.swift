import CanonicalJSON
import Diagnostics
import Foundation
import TestSupport
import Testing

/// The command as a user meets it: exit codes, streams, files.
@Suite struct CommandTests {
  /// A folder of its own, with a policy in `policies/`.
  final class Workplace {
    let path: String

    init() throws {
      path = "/tmp/ringfence-command-\(UUID().uuidString)"
      try FileManager.default.createDirectory(atPath: path + "/policies", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
      try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
    }

    func ringfence(_ arguments: String..., input: String = "") throws -> ChildProcess {
      try ChildProcess.run([BuiltCommand.path] + arguments, input: Array(input.utf8), in: path)
    }
  }

  static let exitCodes: [(arguments: [String], code: Int32)] = [
    ([], 0),
    (["--help"], 0),
    (["help", "run"], 0),
    (["--version"], 0),
    (["lint", "--format", "nonsense"], 64),
    (["frobnicate"], 64),
    (["run"], 64),
    (["run", "hardened", "--"], 64),
    (["run", "--engine", "warp", "hardened"], 64),
    (["explain", "RF9999"], 64),
    (["explain", "@network"], 0),
    (["explain", "openat"], 0),
    (["explain"], 0),
    (["explain", "@netwrk"], 64),
    (["lint", "/nonexistent-folder/"], 2),
    (["lint", "-", "--fix"], 64),
    (["lint", "--stdin-name", "a.yaml"], 64),
    (["lint", "--rules-page", "javascript:alert(1)"], 64),
    (["lint", "--write-baseline", "/nonexistent/known.json"], 64),
    (["lint", "--output", "sarif=/"], 64),
    (["validate", "--against", "no-such-file", "no-such-file"], 2),
    (["explain", "resources.pids"], 0),
    (["schema"], 0),
    (["lint", "no-such-policy"], 2),
    (["compile", "no-such-policy"], 2),
    (["run", "no-such-policy"], 2),
    (["validate", "no-such-file"], 2),
    (["compile", "--target", "warp"], 64),
    (["run", "hardened"], 64),
    (["compile", "--target", ","], 64),
    (["test", "--engine", ",", "hardened"], 64),
    (["run", "--engine", "docker", "hardened", "--", "true"], 4),
    (["run", "--engine", "docker", "--json", "hardened", "--", "true"], 4),
    (["test", "--engine", "docker", "hardened"], 4),
    (["test", "--engine", "native,docker", "--json", "hardened"], 4),
    (["test", "--engine", "native", "--engine", "docker", "hardened"], 4),
    (["init", "--color", "sometimes"], 64),
  ]

  @Test(arguments: exitCodes.indices)
  func exitCode(_ row: Int) throws {
    let (arguments, expected) = Self.exitCodes[row]
    let noDocker = ["DOCKER_HOST": "unix:///nonexistent/docker.sock"]
    let result = try ChildProcess.run([BuiltCommand.path] + arguments, in: "/tmp", environment: noDocker)
    #expect(result.exitCode == expected, "\(arguments): \(result.outputText)\(result.errorText)")
  }

  @Test func aFirstPolicyLintsCleanAndRuns() throws {
    let place = try Workplace()
    #expect(try place.ringfence("init", "mine").exitCode == 0)
    let lint = try place.ringfence("lint", "mine")
    #expect(lint.exitCode == 0, "\(lint.outputText)")
    let run = try place.ringfence("run", "mine", "--", "sh", "-c", "echo hello; exit 7")
    #expect(run.exitCode == 7)
    #expect(run.outputText == "hello\n")
    // A second time would overwrite what the user has written.
    #expect(try place.ringfence("init", "mine").exitCode == 2)
    for name in ["../mine", "Bad Name", "policies/mine.yaml", ""] {
      let refused = try place.ringfence("init", name)
      #expect(refused.exitCode == 64)
      #expect(refused.errorText.contains("'\(name)' is not a policy's name"), "\(refused.errorText)")
    }
    // The schema that the policy's first line names is there for the editor.
    #expect(FileManager.default.fileExists(atPath: place.path + "/policies/schema.json"))
  }

  /// Five ways of breaking a policy, and what the error has to say.
  @Test(arguments: [
    ("resources: {memroy: 64Mi}", "RF1011", "did you mean `memory`?"),
    ("resources: {memory: 64}", "RF1014", "64Mi"),
    ("network: {mode: no}", "RF1016", "did you mean `none`?"),
    ("extends: hardned", "RF1019", "did you mean `hardened`?"),
    ("syscalls: {deny: [unshere]}", "RF6002", "did you mean `unshare`?"),
  ])
  func aBrokenPolicySaysHowToMendIt(_ line: String, _ rule: String, _ help: String) throws {
    let place = try Workplace()
    try place.write("version: 1\nname: broken\n\(line)\n", to: "policies/broken.yaml")
    let lint = try place.ringfence("lint", "policies/broken.yaml")
    #expect(lint.exitCode == 2)
    #expect(lint.outputText.contains("error[\(rule)]"), "\(lint.outputText)")
    #expect(lint.outputText.contains("--> policies/broken.yaml:3:"), "\(lint.outputText)")
    #expect(lint.outputText.contains(help), "\(lint.outputText)")
    #expect(lint.outputText.contains("^"))
    // Nothing runs and nothing is written under a policy with an error.
    #expect(try place.ringfence("run", "broken", "--", "touch", "x").exitCode == 2)
    #expect(try place.ringfence("compile", "broken").exitCode == 2)
    #expect(!FileManager.default.fileExists(atPath: place.path + "/generated"))
  }

  @Test func driftIsShownByLine() throws {
    let place = try Workplace()
    try place.write("version: 1\nname: mine\nextends: python-untrusted\n", to: "policies/mine.yaml")
    #expect(try place.ringfence("compile").exitCode == 0)
    #expect(try place.ringfence("compile", "--check").exitCode == 0)

    try place.write(
      "version: 1\nname: mine\nextends: python-untrusted\nresources: {pids: 65}\n",
      to: "policies/mine.yaml"
    )
    let check = try place.ringfence("compile", "--check")
    #expect(check.exitCode == 1)
    #expect(check.outputText.contains("generated/mine/docker/run.sh: out of date"))
    #expect(check.outputText.contains("-  --pids-limit 64") && check.outputText.contains("+  --pids-limit 65"))
    #expect(try place.ringfence("compile").exitCode == 0)

    let artifact = place.path + "/generated/mine/native/profile.json"
    try FileManager.default.removeItem(atPath: artifact)
    try place.write("x", to: "generated/mine/native/stray")
    let missing = try place.ringfence("compile", "--check")
    #expect(missing.outputText.contains("profile.json: missing"))
    #expect(missing.outputText.contains("stray: the policy does not produce this file"))
  }

  /// What was compiled once and has no policy any more would still be deployed.
  @Test func whatNoPolicyProducesIsLeftOver() throws {
    let place = try Workplace()
    for name in ["kept", "gone"] {
      try place.write("version: 1\nname: \(name)\nextends: hardened\n", to: "policies/\(name).yaml")
    }
    #expect(try place.ringfence("compile").exitCode == 0)
    for folder in ["kept/gvizor", "charts/web", "empty"] {
      try FileManager.default.createDirectory(
        atPath: place.path + "/generated/" + folder,
        withIntermediateDirectories: true
      )
    }
    try place.write("somebody else's", to: "generated/charts/web/values.yaml")
    try place.write("somebody else's", to: "generated/README.md")
    try FileManager.default.copyItem(
      atPath: place.path + "/generated/kept/docker/run.sh",
      toPath: place.path + "/generated/charts/run.sh"
    )
    try FileManager.default.removeItem(atPath: place.path + "/policies/gone.yaml")

    let check = try place.ringfence("compile", "--check")
    #expect(check.exitCode == 1)
    let folders = ["charts", "gone", "kept/gvizor"]
    #expect(
      check.outputText == folders.map { "generated/\($0): no policy produces this; remove it\n" }.joined(),
      "\(check.outputText)"
    )
    #expect(check.errorText == "left over in generated/: 3, to be removed by hand\n")
    // Who names a part asks about that part.
    #expect(try place.ringfence("compile", "--check", "policies/kept.yaml").exitCode == 0)
    #expect(try place.ringfence("compile", "--check", "--target", "docker").exitCode == 0)
    // Nothing is removed unasked.
    let compile = try place.ringfence("compile")
    #expect(compile.exitCode == 0)
    #expect(compile.errorText.contains("generated/gone: no policy produces this"))
    for folder in folders {
      try FileManager.default.removeItem(atPath: place.path + "/generated/" + folder)
    }
    #expect(try place.ringfence("compile", "--check").exitCode == 0)
  }

  /// A list of targets ends where the policies begin.
  @Test func targetsAndPoliciesInAnyOrder() throws {
    let place = try Workplace()
    try place.write("version: 1\nname: mine\nextends: hardened\n", to: "policies/mine.yaml")
    for arguments in [
      ["--target", "docker", "policies/mine.yaml"], ["policies/mine.yaml", "--target", "docker"],
      ["--target", "docker,native", "policies/mine.yaml", "--target", "gvisor"],
    ] {
      let result = try ChildProcess.run([BuiltCommand.path, "compile"] + arguments, in: place.path)
      #expect(result.exitCode == 0, "\(arguments): \(result.errorText)")
      let targets = arguments.filter { $0 != "--target" && !$0.hasSuffix(".yaml") }.flatMap { $0.split(separator: ",") }
      let made = try FileManager.default.contentsOfDirectory(atPath: place.path + "/generated/mine")
      #expect(made.sorted() == targets.map(String.init).sorted())
    }
  }

  @Test func whatATargetCannotEnforceStopsTheCompilation() throws {
    let place = try Workplace()
    try place.write(
      "version: 1\nname: mine\nextends: hardened\naccept: []\n",
      to: "policies/mine.yaml"
    )
    let compile = try place.ringfence("compile", "--target", "docker")
    #expect(compile.exitCode == 3)
    #expect(compile.errorText.contains("docker cannot enforce `resources.output`"), "\(compile.errorText)")
    #expect(!FileManager.default.fileExists(atPath: place.path + "/generated"))
    #expect(try place.ringfence("compile", "--target", "native").exitCode == 0)
  }

  @Test(arguments: ["native", "docker", "gvisor"])
  func enforcementIsToldAsJSON(target: String) throws {
    let place = try Workplace()
    let shown = try place.ringfence("show", "hardened", "--target", target, "--json")
    #expect(shown.exitCode == 0)
    let root = try JSONNode(reading: SourceText(name: "show", bytes: Array(shown.outputText.utf8)))
    #expect(root["schema"]?.string == "ringfence.enforcement/1")
    #expect(root["target"]?.string == target)
    let controls = root["controls"]?.items ?? []
    #expect(controls.count == 28)
    let words = Dictionary(uniqueKeysWithValues: controls.map { ($0["control"]?.string, $0["enforcement"]?.string) })
    #expect(words["process.umask"] == (target == "native" ? "exact" : "weaker"))
    #expect(controls.first { $0["control"]?.string == "process.umask" }?["accepted"]?.bool == (target != "native"))
  }

  @Test func findingsComeInEveryFormat() throws {
    let place = try Workplace()
    try place.write(
      "version: 1\nname: mine\nextends: hardened\nnetwork: {mode: host}\nresources: {memory: unlimited}\n",
      to: "policies/mine.yaml"
    )
    for format in ["human", "concise", "json", "sarif", "github", "gitlab", "junit"] {
      let lint = try place.ringfence("lint", "--format", format, "--output", "json=findings.json", "mine")
      #expect(lint.exitCode == 1)
      #expect(lint.outputText.contains("RF"), "\(format): \(lint.outputText)")
    }
    let source = SourceText(
      name: "findings",
      bytes: Array(try Data(contentsOf: URL(fileURLWithPath: place.path + "/findings.json")))
    )
    #expect(try JSONNode(reading: source)["schema"]?.string == "ringfence.findings/1")
  }

  @Test func aLooserChangeFails() throws {
    let place = try Workplace()
    try place.write("version: 1\nname: old\nextends: hardened\n", to: "policies/old.yaml")
    try place.write("version: 1\nname: new\nextends: hardened\nresources: {pids: 65}\n", to: "policies/new.yaml")
    let diff = try place.ringfence("diff", "old", "new", "--fail-on", "looser")
    #expect(diff.exitCode == 1)
    #expect(diff.outputText.contains("looser: resources.pids: 64 → 65"), "\(diff.outputText)")
    #expect(try place.ringfence("diff", "new", "old", "--fail-on", "looser").exitCode == 0)
  }

  /// What is pasted from the help mends the policy: a child's acceptances add to its parent's.
  @Test func theHelpOfALossCanBePasted() throws {
    let place = try Workplace()
    let text =
      "version: 1\nname: mine\nextends: hardened\nnetwork: {mode: allowlist, allow: [{host: a.test, ports: [443]}]}\n"
    try place.write(text, to: "policies/mine.yaml")
    var accepted = ""
    for _ in 0..<4 {
      let compile = try place.ringfence("compile", "--target", "docker")
      if compile.exitCode == 0 { break }
      #expect(compile.exitCode == 3, "\(compile.errorText)")
      let lines = compile.errorText.split(separator: "\n")
      let entry = try #require(lines.first { $0.contains("reason: \"…\"") }).drop { $0 != "{" }.prefix { $0 != "]" }
      accepted += "  - \(entry)\n"
      try place.write(text + "accept:\n" + accepted, to: "policies/mine.yaml")
    }
    #expect(try place.ringfence("compile", "--target", "docker").exitCode == 0)
  }

  @Test func aPolicyForAnotherMachineIsRefusedByName() throws {
    let place = try Workplace()
    #if arch(x86_64)
    let other = "aarch64"
    #else
    let other = "x86_64"
    #endif
    try place.write(
      "version: 1\nname: mine\nextends: hardened\nsyscalls: {architectures: [\(other)]}\n",
      to: "policies/mine.yaml"
    )
    #expect(try place.ringfence("lint", "--format", "concise").outputText.contains("RF6013"))
    for (arguments, code) in [(["compile"], 3), (["run", "mine", "--", "true"], 2), (["test", "mine"], 3)]
      as [([String], Int32)]
    {
      let result = try ChildProcess.run([BuiltCommand.path] + arguments, in: place.path)
      #expect(result.exitCode == code)
      #expect(result.errorText.contains("mine is for another machine"), "\(result.errorText)")
      #expect(result.errorText.contains("write `native`"))
    }
    let request = Array(#"{"id": 1, "policy": "mine", "command": ["true"]}"#.utf8)
    let batch = try ChildProcess.run([BuiltCommand.path, "run", "--batch"], input: request, in: place.path)
    #expect(batch.outputText.contains(#""error":"policies/mine.yaml:4:27: mine is for another machine"#), "\(batch)")
  }

  @Test func showTellsWhereEachValueComesFrom() throws {
    let place = try Workplace()
    try place.write(
      """
      version: 1
      name: mine
      extends: hardened
      within: hardened
      resources: {pids: 9}
      accept: [{target: docker, control: network.allow, reason: a proxy does it}]

      """,
      to: "policies/mine.yaml"
    )
    let text = try place.ringfence("show", "mine").outputText
    #expect(text.contains("resources.pids: 9") && text.contains("# policies/mine.yaml:5:19"))
    #expect(text.contains("within: hardened") && text.contains("network.allow"), "\(text)")
    #expect(
      text.contains("accept: {\"target\":\"docker\",\"control\":\"process.umask\""),
      "a parent's holds too: \(text)"
    )
    let result = try place.ringfence("show", "mine", "--json")
    let document = try JSONNode(reading: SourceText(name: "show", bytes: result.standardOutput))
    #expect(document["schema"]?.string == "ringfence.policy/1")
    #expect(document["policy"]?["resources"]?["pids"]?.json == .integer(9))
    #expect(document["within"]?.array?.compactMap(\.string) == ["hardened"])
    #expect(document["accept"]?.array?.first?["control"]?.string == "network.allow")
    let origins = document["origins"]
    #expect(origins?["resources.pids"]?["file"]?.string == "policies/mine.yaml")
    #expect(origins?["resources.pids"]?["line"]?.json == .integer(5))
    #expect(origins?["resources.memory"]?["file"]?.string == "<ringfence>/hardened.yaml")
  }

  @Test func explainListsAndDescribes() throws {
    let list = try ChildProcess.run([BuiltCommand.path, "explain"]).outputText
    for part in ["RF1001", "resources.pids", "@container-default", "openat"] { #expect(list.contains(part)) }
    let call = try ChildProcess.run([BuiltCommand.path, "explain", "openat"]).outputText
    #expect(call.hasPrefix("openat(int dfd, const char *filename, int flags, umode_t mode)\n"), "\(call)")
    for part in ["Since Linux 2.6.16", "0  dfd", "32 bits", "x86_64 257", "@container-default"] {
      #expect(call.contains(part), "\(call)")
    }
    let group = try ChildProcess.run([BuiltCommand.path, "explain", "@container-default"]).outputText
    #expect(group.contains("  clone, when clone_flags & 0x7e020000 == 0\n"), "\(group)")
    #expect(group.contains("SYS_ADMIN: bpf "))
    let near = try ChildProcess.run([BuiltCommand.path, "explain", "@netwrk"]).errorText
    #expect(near.contains("did you mean '@network'?"))
    #expect(try ChildProcess.run([BuiltCommand.path, "explain", "@zzzzzzz"]).errorText.contains("groups are @aio"))
  }

  /// Every verb that says something, by all the ways that it has.
  @Test(arguments: [
    "--help", "--version", "help run", "--generate-completion-script bash", "run --json hardened -- true",
    "run --color never --json hardened -- true", "show hardened", "show --json hardened",
    "show --target docker hardened", "explain RF1001", "explain --all", "doctor", "test --probes hardened",
    "test --json hardened", "schema", "schema --reference", "diff hardened python-untrusted",
    "lint --format json hardened", "validate --format json run.sh", "compile --check hardened",
  ])
  func aFullStandardOutputIsNoSuccess(_ arguments: String) throws {
    let place = try Workplace()
    try place.write("#!/bin/sh\ndocker run image\n", to: "run.sh")
    func ringfence(_ output: String) throws -> ChildProcess {
      try ChildProcess.run(["sh", "-c", "\(BuiltCommand.path) \(arguments) \(output)"], in: place.path)
    }
    let full = try ringfence("> /dev/full")
    #expect(full.exitCode == 70, "\(full.errorText)")
    #expect(full.errorText.contains("cannot write to standard output: No space left on device"), "\(full.errorText)")
    // A reader who has seen enough is told nothing; but a result of a run is lost without one.
    let unread = try ringfence("| sh -c 'exec 0<&-; sleep 2'")
    #expect(unread.errorText.contains("cannot write") == arguments.hasPrefix("run"), "\(unread.errorText)")
  }

  /// Only where somebody looks, and nothing of it stays.
  @Test(
    .requires("script"),
    arguments: [
      ("", "", true), ("NO_COLOR=1", "", false), ("TERM=dumb", "", false), ("", "2>&1 | cat", false),
      ("FORCE_COLOR=1", "2>&1 | cat", false),
    ]
  )
  func progressIsForTerminals(_ variables: String, _ streams: String, _ isShown: Bool) throws {
    let place = try Workplace()
    try place.write(
      """
      version: 1
      name: mine
      extends: hardened
      tests: [{name: it runs, run: ["true"], expect: {exit_code: 0}}]

      """,
      to: "policies/mine.yaml"
    )
    let command = "env \(variables) \(BuiltCommand.path) test mine \(streams)"
    let result = try ChildProcess.run(
      ["script", "-qec", command, "/dev/null"],
      in: place.path,
      environment: ["TERM": "xterm"]
    )
    #expect(result.exitCode == 0)
    let line = "\r\u{1B}[Kmine on native: it runs\r\u{1B}[K"
    #expect(result.outputText.contains(line) == isShown, "\(result.outputText.debugDescription)")
  }

  @Test func aCommandNeedsItsDashes() throws {
    for command in [["true"], ["ls", "-la"], ["python3", "-c", "print(1)", "--json"]] {
      let result = try ChildProcess.run([BuiltCommand.path, "run", "--json", "hardened"] + command, in: "/tmp")
      #expect(result.exitCode == 64)
      let advice = "put `--` before the command: ringfence run hardened -- \(command.joined(separator: " "))\n"
      #expect(result.errorText == "ringfence: " + advice)
    }
    #expect(try ChildProcess.run([BuiltCommand.path, "run", "--jsn", "hardened"]).errorText.contains("'--jsn'"))
  }

  /// Whatever the program leaves of a line, ours is one of its own.
  @Test(arguments: [
    ("printf abc >&2; kill -9 $$", "", "abc\nringfence: signaled"),
    ("printf abc; kill -9 $$", "2>&1", "abc\nringfence: signaled"),
    ("printf abc; kill -9 $$", "", "ringfence: signaled"),
    ("echo abc >&2; kill -9 $$", "", "abc\nringfence: signaled"),
    ("kill -9 $$", "2>&1", "ringfence: signaled"),
  ])
  func aVerdictHasALineOfItsOwn(_ program: String, _ streams: String, _ expected: String) throws {
    let script = "\(BuiltCommand.path) run hardened -- sh -c '\(program)' \(streams)"
    let result = try ChildProcess.run(["sh", "-c", script])
    #expect((streams.isEmpty ? result.errorText : result.outputText).hasPrefix(expected))
  }

  @Test(.requiresRoot(), .requires("setpriv")) func aFolderThatTakesNoFileIsTheUsersToMend() throws {
    let place = try Workplace()
    let user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    let result = try ChildProcess.run(user + [BuiltCommand.path, "init", "mine"], in: place.path)
    #expect(result.exitCode == 2)
    #expect(result.errorText.contains("policies/mine.yaml: Permission denied"), "\(result.errorText)")
    let compiled = try ChildProcess.run(user + [BuiltCommand.path, "compile", "hardened"], in: place.path)
    #expect(compiled.exitCode == 2)
    #expect(compiled.errorText.contains("cannot create the folder generated"), "\(compiled.errorText)")
  }

  @Test(arguments: [
    ("filesystem: {rootfs: /nonexistent}", "filesystem.rootfs"),
    ("network: {mode: allowlist, allow: [{host: a.example, ports: [443]}]}", "network.mode: allowlist"),
    // Without it the program starts, and is not able to open its libraries.
    ("resources: {open_files: 3} # --explain-denials", "resources.open_files: 3"),
  ])
  func aFailedStartNamesItsKey(_ line: String, _ key: String) throws {
    let place = try Workplace()
    try place.write("version: 1\nname: mine\nextends: hardened\n\(line)\n", to: "policies/mine.yaml")
    let explains = line.hasSuffix("--explain-denials") ? ["--explain-denials"] : []
    let result = try ChildProcess.run([BuiltCommand.path, "run"] + explains + ["mine", "--", "true"], in: place.path)
    #expect(result.exitCode == 125)
    #expect(result.errorText.contains(key), "\(result.errorText)")
  }
}

/// The page of rules, which the command itself writes: `RINGFENCE_RECORD=1` records it.
@Suite struct RulePageTests {
  @Test func isCurrent() throws {
    let page = try ChildProcess.run([BuiltCommand.path, "explain", "--all"]).outputText
    let path = BuiltCommand.folder + "/docs/rules.md"
    if ChildProcess.inherited("RINGFENCE_RECORD") == "1" {
      try page.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let current = try String(contentsOfFile: path, encoding: .utf8)
    #expect(current == page, "docs/rules.md is out of date; record it with RINGFENCE_RECORD=1")
    let rules = page.components(separatedBy: "\n### ").dropFirst()
    #expect(rules.count > 250)
    for rule in rules {
      #expect(rule.contains("\nBefore:\n") && rule.contains("\nReferences: "), "\(rule.prefix(6)) lacks something")
    }
  }
}
