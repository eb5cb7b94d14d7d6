import Diagnostics
import Policy
import TestSupport
import Testing

/// What is wrong with a text as YAML: syntax, encoding, keys, and features that policies do not have.
@Suite struct TextTests {
  @Test(
    arguments: [
      .badText("nothing at all", "", "RF1001"),
      .badText("only a comment", "# nothing\n", "RF1001"),
      .badText("only blank lines", "\n\n  \n", "RF1001"),
      .badText("an empty document", "---\n", "RF1013"),
      .badText("a list on top", "«- version: 1\n- name: p»\n", "RF1013"),
      .badText("a scalar on top", "«hello»\n", "RF1013"),
      .badText("two documents", "version: 1\nname: p\n«---»\nversion: 1\nname: q\n", "RF1005"),
      .badText("an empty second document", "version: 1\nname: p\n«---»\n", "RF1005"),
      .badText(
        "errors before a second document",
        "version: 1\nname: p\n«memroy»: 1\nresources: {pids: «0»}\n«---»\nname: q\n",
        "RF1011",
        "RF1015",
        "RF1005"
      ),
      .badText("text after the end", "version: 1\nname: p\n...\n«v»ersion: 1\n", "RF1001"),
      .badText("a directive", "%YAML 1.1\n---\nversion: 1\nname: p\n", "RF1005"),
      .badText("a directive for tags", "%TAG ! tag:x,2000:\n---\nversion: 1\nname: p\n", "RF1005"),
      .badText("an unknown version of YAML", "%YAML 3.0\n---\nversion: 1\nname: p\n", "RF1001"),
      .badText("a map as key", "version: 1\nname: p\n? «{a: b}»\n: c\n", "RF1005"),
      .badText("a list as key", "version: 1\nname: p\n«[a, b]»: c\n", "RF1005"),
      .bad("an alias without an anchor", "network: «*x»", "RF1005"),
      .bad("an anchor", "network: «&x» {mode: none}", "RF1005"),
      .bad(
        "an anchor and its alias",
        "process: {command: «&c» [sh]}\ntests: [{name: t, run: «*c», expect: {exit_code: 0}}]",
        "RF1005",
        "RF1005"
      ),
      .bad("a map that holds itself", "network: «&x» {mode: «*x»}", "RF1005", "RF1005"),
      .bad("an alias as key", "«*x» : y", "RF1005"),
      .bad("a merge key", "network: {«<<»: {mode: host}}", "RF1005"),
      .bad("a merge key with an alias", "network: {«<<»: «*x»}", "RF1005", "RF1005"),
      .bad("a tag", "resources: {pids: «!!str» 12}", "RF1005"),
      .bad("a tag and an anchor", "resources: {pids: «!!str» «&x» 12}", "RF1005", "RF1005"),
      .bad("a local tag", "network: «!net» {mode: none}", "RF1005"),
      .bad("a tag of a list", "capabilities: «!!set» []", "RF1005"),
      .bad("a tag of Python", "description: «!!python/object/apply:os.system» x", "RF1005"),
      .bad("a reserved indicator", "description: «@»x", "RF1001"),
      .bad("a backtick", "description: «`»x`", "RF1001"),
      .bad("a tab as indentation", "network:\n«\t»mode: none", "RF1001"),
      .bad("two colons", "description: a«:» b", "RF1001"),
      .bad("an open list", "capabilities: [NET_RAW\n", "RF1001"),
      .bad("an open map", "network: {mode: none\n", "RF1001"),
      .bad("an open quote", "description: \"x\n", "RF1001"),
      .bad("an open single quote", "description: 'x\n", "RF1001"),
      .bad("an unknown escape", #"description: "\q""#, "RF1001"),
      .bad("a surrogate", #"description: "\ud800""#, "RF1001"),
      .bad("beyond Unicode", #"description: "\UFFFFFFFF""#, "RF1001"),
      .bad("a list on the line of its key", "capabilities: - NET_RAW", "RF1001"),
      .bad("a key without its colon", "description\nresources: {}", "RF1001"),
      .bad("less indented", "process:\n    user: \"1:1\"\n  umask: \"077\"", "RF1001"),
      .bad("a comment without its space", "network: {mode: «none#x»}", "RF1016"),
      .bad("what looks like a rule is text", "description: >-\n  network: {mode: none}\nnetwork:«»", "RF1013"),
      .bad(
        "a bad key and a bad value in one run",
        "nets: {}\nresources: {memory: 1}\nnetwork: &x {mode: off}",
        "RF1011",
        "RF1014",
        "RF1005",
        "RF1016"
      ),
      .goodText("no line feed at the end", "version: 1\nname: p"),
      .goodText("a document's start and end", "---\nversion: 1\nname: p\n...\n"),
      .goodText("line ends of Windows", "version: 1\r\nname: p\r\nresources:\r\n  pids: 7\r\n"),
      .goodText("as JSON", #"{"version": 1, "name": "p", "resources": {"pids": 7, "memory": "8Mi"}}"#),
      .good("an escaped spelling of a key", #""netw\u006frk": {mode: none}"#),
      .good("a quoted key", "'network': {\"mode\": none}"),
      .good("an explicit key", "? network\n: {mode: none}"),
      .good("text in several lines", "description: >-\n  one\n  two"),
      .good("letters of other scripts", "description: Прoверка 日本語 é"),
      .good("an emoji in a comment", "# ⚠️ careful"),
    ] as [PolicyCase]
  )
  func syntax(_ example: PolicyCase) { example.check() }

  @Test(
    arguments: [
      .bad("twice", "network: {mode: none}\n«network»: {mode: host}", "RF1006"),
      .bad("twice in a map", "resources: {memory: 8Mi, «memory»: 1Gi}", "RF1006"),
      .bad("once quoted", "network: {mode: none}\n«\"network\"»: {mode: host}", "RF1006"),
      .bad("once escaped", "network: {mode: none}\n" + #"«"n\x65twork"»: {mode: host}"#, "RF1006"),
      .bad("a variable twice", "environment: {set: {A: x, «A»: y}}", "RF1006"),
      .bad("equal after normalisation", "«é»: 1\n«e\u{301}»: 2", "RF1011", "RF1006"),
      .badText("name twice", "version: 1\nname: p\n«name»: q\n", "RF1006"),
      .badText("three times", "version: 1\nname: p\n«name»: q\n«name»: r\n", "RF1006", "RF1006"),
      .bad("unknown", "«networks»: {mode: none}", "RF1011"),
      .bad("another case", "«Network»: {mode: none}", "RF1011"),
      .bad("with a space", "«\"network \"»: {mode: none}", "RF1011"),
      .bad("empty", "«\"\"»: x", "RF1011"),
      .bad("null", "«~»: x", "RF1011"),
      .bad("a number", "«1»: x", "RF1011"),
      .bad("in a map", "network: {«mod»: none}", "RF1011"),
      .bad("in a list", "filesystem: {tmpfs: [{path: /t, size: 1Mi, «mode»: \"0777\"}]}", "RF1011"),
      .bad("mounts travel back", "filesystem: {write: [{source: ./o, path: /o, «propagation»: shared}]}", "RF1011"),
      .bad("of another tool", "«cap_add»: [NET_RAW]", "RF1011"),
      .bad("privileged", "«privileged»: true", "RF1011"),
      .bad("many", "«a»: 1\n«b»: 2\n«c»: {d: 3}", "RF1011", "RF1011", "RF1011"),
      .badText("no version", "«name: p»\nnetwork: {mode: none}\n", "RF1012"),
      .badText("no name", "«version: 1»\n", "RF1012"),
      .badText("neither", "««network: {mode: none}»»\n", "RF1012", "RF1012"),
      .badText("an empty map", "««{}»»\n", "RF1012", "RF1012"),
      .badText("no name, with carriage returns", "«version: 1»\r\nnetwork: {mode: none}\r\n", "RF1012"),
      .bad("a bind without its path", "filesystem: {write: [«{source: ./o}»]}", "RF1012"),
      .bad("a tmpfs without its size", "filesystem:\n  tmpfs:\n    - «path: /t»\n      exec: true", "RF1012"),
      .bad("a peer without ports", "network: {mode: allowlist, allow: [«{host: example.com}»]}", "RF1012"),
      .bad("an acceptance without reason", "accept: [«{target: all, control: syscalls}»]", "RF1012"),
      .bad("a suppression without reason", "lint: {suppress: [«{rule: RF3003}»]}", "RF1012"),
      .bad("a rule without name", "syscalls: {deny: [«{reason: x}»]}", "RF1012"),
      .bad("a test without what it expects", "tests: [«{name: t, run: [sh]}»]", "RF1012"),
      .bad("an error without its name", "syscalls: {default: «{}»}", "RF1012"),
    ] as [PolicyCase]
  )
  func keys(_ example: PolicyCase) { example.check() }

  @Test(
    arguments: [
      .badText("a byte order mark", "\u{FEFF}version: 1\nname: p\n", "RF1002"),
      .bad("a mark of order inside", "description: a«\u{FEFF}»b", "RF1003"),
      .bad("a bidirectional override", "description: a«\u{202E}»b", "RF1003"),
      .bad("isolates", "description: «\u{2066}»b«\u{2069}»", "RF1003", "RF1003"),
      .bad("a zero-width space", "name«\u{200B}»: q", "RF1003"),
      .bad("a joiner", "description: a«\u{200D}»b", "RF1003"),
      .bad("a soft hyphen", "description: a«\u{AD}»b", "RF1003"),
      .bad("a Hangul filler", "description: a«\u{3164}»b", "RF1003"),
      .bad("a tag character", "description: a«\u{E0041}»b", "RF1003"),
      .bad("a variation selector", "description: a«\u{FE0F}»b", "RF1003"),
      .bad("a line separator", "description: a«\u{2028}»b", "RF1003"),
      .bad("a paragraph separator", "description: a«\u{2029}»b", "RF1003"),
      .bad("a next line", "description: a«\u{85}»b", "RF1003"),
      .bad("a line separator in a comment", "# a«\u{2028}»network: {mode: host}", "RF1003"),
      .bad("an escape", "description: a«\u{1B}»[31mb", "RF1003"),
      .bad("a bell in a comment's line", "description: \"#«\u{7}»\"", "RF1003"),
      .bad("delete", "description: a«\u{7F}»b", "RF1003"),
      .bad("NUL", "description: a«\0»b\0", "RF1003"),
      .bad("a non-character", "description: a«\u{FFFE}»b", "RF1003"),
      .odd("an override in a comment", "network: {mode: none} # a«\u{202E}»b", "RF1003"),
      .odd("an override behind a value in quotes", "description: \"it's\" # a«\u{202E}»b", "RF1003"),
      .odd("an override behind an apostrophe", "description: don't # a«\u{202E}»b", "RF1003"),
      .odd("a zero-width space in a comment", "# a«\u{200B}»b", "RF1003"),
      .bad("after a quote a # may be text", "description: \"x #«\u{202E}»\"", "RF1003"),
      .bad("escaped NUL", #"description: «"a\0b"»"#, "RF1003"),
      .bad("an escaped override", #"description: «"a\u202Eb"»"#, "RF1003"),
      .bad("an escaped escape", #"process: {command: [sh, -c, «"\e[2J"»]}"#, "RF1003"),
      .badText("escaped NUL in the name", "version: 1\n" + #"name: «"p\0"»"# + "\n", "RF1003"),
      .bad("a hash in a block is text", "description: >-\n  a # \u{202E}b", "RF1003", "RF1003"),
    ] as [PolicyCase]
  )
  func characters(_ example: PolicyCase) { example.check() }

  @Test(
    arguments: [
      ([0xFF, 0xFE, 0x76, 0x00], "RF1002"), ([0xFE, 0xFF, 0x00, 0x76], "RF1002"), ([0x76, 0x00, 0x65, 0x00], "RF1003"),
      (Array("name: ".utf8) + [0xC3], "RF1002"), (Array("name: ".utf8) + [0xC3, 0x28], "RF1002"),
      (Array("name: ".utf8) + [0xC0, 0xAF], "RF1002"), (Array("name: ".utf8) + [0xED, 0xA0, 0x80], "RF1002"),
      (Array("name: ".utf8) + [0xF4, 0x90, 0x80, 0x80], "RF1002"), (Array("name: ".utf8) + [0xE2, 0x82], "RF1002"),
      ([0x80], "RF1002"), ([0x00], "RF1003"),
    ] as [([UInt8], String)]
  )
  func bytes(_ bytes: [UInt8], rule: String) {
    CaseExport.write(bytes)
    let found = Loading.diagnostics(of: SourceText(name: "p.yaml", bytes: bytes))
    #expect(found.map(\.rule) == [rule])
    Loading.expectSound(found)
  }

  /// A hundred hidden characters in comments must not hide the one that counts.
  @Test func noiseHidesNothing() {
    let noise = String(repeating: "# \u{200B}\n", count: 1000)
    let found = Loading.diagnostics(of: SourceText(name: "p.yaml", text: noise + "version: 1\nname: p\u{202E}\n"))
    #expect(found.contains { $0.severity == .error })
  }

  @Test func loneCarriageReturnsAreOdd() {
    let found = Loading.diagnostics(of: SourceText(name: "p.yaml", text: "version: 1\rname: p\r"))
    #expect(found.map(\.rule) == ["RF1007"])
    #expect(found.map(\.severity) == [.warning])
  }

  @Test(arguments: [
    ("networks", "network"), ("resorces", "resources"), ("cap_add", "capabilities"), ("env", "environment"),
    ("sysscalls", "syscalls"), ("extend", "extends"), ("test", "tests"), ("seccomp", "syscalls"),
    ("discription", "description"),
  ])
  func theNearestKey(_ written: String, _ meant: String) {
    let found = Loading.diagnostics(of: SourceText(name: "p.yaml", text: PolicyCase.header + "\(written): {}\n"))
    #expect(found.first?.help == ["did you mean `\(meant)`?"])
  }

  @Test func aNearKeyIsOneOfThisMap() {
    let text = PolicyCase.header + "process: {zebra: x}\n"
    let found = Loading.diagnostics(of: SourceText(name: "p.yaml", text: text))
    #expect(found.first?.help.first?.contains("keys here are command, user") == true)
  }
}
