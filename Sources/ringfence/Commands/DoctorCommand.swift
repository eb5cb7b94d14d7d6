import ArgumentParser
import Diagnostics
import Executor
import Sandbox

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what this host can enforce, and what to do about what it cannot.",
    discussion: "Exits with 1 if the native engine cannot enforce every control here, for this user."
  )

  @OptionGroup var colorOption: ColorOption

  func run() throws {
    let host = HostCapabilities.probe()
    for fact in host.facts { Terminal.output.line("\(fact.name): \(fact.value)") }
    Terminal.output.line("")
    var isComplete = true
    for finding in host.findings {
      if !finding.enforcement.holds { isComplete = false }
      var line =
        "  " + finding.control.rawValue
        + String(repeating: " ", count: max(1, 28 - finding.control.rawValue.utf8.count))
      line += finding.enforcement.word
      if let mechanism = finding.enforcement.mechanism { line += ", by " + mechanism }
      if let reason = finding.enforcement.reason { line += ": " + reason }
      Terminal.output.line(line)
      if let advice = finding.advice { Terminal.output.line("      → " + advice) }
    }
    Terminal.error.line(
      isComplete ? "this host can enforce everything" : "this host cannot enforce everything for this user"
    )
    if !isComplete { throw ExitStatus.findings.code }
  }
}
