import ArgumentParser
import Diagnostics
import Policy
import Reports
import Sandbox
import Seccomp
import Targets

struct ValidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate",
    abstract: "Checks artifacts, ours or anyone's: Docker, Compose, OCI, seccomp, BPF, native profiles.",
    discussion: """
      With --policy, a BPF file, a seccomp profile or an OCI config.json is proven to filter system calls as the policy \
      says: for every call with every argument, or a call is shown that is answered otherwise. Profiles in JSON are taken \
      as runc applies them on this machine.

      With --against, the same is proven beside the filter of another file: equal, stricter (at least as strict for every \
      call), looser, or neither, with a call for each. Rules of Docker's profiles for capabilities count as --policy has \
      them, or as a container without any.

      With --pid, the filters that are in force in a running process are read from the kernel, listed, and checked like \
      files. That needs CAP_SYS_ADMIN.

      Exits with 2 if a file or a process cannot be read, with 1 if there are findings, with 0 otherwise.
      """
  )

  @Argument(help: "The files.", completion: .file())
  var files: [String] = []

  @Option(
    name: .customLong("as"),
    help:
      "What the files are, where their names do not tell: \(ArtifactKind.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var kind: ArtifactKind?

  @Option(
    help:
      "Who is to read the files; what matters to others alone is left out: \(ArtifactReader.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var runtime: ArtifactReader?

  @Option(
    help: ArgumentHelp("Prove that system calls are filtered as this policy says.", valueName: "policy"),
    completion: .policies
  )
  var policy: String?

  @Option(
    help: ArgumentHelp("Prove that system calls are filtered as the filter of this file does.", valueName: "file")
  )
  var against: String?

  @Option(help: ArgumentHelp("Check the filters of a running process.", valueName: "process"))
  var pid: Int32?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "With --pid, write its filters into this folder, as filter-1.bpf and so on.",
      valueName: "folder"
    )
  )
  var output: String?

  @Option(help: "How findings are written: \(OutputFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format = OutputFormat.human

  @OptionGroup var rulesPageOption: RulesPageOption
  @OptionGroup var colorOption: ColorOption

  func validate() throws {
    if files.isEmpty, pid == nil { throw ValidationError("Missing expected argument '<files> ...', or --pid.") }
    if pid != nil, runtime != nil { throw ValidationError("--runtime is about files.") }
    if let pid, pid < 1 { throw ValidationError("A process id is at least 1.") }
    if against != nil, files.isEmpty { throw ValidationError("--against compares files; name one.") }
    if output != nil, pid == nil { throw ValidationError("--output goes with --pid.") }
  }

  func run() throws {
    let sandbox = try loadSandbox()
    let reference = try against.map { path in
      guard let found = Validation.reference(path, capabilities: sandbox?.capabilities ?? []) else {
        throw ExitStatus.invalid.code
      }
      return found
    }
    var validation = Validation(
      sandbox: sandbox,
      reference: reference,
      reader: runtime,
      listsFilters: format == .human
    )
    for path in files { validation.check(file: path, as: kind) }
    if let pid { validation.check(process: pid, output: output) }
    let report = Report(
      findings: validation.findings,
      files: files,
      catalog: .all,
      toolVersion: RingfenceCommand.configuration.version,
      root: WorkingFolder.path,
      rulesPage: rulesPageOption.page
    )
    let style = Terminal.output.style(colorOption.color)
    guard Terminal.output.write(report.render(format, style: style)) else { throw ExitStatus.software.code }
    for verdict in validation.verdicts { Terminal.error.line(DisplayText.escaped(verdict)) }
    if validation.isReadable || !validation.findings.isEmpty {
      Terminal.error.summarize(validation.findings, of: subject)
    }
    if !validation.isReadable { throw ExitStatus.invalid.code }
    if validation.findings.contains(where: { $0.severity > .note }) { throw ExitStatus.findings.code }
  }

  private var subject: String {
    let process = pid.map { "process \($0)" }
    let named = files.isEmpty ? nil : "\(files.count) file\(files.count == 1 ? "" : "s")"
    return [named, process].compactMap(\.self).joined(separator: " and ")
  }

  private func loadSandbox() throws -> Sandbox? {
    guard let policy else { return nil }
    let loaded = PolicySet.load([policy])
    guard loaded.errors.isEmpty, let found = loaded.policies.first, loaded.policies.count == 1 else {
      Terminal.error.report(loaded.errors, color: colorOption.color)
      throw ExitStatus.invalid.code
    }
    return found.sandbox
  }
}

extension ArtifactKind: ExpressibleByArgument {}
extension ArtifactReader: ExpressibleByArgument {}
