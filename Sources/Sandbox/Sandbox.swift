/// What a program may do, with every value explicit: the meaning of a policy after inheritance and defaults, before
/// any engine has a say. Each field is one `Control` or a part of one.
package struct Sandbox: Sendable, Equatable {
  /// The policy's name: `[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?`, safe in file names, container names and labels.
  package var name: String
  package var summary: String
  package var process: ProcessSettings
  package var environment: Environment
  package var filesystem: Filesystem
  package var network: Network
  package var resources: Resources
  /// The capabilities that the program holds, in all five sets; everything else is dropped.
  package var capabilities: Set<Capability>
  package var syscalls: SyscallPolicy
  package var targets: TargetOptions
  package var alerts: Alerts

  package init(
    name: String,
    summary: String = "",
    process: ProcessSettings = ProcessSettings(),
    environment: Environment = Environment(),
    filesystem: Filesystem = Filesystem(),
    network: Network = Network(),
    resources: Resources = Resources(),
    capabilities: Set<Capability> = [],
    syscalls: SyscallPolicy = SyscallPolicy(),
    targets: TargetOptions = TargetOptions(),
    alerts: Alerts = Alerts()
  ) {
    self.name = name
    self.summary = summary
    self.process = process
    self.environment = environment
    self.filesystem = filesystem
    self.network = network
    self.resources = resources
    self.capabilities = capabilities
    self.syscalls = syscalls
    self.targets = targets
    self.alerts = alerts
  }
}

/// Who the program runs as and how it starts.
package struct ProcessSettings: Sendable, Equatable {
  /// The argument vector when the caller gives none; empty when the caller has to.
  package var command: [String] = []
  package var user = UserIdentity(uid: 65534, gid: 65534)
  /// An absolute, normalised path inside the sandbox.
  package var workingDirectory = "/"
  /// 0...0o777.
  package var umask: UInt32 = 0o077
  package var hostname = "sandbox"
  package var noNewPrivileges = true

  package init() {}
}

/// A user and a group as the program sees them, numeric. 4294967295 means "leave as it is" to the kernel and never occurs.
package struct UserIdentity: Hashable, Sendable {
  package var uid: UInt32
  package var gid: UInt32

  package init(uid: UInt32, gid: UInt32) {
    self.uid = uid
    self.gid = gid
  }

  package var description: String { "\(uid):\(gid)" }
}

/// The program's environment: nothing but what is named here.
package struct Environment: Sendable, Equatable {
  /// Names taken from the caller, where the caller has them; sorted.
  package var inherit: [String] = []
  package var set = EnvironmentVariables()

  package init() {}

  /// The variables whose values no report may repeat.
  package var secrets: [String] { self.set.filter { SecretNames.isSecret($0.value, named: $0.key) }.map(\.key) }
}

/// Reports runs that come this near to a limit. An alert changes nothing of what a program may do.
package struct Alerts: Sendable, Equatable {
  package var memory: ByteCount?
  package var wallTime: Milliseconds?
  package var cpuTime: Milliseconds?
  package var pids: Int64?

  package init() {}
}
