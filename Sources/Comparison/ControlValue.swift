import Sandbox

/// The value of a control as a policy writes it, in one line. Lists whose order means nothing are sorted, so that equal
/// meanings have equal texts. Secrets are in it: what is shown is taken of a sandbox without them.
enum ControlValue {
  static func text(of control: Control, in sandbox: Sandbox) -> String {
    let process = sandbox.process
    let filesystem = sandbox.filesystem
    let resources = sandbox.resources
    return switch control {
    case .user: process.user.description
    case .workingDirectory: process.workingDirectory
    case .umask: octal(process.umask)
    case .hostname: process.hostname
    case .noNewPrivileges: String(process.noNewPrivileges)
    case .environment: text(sandbox.environment)
    case .root: filesystem.root.rawValue + (filesystem.rootfs.map { " (rootfs \($0))" } ?? "")
    case .read: list(filesystem.read.map(text).sorted(by: precedes))
    case .write: list(filesystem.write.map(text).sorted(by: precedes))
    case .tmpfs: list(filesystem.tmpfs.map(text).sorted(by: precedes))
    case .proc: filesystem.proc.rawValue
    case .dev: filesystem.dev.rawValue
    case .networkMode: sandbox.network.mode.rawValue
    case .networkAllow: list(sandbox.network.allow.map(text).sorted(by: precedes))
    case .socketFamilies: list(sandbox.network.socketFamilies.sorted().map(\.rawValue))
    case .memory: text(resources.memory, \.description)
    case .swap: text(resources.swap, \.description)
    case .cpus: text(resources.cpus, \.description)
    case .cpuTime: text(resources.cpuTime, \.description)
    case .wallTime: text(resources.wallTime, \.description)
    case .pids: text(resources.pids, \.description)
    case .openFiles: text(resources.openFiles, \.description)
    case .fileSize: text(resources.fileSize, \.description)
    case .stack: text(resources.stack, \.description)
    case .core: text(resources.core, \.description)
    case .output: text(resources.output, \.description)
    case .capabilities: list(sandbox.capabilities.sorted().map(\.rawValue))
    case .syscalls: text(sandbox.syscalls)
    }
  }

  /// The entries of a list, each as in `text`; nil for a control that is no list.
  static func entries(of control: Control, in sandbox: Sandbox) -> [String]? {
    switch control {
    case .read: return sandbox.filesystem.read.map(text).sorted(by: precedes)
    case .write: return sandbox.filesystem.write.map(text).sorted(by: precedes)
    case .tmpfs: return sandbox.filesystem.tmpfs.map(text).sorted(by: precedes)
    case .networkAllow: return sandbox.network.allow.map(text).sorted(by: precedes)
    case .socketFamilies: return sandbox.network.socketFamilies.sorted().map(\.rawValue)
    case .capabilities: return sandbox.capabilities.sorted().map(\.rawValue)
    case .environment:
      let environment = sandbox.environment
      return environment.inherit.sorted(by: precedes).map { "inherit \($0)" }
        + environment.set.map { "set \($0.key)=\($0.value)" }
    case .syscalls:
      let syscalls = sandbox.syscalls
      return syscalls.allow.map { "allow " + SyscallOrder.text($0) }.sorted(by: precedes)
        + syscalls.deny.map { "deny " + SyscallOrder.text($0) }.sorted(by: precedes)
        + ["default \(syscalls.defaultAction.description)", "unknown \(syscalls.unknownAction.description)"]
        + syscalls.architectures.map { "architecture \($0.rawValue)" }.sorted(by: precedes)
    case .user, .workingDirectory, .umask, .hostname, .noNewPrivileges, .root, .proc, .dev, .networkMode, .memory,
      .swap, .cpus, .cpuTime, .wallTime, .pids, .openFiles, .fileSize, .stack, .core, .output:
      return nil
    }
  }

  static func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

  /// By bytes: Swift's own order takes some different paths for equal.
  static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

  private static func octal(_ value: UInt32) -> String {
    let digits = String(value, radix: 8)
    return String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
  }

  private static func text<Value>(_ limit: Limit<Value>, _ describe: (Value) -> String) -> String {
    limit.value.map(describe) ?? "unlimited"
  }

  private static func text(_ environment: Environment) -> String {
    let set = environment.set.map { "\($0.key)=\($0.value)" }
    return "inherit \(list(environment.inherit.sorted(by: precedes))), set \(list(set))"
  }

  private static func text(_ path: ReadPath) -> String {
    switch path {
    case .system(let path): path
    case .bind(let mount): text(mount)
    }
  }

  private static func text(_ mount: BindMount) -> String { "\(mount.source) at \(mount.destination)" }

  private static func text(_ mount: TmpfsMount) -> String {
    "\(mount.path) of \(mount.size.description) and \(mount.inodes) inodes" + (mount.executable ? ", exec" : "")
  }

  static func text(_ peer: AllowedHost) -> String { peer.ports.map { "\(peer.host):\($0)" }.joined(separator: " ") }

  private static func text(_ syscalls: SyscallPolicy) -> String {
    let allow = syscalls.allow.map(SyscallOrder.text).sorted(by: precedes)
    let deny = syscalls.deny.map(SyscallOrder.text).sorted(by: precedes)
    let architectures = syscalls.architectures.map(\.rawValue).sorted(by: precedes)
    return "allow \(list(allow)), deny \(list(deny)), default \(syscalls.defaultAction.description), "
      + "unknown \(syscalls.unknownAction.description), architectures \(list(architectures))"
  }
}
