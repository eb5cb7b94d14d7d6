import CanonicalJSON
import Sandbox

/// A sandbox as an OCI bundle: the `config.json`, and what has to be there before it can be started.
///
/// Where the runtimes read the same words in different ways, each is told in its own.
struct OCIBundle: Sendable {
  let sandbox: Sandbox
  let runtime: OCIRuntime
  private let provenance: Provenance
  private let seccomp: JSON
  /// By path inside, so that a parent comes before what is mounted into it.
  let binds: [HostMount]
  /// The root file system, when the policy names one; nil is an empty directory of the bundle.
  var rootfs: String? { sandbox.filesystem.rootfs }
  /// Bytes; what the kernel would let the host's processes of the sandbox use: gVisor's own included.
  private static let smallestMemory: Int64 = 32 << 20

  init(_ sandbox: Sandbox, for runtime: OCIRuntime, digest: PolicyDigest) throws(LoweringError) {
    self.sandbox = sandbox
    self.runtime = runtime
    provenance = Provenance(sandbox.name, digest)
    switch runtime {
    case .gvisor: seccomp = try GVisorFilter.profile(for: sandbox.withLoopbackClosed)
    case .runc, .crun:
      _ = try Filters.letsInitWork(for: sandbox)
      seccomp = try Filters.ociProfile(for: sandbox.withLoopbackClosed)
    }
    binds = HostMount.all(of: sandbox.filesystem, composesRoot: sandbox.filesystem.rootfs == nil)
    if runtime == .gvisor { try Self.checkGVisor(sandbox) }
    try Self.check(sandbox)
  }

  private static func checkGVisor(_ sandbox: Sandbox) throws(LoweringError) {
    let gvisor = sandbox.targets.gvisor
    if gvisor.platform == .systrap, let release = gvisor.release, release < EngineRelease(2023_01_01) {
      throw LoweringError("runsc \(release) knows no systrap: take ptrace for targets.gvisor.platform, or leave it out")
    }
    if let memory = sandbox.resources.memory.value, memory.bytes < smallestMemory {
      throw LoweringError("gVisor's own kernel needs 32Mi of memory before a program runs", control: .memory)
    }
    let unknown: Set<Capability> = [.perfmon, .bpf, .checkpointRestore]
    if let capability = sandbox.capabilities.intersection(unknown).min() {
      throw LoweringError("gVisor knows no \(capability.prefixedName) and would not start", control: .capabilities)
    }
  }

  private static func check(_ sandbox: Sandbox) throws(LoweringError) {
    if let share = sandbox.resources.cpus.value, share.count < 10 {
      throw LoweringError("the kernel refuses less than 0.01 of a processor", control: .cpus)
    }
    var strings = sandbox.process.command + [sandbox.process.workingDirectory, sandbox.process.hostname]
    strings += sandbox.environment.set.flatMap { [$0.key, $0.value] } + sandbox.environment.inherit
    strings += sandbox.filesystem.write.flatMap { [$0.source, $0.destination] }
    strings += sandbox.filesystem.read.map(\.destination) + sandbox.filesystem.tmpfs.map(\.path)
    if strings.contains(where: { $0.utf8.contains(0) }) {
      throw LoweringError("a path, an argument or a variable holds a NUL, which no program can be given")
    }
    let names = Array(sandbox.environment.set.keys) + sandbox.environment.inherit
    if names.contains(where: { $0.isEmpty || $0.utf8.contains(UInt8(ascii: "=")) }) {
      throw LoweringError("the name of an environment variable is empty or holds '='", control: .environment)
    }
    if sandbox.filesystem.tmpfs.contains(where: { $0.path.utf8.contains(UInt8(ascii: ",")) }) {
      throw LoweringError("a tmpfs on a path with a comma cannot be told to a runtime", control: .tmpfs)
    }
  }

  /// `config.json` (runtime-spec 1.0.2, which every runtime in use takes).
  var config: OCISpec {
    OCISpec {
      $0.ociVersion = "1.0.2"
      $0.process = process
      $0.root = OCIRoot {
        $0.path = rootfs ?? "rootfs"
        $0.readonly = sandbox.filesystem.root == .readOnly
      }
      $0.hostname = sandbox.process.hostname
      $0.mounts = mounts
      $0.annotations = annotations
      $0.linux = linux
    }
  }

  private var process: OCIProcess {
    let capabilities = sandbox.capabilities.sorted().map(\.prefixedName)
    let variables = sandbox.environment.set.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    return OCIProcess {
      $0.terminal = false
      $0.user = OCIUser {
        $0.uid = sandbox.process.user.uid
        $0.gid = sandbox.process.user.gid
        $0.umask = UInt32(sandbox.process.umask)
        $0.additionalGids = []
      }
      $0.args = arguments
      $0.env = variables.map { $0.key + "=" + $0.value }
      $0.cwd = sandbox.process.workingDirectory
      $0.capabilities = OCICapabilitySets {
        $0.bounding = capabilities
        $0.effective = capabilities
        $0.inheritable = capabilities
        $0.permitted = capabilities
        $0.ambient = capabilities
      }
      $0.rlimits = rlimits
      $0.noNewPrivileges = sandbox.process.noNewPrivileges
      $0.oomScoreAdj = 500
    }
  }

  /// The specification wants at least one. Without a command the script demands one and writes it here; whoever starts
  /// the bundle by other means reads in the error what is missing.
  private var arguments: [String] {
    sandbox.process.command.isEmpty ? ["given-by-\(runtime.program).sh"] : sandbox.process.command
  }

  private var rlimits: [OCIResourceLimit] {
    let resources = sandbox.resources
    let all: [(String, Int64?)] = [
      ("RLIMIT_CORE", resources.core.value?.bytes),
      // Soft and hard alike: process 1 is not killed by the soft limit's SIGXCPU.
      ("RLIMIT_CPU", resources.cpuTime.value?.wholeSeconds),
      ("RLIMIT_FSIZE", resources.fileSize.value?.bytes),
      ("RLIMIT_NOFILE", resources.openFiles.value),
      // gVisor counts its guests' processes against it, for root too; the pids cgroup counts the host's threads. To
      // others the cgroup is exact, and this would count the user's processes outside of the sandbox.
      ("RLIMIT_NPROC", runtime == .gvisor ? resources.pids.value : nil),
      ("RLIMIT_STACK", resources.stack.value?.bytes),
    ]
    return all.compactMap { name, value in
      value.map { value in
        OCIResourceLimit {
          $0.type = name
          $0.hard = UInt64(clamping: value)
          $0.soft = UInt64(clamping: value)
        }
      }
    }
  }

  private var mounts: [OCIMount] {
    var mounts: [OCIMount] = []
    switch runtime {
    case .gvisor:
      if sandbox.filesystem.proc != .none {
        mounts.append(Self.mount("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]))
      }
    // Neither starts without a /proc.
    case .runc, .crun: mounts.append(Self.mount("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]))
    }
    mounts.append(Self.mount("/dev", "tmpfs", "tmpfs", ["nosuid", "noexec", "mode=755", "size=65536k"]))
    // runsc mounts /sys and, where it finds it empty, a writable /tmp of any size, whether asked to or not.
    if runtime == .gvisor {
      mounts.append(Self.mount("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]))
    }
    if runtime == .gvisor, !occupies("/tmp") {
      mounts.append(
        Self.mount("/tmp", "tmpfs", "tmpfs", ["nosuid", "noexec", "nodev", "ro", "size=4096", "mode=0555"])
      )
    }
    return mounts
      + (binds.map(Self.entry) + tmpfs).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
      .map(\.mount)
  }

  /// What has to be there to be mounted on, or to start in, unless it is inside of something of the host, where nothing
  /// must be made.
  var directories: [String] {
    var paths = ["/proc", "/dev"]
    if runtime == .gvisor { paths += ["/sys", "/tmp"] }
    paths += [sandbox.process.workingDirectory] + sandbox.filesystem.tmpfs.map(\.path)
    return paths.filter { path in !binds.contains { ContainerPath.isAt(path, orBelow: $0.destination) } }
  }

  private func occupies(_ path: String) -> Bool {
    sandbox.filesystem.rootfs != nil || binds.contains { $0.destination == path }
      || sandbox.filesystem.tmpfs.contains { $0.path == path }
  }

  private static func entry(_ bind: HostMount) -> (path: String, mount: OCIMount) {
    let options = ["bind", bind.isReadOnly ? "ro" : "rw", "nosuid", "nodev"]
    return (bind.destination, mount(bind.destination, "bind", bind.source, options))
  }

  private var tmpfs: [(path: String, mount: OCIMount)] {
    let user = sandbox.process.user
    return sandbox.filesystem.tmpfs.map { mount in
      var options = [
        "nosuid", "nodev", mount.executable ? "exec" : "noexec", "rw", "size=\(mount.size.bytes)", "mode=0700",
        "uid=\(user.uid)", "gid=\(user.gid)",
      ]
      // runsc knows no such option, and says so of no option.
      if runtime != .gvisor { options.append("nr_inodes=\(mount.inodes)") }
      return (mount.path, Self.mount(mount.path, "tmpfs", "tmpfs", options))
    }
  }

  private static func mount(_ path: String, _ type: String, _ source: String, _ options: [String]) -> OCIMount {
    OCIMount {
      $0.destination = path
      $0.type = type
      $0.source = source
      $0.options = options
    }
  }

  private var annotations: OCIMap<String> {
    var annotations = OCIMap<String>()
    for label in provenance.labels { annotations[label.name] = label.value }
    // The filter holds however the bundle is started; runsc ignores linux.seccomp otherwise. Constant, as every
    // dev.gvisor annotation must be: some of them open the sandbox.
    if runtime == .gvisor { annotations["dev.gvisor.flag.oci-seccomp"] = "true" }
    return annotations
  }

  private var linux: OCILinux {
    var namespaces = ["pid", "ipc", "uts", "mount", "cgroup"]
    if sandbox.network.mode != .host { namespaces.insert("network", at: 1) }
    return OCILinux {
      $0.namespaces = namespaces.map { type in OCINamespace { $0.type = type } }
      $0.resources = resources
      $0.rootfsPropagation = "private"
      $0.seccomp = OCISeccomp(json: seccomp)
      // runsc ignores both; its own /proc and /sys show nothing of the host that would have to be hidden.
      if runtime != .gvisor {
        $0.maskedPaths = OCIPaths.masked
        $0.readonlyPaths = OCIPaths.readOnly
      }
    }
  }

  private var resources: OCIResources {
    var resources = OCIResources {
      $0.devices = [
        OCIDeviceRule {
          $0.allow = false
          $0.access = "rwm"
        }
      ]
    }
    if let memory = sandbox.resources.memory.value?.bytes {
      let swap = sandbox.resources.swap.value.map { swap in
        let (total, overflows) = memory.addingReportingOverflow(swap.bytes)
        return overflows ? Int64.max : total
      }
      resources.memory = OCIMemory {
        $0.limit = memory
        $0.swap = swap ?? -1
      }
    }
    if let share = sandbox.resources.cpus.value?.count {
      let (quota, overflows) = share.multipliedReportingOverflow(by: 100)
      resources.cpu = OCICPU {
        $0.quota = overflows ? Int64.max : quota
        $0.period = 100_000
      }
    }
    if let pids = sandbox.resources.pids.value {
      guard runtime == .gvisor else {
        resources.pids = OCIPids { $0.limit = pids }
        return resources
      }
      // A process of the guest costs about ten threads of the host, gVisor's own kernel about thirty, and on a busy host
      // some two hundred more for a moment; at the limit the whole sandbox dies, so RLIMIT_NPROC has to be met first.
      let (tasks, overflows) = pids.multipliedReportingOverflow(by: 12)
      let (limit, overflowsAgain) = tasks.addingReportingOverflow(256)
      resources.pids = OCIPids { $0.limit = overflows || overflowsAgain ? Int64.max : limit }
    }
    return resources
  }
}

/// Paths that every container engine hides from, or makes read-only for, the program (moby's oci/defaults.go).
enum OCIPaths {
  static let masked = [
    "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
    "/proc/sched_debug", "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap",
    "/sys/firmware",
  ]
  static let readOnly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
}
