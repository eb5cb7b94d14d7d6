import CanonicalJSON
import Sandbox

/// A command that starts containers with Docker's options, each reading them in its own way.
enum ContainerCommand: String, Sendable {
  case docker
  case podman
}

/// A sandbox as Docker knows it: what the run script, the create body and the Compose file say, each in its own words.
struct DockerContainer: Sendable {
  struct ResourceLimit: Sendable {
    /// By Docker's name for it: `nofile`.
    let name: String
    let value: Int64
  }

  let commandName: ContainerCommand
  let image: String
  /// Empty when the caller has to give one.
  let command: [String]
  let user: String
  let workingDirectory: String
  let hostname: String
  let noNewPrivileges: Bool
  /// Sorted by name.
  let environment: [(name: String, value: String)]
  /// Names taken from the caller's environment.
  let inherited: [String]
  let labels: [(name: String, value: String)]
  let isRootReadOnly: Bool
  let binds: [HostMount]
  /// Path and mount options.
  let tmpfs: [(path: String, options: String)]
  let network: String
  /// Bytes; nil is unlimited.
  let memory: Int64?
  /// Memory and swap together, as Docker counts; -1 is unlimited; nil only where memory is unlimited.
  let memoryAndSwap: Int64?
  /// Billionths of a processor.
  let nanoCPUs: Int64?
  let pids: Int64?
  let limits: [ResourceLimit]
  /// With the prefix `CAP_`, in the kernel's order.
  let capabilities: [String]
  let runtime: String?
  let wallTime: Limit<Milliseconds>
  let seccompProfile: JSON
  /// Whether a process of the engine's is process 1, so that signals do to the program what they do elsewhere.
  let usesInit: Bool
  let provenance: Provenance
  let umask: UInt32
  /// nil is any that is in use.
  let version: EngineVersion?

  init(
    _ sandbox: Sandbox,
    for commandName: ContainerCommand = .docker,
    digest: PolicyDigest
  ) throws(LoweringError) {
    self.commandName = commandName
    guard let image = sandbox.filesystem.image else {
      throw LoweringError("the \(commandName.rawValue) target starts from an image: set filesystem.image")
    }
    version = try Self.version(of: commandName, sandbox.targets)
    umask = sandbox.process.umask
    provenance = Provenance(sandbox.name, digest)
    self.image = try Self.checked(image.reference, "filesystem.image")
    command = try sandbox.process.command.map { argument throws(LoweringError) in
      try Self.checked(argument, "process.command")
    }
    user = sandbox.process.user.description
    workingDirectory = try Self.checked(sandbox.process.workingDirectory, "process.working_dir")
    hostname = try Self.checked(sandbox.process.hostname, "process.hostname")
    noNewPrivileges = sandbox.process.noNewPrivileges
    environment = try Self.variables(of: sandbox)
    inherited = sandbox.environment.inherit.filter { sandbox.environment.set[$0] == nil }
    for name in inherited { try Self.checkName(name) }
    labels = provenance.labels
    isRootReadOnly = sandbox.filesystem.root == .readOnly
    binds = try Self.binds(of: sandbox.filesystem)
    tmpfs = try Self.tmpfs(of: sandbox, commandName)
    network =
      switch sandbox.network.mode {
      case .none, .loopback: "none"
      case .allowlist: "bridge"
      case .host: "host"
      }
    (memory, memoryAndSwap) = try Self.memory(of: sandbox.resources, commandName)
    nanoCPUs = try Self.nanoCPUs(sandbox.resources.cpus, commandName)
    pids = sandbox.resources.pids.value
    limits = try Self.limits(of: sandbox.resources)
    capabilities = sandbox.capabilities.sorted().map(\.prefixedName)
    runtime = commandName == .docker ? sandbox.targets.docker.runtime : nil
    wallTime = sandbox.resources.wallTime
    // Podman's init is a program of its own, which many of its installations do not have.
    usesInit = try Filters.letsInitWork(for: sandbox) && commandName == .docker
    seccompProfile = try Filters.dockerProfile(for: sandbox.withLoopbackClosed, note: provenance.note)
  }

  /// The oldest versions that know every option.
  private static func version(
    of command: ContainerCommand,
    _ targets: TargetOptions
  ) throws(LoweringError) -> EngineVersion? {
    let (version, oldest) =
      switch command {
      case .docker: (targets.docker.version, EngineVersion(20, 10))
      case .podman: (targets.podman.version, EngineVersion(4, 3))
      }
    if let version, version < oldest {
      throw LoweringError(
        "\(command.rawValue) before \(oldest) does not have all options that are needed; targets.\(command.rawValue)"
          + ".version is \(version)"
      )
    }
    return version
  }

  /// No argument vector, environment or path of the kernel can hold a NUL.
  private static func checked(_ text: String, _ key: String) throws(LoweringError) -> String {
    if text.utf8.contains(0) { throw LoweringError("\(key) holds a NUL, which no program can be given") }
    return text
  }

  private static func checkName(_ name: String) throws(LoweringError) {
    if name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) || name.utf8.contains(0) {
      throw LoweringError("the name of an environment variable is empty, or holds '=' or a NUL", control: .environment)
    }
  }

  private static func variables(of sandbox: Sandbox) throws(LoweringError) -> [(name: String, value: String)] {
    var variables: [(name: String, value: String)] = []
    for (name, value) in sandbox.environment.set.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      try checkName(name)
      variables.append((name, try checked(value, "environment.set")))
    }
    return variables
  }

  /// A plain path of `read` is the image's own.
  private static func binds(of filesystem: Filesystem) throws(LoweringError) -> [HostMount] {
    let binds = HostMount.all(of: filesystem, composesRoot: false)
    for bind in binds {
      _ = try checked(bind.source, "the source of a mount")
      _ = try checked(bind.destination, "the path of a mount")
    }
    return binds
  }

  private static func tmpfs(
    of sandbox: Sandbox,
    _ command: ContainerCommand
  ) throws(LoweringError) -> [(path: String, options: String)] {
    let user = sandbox.process.user
    return try sandbox.filesystem.tmpfs
      .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
      .map { mount throws(LoweringError) in
        _ = try checked(mount.path, "filesystem.tmpfs")
        // Docker, in the command and in Compose alike, takes what follows the first colon for options.
        if mount.path.utf8.contains(UInt8(ascii: ":")) {
          throw LoweringError("\(command.rawValue) cannot mount a tmpfs on a path with a colon", control: .tmpfs)
        }
        let options = ["rw", mount.executable ? "exec" : "noexec", "nosuid", "nodev", "size=\(mount.size.bytes)"]
        let others =
          switch command {
          // runc before 1.1.8 loses `mode`; uid and gid make the directory the program's own on all versions.
          case .docker: ["nr_inodes=\(mount.inodes)", "mode=0700", "uid=\(user.uid)", "gid=\(user.gid)"]
          // Podman refuses all but `mode`. `U` gives the directory to the program's user; without the last one it is filled
          // with what the image has there.
          case .podman: ["mode=0700", "U", "notmpcopyup"]
          }
        return (mount.path, (options + others).joined(separator: ","))
      }
  }

  private static func memory(
    of resources: Resources,
    _ command: ContainerCommand
  ) throws(LoweringError) -> (Int64?, Int64?) {
    guard let memory = resources.memory.value?.bytes else { return (nil, nil) }
    guard memory >= 6 << 20 else {
      throw LoweringError("\(command.rawValue) starts nothing with less than 6Mi of memory", control: .memory)
    }
    guard let swap = resources.swap.value?.bytes else { return (memory, -1) }
    let (total, overflows) = memory.addingReportingOverflow(swap)
    guard !overflows else {
      throw LoweringError("memory and swap together are more than 2^63-1 bytes", control: .swap)
    }
    return (memory, total)
  }

  private static func nanoCPUs(
    _ cpus: Limit<MilliCPUs>,
    _ command: ContainerCommand
  ) throws(LoweringError) -> Int64? {
    let name = command.rawValue
    guard let share = cpus.value?.count else { return nil }
    guard share >= 10 else { throw LoweringError("\(name) refuses less than 0.01 of a processor", control: .cpus) }
    let (product, overflows) = share.multipliedReportingOverflow(by: 1_000_000)
    guard !overflows else { throw LoweringError("that is more processors than \(name) can count", control: .cpus) }
    return product
  }

  private static func limits(of resources: Resources) throws(LoweringError) -> [ResourceLimit] {
    if let files = resources.openFiles.value, files < 20 {
      throw LoweringError("with fewer than 20 open files runc cannot start a program", control: .openFiles)
    }
    let all: [(String, Int64?)] = [
      ("core", resources.core.value?.bytes),
      // Soft and hard alike: process 1 of a container is not killed by the soft limit's SIGXCPU.
      ("cpu", resources.cpuTime.value?.wholeSeconds),
      ("fsize", resources.fileSize.value?.bytes),
      ("nofile", resources.openFiles.value),
      ("stack", resources.stack.value?.bytes),
    ]
    return all.compactMap { name, value in value.map { ResourceLimit(name: name, value: $0) } }
  }
}

extension Sandbox {
  /// For engines whose "no network" still has a loopback interface that answers: with no socket of the Internet's
  /// families to be had, nothing can talk to it.
  var withLoopbackClosed: Sandbox {
    guard network.mode == .none else { return self }
    var sandbox = self
    sandbox.network.socketFamilies.subtract([.inet, .inet6])
    return sandbox
  }
}
