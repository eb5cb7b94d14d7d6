/// Decides questions about filters for all calls at once: every architecture, number, instruction pointer and six 64-bit
/// arguments. The answers are exact; a filter that is too involved for that is refused.
package enum FilterProof {
  /// Proves that a program does what a policy says.
  package static func verify(_ program: BPFProgram, against policy: FilterPolicy) throws(ProofError) {
    if let counterexample = try difference(program, policy) { throw .differs(counterexample) }
  }

  /// A call that two filters answer differently; nil when there is none.
  package static func difference(
    _ left: some FilterFunction,
    _ right: some FilterFunction
  ) throws(ProofError) -> Counterexample? {
    try compare(left, right) { $0 != $1 }
  }

  /// A call that a filter lets further than another does, in the kernel's order of actions; nil when it is at least as
  /// strict. Which error a refused call gets makes no difference. What a supervisor may allow counts as allowed in the
  /// filter that is to be stricter, and as the supervisor's in the other.
  package static func looser(
    _ filter: some FilterFunction,
    than other: some FilterFunction
  ) throws(ProofError) -> Counterexample? {
    try compare(filter, other) { $0.rank(answered: true) > $1.rank(answered: false) }
  }

  private static func compare(
    _ left: some FilterFunction,
    _ right: some FilterFunction,
    where differ: (FilterAction, FilterAction) -> Bool
  ) throws(ProofError) -> Counterexample? {
    var diagrams = FilterDiagrams()
    let first = try left.diagram(in: &diagrams)
    let second = try right.diagram(in: &diagrams)
    if first == second { return nil }
    let calls = try possibleCalls(in: &diagrams)
    // Made before the search: the call below would read the diagrams as they were before its own arguments grew them.
    let possibleFirst = try diagrams.choose(calls, then: first, otherwise: FilterDiagrams.false)
    let possibleSecond = try diagrams.choose(calls, then: second, otherwise: FilterDiagrams.false)
    let witness = diagrams.witness(possibleFirst, possibleSecond) {
      differ(FilterAction(rawValue: $0), FilterAction(rawValue: $1))
    }
    guard let witness else { return nil }
    return Counterexample(
      call: Variables.call(witness.variables),
      left: FilterAction(rawValue: witness.left),
      right: FilterAction(rawValue: witness.right)
    )
  }

  /// The calls that there can be: the kernel extends the 32-bit registers of an i386 program with zeros.
  private static func possibleCalls(in diagrams: inout FilterDiagrams) throws(ProofError) -> FilterDiagrams.Node {
    var isNarrow = FilterDiagrams.true
    for word in stride(from: 3, to: SeccompData.wordCount, by: 2) {
      let upper = BitVector(word: word, mask: .max, flips: 0)
      isNarrow = try diagrams.choose(upper.equals(0, in: &diagrams), then: isNarrow, otherwise: FilterDiagrams.false)
    }
    let architecture = BitVector(word: 1, mask: .max, flips: 0)
    return try diagrams.choose(
      architecture.equals(UInt64(SyscallABI.x86.auditArchitecture), in: &diagrams),
      then: isNarrow,
      otherwise: FilterDiagrams.true
    )
  }
}

/// A call that two filters answer differently.
package struct Counterexample: Hashable, Sendable {
  package let call: SeccompData
  package let left: FilterAction
  package let right: FilterAction

  /// Such as `socket(0x26, 0x0, …) on x86_64: errno 1 (EPERM) against allow`.
  package var description: String {
    "\(call.description): \(left.description) against \(right.description)"
  }
}

extension SeccompData {
  /// The call as a reader would write it, with the numbers of its arguments in hexadecimal.
  package var description: String {
    let values = arguments.map { "0x" + String($0, radix: 16) }.joined(separator: ", ")
    let abi = SyscallABI.allCases.first {
      $0.auditArchitecture == architecture && $0.numbers.contains(number)
    }
    guard let abi else {
      return "call \(number)(\(values)) on architecture 0x\(String(architecture, radix: 16))"
    }
    return "\(Syscall(number: number, on: abi)?.name ?? "call \(number)")(\(values)) on \(abi.name)"
  }
}

/// Why a question about filters got no answer, or the wrong one.
package enum ProofError: Error, Hashable, Sendable {
  case differs(Counterexample)
  /// An instruction that computes what no filter needs to.
  case unsupported(at: Int)
  /// More states or nodes than are reasonable.
  case tooComplex
  case invalid(BPFError)

  package var message: String {
    switch self {
    case .differs(let counterexample): counterexample.description
    case .unsupported(let index): "instruction \(index) computes with what the call holds, which no proof follows"
    case .tooComplex: "the filter is too involved to be compared"
    case .invalid(let error): error.message
    }
  }
}
