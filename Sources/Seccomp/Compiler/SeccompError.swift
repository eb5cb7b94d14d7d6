/// Why there is no filter for a policy.
package enum SeccompError: Error, Hashable, Sendable {
  /// A name that no ABI of this build has.
  case unknownSyscall(String)
  case unknownGroup(String)
  /// A condition on something that is no call by name.
  case conditionOnGroup(String)
  /// An index that the call has no parameter for on an ABI of the policy.
  case noSuchArgument(syscall: String, index: Int, abi: SyscallABI)
  /// A condition that compares with a number that has more bits than the kernel looks at: it could never hold, or always.
  case valueTooWide(syscall: String, index: Int, value: UInt64, bits: Int)
  /// `socketcall` passes its family in memory, where no filter sees it.
  case socketcallAllowed
  case noArchitecture
  /// More than 1024 comparisons on the arguments of one call.
  case tooManyConditions(String)
  /// More instructions than the kernel takes (`BPF_MAXINSNS`).
  case programTooLong(Int)
  /// Our own compiler made a program that is not the policy. Nothing may use it.
  case notEquivalent(Counterexample)
  /// A program that the kernel would refuse or that the proof does not understand.
  case proof(ProofError)
  /// A profile in JSON cannot say what the policy says about a call.
  case notExpressible(Counterexample)
  /// The conditions on a call would need more rules than are reasonable.
  case tooManyRules(String)

  package var message: String {
    switch self {
    case .unknownSyscall(let name): "no system call is called '\(name)'"
    case .unknownGroup(let name): "no group of system calls is called '\(name)'"
    case .conditionOnGroup(let name): "a condition on arguments needs a call by name, not the group '\(name)'"
    case .noSuchArgument(let syscall, let index, let abi):
      "'\(syscall)' has no argument \(index) on \(abi.name)"
    case .valueTooWide(let syscall, let index, let value, let bits):
      "the kernel looks at \(bits) bits of argument \(index) of '\(syscall)', and \(value) needs more"
    case .socketcallAllowed:
      "'socketcall' hides the family of a socket from every filter, so it cannot be allowed beside network.socket_families"
    case .tooManyConditions(let name): "the conditions on '\(name)' make more than 1024 comparisons"
    case .noArchitecture: "the policy allows no ABI"
    case .programTooLong(let count): "the filter has \(count) instructions, and the kernel takes 4096"
    case .notEquivalent(let counterexample): "the compiled filter is not the policy: \(counterexample.description)"
    case .proof(let error): error.message
    case .notExpressible(let counterexample):
      "a seccomp profile in JSON cannot say what the policy says: \(counterexample.description)"
    case .tooManyRules(let name): "the conditions on '\(name)' take more than 512 rules in a seccomp profile"
    }
  }
}
