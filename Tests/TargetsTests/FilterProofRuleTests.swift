import Diagnostics
import Sandbox
import Seccomp
import Targets
import TestSupport
import Testing

/// The rules that compare a filter with a policy: what each finds, and what it leaves alone.
@Suite("Rules of filters beside a policy")
struct FilterProofRuleTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let rule: String
    let isBad: Bool
    let filter: @Sendable () throws -> [UInt8]

    var testDescription: String { "\(rule) \(isBad ? "bad" : "good")" }
    /// For the table of rules.
    var example: RuleCase { RuleCase(rule, isBad ? "«»" : "") }

    init(_ rule: String, isBad: Bool, _ filter: @escaping @Sendable () throws -> [UInt8]) {
      self.rule = rule
      self.isBad = isBad
      self.filter = filter
    }
  }

  private static func filter(of sandbox: Sandbox) throws -> [UInt8] {
    try SeccompFilter.compile(for: sandbox).program.bytes
  }

  private static func filter(_ change: (inout Sandbox) -> Void) throws -> [UInt8] {
    var sandbox = Samples.hardened
    change(&sandbox)
    return try filter(of: sandbox)
  }

  /// The filter with an instruction before all others.
  private static func computing() throws -> [UInt8] {
    let program = try SeccompFilter.compile(for: Samples.hardened).program
    let shift = BPFInstruction(code: BPFInstruction.Opcode.rshK.rawValue, k: 1)
    return try BPFProgram([.load(word: 4), shift] + program.instructions).bytes
  }

  private static func nameless() throws -> [UInt8] {
    let program = try SeccompFilter.compile(for: Samples.hardened).program
    let jeq = BPFInstruction(code: BPFInstruction.Opcode.jeqK.rawValue, jt: 0, jf: 1, k: 500_000)
    return try BPFProgram([.load(word: 0), jeq, .ret(.killThread)] + program.instructions).bytes
  }

  private static let same: @Sendable () throws -> [UInt8] = { try filter(of: Samples.hardened) }

  static let all = [
    Case("RF8712", isBad: true) { try filter { $0.syscalls.allow.append(SyscallRule(.name("bpf"))) } },
    Case("RF8712", isBad: false, same),
    Case("RF8713", isBad: true) { try filter { $0.syscalls.deny.append(SyscallRule(.name("getppid"))) } },
    Case("RF8713", isBad: false, same),
    Case("RF8714", isBad: true) { try filter { $0.syscalls.defaultAction = .errno(.eacces) } },
    Case("RF8714", isBad: false, same),
    Case("RF8715", isBad: true, nameless),
    Case("RF8715", isBad: false, same),
    Case("RF8716", isBad: true, computing),
    Case("RF8716", isBad: false, same),
  ]

  @Test(arguments: all)
  func rules(_ row: Case) throws {
    let source = SourceText(name: "filter.bpf", bytes: try row.filter())
    let proof = PolicyProof.prove(
      try FilterSource(source, as: .bpf, capabilities: [], kernel: (6, 1)),
      against: Samples.hardened
    )
    #expect(proof.findings.map(\.rule) == (row.isBad ? [row.rule] : []))
    #expect(proof.verdict.contains(row.isBad ? "the filter" : "equals"))
  }

  @Test func whatTheKernelRefusesIsNotCompared() {
    let source = SourceText(name: "filter.bpf", bytes: [1, 2, 3])
    #expect(throws: FilterSource.Failure.self) {
      try FilterSource(source, as: .bpf, capabilities: [], kernel: (6, 1))
    }
  }
}
