/// A capability of the kernel (capabilities(7)), by its name without `CAP_`. Declared in the order of the kernel's numbers.
package enum Capability: String, Sendable, CaseIterable, Comparable {
  case chown = "CHOWN"
  case dacOverride = "DAC_OVERRIDE"
  case dacReadSearch = "DAC_READ_SEARCH"
  case fowner = "FOWNER"
  case fsetid = "FSETID"
  case kill = "KILL"
  case setgid = "SETGID"
  case setuid = "SETUID"
  case setpcap = "SETPCAP"
  case linuxImmutable = "LINUX_IMMUTABLE"
  case netBindService = "NET_BIND_SERVICE"
  case netBroadcast = "NET_BROADCAST"
  case netAdmin = "NET_ADMIN"
  case netRaw = "NET_RAW"
  case ipcLock = "IPC_LOCK"
  case ipcOwner = "IPC_OWNER"
  case sysModule = "SYS_MODULE"
  case sysRawio = "SYS_RAWIO"
  case sysChroot = "SYS_CHROOT"
  case sysPtrace = "SYS_PTRACE"
  case sysPacct = "SYS_PACCT"
  case sysAdmin = "SYS_ADMIN"
  case sysBoot = "SYS_BOOT"
  case sysNice = "SYS_NICE"
  case sysResource = "SYS_RESOURCE"
  case sysTime = "SYS_TIME"
  case sysTtyConfig = "SYS_TTY_CONFIG"
  case mknod = "MKNOD"
  case lease = "LEASE"
  case auditWrite = "AUDIT_WRITE"
  case auditControl = "AUDIT_CONTROL"
  case setfcap = "SETFCAP"
  case macOverride = "MAC_OVERRIDE"
  case macAdmin = "MAC_ADMIN"
  case syslog = "SYSLOG"
  case wakeAlarm = "WAKE_ALARM"
  case blockSuspend = "BLOCK_SUSPEND"
  case auditRead = "AUDIT_READ"
  case perfmon = "PERFMON"
  case bpf = "BPF"
  case checkpointRestore = "CHECKPOINT_RESTORE"

  /// The kernel's number, 0...40 (include/uapi/linux/capability.h).
  package var number: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  package static func < (left: Capability, right: Capability) -> Bool { left.number < right.number }

  /// The name as Docker's API, OCI and the man page write it.
  package var prefixedName: String { "CAP_" + rawValue }
}
