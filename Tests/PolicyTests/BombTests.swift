import Diagnostics
import Policy
import TestSupport
import Testing

/// Texts that are cheap to write and meant to be dear to read. That each is also quick and small is measured by
/// `make bench-lint`, over the built command.
@Suite struct BombTests {
  struct Bomb: Sendable, CustomTestStringConvertible {
    let what: String
    let text: String
    let rule: String
    var testDescription: String { what }
  }

  static let bombs = [
    Bomb(what: "a line of 10 MB", text: "description: " + repeated("x", 10_000_000), rule: "RF1004"),
    Bomb(what: "1 MiB and a byte", text: repeated("#", 1 << 20 + 1), rule: "RF1004"),
    Bomb(what: "200000 lists opened", text: repeated("[", 200_000), rule: "RF1004"),
    Bomb(what: "200000 maps opened", text: repeated("{a: ", 200_000), rule: "RF1004"),
    Bomb(what: "deep blocks", text: (0..<500).map { repeated(" ", $0) + "a:\n" }.joined(), rule: "RF1004"),
    Bomb(what: "deep dashes", text: repeated("- ", 100_000) + "x", rule: "RF1004"),
    Bomb(what: "deep keys", text: repeated("? ", 100_000), rule: "RF1004"),
    Bomb(what: "33 levels", text: repeated("[", 33) + repeated("]", 33), rule: "RF1004"),
    Bomb(what: "100000 documents", text: repeated("---\na\n", 100_000), rule: "RF1005"),
    Bomb(what: "empty documents", text: repeated("---\n", 200_000), rule: "RF1005"),
    Bomb(
      what: "200000 anchors",
      text: "a: [" + (0..<90_000).map { "&a\($0) x" }.joined(separator: ",") + "]",
      rule: "RF1005"
    ),
    Bomb(what: "a diamond of aliases", text: diamond, rule: "RF1005"),
    Bomb(
      what: "a number of a million digits",
      text: header + "resources: {pids: \(repeated("9", 1_000_000))}",
      rule: "RF1015"
    ),
    Bomb(
      what: "a size of a million digits",
      text: header + "resources: {memory: \(repeated("9", 1_000_000))Mi}",
      rule: "RF1015"
    ),
    Bomb(
      what: "a fraction of a million digits",
      text: header + "resources: {memory: 0.\(repeated("1", 1_000_000))Mi}",
      rule: "RF1015"
    ),
    Bomb(what: "a huge exponent", text: header + "resources: {cpus: 1e999999999}", rule: "RF1013"),
    Bomb(what: "9000 mounts, each below the other", text: mounts(9000), rule: "RF1018"),
    Bomb(what: "20000 mounts", text: mounts(20_000), rule: "RF1004"),
    Bomb(what: "9000 unknown keys", text: header + (0..<4500).map { "kye\($0): x\n" }.joined(), rule: "RF1011"),
    Bomb(
      what: "9000 unknown calls",
      text: header + "syscalls: {deny: [\(list(9000) { "opeen\($0)" })]}",
      rule: "RF6002"
    ),
    Bomb(
      what: "9000 unknown constants",
      text: header + "syscalls: {deny: [{name: socket, args: {index: 0, in: [\(list(9000) { "AF_XX\($0)" })]}}]}",
      rule: "RF1016"
    ),
    Bomb(
      what: "1500 bad sizes in one line",
      text: header + "filesystem: {tmpfs: [\(list(1500) { "{path: /t\($0), size: 1}" })]}",
      rule: "RF1014"
    ),
    Bomb(what: "9000 duplicates", text: header + repeated("a: x\n", 4900), rule: "RF1006"),
    Bomb(what: "an open quote to the end", text: header + "description: \"" + repeated("x ", 500_000), rule: "RF1001"),
    Bomb(what: "an open flow to the end", text: header + "capabilities: [" + repeated(" ", 1_000_000), rule: "RF1001"),
    Bomb(
      what: "a path of a megabyte",
      text: header + "filesystem: {read: [\(repeated("/a", 500_000))]}",
      rule: "RF1017"
    ),
    Bomb(what: "a key of a megabyte", text: header + "? \(repeated("k", 1_000_000))\n: x", rule: "RF1011"),
    Bomb(
      what: "combining marks without end",
      text: header + "description: x\nextends: e\(repeated("\u{301}", 400_000))",
      rule: "RF1016"
    ),
    Bomb(
      what: "invisible characters without end",
      text: header + "description: \(repeated("\u{200B}", 300_000))",
      rule: "RF1003"
    ),
    Bomb(what: "hidden in one comment", text: header + "# " + repeated("\u{200B}", 300_000) + "\nx: y", rule: "RF1011"),
    Bomb(what: "spaces", text: header + "x:" + repeated(" ", 1_000_000) + "y", rule: "RF1011"),
    Bomb(what: "line feeds", text: header + repeated("\n", 1_000_000) + "x: y", rule: "RF1011"),
    Bomb(what: "tabs", text: header + "x:" + repeated("\t", 1_000_000) + "y", rule: "RF1011"),
    Bomb(what: "carriage returns", text: header + repeated("\r", 1_000_000) + "x: y", rule: "RF1011"),
    Bomb(
      what: "conditions in conditions",
      text: header + "syscalls: {deny: [{name: socket, args: \(conditions(20))}]}",
      rule: "RF1004"
    ),
    Bomb(what: "question marks", text: repeated("?\n", 400_000), rule: "RF1006"),
    Bomb(what: "exclamation marks", text: header + "x: " + repeated("!", 1_000_000), rule: "RF1005"),
    Bomb(what: "percent signs", text: repeated("%a\n", 300_000), rule: "RF1001"),
  ]

  @Test(arguments: bombs) func isReported(_ bomb: Bomb) {
    CaseExport.write(Array(bomb.text.utf8))
    let found = Loading.diagnostics(of: SourceText(name: "p.yaml", text: bomb.text))
    #expect(found.contains { $0.rule == bomb.rule && $0.severity == .error }, "\(found.prefix(3).map(\.message))")
    #expect(found.count <= 201)
    Loading.expectSound(found)
  }

  private static let header = PolicyCase.header

  private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  private static func list(_ count: Int, _ item: (Int) -> String) -> String {
    (0..<count).map(item).joined(separator: ", ")
  }

  private static func mounts(_ count: Int) -> String {
    header + "filesystem: {read: [\(list(count) { "/a\($0 % 4000)" })]}"
  }

  private static func conditions(_ depth: Int) -> String {
    depth == 0 ? "{index: 0, equals: 1}" : "{any: [\(conditions(depth - 1))]}"
  }

  private static let diamond =
    "a0: &a0 [x, x]\n" + (1..<25).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1)]\n" }.joined()
}
