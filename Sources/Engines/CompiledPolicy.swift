package import Policy
package import Sandbox
package import Seccomp

/// A policy in the form that the native engine runs programs under: resolved, and its filter compiled and proven.
package struct CompiledPolicy: Sendable, Equatable {
  /// Without its rules for system calls and its socket families, which `filter` holds.
  package let sandbox: Sandbox
  /// `sha256:` and 64 hexadecimal digits, of what the policy means.
  package let digest: String
  /// Controls that may be lost where this host cannot enforce them, until somebody looks again.
  package let accepted: Set<Control>
  /// `struct sock_filter` in the machine's byte order.
  package let filter: [UInt8]
  /// Whether the filter lets a program leave nothing in its network and user namespaces but Unix sockets.
  package let leavesNothingBehind: Bool

  /// Compiles a policy.
  ///
  /// - Throws: When its filter cannot be compiled, or not be proven.
  package init(_ policy: ResolvedPolicy, today: CalendarDate = .today()) throws(SeccompError) {
    self.init(policy, filter: try .compile(for: NativeEngine.enforced(policy.sandbox)), today: today)
  }

  init(_ policy: ResolvedPolicy, filter: SeccompFilter, today: CalendarDate = .today()) {
    self.filter = filter.program.bytes
    leavesNothingBehind = policy.sandbox.leavesNothingBehind
    var sandbox = policy.sandbox
    sandbox.syscalls = SyscallPolicy()
    sandbox.network.socketFamilies = []
    self.sandbox = sandbox
    digest = policy.digest
    accepted = policy.acceptedControls(of: .native, on: today)
  }

  /// What was compiled beforehand from a policy that comes with Ringfence.
  init(sandbox: Sandbox, digest: String, leavesNothingBehind: Bool, filter words: [UInt64]) {
    self.sandbox = sandbox
    self.leavesNothingBehind = leavesNothingBehind
    self.digest = digest
    accepted = []
    filter = words.withUnsafeBytes { Array($0) }
  }

  /// What was compiled beforehand, if a reference leads to the unchanged text of a policy that comes with Ringfence:
  /// parsing, resolving, compiling and proving take longer than all the rest of a short run.
  package static func shipped(_ reference: String, loader: PolicyLoader) -> CompiledPolicy? {
    let name = PolicyLoader.name(in: reference)
    guard let lineage = lineage(of: name), loader.leads(reference, to: lineage) else { return nil }
    return compiled(name)
  }
}
