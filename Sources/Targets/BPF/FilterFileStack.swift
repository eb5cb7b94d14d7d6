package import Diagnostics
package import Sandbox
package import Seccomp

/// The filters of a running thread, as files that nobody has written.
package struct FilterFileStack: Sendable {
  let files: [FilterFile]

  /// Whose they are, for messages.
  private let name: String

  init(_ file: FilterFile) {
    files = [file]
    name = file.listing.name
  }

  /// Filters as the kernel shows them, in the order in which they were installed.
  package init(_ filters: [[UInt8]], of name: String) throws(BPFError) {
    var files: [FilterFile] = []
    for (index, bytes) in filters.enumerated() {
      let title = filters.count == 1 ? "\(name): filter" : "\(name): filter \(index + 1) of \(filters.count)"
      files.append(FilterFile(program: try BPFProgram(bytes: bytes), name: title))
    }
    self.files = files
    self.name = name
  }

  /// One text a filter, one line an instruction.
  package var listings: [SourceText] { files.map(\.listing) }

  /// What can be said without a policy. Of several filters each may be partial on purpose, and only together they count.
  package var findings: [Diagnostic] {
    files.flatMap { FilterFileRules.structural.findings(in: $0) }
      + (files.count == 1 ? FilterFileRules.behavioural.findings(in: files[0]) : [])
  }

  /// What the filters are beside a policy.
  package func proof(against sandbox: Sandbox) -> PolicyProof {
    let subject =
      switch files.count {
      case 0: "no filter"
      case 1: "the filter"
      default: "the combination of the \(files.count) filters"
      }
    return PolicyProof.prove(self, of: subject, against: sandbox)
  }

  var filters: FilterStack { FilterStack(files.map(\.program)) }

  var start: SourceRange {
    files.first?.start ?? SourceRange(source: SourceText(name: name, bytes: []), start: 0, end: 0)
  }

  /// The instruction that decides about a call.
  func place(deciding call: SeccompData) -> SourceRange? {
    guard let index = filters.deciding(call) else { return nil }
    return files[index].place(of: files[index].program.outcome(for: call).instruction)
  }
}
