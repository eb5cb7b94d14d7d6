package import Sandbox

extension DockerTarget {
  package func enforcement(of control: Control, in sandbox: Sandbox) -> Enforcement {
    switch control {
    case .user: return .exact(by: "--user, numeric; no supplementary groups")
    case .workingDirectory: return .exact(by: "--workdir")
    case .umask: return umask(sandbox)
    case .hostname: return .exact(by: "--hostname, in a UTS namespace of its own")
    case .noNewPrivileges:
      return .exact(by: sandbox.process.noNewPrivileges ? "--security-opt no-new-privileges" : "the engine's default")
    case .environment:
      return .weaker(
        by: "--env",
        because: "the engine adds HOSTNAME and HOME, and the variables that the image declares"
      )
    case .root: return root(sandbox)
    case .read: return .exact(by: "the image's own files, and bind mounts that are read-only")
    case .write:
      if sandbox.filesystem.write.isEmpty { return .exact(by: "no writable bind mount") }
      return .stricter(
        by: "bind mounts",
        because: "files keep their owners of the host, so the program needs their permission to write"
      )
    case .tmpfs: return .exact(by: "--tmpfs with size, nr_inodes and noexec")
    case .proc: return proc(sandbox.filesystem.proc)
    case .dev:
      return .weaker(
        by: "the engine's own /dev",
        because: "it also has tty, ptmx, pts, mqueue and links to the standard streams"
      )
    case .networkMode: return network(sandbox)
    case .networkAllow:
      if sandbox.network.mode != .allowlist { return .exact(by: "no network to allow hosts on") }
      return .none(because: "the engine has no rules for single hosts")
    case .socketFamilies: return Filters.ringEvasion(in: sandbox) ?? socketFamilies(sandbox)
    case .memory: return .exact(by: "--memory")
    case .swap: return swap(sandbox.resources)
    case .cpus: return .exact(by: "--cpus")
    case .cpuTime:
      if sandbox.resources.cpuTime == .unlimited { return .exact(by: "no limit asked for") }
      return .weaker(
        by: "--ulimit cpu",
        because: "the kernel counts it for each process by itself, in whole seconds; other processes begin anew"
      )
    case .wallTime:
      if sandbox.resources.wallTime == .unlimited { return .exact(by: "no limit asked for") }
      return .weaker(
        by: "run.sh, which removes the container when its time is up",
        because: "the Engine API and Compose have no time limit: who starts create.json or compose.yaml has to end it"
      )
    case .pids: return .exact(by: "--pids-limit, which counts the engine's init, too")
    case .openFiles: return limit(sandbox, sandbox.resources.openFiles, by: "--ulimit nofile")
    case .fileSize: return limit(sandbox, sandbox.resources.fileSize, by: "--ulimit fsize")
    case .stack: return limit(sandbox, sandbox.resources.stack, by: "--ulimit stack")
    case .core: return limit(sandbox, sandbox.resources.core, by: "--ulimit core")
    case .output:
      if sandbox.resources.output == .unlimited { return .exact(by: "no limit asked for") }
      return .none(because: "the engine hands on all that the program writes")
    case .capabilities: return capabilities(sandbox)
    case .syscalls:
      if sandbox.usesGVisorRuntime { return .none(because: Self.gVisorIgnoresProfile) }
      return .exact(by: "--security-opt seccomp")
    }
  }

  private static let gVisorIgnoresProfile = """
    the runtime \"runsc\" ignores seccomp profiles unless the daemon registers it with --oci-seccomp; the gvisor target \
    has its own filter
    """

  private func umask(_ sandbox: Sandbox) -> Enforcement {
    Umask.enforcement(of: sandbox.process.umask, because: "the engine has no option for it")
  }

  private func root(_ sandbox: Sandbox) -> Enforcement {
    switch sandbox.filesystem.root {
    case .writable: .exact(by: "the container's own layer")
    case .readOnly:
      if sandbox.process.user.uid == 0 {
        .weaker(by: "--read-only", because: "root can still write to the engine's /dev, a tmpfs")
      } else {
        .exact(by: "--read-only")
      }
    }
  }

  private func proc(_ mode: Filesystem.ProcMode) -> Enforcement {
    switch mode {
    case .full: .exact(by: "the engine's /proc with its masked and read-only paths")
    case .minimal:
      .weaker(
        by: "a PID namespace, and the engine's masked paths",
        because: "/proc/meminfo, /proc/cpuinfo, /proc/stat and others of the machine can be read"
      )
    case .none: .weaker(by: "the engine's masked paths", because: "the engine always mounts /proc")
    }
  }

  private func network(_ sandbox: Sandbox) -> Enforcement {
    switch sandbox.network.mode {
    case .none:
      if sandbox.network.socketFamilies.isDisjoint(with: [.inet, .inet6]), !sandbox.usesGVisorRuntime {
        return .exact(by: "--network none, and no sockets that could reach its loopback")
      }
      if sandbox.usesGVisorRuntime {
        return .weaker(by: "--network none", because: "its loopback answers, and the runtime ignores seccomp profiles")
      }
      return .stricter(
        by: "--network none and the filter",
        because: "its loopback would answer, so sockets of inet and inet6 cannot be made at all"
      )
    case .loopback: return .exact(by: "--network none, which has a loopback of its own")
    case .allowlist:
      return .weaker(by: "--network bridge", because: "the engine has no rules for single hosts: every host is reached")
    case .host: return .exact(by: "--network host")
    }
  }

  private func socketFamilies(_ sandbox: Sandbox) -> Enforcement {
    if sandbox.usesGVisorRuntime { return .none(because: Self.gVisorIgnoresProfile) }
    let mechanism = "the filter, which compares the family as the kernel does"
    if sandbox.network.mode == .none, !sandbox.network.socketFamilies.isDisjoint(with: [.inet, .inet6]) {
      return .stricter(by: mechanism, because: "inet and inet6 would reach the loopback of --network none")
    }
    return .exact(by: mechanism)
  }

  private func swap(_ resources: Resources) -> Enforcement {
    if resources.memory == .unlimited, resources.swap != .unlimited {
      return .none(because: "the engine limits swap only together with memory")
    }
    return .exact(by: "--memory-swap")
  }

  private func limit<Value>(_ sandbox: Sandbox, _ limit: Limit<Value>, by mechanism: String) -> Enforcement {
    ProcessLimit.enforcement(in: sandbox, limit, by: mechanism)
  }

  private func capabilities(_ sandbox: Sandbox) -> Enforcement {
    if sandbox.capabilities.isEmpty { return .exact(by: "--cap-drop ALL") }
    if sandbox.process.user.uid == 0 { return .exact(by: "--cap-drop ALL --cap-add") }
    return .stricter(
      by: "--cap-drop ALL --cap-add",
      because: "the engine sets no ambient capabilities, so a program that is not root does not hold them"
    )
  }
}

extension Sandbox {
  /// Whether Docker is told to start gVisor, which does not do all that runc does with the same options.
  var usesGVisorRuntime: Bool {
    guard let runtime = targets.docker.runtime else { return false }
    return runtime.contains("runsc") || runtime.contains("gvisor")
  }
}

/// Engines that start every program with the umask 0022.
enum Umask {
  static func enforcement(of umask: UInt32, because reason: String) -> Enforcement {
    if umask == 0o022 { return .exact(by: "the engine's own 0022") }
    if umask & ~0o022 == 0 {
      return .stricter(by: "the engine's own 0022", because: reason)
    }
    return .weaker(by: "the engine's own 0022", because: reason)
  }
}

/// Limits that the kernel keeps by process.
enum ProcessLimit {
  static func enforcement<Value>(in sandbox: Sandbox, _ limit: Limit<Value>, by mechanism: String) -> Enforcement {
    if limit == .unlimited { return .exact(by: "no limit asked for") }
    if sandbox.capabilities.contains(.sysResource) {
      return .weaker(by: mechanism, because: "the program holds CAP_SYS_RESOURCE and can raise it")
    }
    return .exact(by: mechanism + ", by process")
  }
}
