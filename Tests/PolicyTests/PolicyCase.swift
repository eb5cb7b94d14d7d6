import Diagnostics
import Policy
import TestSupport
import Testing

/// A text, and what has to be said about it. `«…»` marks the exact ranges, where a case is about ranges too.
struct PolicyCase: Sendable, CustomTestStringConvertible {
  enum Outcome: Sendable {
    case ok
    case warning
    case error
  }

  let what: String
  let marked: String
  let outcome: Outcome
  /// The ids of all diagnostics, in the order of the text.
  let rules: [String]

  var testDescription: String { what }

  /// Keys under the two that every policy needs.
  static func bad(_ what: String, _ body: String, _ rules: String...) -> PolicyCase {
    PolicyCase(what: what, marked: header + body + "\n", outcome: .error, rules: rules)
  }

  static func odd(_ what: String, _ body: String, _ rules: String...) -> PolicyCase {
    PolicyCase(what: what, marked: header + body + "\n", outcome: .warning, rules: rules)
  }

  static func good(_ what: String, _ body: String) -> PolicyCase {
    PolicyCase(what: what, marked: header + body + "\n", outcome: .ok, rules: [])
  }

  /// A whole text.
  static func badText(_ what: String, _ text: String, _ rules: String...) -> PolicyCase {
    PolicyCase(what: what, marked: text, outcome: .error, rules: rules)
  }

  static func goodText(_ what: String, _ text: String) -> PolicyCase {
    PolicyCase(what: what, marked: text, outcome: .ok, rules: [])
  }

  static let header = "version: 1\nname: p\n"

  func check(sourceLocation: SourceLocation = #_sourceLocation) {
    let text = MarkedText(marked, name: "p.yaml")
    CaseExport.write(text.source.bytes)
    let found = Loading.diagnostics(of: text.source)
    let report = ConciseRenderer.render(found)
    let hasError = found.contains { $0.severity == .error }
    #expect(hasError == (outcome == .error), "\(report)", sourceLocation: sourceLocation)
    #expect(found.inReadingOrder.map(\.rule) == rules, "\(report)", sourceLocation: sourceLocation)
    if !text.primary.isEmpty { text.expect(found, sourceLocation: sourceLocation) }
    Loading.expectSound(found, sourceLocation: sourceLocation)
  }
}

/// Loads texts as if they lay in a folder with nothing else.
enum Loading {
  static let today = CalendarDate(year: 2026, month: 7, day: 1) ?? .today()
  static let loader = PolicyLoader(searchPath: [], today: today)

  static func result(of source: SourceText) -> Result<ResolvedPolicy, InvalidInput> {
    do throws(InvalidInput) {
      return .success(try loader.load(source: source, folder: "/nonexistent"))
    } catch {
      return .failure(error)
    }
  }

  static func diagnostics(of source: SourceText) -> [Diagnostic] {
    switch result(of: source) {
    case .success(let policy): policy.warnings
    case .failure(let error): error.diagnostics
    }
  }

  static func policy(_ body: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> ResolvedPolicy {
    let source = SourceText(name: "p.yaml", text: PolicyCase.header + body + "\n")
    return try result(of: source).get()
  }

  /// What holds for every diagnostic: words, a known rule, and ranges within their texts that can be drawn.
  static func expectSound(_ diagnostics: [Diagnostic], sourceLocation: SourceLocation = #_sourceLocation) {
    // Fuzzing comes here a hundred thousand times: only what is wrong is recorded.
    for diagnostic in diagnostics where !isSound(diagnostic) {
      Issue.record("\(diagnostic.rule) \(diagnostic.message.prefix(200))", sourceLocation: sourceLocation)
    }
  }

  private static func isSound(_ diagnostic: Diagnostic) -> Bool {
    guard !diagnostic.message.isEmpty, diagnostic.message.utf8.count < 1000, ruleIDs.contains(diagnostic.rule) else {
      return false
    }
    // An error says what to do, or shows the place that it clashes with.
    let helps = !diagnostic.help.isEmpty || !diagnostic.secondary.isEmpty
    guard helps || diagnostic.severity < .error else { return false }
    let labels = (diagnostic.primary.map { [$0] } ?? []) + diagnostic.secondary
    return labels.map(\.range).allSatisfy {
      $0.start >= 0 && $0.start <= $0.end && $0.end <= $0.source.bytes.count
    }
  }

  private static let ruleIDs = Set(PolicyRules.all.map(\.id))
}

/// Hands the texts of cases to `make bench-lint`, which measures what each costs the command.
enum CaseExport {
  static func write(_ bytes: [UInt8]) {
    guard let folder = ChildProcess.inherited("RINGFENCE_CASES") else { return }
    // FNV-1a: a name for a text, not a proof of it.
    let hash = bytes.reduce(14_695_981_039_346_656_037 as UInt64) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
    do {
      try TestFile.write(bytes, to: "\(folder)/\(hash).yaml")
    } catch {
      Issue.record(error)
    }
  }
}
