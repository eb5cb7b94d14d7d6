import Diagnostics
import Lint
import Policy
import Sandbox
import TestSupport
import Testing

/// Acceptances are judged as suppressions are.
@Suite struct AcceptanceTests {
  /// Docker loses what it writes, gVisor its processor time, and nobody knows about the native engine.
  private static let losses: Linter.Losses = { control, target, _ in
    switch target {
    case .docker: control == .output
    case .gvisor: control == .cpuTime
    case .native, .kubernetes, .podman, .runc, .crun: nil
    }
  }

  private func rules(_ entries: String..., parent: String? = nil) throws -> [String] {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    if let parent { try TestFile.write(Array(parent.utf8), to: folder + "/parent.yaml") }
    let text = PolicyFixture.text(
      (parent == nil ? "" : "extends: parent\n") + "accept:\n" + entries.map { "  - {\($0)}\n" }.joined()
    )
    let today = try #require(PolicyFixture.today)
    let policy = try PolicyLoader(searchPath: [], today: today)
      .load(source: SourceText(name: "example.yaml", text: text), folder: folder)
    return Linter(today: today, losses: Self.losses).lint(policy).findings.map(\.rule)
  }

  private static let output = "target: docker, control: resources.output, reason: "

  @Test(arguments: ["x", "tbd", "…", "todo", "because", "n/a", "12345678"])
  func aReasonSaysSomething(_ reason: String) throws {
    #expect(try rules(Self.output + "\"\(reason)\"") == ["RF7006"])
  }

  @Test func aGoodOneIsFine() throws {
    #expect(try rules(Self.output + "the caller stops reading").isEmpty)
  }

  @Test(arguments: [
    ("docker", "resources.cpu_time", ["RF7007"]), ("gvisor", "resources.cpu_time", []),
    // Which limits the native engine can set is the host's to say, and nothing is lowered to Kubernetes.
    ("native", "resources.cpu_time", []), ("kubernetes", "resources.cpu_time", []), ("all", "resources.cpu_time", []),
    ("all", "process.user", ["RF7007"]), ("docker", "process.user", ["RF7007"]),
  ])
  func nothingNeedsIt(_ target: String, _ control: String, _ found: [String]) throws {
    #expect(try rules("target: \(target), control: \(control), reason: the caller stops reading") == found)
  }

  @Test func rootNeedsIt() throws {
    let text = PolicyFixture.text(
      "process: {user: \"0:0\"}\naccept: [{target: all, control: process.user, reason: an image that needs root}]"
    )
    let found = try PolicyFixture.diagnostics(of: SourceText(name: "example.yaml", text: text))
    #expect(found.map(\.rule) == ["RF2001"])
    #expect(found.map(\.severity) == [.note])
  }

  @Test func twiceIsOnceTooOften() throws {
    let good = Self.output + "the caller stops reading"
    #expect(try rules(good, good) == ["RF7008"])
    #expect(try rules(good + ", expires: 2099-01-01", good) == ["RF7008"])
    // Together they hold longer than each of them, and for different reasons.
    #expect(try rules(good, "target: gvisor, control: resources.cpu_time, reason: it ends by wall time").isEmpty)
    #expect(try rules(good, "target: all, control: resources.output, reason: nobody reads it") == ["RF7008"])
    let parent = "version: 1\nname: parent\naccept: [{\(good)}]\n"
    #expect(try rules(good, parent: parent) == ["RF7008"])
  }

  @Test func theFixTakesItOut() throws {
    let entry = "{target: all, control: process.user, reason: an old image needed root}"
    for (text, mended) in [
      ("accept: [\(entry)]", "accept: []"), ("accept:\n  - \(entry)", "accept: []"),
      (
        "accept:\n  - \(entry)\n  - {\(Self.output)the caller stops reading}",
        "accept:\n  - {\(Self.output)the caller stops reading}"
      ),
    ] {
      let source = SourceText(name: "example.yaml", text: PolicyFixture.text(text))
      let (new, count) = Mending.mend(source, includesUnsafe: false) { try? PolicyFixture.diagnostics(of: $0) }
      #expect(count == 1)
      #expect(String(decoding: new.bytes, as: UTF8.self) == PolicyFixture.text(mended))
    }
  }
}
