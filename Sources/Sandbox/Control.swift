/// Everything of a sandbox that can be enforced, or lost. The raw value is the key in the policy.
///
/// A new case makes the compiler ask every target how it enforces it: no switch over `Control` has a default.
package enum Control: String, Sendable, CaseIterable, Comparable {
  case user = "process.user"
  case workingDirectory = "process.working_dir"
  case umask = "process.umask"
  case hostname = "process.hostname"
  case noNewPrivileges = "process.no_new_privileges"
  case environment = "environment"
  case root = "filesystem.root"
  case read = "filesystem.read"
  case write = "filesystem.write"
  case tmpfs = "filesystem.tmpfs"
  case proc = "filesystem.proc"
  case dev = "filesystem.dev"
  case networkMode = "network.mode"
  case networkAllow = "network.allow"
  case socketFamilies = "network.socket_families"
  case memory = "resources.memory"
  case swap = "resources.swap"
  case cpus = "resources.cpus"
  case cpuTime = "resources.cpu_time"
  case wallTime = "resources.wall_time"
  case pids = "resources.pids"
  case openFiles = "resources.open_files"
  case fileSize = "resources.file_size"
  case stack = "resources.stack"
  case core = "resources.core"
  case output = "resources.output"
  case capabilities = "capabilities"
  case syscalls = "syscalls"

  package static func < (left: Control, right: Control) -> Bool { left.rawValue < right.rawValue }

  /// Which way of a value is stricter. Inheritance reports, `diff`, `within` and `accept` all read this declaration.
  package var polarity: Polarity {
    switch self {
    case .memory, .swap, .cpus, .cpuTime, .wallTime, .pids, .openFiles, .fileSize, .stack, .core, .output: .limit
    case .read, .write, .tmpfs, .networkAllow, .socketFamilies, .capabilities, .environment: .allowList
    case .syscalls: .ruleSet
    case .root, .proc, .dev, .networkMode: .orderedMode
    case .noNewPrivileges: .switch
    case .umask: .mask
    case .user: .identity
    case .workingDirectory, .hostname: .neutral
    }
  }
}

/// Which way of a control's value is stricter.
package enum Polarity: String, Sendable, CaseIterable {
  /// Smaller is stricter.
  case limit
  /// Fewer entries are stricter.
  case allowList
  /// Fewer inputs that are let through are stricter; decided over all inputs.
  case ruleSet
  /// Strictest first, in the order of declaration.
  case orderedMode
  /// On is stricter.
  case `switch`
  /// More bits are stricter.
  case mask
  /// Any identity but 0 is as strict as another.
  case identity
  /// No value is stricter than another.
  case neutral
}

/// How an engine enforces a control.
package enum Enforcement: Sendable, Equatable {
  /// What the policy says, by this mechanism.
  case exact(by: String)
  /// More than the policy says, and why that cannot be helped.
  case stricter(by: String, because: String)
  /// Less than the policy says, and where it falls short.
  case weaker(by: String, because: String)
  /// Not at all.
  case none(because: String)

  /// Whether the program is held at least as tightly as the policy says.
  package var holds: Bool {
    switch self {
    case .exact, .stricter: true
    case .weaker, .none: false
    }
  }

  /// The word that reports use.
  package var word: String {
    switch self {
    case .exact: "exact"
    case .stricter: "stricter"
    case .weaker: "weaker"
    case .none: "none"
    }
  }

  /// The mechanism, where there is one.
  package var mechanism: String? {
    switch self {
    case .exact(let by), .stricter(let by, _), .weaker(let by, _): by
    case .none: nil
    }
  }

  /// The reason for anything but `exact`.
  package var reason: String? {
    switch self {
    case .exact: nil
    case .stricter(_, let because), .weaker(_, let because), .none(let because): because
    }
  }
}

/// The engines that a policy can be lowered to, by the names that a policy and the command line use.
package enum TargetName: String, Sendable, CaseIterable, Comparable {
  case docker
  case podman
  case gvisor
  case runc
  case crun
  case native
  case kubernetes

  package static func < (left: TargetName, right: TargetName) -> Bool { left.rawValue < right.rawValue }
}
