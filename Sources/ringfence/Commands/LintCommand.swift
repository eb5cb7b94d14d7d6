import ArgumentParser
import CanonicalJSON
import Diagnostics
import Lint
import Policy
import Reports
import Targets

struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Checks policies: first whether they are valid, then whether they are wise.",
    discussion: """
      Exits with 2 if a policy is invalid, with 1 if there are findings of the level that counts, with 0 otherwise. A \
      folder's policies are all checked, and one bad policy hides nothing of the others.
      """
  )

  @Argument(
    help: "Policies: paths, names or folders; - is standard input; policies/ if there are none.",
    completion: .policies
  )
  var policies: [String] = []

  @Option(help: "How findings are written: \(OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = OutputFormat.human

  @Option(help: ArgumentHelp("Also write them to a file in a format.", valueName: "format=file"))
  var output: [String] = []

  /// The least severity of a finding that makes the command fail.
  enum FailLevel: String, CaseIterable, ExpressibleByArgument {
    case note
    case warning
    case error
    /// Only an invalid policy.
    case never

    func counts(_ severity: Severity) -> Bool { Severity(rawValue: rawValue).map { severity >= $0 } ?? false }
  }

  @Option(help: "Exit with 1 on findings of this level and worse: note, warning, error, never.")
  var failLevel = FailLevel.warning

  @Flag(help: "Show what the policies suppress, too.")
  var noSuppressions = false

  @Flag(help: "Apply the fixes that keep or tighten what a policy allows.")
  var fix = false

  @Flag(help: "With --fix, apply fixes whose values are guesses, too.")
  var unsafeFixes = false

  @Flag(help: "With --fix, show what it would change, and change nothing.")
  var diff = false

  @Option(help: ArgumentHelp("Findings that are known and do not count.", valueName: "file"))
  var baseline: String?

  @Option(help: ArgumentHelp("Record the findings of today as known.", valueName: "file"))
  var writeBaseline: String?

  @Option(help: ArgumentHelp("Take the policy of standard input for the one at this path.", valueName: "path"))
  var stdinName: String?

  @OptionGroup var rulesPageOption: RulesPageOption
  @OptionGroup var colorOption: ColorOption

  func validate() throws {
    if !fix, diff || unsafeFixes { throw ValidationError("--diff and --unsafe-fixes go with --fix") }
    if fix, policies.contains("-") { throw ValidationError("--fix has no file to mend on standard input") }
    if let stdinName {
      if !policies.contains("-") { throw ValidationError("--stdin-name is for the policy -, standard input") }
      if stdinName.isEmpty || stdinName == "-" { throw ValidationError("--stdin-name takes a path") }
    }
    // Before anything is mended or written.
    _ = try output.map(OutputRequest.init)
    try writeBaseline.map(OutputFile.check)
  }

  func run() throws {
    let linter = Linter(today: .today(), honoursSuppressions: !noSuppressions, losses: TargetRegistry.loses)
    if fix { try mend(linter) }
    var findings: [Diagnostic] = []
    var suppressed: [Report.Suppressed] = []
    var progress = ProgressLine()
    var unjudgedCount = 0
    let loaded = PolicySet.visit(policies, standardInputPath: stdinName) { review in
      guard let policy = review.policy else {
        unjudgedCount += 1
        return
      }
      progress.show("linting \(policy.source.name)")
      let result = linter.lint(policy, besides: review.errors)
      findings += result.findings
      suppressed += result.suppressed
    }
    progress.clear()
    if let writeBaseline {
      let document = Baseline.document(of: findings, root: WorkingFolder.path)
      try OutputFile.write(document.text(.indented), to: writeBaseline)
    }
    if let known = try readBaseline() {
      let result = known.apply(to: findings, files: loaded.files, root: WorkingFolder.path)
      findings = result.findings
      suppressed += result.suppressed
    }
    let report = Report(
      findings: loaded.errors + findings,
      suppressed: suppressed,
      files: loaded.files,
      catalog: .all,
      toolVersion: RingfenceCommand.configuration.version,
      root: WorkingFolder.path,
      rulesPage: rulesPageOption.page
    )
    try show(report)
    Terminal.error.line(report.summary)
    if unjudgedCount > 0 {
      let subject = unjudgedCount == 1 ? "1 policy was" : "\(unjudgedCount) policies were"
      Terminal.error.line("\(subject) not judged by the other rules: they come once all of it can be read")
    }
    if !loaded.errors.isEmpty { throw ExitStatus.invalid.code }
    if report.findings.contains(where: { failLevel.counts($0.severity) }) { throw ExitStatus.findings.code }
  }

  private func mend(_ linter: Linter) throws {
    let mending = PolicyMending(linter: linter, includesUnsafe: unsafeFixes)
    // What is wrong with the references is said below.
    let references = (try? PolicySet.expanded(policies)) ?? []
    let outcomes = references.compactMap(mending.outcome)
    for outcome in outcomes {
      if diff {
        (format.isDocument ? Terminal.error : Terminal.output).write(outcome.difference)
      } else {
        try outcome.write()
      }
    }
    let count = outcomes.reduce(0) { $0 + $1.fixCount }
    if count > 0 { Terminal.error.line("\(count) \(count == 1 ? "fix" : "fixes") \(diff ? "to apply" : "applied")") }
  }

  /// The baseline that counts: the one that was just written, else the one that was named.
  private func readBaseline() throws -> Baseline? {
    guard let path = writeBaseline ?? baseline else { return nil }
    guard let source = InputFile.read(path) else { throw ExitStatus.invalid.code }
    do throws(InvalidInput) {
      return try Baseline(reading: source)
    } catch {
      Terminal.error.report(error.diagnostics, color: colorOption.color)
      throw ExitStatus.invalid.code
    }
  }

  private func show(_ report: Report) throws {
    let style = Terminal.output.style(colorOption.color)
    guard Terminal.output.write(report.render(format, style: style)) else { throw ExitStatus.software.code }
    for request in try output.map(OutputRequest.init) {
      try OutputFile.write(report.render(request.format), to: request.path)
    }
  }
}
