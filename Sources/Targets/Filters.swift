import CanonicalJSON
import Sandbox
import Seccomp

/// Everything that targets ask of the filter compiler. What comes back is proven to mean what the sandbox says, or
/// nothing comes back.
enum Filters {
  struct Program {
    /// `struct sock_filter[]` in the machine's byte order.
    let bytes: [UInt8]
    let listing: String
  }

  static func program(for sandbox: Sandbox) throws(LoweringError) -> Program {
    do throws(SeccompError) {
      let filter = try SeccompFilter.compile(for: sandbox)
      return Program(bytes: filter.program.bytes, listing: filter.listing)
    } catch {
      throw LoweringError(error.message, control: .syscalls)
    }
  }

  /// What runc does between the filter and the program: it looks through /proc/self/fd for descriptors to close
  /// (CVE-2024-21626). Without these calls no program of the container starts.
  private static let neededByRunc = ["fstatfs", "getdents64"]
  /// What tini does: it forks, gives the child a process group, and waits for signals and for the child. The argument
  /// of clone is what fork is to glibc: CLONE_CHILD_SETTID, CLONE_CHILD_CLEARTID and SIGCHLD.
  private static let neededByInit: [(name: String, argument: UInt64)] = [
    ("clone", 0x0120_0011), ("setpgid", 0), ("rt_sigprocmask", 0), ("rt_sigtimedwait", 0), ("wait4", 0), ("kill", 0),
  ]

  /// Whether the engine's init can live under the sandbox's filter, which holds for it as for the program.
  ///
  /// - Throws: When not even the engine's runtime can.
  static func letsInitWork(for sandbox: Sandbox) throws(LoweringError) -> Bool {
    let program: BPFProgram
    do throws(SeccompError) {
      program = try SeccompFilter.compile(for: sandbox, native: .x86_64).program
    } catch {
      throw LoweringError(error.message, control: .syscalls)
    }
    func isDenied(_ name: String, _ argument: UInt64 = 0) -> Bool {
      guard let number = Syscall(named: name)?.number(on: .x86_64) else { return true }
      let architecture = SyscallABI.x86_64.auditArchitecture
      return program.action(for: SeccompData(number: number, architecture: architecture, arguments: [argument]))
        .isDenial
    }
    let missing = neededByRunc.filter { isDenied($0) }
    guard missing.isEmpty else {
      throw LoweringError(
        """
        runc needs \(missing.joined(separator: " and ")) after it has installed the filter, so no program would start: \
        allow them in syscalls.allow
        """,
        control: .syscalls
      )
    }
    return !neededByInit.contains { isDenied($0.name, $0.argument) }
  }

  /// What is left of `network.socket_families` when programs may have a ring, which makes sockets without a call; nil when
  /// they may not, or may make every socket by a call too.
  static func ringEvasion(in sandbox: Sandbox) -> Enforcement? {
    guard RingRequests.evasions(in: sandbox).contains("socket") else { return nil }
    return .weaker(
      by: "the system call filter",
      because: "syscalls.allow lets io_uring pass, whose requests no filter sees: they make sockets of every family"
    )
  }

  /// A profile for Docker, the same on every host, with a note in the one place that Docker's format has for it.
  static func dockerProfile(for sandbox: Sandbox, note: String) throws(LoweringError) -> JSON {
    let profile: JSON
    do throws(SeccompError) {
      profile = try DockerSeccompProfile.export(for: sandbox)
    } catch {
      throw LoweringError(error.message, control: .syscalls)
    }
    guard case .object(var object) = profile, case .array(var rules) = object["syscalls"],
      case .object(var first) = rules.first
    else { return profile }
    first["comment"] = .string(note)
    rules[0] = .object(first)
    object["syscalls"] = .array(rules)
    return .object(object)
  }

  /// `linux.seccomp` for runtimes on this machine's architecture.
  static func ociProfile(for sandbox: Sandbox) throws(LoweringError) -> JSON {
    do throws(SeccompError) {
      return try OCISeccompProfile.export(for: sandbox)
    } catch {
      throw LoweringError(error.message, control: .syscalls)
    }
  }
}
