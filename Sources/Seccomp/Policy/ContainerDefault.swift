import Sandbox

/// The parts of `@container-default` that hang on arguments and capabilities: what Docker's default profile says
/// (moby/profiles, seccomp/default.json) beside the names that it allows always.
///
/// Three things are ours. Arguments compare by the width that the kernel looks at, where Docker's profile lets
/// `socket(0x100000028, …)` through. Socket families follow `network.socket_families`. And `ioctl` refuses TIOCSTI and
/// TIOCLINUX, which type into the terminal that the sandbox shares with its caller (CVE-2017-5226, CVE-2023-1523).
enum ContainerDefault {
  static let groupName = "@container-default"

  /// `CLONE_NEWNS`, `NEWCGROUP`, `NEWUTS`, `NEWIPC`, `NEWUSER`, `NEWPID` and `NEWNET`. `NEWTIME` is no flag of clone(2).
  static let namespaceFlags: UInt64 = 0x7E02_0000

  /// A call that is allowed, and the condition on its arguments; nil is always.
  struct Allowance {
    let syscall: Syscall
    let condition: ArgumentCondition?
  }

  /// The calls that are allowed. The families of sockets are not here: they are the sandbox's.
  static func allowances(capabilities: Set<Capability>) -> [Allowance] {
    var result = (SyscallGroup(named: groupName)?.list ?? []).map { syscall in
      Allowance(syscall: syscall, condition: condition(of: syscall))
    }
    // Rules are tried in order, and these have no conditions: `clone` with CAP_SYS_ADMIN is let through whole.
    for capability in capabilities.sorted() {
      for name in names(for: capability) {
        if let syscall = Syscall(named: name) { result.append(Allowance(syscall: syscall, condition: nil)) }
      }
    }
    return result
  }

  private static let clone = Syscall(named: "clone")
  private static let ioctl = Syscall(named: "ioctl")
  private static let personality = Syscall(named: "personality")

  static func condition(of syscall: Syscall) -> ArgumentCondition? {
    switch syscall {
    case clone: .argument(index: 0, .masked(mask: namespaceFlags, equals: 0))
    case ioctl: .not(.argument(index: 1, .isOneOf([ /* TIOCSTI */0x5412, /* TIOCLINUX */ 0x541C])))
    // PER_LINUX, PER_LINUX32, both with UNAME26, and the question that changes nothing.
    case personality: .argument(index: 0, .isOneOf([0, 8, 0x2_0000, 0x2_0008, 0xFFFF_FFFF]))
    default: nil
    }
  }

  /// The calls that Docker adds for a capability.
  static func names(for capability: Capability) -> [String] {
    switch capability {
    case .dacReadSearch: ["open_by_handle_at"]
    case .sysAdmin:
      [
        "bpf", "clone", "clone3", "fanotify_init", "fsconfig", "fsmount", "fsopen", "fspick", "lookup_dcookie",
        "lsm_get_self_attr", "lsm_list_modules", "lsm_set_self_attr", "mount", "mount_setattr", "move_mount",
        "open_tree", "perf_event_open", "quotactl", "quotactl_fd", "setdomainname", "sethostname", "setns", "syslog",
        "umount", "umount2", "unshare",
      ]
    case .sysBoot: ["reboot"]
    case .sysChroot: ["chroot"]
    case .sysModule: ["delete_module", "finit_module", "init_module"]
    case .sysPacct: ["acct"]
    case .sysPtrace:
      ["kcmp", "pidfd_getfd", "process_madvise", "process_vm_readv", "process_vm_writev", "ptrace"]
    case .sysRawio: ["ioperm", "iopl"]
    case .sysTime: ["clock_settime", "clock_settime64", "settimeofday", "stime"]
    case .sysTtyConfig: ["vhangup"]
    case .sysNice: ["get_mempolicy", "mbind", "set_mempolicy", "set_mempolicy_home_node"]
    case .syslog: ["syslog"]
    case .bpf: ["bpf"]
    case .perfmon: ["perf_event_open"]
    case .chown, .dacOverride, .fowner, .fsetid, .kill, .setgid, .setuid, .setpcap, .linuxImmutable, .netBindService,
      .netBroadcast, .netAdmin, .netRaw, .ipcLock, .ipcOwner, .sysResource, .mknod, .lease, .auditWrite, .auditControl,
      .setfcap, .macOverride, .macAdmin, .wakeAlarm, .blockSuspend, .auditRead, .checkpointRestore:
      []
    }
  }
}
