package import Sandbox

extension GVisorTarget {
  package func enforcement(of control: Control, in sandbox: Sandbox) -> Enforcement {
    let release = sandbox.targets.gvisor.release
    switch control {
    case .user: return .exact(by: "process.user, with no additional groups")
    case .workingDirectory: return .exact(by: "process.cwd")
    case .umask:
      if let release, release >= EngineRelease(2023_01_01) { return .exact(by: "process.user.umask") }
      return Umask.enforcement(
        of: sandbox.process.umask,
        because: "runsc before 2023 ignores process.user.umask" + (release == nil ? "; later releases honour it" : "")
      )
    case .hostname: return .exact(by: "hostname, in a UTS namespace of gVisor's")
    case .noNewPrivileges:
      if sandbox.process.noNewPrivileges { return .exact(by: "process.noNewPrivileges") }
      return .stricter(by: "gVisor", because: "it gives no privileges by set-user-id programs unless told to")
    case .environment:
      if sandbox.environment.set["HOME"] != nil { return .exact(by: "process.env") }
      return .weaker(by: "process.env", because: "gVisor adds HOME where the policy does not set it")
    case .root: return .exact(by: "root.readonly")
    case .read: return .exact(by: "read-only bind mounts, served by gVisor's gofer")
    case .write:
      if sandbox.filesystem.write.isEmpty { return .exact(by: "no writable bind mount") }
      return .stricter(
        by: "bind mounts, served by gVisor's gofer",
        because: "files keep their owners of the host, so the program needs their permission to write"
      )
    case .tmpfs:
      if sandbox.filesystem.tmpfs.isEmpty { return .exact(by: "no tmpfs that can be written to") }
      return .weaker(
        by: "tmpfs with size and noexec",
        because: "runsc ignores nr_inodes; files without content count as memory of the sandbox only"
      )
    case .proc:
      switch sandbox.filesystem.proc {
      case .minimal, .full: return .exact(by: "gVisor's own /proc, which shows the sandbox and nothing of the host")
      case .none: return .weaker(by: "gVisor's own /proc", because: "gVisor always mounts it")
      }
    case .dev:
      return .weaker(
        by: "gVisor's own /dev",
        because: "it also has tty, ptmx, pts and shm, all of gVisor's own kernel"
      )
    case .networkMode: return network(sandbox)
    case .networkAllow:
      if sandbox.network.mode != .allowlist { return .exact(by: "no network to allow hosts on") }
      return .none(because: "runsc has no rules for single hosts")
    case .socketFamilies: return socketFamilies(sandbox.network)
    case .memory:
      if sandbox.resources.memory == .unlimited { return .exact(by: "no limit asked for") }
      return .stricter(by: "linux.resources.memory.limit", because: "gVisor's own kernel counts too, some 30 MiB")
    case .swap:
      if sandbox.resources.memory == .unlimited, sandbox.resources.swap != .unlimited {
        return .none(because: "runsc limits swap only together with memory")
      }
      return .exact(by: "linux.resources.memory.swap")
    case .cpus: return .exact(by: "linux.resources.cpu.quota")
    case .cpuTime:
      if sandbox.resources.cpuTime == .unlimited { return .exact(by: "no limit asked for") }
      // 94aa652 of 2024-11-12.
      let first = EngineRelease(2024_11_13)
      if let release, release < first { return .none(because: "runsc before November 2024 ignores RLIMIT_CPU") }
      let reason = "it counts each process by itself, in whole seconds"
      return .weaker(
        by: "RLIMIT_CPU",
        because: release == nil ? reason + ", and runsc before November 2024 ignores it" : reason
      )
    case .wallTime:
      if sandbox.resources.wallTime == .unlimited { return .exact(by: "no limit asked for") }
      return .exact(by: "runsc.sh, which ends the sandbox when its time is up")
    case .pids: return limit(sandbox, sandbox.resources.pids, by: "RLIMIT_NPROC of gVisor's own kernel")
    case .openFiles: return limit(sandbox, sandbox.resources.openFiles, by: "RLIMIT_NOFILE")
    case .fileSize: return limit(sandbox, sandbox.resources.fileSize, by: "RLIMIT_FSIZE")
    case .stack: return limit(sandbox, sandbox.resources.stack, by: "RLIMIT_STACK")
    case .core: return .exact(by: "gVisor, which writes no core dumps")
    case .output:
      if sandbox.resources.output == .unlimited { return .exact(by: "no limit asked for") }
      return .none(because: "runsc hands on all that the program writes")
    case .capabilities: return .exact(by: "all five sets of process.capabilities")
    case .syscalls:
      return .weaker(
        by: "linux.seccomp with --oci-seccomp",
        because: """
          runsc answers EPERM whatever error a rule names, so clone3, which needs ENOSYS, has to be let through to \
          gVisor's own kernel
          """
      )
    }
  }

  private func network(_ sandbox: Sandbox) -> Enforcement {
    switch sandbox.network.mode {
    case .none:
      if sandbox.network.socketFamilies.isDisjoint(with: [.inet, .inet6]) {
        return .exact(by: "--network=none, and no sockets that could reach its loopback")
      }
      return .stricter(
        by: "--network=none and the filter",
        because: "its loopback would answer, so sockets of inet and inet6 cannot be made at all"
      )
    case .loopback: return .exact(by: "--network=none, which has a loopback of its own")
    case .allowlist: return .none(because: "runsc has no rules for single hosts; the bundle has no network")
    case .host: return .exact(by: "--network=host")
    }
  }

  private func socketFamilies(_ network: Network) -> Enforcement {
    if network.mode == .none, !network.socketFamilies.isDisjoint(with: [.inet, .inet6]) {
      return .stricter(by: "the filter", because: "inet and inet6 would reach the loopback of --network=none")
    }
    if !network.socketFamilies.isDisjoint(with: [.alg, .vsock]) {
      return .stricter(by: "the filter", because: "gVisor has no sockets of alg and vsock")
    }
    return .exact(by: "the filter, which compares the family as the kernel does")
  }

  private func limit<Value>(_ sandbox: Sandbox, _ limit: Limit<Value>, by mechanism: String) -> Enforcement {
    ProcessLimit.enforcement(in: sandbox, limit, by: mechanism)
  }
}
