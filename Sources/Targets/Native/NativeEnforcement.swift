package import Sandbox

extension NativeTarget {
  /// The executor refuses to run where the host cannot do what is said here, so all of it holds or nothing runs.
  package func enforcement(of control: Control, in sandbox: Sandbox) -> Enforcement {
    switch control {
    case .user: .exact(by: "a user namespace, setresuid and setresgid, and no supplementary groups")
    case .workingDirectory: .exact(by: "chdir inside the new root")
    case .umask: .exact(by: "umask")
    case .hostname: .exact(by: "a UTS namespace")
    case .noNewPrivileges:
      if sandbox.process.noNewPrivileges {
        .exact(by: "PR_SET_NO_NEW_PRIVS")
      } else {
        .stricter(by: "PR_SET_NO_NEW_PRIVS", because: "the system call filter cannot be installed without it")
      }
    case .environment: .exact(by: "execve with this environment and no other")
    case .root: .exact(by: "pivot_root into a root of its own, and mount attributes")
    case .read: .exact(by: "read-only bind mounts, nosuid and nodev, and Landlock")
    case .write: .exact(by: "bind mounts, nosuid and nodev, idmapped so that results belong to the caller")
    case .tmpfs: .exact(by: "tmpfs with size, nr_inodes and noexec")
    case .proc: .exact(by: "a procfs of the sandbox's own with subset=pid, or none")
    case .dev: .exact(by: "a tmpfs with these devices alone")
    case .networkMode:
      switch sandbox.network.mode {
      case .none: .exact(by: "a network namespace with its loopback down")
      case .loopback: .exact(by: "a network namespace with its loopback up")
      case .allowlist: .none(because: "the native engine has no rules for single hosts, and refuses to run")
      case .host: .exact(by: "the host's network namespace")
      }
    case .networkAllow:
      if sandbox.network.mode == .allowlist {
        .none(because: "the native engine has no rules for single hosts, and refuses to run")
      } else {
        .exact(by: "no network to allow hosts on")
      }
    case .socketFamilies:
      Filters.ringEvasion(in: sandbox) ?? .exact(by: "the system call filter, by the argument's own width")
    case .memory: .exact(by: "the memory limit of a cgroup")
    case .swap: .exact(by: "the swap limit of a cgroup")
    case .cpus: .exact(by: "the processor quota of a cgroup")
    case .cpuTime: .exact(by: "the processor time of a cgroup, watched; RLIMIT_CPU behind it")
    case .wallTime: .exact(by: "a timer of the supervisor, and the end of every process in the cgroup")
    case .pids: .exact(by: "the pids limit of a cgroup")
    case .openFiles: .exact(by: "RLIMIT_NOFILE, by process")
    case .fileSize: .exact(by: "RLIMIT_FSIZE, by process")
    case .stack: .exact(by: "RLIMIT_STACK, by process")
    case .core: .exact(by: "RLIMIT_CORE, by process")
    case .output: .exact(by: "the supervisor, which reads both streams and counts")
    case .capabilities: .exact(by: "all five capability sets, in a user namespace")
    case .syscalls: .exact(by: "the system call filter, proven equal to the policy")
    }
  }
}
