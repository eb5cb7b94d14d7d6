package import Sandbox

/// What programs ask of the kernel through io_uring. Its requests are made by the kernel itself, from memory that the
/// program writes: no filter is run for them (io_uring_enter(2), seccomp(2)).
package enum RingRequests {
  /// Calls that a request does as well (`IORING_OP_`, include/uapi/linux/io_uring.h).
  private static let calls = [
    "accept", "accept4", "bind", "close", "connect", "creat", "epoll_ctl", "epoll_wait", "fadvise64", "fallocate",
    "fdatasync", "fgetxattr", "fsetxattr", "fsync", "ftruncate", "futex_wait", "futex_waitv", "futex_wake",
    "getsockopt",
    "getxattr", "link", "linkat", "listen", "madvise", "mkdir", "mkdirat", "open", "openat", "openat2", "pipe2",
    "pread64", "preadv", "preadv2", "pwrite64", "pwritev", "pwritev2", "read", "readv", "recvfrom", "recvmsg", "rename",
    "renameat", "renameat2", "rmdir", "sendmsg", "sendto", "setsockopt", "setxattr", "shutdown", "socket", "splice",
    "statx", "symlink", "symlinkat", "sync_file_range", "tee", "unlink", "unlinkat", "waitid", "write", "writev",
  ]

  /// The calls that the filter of a sandbox refuses, with some arguments or with all, and that a program can have made
  /// nevertheless by a request; none when the filter lets it have no ring.
  package static func evasions(in sandbox: Sandbox, native: SyscallABI = .current) -> [String] {
    guard sandbox.syscalls.allow.contains(where: { mentions($0) }) else { return [] }
    // A policy that cannot be compiled has other faults, and is told of them.
    guard let policy = try? FilterPolicy(sandbox, native: native) else { return [] }
    let abis = policy.sections.map(\.abi)
    func decision(_ name: String, on abi: SyscallABI) -> FilterPolicy.Decision? {
      guard let number = Syscall(named: name)?.number(on: abi) else { return nil }
      return policy.sections.first { $0.abi == abi }?.decision(for: number)
    }
    // A ring with a thread of the kernel's (IORING_SETUP_SQPOLL) needs no other call than this.
    guard abis.contains(where: { decision("io_uring_setup", on: $0)?.letsSomePass == true }) else { return [] }
    return calls.filter { name in abis.contains { decision(name, on: $0).map { $0 != .allowed } ?? false } }
  }

  private static func mentions(_ rule: SyscallRule) -> Bool {
    switch rule.selector {
    case .name(let name): name == "io_uring_setup"
    case .group(let name): SyscallGroup(named: name)?.members.contains { $0.name == "io_uring_setup" } ?? false
    }
  }
}

extension FilterPolicy.Decision {
  fileprivate static let allowed = FilterPolicy.Decision(otherwise: .allow)

  fileprivate var letsSomePass: Bool { !otherwise.isDenial || clauses.contains { !$0.action.isDenial } }
}
