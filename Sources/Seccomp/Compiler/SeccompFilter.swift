package import Sandbox

/// The filter of a sandbox: compiled, and proven to be what the sandbox says.
package struct SeccompFilter: Sendable {
  package let policy: FilterPolicy
  package let program: BPFProgram

  /// What a filter does with what it does not allow.
  package enum Variant: Sendable {
    /// As the sandbox says.
    case enforcing
    /// Asks the supervisor (`SECCOMP_RET_USER_NOTIF`), which can name the call before it denies it.
    case explaining
  }

  /// Compiles the filter of a sandbox and proves it.
  package static func compile(
    for sandbox: Sandbox,
    native: SyscallABI = .current,
    variant: Variant = .enforcing
  ) throws(SeccompError) -> SeccompFilter {
    let policy = try FilterPolicy(sandbox, native: native)
    return switch variant {
    case .enforcing: try SeccompFilter(policy)
    case .explaining: try SeccompFilter(policy.mapActions { $0.isDenial ? .userNotification : $0 })
    }
  }

  /// The program in words, for readers.
  package var listing: String { program.listing }

  /// Compiles a policy and proves the program equal to it.
  package init(_ policy: FilterPolicy) throws(SeccompError) {
    self.policy = policy
    var graph = DecisionGraph()
    let root = graph.root(for: policy)
    program = try BPFAssembler.assemble(graph, root: root)
    do {
      try FilterProof.verify(program, against: policy)
    } catch .differs(let counterexample) {
      throw .notEquivalent(counterexample)
    } catch {
      throw .proof(error)
    }
  }
}
