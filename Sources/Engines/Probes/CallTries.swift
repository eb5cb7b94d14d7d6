import Sandbox
import Seccomp

/// System calls that the probe tries. Let through, none of them does anything, and none gives an error that a filter
/// would give: what comes back tells who answered.
struct CallTries: Sendable {
  struct Call: Sendable {
    let label: String
    let number: UInt32
    let arguments: [UInt64]
    /// What the policy's filter answers.
    let action: FilterAction
  }

  let all: [Call]
  private let filter: FilterPolicy?

  /// Sockets of every family, labelled `family.NAME`; the ones that are no family of a policy's stand for the rest.
  static let otherFamilies: [(name: String, number: UInt64)] = [
    ("bluetooth", 31), ("can", 29), ("tipc", 30), ("xdp", 44),
  ]

  private static let none = UInt64.max
  private static let tried: [(String, [UInt64])] = [
    ("io_uring_setup", [0, 0]), ("add_key", [0, 0, 0, 0, 0]), ("request_key", [0, 0, 0, 0]), ("keyctl", [none]),
    ("ptrace", [99_999, 0]), ("process_vm_readv", [0, 0, 0, 0, 0, 1]), ("process_vm_writev", [0, 0, 0, 0, 0, 1]),
    ("io_setup", [0, 0]), ("inotify_add_watch", [none, 0, 0]), ("remap_file_pages", [0, 0, 0, 0, 0]),
    ("modify_ldt", [99, 0, 0]), ("memfd_create", [0, 0]), ("memfd_create", [0, 8]), ("fcntl", [none, 1026, 0]),
    ("fcntl", [none, 1, 0]), ("prctl", [67, 9, 9, 9, 9]), ("membarrier", [1, 255, 0]),
    ("prlimit64", [1 << 23, 0, 0, 0]),
    ("perf_event_open", [0, 0, none, none, none]), ("unshare", [0x4000]), ("setns", [none, 0]),
    // CLONE_NEWUSER with CLONE_FS, which the kernel refuses to everybody.
    ("clone", [0x1000_0200, 0, 0, 0, 0]), ("kcmp", [1 << 23, 1 << 23, 0, 0, 0]), ("shmget", [0, 0, 0]),
    ("getpid", []), ("pipe2", [0, none]), ("eventfd2", [0, none]), ("epoll_create1", [none]),
    ("getrandom", [0, 0, none]),
    // Of which the kernel looks at the lower half alone.
    ("socket", [0x1_0000_0002, 1, 0]), ("socket", [0x1_0000_0028, 1, 0]),
  ]

  init(of sandbox: Sandbox) {
    let filter = try? FilterPolicy(sandbox)
    self.filter = filter
    guard let filter else {
      all = []
      return
    }
    func call(_ label: String, _ name: String, _ arguments: [UInt64]) -> Call? {
      guard let number = Syscall(named: name)?.number(on: .current) else { return nil }
      let padded = arguments + Array(repeating: 0, count: 6 - arguments.count)
      let data = SeccompData(
        number: number,
        architecture: SyscallABI.current.auditArchitecture,
        arguments: padded
      )
      let action = filter.action(for: data)
      // One that kills would end the probe.
      switch action.kind {
      case .errno, .allow, .log: break
      case .killProcess, .killThread, .trap, .trace, .userNotification: return nil
      }
      return Call(label: label, number: number, arguments: padded, action: action)
    }
    let families = SocketFamily.allCases.map { ($0.rawValue, UInt64($0.number), $0.socketType) }
    let others = Self.otherFamilies.map { ($0.name, $0.number, UInt64(3)) }
    all =
      Self.tried.enumerated().compactMap { index, entry in call("\(index).\(entry.0)", entry.0, entry.1) }
      + (families + others).compactMap { name, number, type in call("family." + name, "socket", [number, type, 0]) }
  }

  /// What the filter of a live process is beside the policy's; nil when nothing can be said about it.
  func relation(of filters: [[UInt8]]) -> FilterRelation? {
    guard let filter, let programs = try? filters.map({ try BPFProgram(bytes: $0) }) else { return nil }
    return try? FilterProof.relation(of: FilterStack(programs), to: filter)
  }
}

extension SocketFamily {
  /// A type of socket that the family has.
  fileprivate var socketType: UInt64 {
    switch self {
    case .unix, .inet, .inet6, .vsock: 1
    case .netlink, .packet: 3
    case .alg: 5
    }
  }
}
