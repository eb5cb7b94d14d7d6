import Diagnostics
import Lint
import Sandbox
import TestSupport
import Testing

/// Where findings point, and what their fixes make of the text.
@Suite struct PlacesTests {
  /// A policy whose marked ranges decide the keys, in their order.
  private func input(
    _ marked: String,
    _ keys: [String],
    _ change: (inout Sandbox) -> Void,
    source: SourceText? = nil
  ) -> (text: MarkedText, input: LintInput) {
    let text = MarkedText(marked)
    var sandbox = Sandbox(name: "p", summary: "For tests.")
    change(&sandbox)
    let origins = Dictionary(uniqueKeysWithValues: zip(keys, text.primary))
    return (
      text, LintInput(sandbox: sandbox, source: source ?? text.source, origins: origins, testCount: 1)
    )
  }

  private func mended(_ input: LintInput, _ text: MarkedText) -> String {
    let fixes = LintRules.findings(in: input).compactMap(\.fix)
    return String(decoding: fixes.applied(to: text.source).bytes, as: UTF8.self)
  }

  @Test func aScalarIsPointedAtAndReplaced() {
    let (text, input) = input("resources:\n  core: «64Mi»  # why\n", ["resources.core"]) {
      $0.resources.core = .limited(ByteCount(bytes: 64 << 20))
    }
    text.expect(LintRules.findings(in: input), rules: ["RF5009"])
    #expect(mended(input, text) == "resources:\n  core: 0  # why\n")
  }

  @Test(arguments: [
    ("capabilities: «[«SYS_ADMIN», «NET_BIND_SERVICE»]»  # c\n", "capabilities: [NET_BIND_SERVICE]  # c\n"),
    ("capabilities: «[«NET_BIND_SERVICE», «SYS_ADMIN»]»\n", "capabilities: [NET_BIND_SERVICE]\n"),
    ("capabilities: «[«SYS_ADMIN» ]»  # c\n", "capabilities: []  # c\n"),
    ("capabilities: «[«\"SYS_ADMIN\"»]»\n", "capabilities: []\n"),
    (
      "capabilities:\n  «# keep\n  - «NET_BIND_SERVICE»  # web\n  - «SYS_ADMIN»  # mounts\n»umask: 1\n",
      "capabilities:\n  # keep\n  - NET_BIND_SERVICE  # web\numask: 1\n"
    ),
    ("capabilities:\n  «- «SYS_ADMIN»  # mounts\n»umask: 1\n", "capabilities: []\numask: 1\n"),
    (
      "capabilities:\n  # why\n  «- «SYS_ADMIN»\n»# next\numask: 1\n",
      "capabilities:\n  # why\n  []\n# next\numask: 1\n"
    ),
    ("capabilities:\n«- «SYS_ADMIN»\n- «NET_BIND_SERVICE»»", "capabilities:\n- NET_BIND_SERVICE"),
  ])
  func anEntryIsTakenOut(_ marked: String, _ expected: String) {
    let count = MarkedText(marked).primary.count - 1
    let keys = ["capabilities"] + (0..<count).map { "capabilities[\($0)]" }
    let (text, input) = input(marked, keys) {
      $0.capabilities = count == 1 ? [.sysAdmin] : [.sysAdmin, .netBindService]
    }
    #expect(mended(input, text) == expected)
  }

  @Test func theLineOfTheAncestorIsBlamedAndNotEdited() throws {
    let parent = MarkedText("name: base\nfilesystem:\n  root: «writable»\n", name: "base.yaml")
    let child = MarkedText("name: child\nextends: «base»\n", name: "child.yaml")
    var sandbox = Sandbox(name: "child", summary: "For tests.")
    sandbox.filesystem.root = .writable
    let input = LintInput(
      sandbox: sandbox,
      source: child.source,
      origins: ["filesystem.root": parent.primary[0], "extends": child.primary[0]],
      testCount: 1
    )
    let finding = try #require(LintRules.findings(in: input).first)
    #expect(finding.primary?.range == parent.primary[0])
    #expect(finding.secondary.map(\.range) == [child.primary[0]])
    #expect(finding.fix == nil)
  }

  @Test func whatNoTextDecidesIsTheNames() {
    let (text, input) = input("version: 1\nname: «p»\n", ["name"]) { $0.resources.memory = .unlimited }
    text.expect(LintRules.findings(in: input), rules: ["RF5001"])
  }

  @Test func theNearestKeyAroundIsTaken() {
    let (text, input) = input("tmpfs: [«{path: /t}»]\n", ["filesystem.tmpfs[0]"]) {
      $0.filesystem.tmpfs = [TmpfsMount(path: "/t", size: ByteCount(bytes: 1), executable: true)]
    }
    text.expect(LintRules.findings(in: input), rules: ["RF3004"])
  }

  /// Rounds go on until nothing is left, and a round that breaks the text is not kept.
  @Test func mendingGoesInRounds() {
    func findings(_ source: SourceText) -> [Diagnostic]? {
      let text = String(decoding: source.bytes, as: UTF8.self)
      if text.contains("x") { return nil }
      guard let index = source.bytes.firstIndex(of: UInt8(ascii: "a")) else { return [] }
      let range = SourceRange(source: source, start: index, end: index + 1)
      let replacement = text.hasPrefix("!") ? "x" : "b"
      return [
        Diagnostic(
          rule: "R",
          severity: .error,
          "m",
          at: .init(range),
          fix: .init(summary: "", edits: [.init(range, replacement: replacement)], isSafe: !text.hasPrefix("?"))
        )
      ]
    }
    func mend(_ text: String, unsafe: Bool = false) -> String {
      let source = SourceText(name: "t", text: text)
      let (mended, count) = Mending.mend(source, includesUnsafe: unsafe, findings: findings)
      return "\(String(decoding: mended.bytes, as: UTF8.self)) \(count)"
    }
    #expect(mend("aaa") == "bbb 3")
    #expect(mend("!aa") == "!aa 0")
    #expect(mend("?a") == "?a 0")
    #expect(mend("?a", unsafe: true) == "?b 1")
    #expect(mend("x") == "x 0")
  }
}
