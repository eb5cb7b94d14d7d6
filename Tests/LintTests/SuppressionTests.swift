import Diagnostics
import Lint
import Policy
import Reports
import Sandbox
import TestSupport
import Testing

@Suite struct SuppressionTests {
  private static let today = CalendarDate("2026-11-22")

  /// Lints a policy with a writable root, a memory without limit and this one suppression.
  private func lint(
    rule: String,
    path: String?,
    reason: String = "the build needs it",
    expires: String? = "2027-06-30",
    honours: Bool = true
  ) throws -> (found: [String], suppressed: [String]) {
    let text = MarkedText("lint: «here»\n")
    var sandbox = Sandbox(name: "p", summary: "For tests.")
    sandbox.filesystem.root = .writable
    sandbox.resources.memory = .unlimited
    let input = LintInput(sandbox: sandbox, source: text.source, origins: [:], testCount: 1)
    let suppression = Suppression(
      rule: rule,
      path: path,
      reason: reason,
      expires: try expires.map { try #require(CalendarDate($0)) },
      range: text.primary[0]
    )
    let linter = Linter(today: try #require(Self.today), honoursSuppressions: honours)
    let result = linter.lint(input, suppressions: [suppression])
    return (result.findings.map(\.rule).sorted(), result.suppressed.map(\.diagnostic.rule))
  }

  @Test(
    arguments: [
      ("RF3003", "filesystem.root", true), ("RF3003", nil, true), ("RF3003", "filesystem", true),
      ("RF3003", "filesystem.roo", false), ("RF3003", "filesystem.rooty", false), ("RF3003", "resources.memory", false),
      ("RF5001", "filesystem.root", false),
    ] as [(String, String?, Bool)]
  )
  func coversByKey(_ rule: String, _ path: String?, covers: Bool) throws {
    let result = try lint(rule: rule, path: path)
    #expect(result.suppressed == (covers ? [rule] : []))
    #expect(result.found == (covers ? ["RF5001"] : ["RF3003", "RF5001", "RF9003"]))
  }

  @Test func withoutAReasonItHidesNothing() throws {
    for reason in ["", "  \t", "todo", "-", "n/a", "ignore", "because.", "12345678"] {
      let result = try lint(rule: "RF3003", path: nil, reason: reason)
      #expect(result.found == ["RF3003", "RF5001", "RF9001"])
      #expect(result.suppressed.isEmpty)
    }
  }

  @Test(arguments: [
    ("2026-11-21", ["RF3003", "RF5001", "RF9002"]), ("2026-11-22", ["RF5001", "RF9006"]),
    ("2026-12-22", ["RF5001", "RF9006"]), ("2026-12-23", ["RF5001"]),
  ])
  func endsAfterItsDay(_ expires: String, found: [String]) throws {
    #expect(try lint(rule: "RF3003", path: nil, expires: expires).found == found)
  }

  @Test func errorsShouldNotBeHiddenForEver() throws {
    #expect(try lint(rule: "RF5001", path: nil, expires: nil).found == ["RF3003", "RF9005"])
    #expect(try lint(rule: "RF3003", path: nil, expires: nil).found == ["RF5001"])
  }

  @Test func unknownRulesHideNothing() throws {
    for rule in ["RF0000", "RF9001", "RF1001", "writable-root", ""] {
      #expect(try lint(rule: rule, path: nil).found == ["RF3003", "RF5001", "RF9004"])
    }
  }

  @Test func anAuditSeesEverything() throws {
    let result = try lint(rule: "RF3003", path: nil, honours: false)
    #expect(result.found == ["RF3003", "RF5001"])
    #expect(result.suppressed.isEmpty)
  }

  /// An ancestor's entry hides what is found in the ancestor's lines, and nothing that a child wrote.
  @Test func anAncestorDecidesAboutItsOwnLines() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let base = PolicyFixture.text(
      "filesystem: {root: writable}\nlint:\n  suppress: [{rule: RF3003, reason: the build needs it}]"
    )
    try TestFile.write(Array(base.replacing("example", with: "base").utf8), to: folder + "/base.yaml")
    func rules(_ lines: String) throws -> [String] {
      let source = SourceText(
        name: "child.yaml",
        text: "version: 1\nname: child\ndescription: x\nextends: base\n" + lines
      )
      return try PolicyFixture.diagnostics(of: source, folder: folder, audit: false).map(\.rule)
    }
    #expect(try rules("").isEmpty)
    #expect(try rules("lint:\n  suppress: []\n").isEmpty)
    #expect(try rules("filesystem: {root: writable}\n") == ["RF3003"])
    #expect(try rules("filesystem: {root: read-only}\n").isEmpty)
  }

  @Test func entriesOfListsAreSuppressedByWhatTheySay() throws {
    var sandbox = Sandbox(name: "p", summary: "For tests.")
    sandbox.filesystem.write = [
      BindMount(source: "/usr/bin", destination: "/a"), BindMount(source: "/usr/lib", destination: "/b"),
    ]
    let source = SourceText(name: "p.yaml", text: "")
    let input = LintInput(sandbox: sandbox, source: source, origins: [:], testCount: 1)
    let suppression = Suppression(
      rule: "RF3005",
      path: "filesystem.write[/usr/bin]",
      reason: "an installer",
      expires: CalendarDate("2027-06-30"),
      range: SourceRange(source: source, start: 0, end: 0)
    )
    let result = Linter(today: try #require(Self.today)).lint(input, suppressions: [suppression])
    #expect(result.findings.map(\.subject) == ["filesystem.write[/usr/lib]"])
  }
}

@Suite struct CalendarDateTests {
  @Test(arguments: [
    ("2027-06-30", true), ("2024-02-29", true), ("2000-02-29", true), ("2027-02-29", false), ("1900-02-29", false),
    ("2027-06-31", false), ("2027-13-01", false), ("2027-00-10", false), ("2027-6-30", false), ("27-06-30", false),
    ("2027-06-30T00:00", false), ("2027/06/30", false), ("", false), ("٢٠٢٧-06-30", false), ("+027-06-30", false),
    ("0000-01-01", false),
  ])
  func isADay(_ text: String, isValid: Bool) {
    #expect((CalendarDate(text) != nil) == isValid)
    if isValid { #expect(CalendarDate(text)?.description == text) }
  }

  @Test func addsDays() throws {
    #expect(try #require(CalendarDate("2026-12-31")).adding(days: 1).description == "2027-01-01")
    #expect(try #require(CalendarDate("2024-02-28")).adding(days: 2).description == "2024-03-01")
    #expect(try #require(CalendarDate("9999-12-31")).adding(days: 30).description == "9999-12-31")
  }

  @Test(
    arguments: [
      (0, "1970-01-01"), (86399, "1970-01-01"), (86400, "1970-01-02"), (951_782_400, "2000-02-29"),
      (951_868_800, "2000-03-01"), (1_798_675_200, "2026-12-31"), (4_107_542_400, "2100-03-01"),
      (253_402_300_799, "9999-12-31"),
    ]
  ) func isOfAMoment(seconds: Int, text: String) {
    #expect(CalendarDate(secondsSince1970: seconds)?.description == text)
  }

  @Test(arguments: [-1, 253_402_300_800, Int.max]) func isOfNoMomentBeyondTheCalendar(seconds: Int) {
    #expect(CalendarDate(secondsSince1970: seconds) == nil)
  }
}
