import CLaunch
import Glibc
import Linux
package import Sandbox
import Seccomp

/// What the native engine can enforce on this host, for this user.
package struct HostCapabilities: Sendable {
  /// How a control is enforced here, and what would make it exact.
  package struct Finding: Sendable, Equatable {
    package let control: Control
    package let enforcement: Enforcement
    /// What to do where less than the policy is enforced.
    package let advice: String?
  }

  /// Something about the host, as a name and a value for people.
  package struct Fact: Sendable, Equatable {
    package let name: String
    package let value: String
  }

  package let facts: [Fact]
  /// One for each control, in the order of `Control`.
  package let findings: [Finding]
  /// What kept a first trial program from starting, with what to do about it; nil when it ran.
  package let obstacle: String?

  /// Whether a policy loses nothing here.
  package var isComplete: Bool { obstacle == nil && findings.allSatisfy(\.enforcement.holds) }

  /// Looks at the host, and starts a trial program in a sandbox that uses everything.
  package static func probe() -> HostCapabilities {
    let caller = try? Caller.current()
    let host = (try? ControlGroupHost.discover()) ?? ControlGroupHost(version: .one, directory: "/", controllers: [])
    defer { host.restore() }
    let landlock = max(0, Int(rf_landlock_abi()))
    let accepted = Set(Control.allCases)
    let trial = trialSandbox
    // Everything is accepted, so that nothing is refused before it is named.
    let plan = try? ResourcePlan(trial.resources, host: host, accepted: accepted)
    let losses = Dictionary((plan?.notEnforced ?? []).map { ($0.control, $0.reason) }) { first, _ in first }
    let sampled = plan?.sampled ?? []

    let obstacle = trialObstacle(trial, accepted: accepted)

    let findings = Control.allCases.map { control -> Finding in
      if let obstacle { return Finding(control: control, enforcement: .none(because: obstacle), advice: nil) }
      guard let reason = losses[control] else {
        return Finding(control: control, enforcement: .exact(by: mechanism(control, host: host)), advice: nil)
      }
      let enforcement: Enforcement =
        sampled.contains(control)
        ? .weaker(by: "looking at the processes every few milliseconds", because: reason) : .none(because: reason)
      return Finding(control: control, enforcement: enforcement, advice: advice(host))
    }
    return HostCapabilities(
      facts: [
        Fact(name: "kernel", value: kernelRelease),
        Fact(
          name: "user",
          value: caller?.isPrivileged == true ? "root: each run has an id of its own" : "uid \(geteuid())"
        ),
        Fact(name: "control groups", value: description(host)),
        Fact(name: "vsyscall", value: vsyscall),
        Fact(name: "Landlock", value: landlock > 0 ? "ABI \(landlock)" : "missing: mounts alone keep files read-only"),
      ],
      findings: findings,
      obstacle: obstacle
    )
  }

  /// Why a trial program does not start and end well, under the filter that a policy would have.
  private static func trialObstacle(_ trial: Sandbox, accepted: Set<Control>) -> String? {
    do throws(SeccompError) {
      let filter = try SeccompFilter.compile(for: Execution.withoutSetuidFiles(trial))
      var request = Execution.Request(sandbox: trial, policyDigest: "", command: ["true"], filter: filter.program.bytes)
      request.accepted = accepted
      let result = Execution.run(request)
      return result.success ? nil : result.message
    } catch {
      return "the system call filter cannot be compiled: \(error)"
    }
  }

  /// With a limit on everything, and the paths that any system has.
  private static var trialSandbox: Sandbox {
    var sandbox = Sandbox(name: "doctor")
    sandbox.environment.set = ["PATH": "/usr/bin:/bin"]
    sandbox.filesystem.read = ["/usr", "/bin", "/lib", "/lib64"].filter { (path: String) in access(path, F_OK) == 0 }
      .map(ReadPath.system)
    sandbox.filesystem.tmpfs = [TmpfsMount(path: "/tmp", size: ByteCount(bytes: 1 << 20))]
    sandbox.filesystem.proc = .minimal
    sandbox.filesystem.dev = .minimal
    sandbox.resources.cpus = .limited(MilliCPUs(100))
    sandbox.resources.wallTime = .limited(Milliseconds(5000))
    return sandbox
  }

  /// The page at an address that never moves, which every program has and no mount, namespace or `munmap` takes away. A
  /// filter sees its three calls like any other, but cannot refuse them without refusing `gettimeofday` and `getcpu`.
  private static var vsyscall: String {
    guard let last = try? lastPart(of: "/proc/self/maps") else { return "unknown" }
    return String(decoding: last, as: UTF8.self).contains("[vsyscall]")
      ? "answers gettimeofday and getcpu as far as the policy allows those; boot with vsyscall=none to be rid of it"
      : "none"
  }

  /// The kernel gives some lines at a time.
  private static func lastPart(of path: String) throws(Errno) -> [UInt8] {
    let file = try FileDescriptor.open(path, .read)
    var last: [UInt8] = []
    while true {
      var count = 0
      var error: Errno?
      let part = [UInt8](unsafeUninitializedCapacity: 4096) { buffer, initialized in
        do throws(Errno) {
          count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
        } catch let failure {
          error = failure
        }
        initialized = count
      }
      if let error { throw error }
      guard count > 0 else { return last }
      last = part
    }
  }

  private static var kernelRelease: String {
    ((try? KernelFile.read("/proc/sys/kernel/osrelease")) ?? "unknown").split(separator: "\n").first.map(String.init)
      ?? "unknown"
  }

  private static func description(_ host: ControlGroupHost) -> String {
    let usable = Controller.allCases.filter { host.parents[$0] != nil }.map(\.rawValue)
    let missing = Controller.allCases.compactMap { host.obstacles[$0] }.first
    let version = "version \(host.version.rawValue)"
    if usable.isEmpty { return "\(version), none usable: \(missing ?? "no reason known")" }
    return "\(version): \(usable.joined(separator: ", "))" + (missing.map { "; otherwise \($0)" } ?? "")
  }

  /// What would let control groups be used here.
  static func advice(_ host: ControlGroupHost) -> String {
    switch host.version {
    case .one where geteuid() == 0:
      "mount the control groups: version 2 (mount -t cgroup2 none /sys/fs/cgroup), or what is missing of version 1"
    case .one: "run ringfence as root: version 1 groups cannot be delegated safely"
    case .two:
      "run ringfence as root, or in a group of your own: systemd-run --user --scope -p Delegate=yes ringfence run …; where a"
        + " controller is missing, add Delegate=cpu memory pids to user@.service (systemctl edit user@.service)"
    }
  }

  private static func mechanism(_ control: Control, host: ControlGroupHost) -> String {
    switch control {
    case .user: "a user namespace"
    case .workingDirectory: "chdir in the new root"
    case .umask: "umask"
    case .hostname: "a UTS namespace"
    case .noNewPrivileges: "PR_SET_NO_NEW_PRIVS"
    case .environment: "execve"
    case .root, .read, .write, .tmpfs: "a mount namespace with a root of its own"
    case .proc: "a procfs of the sandbox's own"
    case .dev: "the host's nodes, one by one"
    case .networkMode: "a network namespace"
    case .networkAllow: "a refusal: the native engine starts no policy with network.mode: allowlist"
    case .swap where host.parents[.memory] == nil: "no swap space on this host"
    case .memory, .swap: "the memory control group, version \(host.version.rawValue)"
    case .cpus: "the cpu control group, version \(host.version.rawValue)"
    case .cpuTime: "the processor time of the control group, version \(host.version.rawValue)"
    case .pids:
      host.parents[.pids] == nil
        ? "RLIMIT_NPROC in the user namespace" : "the pids control group, version \(host.version.rawValue)"
    case .wallTime: "a timer of the supervisor"
    case .openFiles, .fileSize, .stack, .core: "setrlimit, by process"
    case .output: "the supervisor, which counts"
    case .capabilities: "the capability sets, in a user namespace"
    case .socketFamilies, .syscalls: "a seccomp filter"
    }
  }
}
