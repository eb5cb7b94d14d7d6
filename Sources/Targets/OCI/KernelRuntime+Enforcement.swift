import Sandbox

extension KernelRuntime {
  func enforcement(of control: Control, in sandbox: Sandbox) -> Enforcement {
    switch control {
    case .user: return .exact(by: "process.user, with no additional groups")
    case .workingDirectory: return .exact(by: "process.cwd")
    case .umask: return .exact(by: "process.user.umask")
    case .hostname: return .exact(by: "hostname, in a UTS namespace of its own")
    case .noNewPrivileges: return .exact(by: "process.noNewPrivileges")
    case .environment:
      if sandbox.environment.set["HOME"] != nil { return .exact(by: "process.env") }
      return .weaker(by: "process.env", because: "\(runtime.program) adds HOME where the policy does not set it")
    case .root: return root(sandbox)
    case .read: return .exact(by: "read-only bind mounts, nosuid and nodev")
    case .write:
      if sandbox.filesystem.write.isEmpty { return .exact(by: "no writable bind mount") }
      return .stricter(
        by: "bind mounts, nosuid and nodev",
        because: "files keep their owners of the host, so the program needs their permission to write"
      )
    case .tmpfs: return .exact(by: tmpfs(sandbox))
    case .proc: return proc(sandbox.filesystem.proc)
    case .dev:
      return .weaker(
        by: "a tmpfs on /dev, and no device but those of every container",
        because: "\(runtime.program) also makes tty, ptmx and links to the standard streams there"
      )
    case .networkMode: return network(sandbox)
    case .networkAllow:
      if sandbox.network.mode != .allowlist { return .exact(by: "no network to allow hosts on") }
      return .none(because: "\(runtime.program) has no rules for single hosts")
    case .socketFamilies: return Filters.ringEvasion(in: sandbox) ?? socketFamilies(sandbox.network)
    case .memory:
      return .exact(by: sandbox.resources.memory == .unlimited ? "no limit asked for" : "linux.resources.memory.limit")
    case .swap:
      if sandbox.resources.memory == .unlimited, sandbox.resources.swap != .unlimited {
        return .none(because: "\(runtime.program) limits swap only together with memory")
      }
      return .exact(by: "linux.resources.memory.swap")
    case .cpus: return .exact(by: "linux.resources.cpu.quota")
    case .cpuTime:
      if sandbox.resources.cpuTime == .unlimited { return .exact(by: "no limit asked for") }
      return .weaker(
        by: "RLIMIT_CPU",
        because: "the kernel counts it for each process by itself, in whole seconds; other processes begin anew"
      )
    case .wallTime:
      if sandbox.resources.wallTime == .unlimited { return .exact(by: "no limit asked for") }
      return .exact(by: "\(runtime.program).sh, which ends the sandbox when its time is up")
    case .pids: return .exact(by: "linux.resources.pids.limit")
    case .openFiles: return limit(sandbox, sandbox.resources.openFiles, by: "RLIMIT_NOFILE")
    case .fileSize: return limit(sandbox, sandbox.resources.fileSize, by: "RLIMIT_FSIZE")
    case .stack: return limit(sandbox, sandbox.resources.stack, by: "RLIMIT_STACK")
    case .core: return limit(sandbox, sandbox.resources.core, by: "RLIMIT_CORE")
    case .output:
      if sandbox.resources.output == .unlimited { return .exact(by: "no limit asked for") }
      return .none(because: "\(runtime.program) hands on all that the program writes")
    case .capabilities: return .exact(by: "all five sets of process.capabilities")
    case .syscalls: return .exact(by: "linux.seccomp")
    }
  }

  private func root(_ sandbox: Sandbox) -> Enforcement {
    switch sandbox.filesystem.root {
    case .writable: .exact(by: "root.readonly, false")
    case .readOnly:
      if sandbox.process.user.uid == 0 {
        .weaker(by: "root.readonly", because: "root can still write to /dev, a tmpfs")
      } else {
        .exact(by: "root.readonly")
      }
    }
  }

  /// The directory is the program's own either way, and nobody else is in the sandbox.
  private func tmpfs(_ sandbox: Sandbox) -> String {
    let mechanism = "tmpfs with size, nr_inodes and noexec"
    guard runtime == .runc, sandbox.targets.runc.version ?? EngineVersion(1) < EngineVersion(1, 1, 8) else {
      return mechanism
    }
    return mechanism + "; runc before 1.1.8 makes it with mode 0755"
  }

  private func proc(_ mode: Filesystem.ProcMode) -> Enforcement {
    switch mode {
    case .full: .exact(by: "a /proc of its own with masked and read-only paths")
    case .minimal:
      .weaker(
        by: "a PID namespace, and masked paths",
        because: "/proc/meminfo, /proc/cpuinfo, /proc/stat and others of the machine can be read"
      )
    case .none:
      .weaker(by: "a PID namespace, and masked paths", because: "\(runtime.program) does not start without /proc")
    }
  }

  private func network(_ sandbox: Sandbox) -> Enforcement {
    switch sandbox.network.mode {
    case .none:
      if sandbox.network.socketFamilies.isDisjoint(with: [.inet, .inet6]) {
        return .exact(by: "a network namespace, and no sockets that could reach its loopback")
      }
      return .stricter(
        by: "a network namespace and the filter",
        because: "its loopback would answer, so sockets of inet and inet6 cannot be made at all"
      )
    case .loopback: return .exact(by: "a network namespace, which has a loopback of its own")
    case .allowlist:
      return .none(because: "\(runtime.program) has no rules for single hosts; the bundle has no network")
    case .host: return .exact(by: "the host's network namespace")
    }
  }

  private func socketFamilies(_ network: Network) -> Enforcement {
    let mechanism = "the filter, which compares the family as the kernel does"
    if network.mode == .none, !network.socketFamilies.isDisjoint(with: [.inet, .inet6]) {
      return .stricter(by: mechanism, because: "inet and inet6 would reach the loopback of the namespace")
    }
    return .exact(by: mechanism)
  }

  private func limit<Value>(_ sandbox: Sandbox, _ limit: Limit<Value>, by mechanism: String) -> Enforcement {
    ProcessLimit.enforcement(in: sandbox, limit, by: mechanism)
  }
}
