import Diagnostics
import Linux
import Sandbox
import Seccomp
import Targets

/// Files and processes checked one after the other.
struct Validation {
  /// What filters have to be; nil when nobody asked.
  let sandbox: Sandbox?
  /// A filter that those of files are compared with; nil when nobody asked.
  let reference: FilterSource?
  /// Who is to read the files; nil is whoever may.
  let reader: ArtifactReader?
  /// Whether the filters of processes are shown on standard output.
  let listsFilters: Bool
  private(set) var findings: [Diagnostic] = []
  /// What was proven, a line each.
  private(set) var verdicts: [String] = []
  private(set) var isReadable = true

  init(sandbox: Sandbox?, reference: FilterSource?, reader: ArtifactReader?, listsFilters: Bool) {
    self.sandbox = sandbox
    self.reference = reference
    self.reader = reader
    self.listsFilters = listsFilters
  }

  mutating func check(file path: String, as given: ArtifactKind?) {
    guard let source = InputFile.read(path) else {
      isReadable = false
      return
    }
    guard let kind = given ?? ArtifactKind.detect(source), let target = TargetRegistry.validator(for: kind) else {
      return complain(path, "neither its name nor its content tells what it is; say it with --as")
    }
    if let reader, !reader.reads(kind) {
      return complain(path, "\(reader.rawValue) reads no file of this kind (\(kind.rawValue)); leave out --runtime")
    }
    let found = reader?.findings(in: source, as: kind) ?? target.validate(source, as: kind)
    findings += found
    guard sandbox != nil || reference != nil else { return }
    do throws(FilterSource.Failure) {
      let filter = try FilterSource(
        source,
        as: kind,
        capabilities: sandbox?.capabilities ?? [],
        kernel: HostKernel.version
      )
      if let sandbox { add(PolicyProof.prove(filter, against: sandbox), of: path) }
      if let reference { add(PolicyProof.prove(filter, against: reference), of: path) }
    } catch {
      switch error {
      case .unreadable(let finding):
        findings.append(finding)
        verdicts.append("\(path): the profile cannot be read")
      case .none where found.contains { $0.severity == .error }: break
      case .none: complain(path, "it holds no filter that could be compared (\(kind.rawValue))")
      }
    }
  }

  /// The filter that others are compared with; nil after saying why there is none.
  static func reference(_ path: String, capabilities: Set<Capability>) -> FilterSource? {
    guard let source = InputFile.read(path) else { return nil }
    guard let kind = ArtifactKind.detect(source) else {
      Terminal.error.complain("\(path): neither its name nor its content tells what it is")
      return nil
    }
    do throws(FilterSource.Failure) {
      return try FilterSource(source, as: kind, capabilities: capabilities, kernel: HostKernel.version)
    } catch {
      switch error {
      case .unreadable(let finding): Terminal.error.report([finding])
      case .none: Terminal.error.complain("\(path): it holds no filter that could be compared (\(kind.rawValue))")
      }
      return nil
    }
  }

  mutating func check(process: Int32, output: String?) {
    let name = "process \(process)"
    let filters: ProcessFilters
    do throws(ProcessFiltersError) {
      filters = try ProcessFilters(of: process)
    } catch {
      return complain(name, "its filters cannot be read: \(error.message)")
    }
    for (index, stack) in filters.stacks.enumerated() {
      // Most processes have one set for all their threads.
      let owner = filters.stacks.count == 1 ? name : "\(name), thread \(stack.threads[0])"
      do throws(BPFError) {
        let files = try FilterFileStack(stack.filters, of: owner)
        if listsFilters { show(files, threads: stack.threads, of: owner) }
        findings += files.findings
        if let sandbox { add(files.proof(against: sandbox), of: owner) }
      } catch {
        complain(owner, "the kernel runs a filter that this program does not understand: \(error.message)")
      }
      if let output {
        let suffix = filters.stacks.count == 1 ? "" : "-thread-\(stack.threads[0])"
        save(stack.filters, to: output, suffix: index == 0 ? "" : suffix)
      }
    }
  }

  private func show(_ stack: FilterFileStack, threads: [Int32], of owner: String) {
    let others = threads.count > 1 ? " (\(threads.count) threads)" : ""
    if stack.listings.isEmpty { Terminal.output.line("; \(owner)\(others) has no filter") }
    for listing in stack.listings {
      Terminal.output.line("; \(listing.name)\(others)")
      Terminal.output.write(Array(listing.bytes))
    }
  }

  private mutating func save(_ filters: [[UInt8]], to folder: String, suffix: String) {
    let artifacts = filters.enumerated().map { index, bytes in
      Artifact(name: "filter-\(index + 1)\(suffix).bpf", bytes: bytes)
    }
    do throws(ArtifactDirectory.Failure) {
      _ = try ArtifactDirectory(path: folder).write(artifacts)
    } catch {
      complain(folder, error.message)
    }
  }

  private mutating func add(_ proof: PolicyProof, of subject: String) {
    findings += proof.findings
    verdicts.append("\(subject): \(proof.verdict)")
  }

  private mutating func complain(_ subject: String, _ reason: String) {
    Terminal.error.complain("\(subject): \(reason)")
    isReadable = false
  }
}

/// The kernel that this runs on.
enum HostKernel {
  /// 0.0 where it cannot be told.
  static var version: (major: Int, minor: Int) {
    guard let release = try? KernelFile.read("/proc/sys/kernel/osrelease") else { return (0, 0) }
    let numbers = release.split { !$0.isASCII || !$0.isNumber }.prefix(2).compactMap { Int($0) }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : (0, 0)
  }
}
