import Diagnostics
import Glibc
import Policy
import Sandbox
import TestSupport
import Testing

/// A folder of policies for one test.
final class PolicyFolder: Sendable {
  let path: String

  init(_ files: [String: String]) throws {
    path = try TestFile.temporaryFolder()
    for (name, text) in files { try TestFile.write(Array(text.utf8), to: "\(path)/\(name)") }
  }

  deinit { TestFile.removeFolder(path) }

  func result(_ name: String) -> Result<ResolvedPolicy, InvalidInput> {
    do throws(InvalidInput) {
      return .success(try PolicyLoader(searchPath: [], today: Loading.today).load(reference: "\(path)/\(name)"))
    } catch {
      return .failure(error)
    }
  }

  func diagnostics(_ name: String) -> [Diagnostic] {
    switch result(name) {
    case .success(let policy): policy.warnings
    case .failure(let error): error.diagnostics
    }
  }

  /// A policy that extends another, or none.
  static func text(_ name: String, extends parent: String? = nil, _ body: String = "") -> String {
    "version: 1\nname: \(name)\n" + (parent.map { "extends: \($0)\n" } ?? "") + body + (body.isEmpty ? "" : "\n")
  }
}

@Suite struct InheritanceTests {
  @Test func mapsMergeAndListsReplace() throws {
    let folder = try PolicyFolder([
      "a.yaml": PolicyFolder.text(
        "a",
        """
        description: the parent
        environment: {inherit: [LANG], set: {A: parent, B: parent}}
        resources: {memory: 32Mi, pids: 9}
        filesystem: {image: debian, read: [/usr, /bin]}
        syscalls: {default: {errno: EACCES}, allow: [read, write]}
        """
      ),
      "b.yaml": PolicyFolder.text(
        "b",
        extends: "a",
        """
        environment: {inherit: [TERM], set: {B: child, C: child}}
        resources: {memory: 16Mi}
        filesystem: {image: null, read: [/lib]}
        syscalls: {default: kill, allow: [read]}
        """
      ),
    ])
    let policy = try folder.result("b.yaml").get()
    let sandbox = policy.sandbox
    #expect(sandbox.name == "b")
    #expect(sandbox.summary == "", "a description is a policy's own")
    #expect(sandbox.environment.inherit == ["TERM"])
    #expect(sandbox.environment.set == ["A": "parent", "B": "child", "C": "child"])
    #expect(sandbox.resources.memory == .limited(ByteCount(bytes: 16 << 20)))
    #expect(sandbox.resources.pids == .limited(9))
    #expect(sandbox.filesystem.image == nil)
    #expect(sandbox.filesystem.read == [.system("/lib")])
    #expect(sandbox.syscalls.defaultAction == .kill)
    #expect(sandbox.syscalls.allow == [SyscallRule(.name("read"))])
    #expect(policy.ancestors.map(\.name) == ["\(folder.path)/a.yaml"])

    let origins = policy.origins
    func place(_ path: String) -> String? {
      origins[path].map { "\($0.source === policy.source ? "b" : "a"):\($0.startPosition.line) \($0.text)" }
    }
    #expect(place("resources.memory") == "b:5 16Mi")
    #expect(place("resources.pids") == "a:5 9")
    #expect(place("environment.set.A") == "a:4 parent")
    #expect(place("environment.set.B") == "b:4 child")
    #expect(place("filesystem.read[0]") == "b:6 /lib")
    #expect(place("filesystem.read[1]") == nil)
    #expect(place("filesystem.image") == "b:6 null")
    #expect(place("network.mode") == nil, "a default stands nowhere")
  }

  @Test func relativeSourcesStartAtTheTextThatNamesThem() throws {
    let folder = try PolicyFolder([
      "base/a.yaml": PolicyFolder.text("a", "filesystem: {write: [{source: ./out, path: /out}]}"),
      "b.yaml": PolicyFolder.text("b", extends: "a", "filesystem: {read: [{source: in, path: /in}]}"),
    ])
    let loader = PolicyLoader(searchPath: [folder.path + "/base"], today: Loading.today)
    let sandbox = try loader.load(reference: folder.path + "/b.yaml").sandbox
    let real = folder.path
    #expect(sandbox.filesystem.write == [BindMount(source: real + "/base/out", destination: "/out")])
    #expect(sandbox.filesystem.read == [.bind(BindMount(source: real + "/in", destination: "/in"))])
  }

  @Test(
    arguments: [
      (["a.yaml": ("a", "b"), "b.yaml": ("b", "a")], "a policy extends itself: a → b → a"),
      (["a.yaml": ("a", "a")], "a policy extends itself: a → a"),
      (["a.yaml": ("a", "hardned")], "there is no policy `hardned`"),
      (["a.yaml": ("a", "nothing-like-it")], "there is no policy `nothing-like-it`"),
    ] as [([String: (String, String)], String)]
  )
  func parentsThatCannotBe(_ files: [String: (String, String)], _ message: String) throws {
    let folder = try PolicyFolder(files.mapValues { PolicyFolder.text($0.0, extends: $0.1) })
    let found = folder.diagnostics("a.yaml")
    #expect(found.map(\.rule) == ["RF1019"])
    #expect(found.map(\.message) == [message])
    #expect(found.first?.help.isEmpty == false)
  }

  @Test(arguments: [10, 11]) func depth(_ count: Int) throws {
    var files = ["p0.yaml": PolicyFolder.text("p0")]
    for index in 1...count { files["p\(index).yaml"] = PolicyFolder.text("p\(index)", extends: "p\(index - 1)") }
    let found = try PolicyFolder(files).diagnostics("p\(count).yaml")
    #expect(found.map(\.rule) == (count > 10 ? ["RF1019"] : []))
  }

  @Test(arguments: [
    ("NUL", #""a\0b""#, "RF1003"), ("a line feed", #""a\nb""#, "RF1016"), ("a map", "{a: b}", "RF1013"),
    ("a list", "[a]", "RF1013"),
    ("a path", "../a", "RF1016"), ("an absolute path", "/etc/passwd", "RF1016"), ("nothing", "null", "RF1013"),
    ("a link out", "link", "RF1019"), ("a folder", "folder", "RF1019"), ("a FIFO", "pipe", "RF1019"),
    ("a device", "zero", "RF1019"), ("a link to nowhere", "dangling", "RF1019"),
  ])
  func whatExtendsNames(_ what: String, _ value: String, rule: String) throws {
    let folder = try PolicyFolder(["p/folder.yaml/x": "", "outside.yaml": PolicyFolder.text("outside")])
    symlink("../outside.yaml", folder.path + "/p/link.yaml")
    symlink("/dev/zero", folder.path + "/p/zero.yaml")
    symlink("nowhere", folder.path + "/p/dangling.yaml")
    mkfifo(folder.path + "/p/pipe.yaml", 0o600)
    let text = "version: 1\nname: a\nextends: \(value)\nresources: {memory: 1}\n"
    try TestFile.write(Array(text.utf8), to: folder.path + "/p/a.yaml")
    let found = folder.diagnostics("p/a.yaml")
    #expect(Set(found.map(\.rule)) == [rule, "RF1014"], "\(ConciseRenderer.render(found))")
  }

  @Test func aParentsErrorsNameTheChildToo() throws {
    let folder = try PolicyFolder([
      "a.yaml": PolicyFolder.text("a", "resources: {memory: 12}"),
      "b.yaml": PolicyFolder.text("b", extends: "a", "resources: {pids: 0}"),
    ])
    let found = folder.diagnostics("b.yaml").inReadingOrder
    #expect(found.map(\.rule) == ["RF1014", "RF1015"])
    #expect(found.first?.primary?.range.source.name == "\(folder.path)/a.yaml")
    #expect(found.first?.secondary.map(\.range.location) == ["\(folder.path)/b.yaml:3:10"])
  }

  @Test func aParentsWarningsAreItsOwn() throws {
    let folder = try PolicyFolder([
      "a.yaml": PolicyFolder.text(
        "a",
        "capabilities: [KILL, KILL]\naccept: [{target: all, control: syscalls, reason: x, expires: 2020-01-01}]"
      ),
      "b.yaml": PolicyFolder.text("b", extends: "a"),
    ])
    #expect(folder.diagnostics("a.yaml").map(\.rule) == ["RF1032", "RF1036"])
    #expect(folder.diagnostics("b.yaml").map(\.rule) == ["RF1036"], "what has expired counts for the child")
  }

  /// What a child takes back from its parent need not be taken apart first; in one text it would be a contradiction.
  @Test func aChildDecides() throws {
    let folder = try PolicyFolder([
      "a.yaml": PolicyFolder.text(
        "a",
        "network: {mode: allowlist, allow: [{host: a.example, ports: [443]}]}\nenvironment: {inherit: [LANG, TZ]}"
      ),
      "b.yaml": PolicyFolder.text("b", extends: "a", "network: {mode: none}\nenvironment: {set: {LANG: C}}"),
      "c.yaml": PolicyFolder.text("c", extends: "b", "network: {mode: allowlist}"),
    ])
    let child = try folder.result("b.yaml").get()
    #expect(child.sandbox.network.allow.isEmpty)
    #expect(child.sandbox.environment.inherit == ["TZ"])
    #expect(child.sandbox.environment.set == ["LANG": "C"])
    #expect(try folder.result("c.yaml").get().sandbox.network.allow.map(\.host) == ["a.example"])
  }

  @Test func contradictionsAcrossFiles() throws {
    let folder = try PolicyFolder([
      "a.yaml": PolicyFolder.text("a", "syscalls: {deny: [write]}"),
      "b.yaml": PolicyFolder.text("b", extends: "a", "syscalls: {allow: [write]}"),
    ])
    let found = folder.diagnostics("b.yaml")
    #expect(found.map(\.rule) == ["RF1018"])
    #expect(found.first?.secondary.first?.range.location == "\(folder.path)/b.yaml:4:20")
  }

  @Test(arguments: [
    ("network: {mode: host}", "network.mode"), ("capabilities: [NET_RAW]", "capabilities"),
    ("filesystem: {root: writable}", "filesystem.root"),
    ("process: {no_new_privileges: false}", "process.no_new_privileges"),
  ])
  func looserThanTheParent(_ body: String, _ key: String) throws {
    let folder = try PolicyFolder([
      "a.yaml": PolicyFolder.text("a"), "b.yaml": PolicyFolder.text("b", extends: "a", body),
    ])
    #expect(folder.diagnostics("b.yaml").map(\.rule) == ["RF1031"])
  }

  @Test(arguments: [
    ("resources: {memory: 65Mi}", 1), ("resources: {memory: 63Mi}", 0), ("network: {mode: loopback}", 1),
    ("capabilities: [NET_RAW]", 1), ("resources: {pids: unlimited, wall_time: 31s}", 2), ("", 0),
    ("filesystem: {read: [/opt]}", 1), ("process: {umask: \"000\"}", 1), ("environment: {set: {A: x}}", 0),
    ("environment: {inherit: [SECRET]}", 1),
  ])
  func ceilings(_ body: String, _ violations: Int) throws {
    let folder = try PolicyFolder([
      "top.yaml": PolicyFolder.text("top", "within: top2"), "b.yaml": PolicyFolder.text("b", "within: top\n" + body),
    ])
    let found = folder.diagnostics("b.yaml")
    #expect(found.map(\.rule) == Array(repeating: "RF1020", count: violations), "\(ConciseRenderer.render(found))")
    for diagnostic in found { #expect(diagnostic.secondary.map(\.range.text) == ["top"]) }
  }

  /// A child must not lose what holds its parent.
  @Test func aParentsCeilingHoldsForItsChildren() throws {
    let folder = try PolicyFolder([
      "top.yaml": PolicyFolder.text("top"), "a.yaml": PolicyFolder.text("a", "within: top"),
      "b.yaml": PolicyFolder.text("b", extends: "a", "resources: {memory: 65Mi}"),
      "wide.yaml": PolicyFolder.text("wide", "resources: {memory: 1Gi}"),
      "c.yaml": PolicyFolder.text("c", extends: "a", "within: wide\nresources: {memory: 65Mi}"),
      "d.yaml": PolicyFolder.text("d", extends: "a", "resources: {memory: 63Mi}"),
    ])
    for name in ["b.yaml", "c.yaml"] {
      let found = folder.diagnostics(name)
      #expect(found.map(\.rule) == ["RF1020"], "\(ConciseRenderer.render(found))")
      #expect(found.first?.primary?.range.text == "65Mi")
      #expect(found.first?.secondary.first?.range.source.name.hasSuffix("/a.yaml") == true)
    }
    #expect(folder.diagnostics("d.yaml").isEmpty)
  }

  /// A ceiling whose rules cannot be read would be a ceiling without them.
  @Test func aCeilingsConditionsAreChecked() throws {
    let folder = try PolicyFolder([
      "a.yaml": PolicyFolder.text("a", "syscalls: {deny: [{name: socket, args: []}]}"),
      "b.yaml": PolicyFolder.text("b", "within: a"),
    ])
    #expect(folder.diagnostics("b.yaml").map(\.rule).sorted() == ["RF1016", "RF1019"])
  }

  /// Going on to the next folder could find a looser policy of that name.
  @Test func aLinkToNowhereIsNoAbsence() throws {
    let folder = try PolicyFolder(["b.yaml": PolicyFolder.text("b", extends: "hardened")])
    #expect(symlink("nowhere", folder.path + "/hardened.yaml") == 0)
    #expect(folder.diagnostics("b.yaml").map(\.rule) == ["RF1019"])
  }

  @Test(arguments: ["nothing-there", "b", "bad"]) func ceilingsThatCannotBe(_ name: String) throws {
    let folder = try PolicyFolder([
      "b.yaml": PolicyFolder.text("b", "within: \(name)"), "bad.yaml": "version: 2\nname: bad\n",
    ])
    #expect(folder.diagnostics("b.yaml").first?.rule == "RF1019")
  }

  @Test func whatComesWithRingfenceMeansTheSameEverywhere() throws {
    let folder = try PolicyFolder([
      "hardened.yaml": PolicyFolder.text("hardened", "network: {mode: host}"),
      "mine.yaml": PolicyFolder.text("mine", extends: "python-untrusted"),
    ])
    #expect(try folder.result("mine.yaml").get().sandbox.network.mode == .none)
  }

  @Test(arguments: ShippedPolicies.all.map(\.name)) func shippedPoliciesAreClean(_ name: String) throws {
    let policy = try PolicyLoader(searchPath: [], today: Loading.today).load(reference: name)
    #expect(policy.warnings.isEmpty, "\(ConciseRenderer.render(policy.warnings))")
    #expect(!policy.tests.isEmpty)
  }

  @Test(arguments: [
    ("", "version: 1\nname: p\n", ""), ("a comment", "# hello\nversion: 1 # one\n\nname: p\n", ""),
    ("order and flow", "{name: p, version: 1}", ""), ("quotes", "version: 1\nname: 'p'\n", ""),
    ("a default, written", "version: 1\nname: p\nnetwork: {mode: none}\nresources: {memory: 65536Ki}\n", ""),
    ("tests", "version: 1\nname: p\ntests: [{name: t, run: [x], expect: {exit_code: 0}}]\n", ""),
    ("another value", "version: 1\nname: p\nresources: {memory: 65Mi}\n", "differs"),
    ("another rule", "version: 1\nname: p\nsyscalls: {deny: [ptrace]}\n", "differs"),
  ])
  func theDigestIsOfTheMeaning(_ what: String, _ text: String, _ expected: String) throws {
    let plain = try Loading.result(of: SourceText(name: "p.yaml", text: "version: 1\nname: p\n")).get().digest
    let other = try Loading.result(of: SourceText(name: "p.yaml", text: text)).get().digest
    #expect((plain == other) == expected.isEmpty)
    #expect(plain.hasPrefix("sha256:") && plain.utf8.count == 71)
  }

  @Test func acceptancesEnd() throws {
    let policy = try Loading.policy(
      """
      accept:
        - {target: docker, control: resources.pids, reason: x, expires: 2026-07-01}
        - {target: all, control: syscalls, reason: x}
      """
    )
    let tomorrow = Loading.today.adding(days: 1)
    #expect(policy.acceptedControls(of: .docker, on: Loading.today) == [.pids, .syscalls])
    #expect(policy.acceptedControls(of: .docker, on: tomorrow) == [.syscalls])
    #expect(policy.acceptedControls(of: .native, on: Loading.today) == [.syscalls])
  }

  /// Unlike other lists, what a child accepts adds to what its parent does.
  @Test(arguments: [
    ("", [Control.output, .umask]),
    ("accept: [{target: docker, control: syscalls, reason: x}]", [.output, .syscalls, .umask]),
    ("accept: []", []), ("accept: [{target: docker, control: resources.output, reason: x}]", [.output, .umask]),
  ])
  func acceptancesAddUp(_ lines: String, _ accepted: [Control]) throws {
    let folder = try PolicyFolder([
      "a.yaml": PolicyFolder.text("a", "accept: [{target: docker, control: process.umask, reason: x}]"),
      "b.yaml": PolicyFolder.text(
        "b",
        extends: "a",
        "accept: [{target: docker, control: resources.output, reason: x}]"
      ),
      "c.yaml": PolicyFolder.text("c", extends: "b", lines),
    ])
    let policy = try folder.result("c.yaml").get()
    #expect(policy.acceptedControls(of: .docker, on: Loading.today).sorted() == accepted.sorted())
    #expect(policy.origins["accept[0]"] == policy.accepted.first?.range)
  }
}
