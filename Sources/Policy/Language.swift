import Sandbox

/// The language, version 1: every key, what its value looks like, and what it means.
package enum Language {
  private static let mebibyte: Int64 = 1 << 20
  private static let largest = Int64.max

  package static let keys: [Shape.Key] = [
    .init("version", .scalar(.word(["1"])), "The version of the language.", isRequired: true),
    .init(
      "name",
      .scalar(.text(.policyName)),
      "The policy's name, equal to the file's name without its ending.",
      isRequired: true
    ),
    .init("description", .scalar(.text(.line)), "What the policy is for, in one line."),
    .init(
      "extends",
      .scalar(.text(.policyName)),
      "The policy to start from. Its maps are merged with these by key; scalars and lists here replace its own, but for `accept` and `lint.suppress`, which add to them."
    ),
    .init(
      "within",
      .scalar(.text(.policyName)),
      "A policy that this one, and every policy that extends it, must be no looser than, or it is an error with a witness."
    ),
    .init("process", .map(process), "Who the program runs as and how it starts."),
    .init("environment", .map(environment), "The program's environment; nothing is inherited unless named."),
    .init("filesystem", .map(filesystem), "What of the file system exists. Nothing else does."),
    .init("network", .map(network), "What the program can reach."),
    .init(
      "resources",
      .map(resources),
      "How much the program may use: of the whole sandbox, unless the kernel knows a limit only by process."
    ),
    .init(
      "capabilities",
      .list(.scalar(.text(.capability))),
      "Every capability that the program holds; the rest is dropped from all five sets."
    ),
    .init(
      "syscalls",
      .map(syscalls),
      "Which system calls the program may make. The first match wins: deny, allow, unknown, default."
    ),
    .init("targets", .map(targets), "What only one engine understands; may tighten, may never loosen."),
    .init(
      "accept",
      .list(.map(acceptance)),
      "Controls that a target cannot enforce, accepted by name. A parent's entries hold too; an empty list takes none over."
    ),
    .init(
      "lint",
      .map([
        .init(
          "suppress",
          .list(.map(suppression)),
          "Findings that are meant. A parent's entries stay, and are about the parent's own lines."
        )
      ]),
      "How the linter treats this policy."
    ),
    .init("alerts", .map(alerts), "Reports runs that come this near to a limit."),
    .init(
      "tests",
      .list(.map(test)),
      "Programs that `ringfence test` runs under the policy, on every engine asked for."
    ),
  ]

  private static let process: [Shape.Key] = [
    .init("command", .list(.scalar(.text(.argument))), "The argument vector when the caller gives none."),
    .init("user", .scalar(.text(.user)), "uid:gid, numeric, as the program sees them. 0 has to be accepted by name."),
    .init("working_dir", .scalar(.text(.path)), "Where the program starts."),
    .init("umask", .scalar(.text(.mask)), "The bits that new files do not get, octal in quotes."),
    .init("hostname", .scalar(.text(.hostname)), "The name of the machine as the program sees it."),
    .init("no_new_privileges", .scalar(.boolean), "Whether set-user-ID programs and file capabilities give nothing."),
  ]

  private static let environment: [Shape.Key] = [
    .init("inherit", .list(.scalar(.text(.variableName))), "Variables taken from the caller."),
    .init(
      "set",
      .dictionary(name: .variableName, value: .scalar(.text(.variableValue))),
      "Variables with their values."
    ),
  ]

  private static let bind: [Shape.Key] = [
    .init(
      "source",
      .scalar(.text(.hostPath)),
      "A file or folder of the host; relative to the policy's folder.",
      isRequired: true
    ),
    .init("path", .scalar(.text(.path)), "Where it appears inside.", isRequired: true),
  ]

  private static let tmpfs: [Shape.Key] = [
    .init("path", .scalar(.text(.path)), "Where it appears.", isRequired: true),
    .init("size", .scalar(.size(4096...largest)), "How much it holds; counts as memory.", isRequired: true),
    .init("inodes", .scalar(.integer(1...(1 << 31))), "How many files it holds; 4096 if not given."),
    .init("exec", .scalar(.boolean), "Whether programs may be started from it; false if not given."),
  ]

  private static let filesystem: [Shape.Key] = [
    .init("image", .scalar(.optionalText(.image)), "What container engines start from."),
    .init(
      "rootfs",
      .scalar(.optionalText(.hostPath)),
      "A root folder for the native engine and OCI; without it a root is composed from `read` and `write`."
    ),
    .init("root", .scalar(.word(Filesystem.RootMode.allCases.map(\.rawValue))), "Whether the root can be written."),
    .init(
      "read",
      .list(.scalarOrMap(.text(.path), bind)),
      "What can be read: a path of the system, or a bind from the host."
    ),
    .init("write", .list(.map(bind)), "Binds from the host that can be written."),
    .init("tmpfs", .list(.map(tmpfs)), "Folders in memory, empty at the start and gone at the end."),
    .init(
      "proc",
      .scalar(.word(Filesystem.ProcMode.allCases.map(\.rawValue))),
      "/proc: none, the program's own processes, or a container's usual one."
    ),
    .init(
      "dev",
      .scalar(.word(Filesystem.DevMode.allCases.map(\.rawValue))),
      "/dev: none, or null zero full random urandom."
    ),
  ]

  private static let allowedHost: [Shape.Key] = [
    .init("host", .scalar(.text(.host)), "A name, an address or a prefix.", isRequired: true),
    .init("ports", .list(.scalar(.integer(1...65535))), "The ports that can be reached.", isRequired: true),
  ]

  private static let network: [Shape.Key] = [
    .init(
      "mode",
      .scalar(.word(Network.Mode.allCases.map(\.rawValue))),
      "none (not even loopback answers), loopback, allowlist, host."
    ),
    .init("allow", .list(.map(allowedHost)), "With allowlist: the peers."),
    .init(
      "socket_families",
      .list(.scalar(.word(SocketFamily.allCases.map(\.rawValue)))),
      "The address families that sockets can be made of."
    ),
  ]

  private static let resources: [Shape.Key] = [
    .init(
      "memory",
      .scalar(.size(mebibyte...largest, orUnlimited: true)),
      "Memory of the whole sandbox, tmpfs included."
    ),
    .init("swap", .scalar(.size(0...largest, orUnlimited: true)), "Beyond memory."),
    .init("cpus", .scalar(.cpus(10...1_024_000, orUnlimited: true)), "Processors, a decimal."),
    .init(
      "cpu_time",
      .scalar(.duration(1...8_640_000_000, orUnlimited: true)),
      "Processor time of the whole process tree."
    ),
    .init("wall_time", .scalar(.duration(1...8_640_000_000, orUnlimited: true)), "Time from start to end."),
    .init("pids", .scalar(.integer(1...(1 << 22), orUnlimited: true)), "Processes and threads."),
    .init("open_files", .scalar(.integer(3...(1 << 20), orUnlimited: true)), "Open descriptors of a process."),
    .init("file_size", .scalar(.size(0...largest, orUnlimited: true)), "What a process can make a file grow to."),
    .init("stack", .scalar(.size((64 << 10)...largest, orUnlimited: true)), "Stack of a process's main thread."),
    .init("core", .scalar(.size(0...largest, orUnlimited: true)), "Core dump of a process."),
    .init(
      "output",
      .scalar(.size(0...(1 << 40), orUnlimited: true)),
      "Standard output and error together; past it the run is ended."
    ),
  ]

  private static let syscallRule: [Shape.Key] = [
    .init("name", .scalar(.text(.syscallOrGroup)), "The call.", isRequired: true),
    .init("args", .conditions, "When the rule applies: this condition on arguments holds, or all of a list."),
    .init("reason", .scalar(.text(.line)), "Why."),
  ]

  private static let action = Shape.scalarOrMap(
    .word(["kill"]),
    [
      .init(
        "errno",
        .scalar(.word(ErrorName.allCases.map(\.rawValue))),
        "The error that the call returns.",
        isRequired: true
      )
    ]
  )

  private static let syscalls: [Shape.Key] = [
    .init("default", action, "What happens to a call that no rule names: kill, or an error."),
    .init("unknown", action, "What happens to numbers that this build does not know, and to clone3."),
    .init(
      "architectures",
      .list(.scalar(.word(SyscallArchitecture.allCases.map(\.rawValue)))),
      "The ABIs that may be used; calls through any other are killed."
    ),
    .init("allow", .list(.scalarOrMap(.text(.syscallOrGroup), syscallRule)), "Calls and @groups that are allowed."),
    .init(
      "deny",
      .list(.scalarOrMap(.text(.syscallOrGroup), syscallRule)),
      "Calls and @groups that are not, whatever `allow` says."
    ),
  ]

  private static let version = Shape.Key("version", .scalar(.text(.version)), "Its version; any in use if not given.")

  private static let targets: [Shape.Key] = [
    .init(
      "docker",
      .map([
        .init("runtime", .scalar(.text(.identifier)), "The OCI runtime that the daemon knows by this name."),
        .init(
          "version",
          .scalar(.text(.version)),
          "The version of the engine and its command; any in use if not given."
        ),
      ]),
      "Docker."
    ),
    .init("podman", .map([version]), "Podman."),
    .init(
      "gvisor",
      .map([
        .init(
          "platform",
          .scalar(.word(TargetOptions.GVisor.Platform.allCases.map(\.rawValue))),
          "How runsc intercepts system calls; runsc's own default if not given."
        ),
        .init("release", .scalar(.text(.release)), "The release of runsc by its day; any in use if not given."),
      ]),
      "gVisor."
    ),
    .init("runc", .map([version]), "runc."),
    .init("crun", .map([version]), "crun."),
    .init(
      "kubernetes",
      .map([
        .init("namespace", .scalar(.text(.hostname)), "The namespace."),
        .init("runtime_class", .scalar(.text(.hostname)), "The RuntimeClass."),
      ]),
      "Kubernetes."
    ),
  ]

  private static let acceptance: [Shape.Key] = [
    .init("target", .scalar(.word(TargetName.allCases.map(\.rawValue) + ["all"])), "The engine.", isRequired: true),
    .init("control", .scalar(.text(.control)), "The control that it cannot enforce.", isRequired: true),
    .init("reason", .scalar(.text(.line)), "Why that is acceptable.", isRequired: true),
    .init("expires", .scalar(.text(.date)), "The last day on which it is."),
  ]

  private static let suppression: [Shape.Key] = [
    .init("rule", .scalar(.text(.rule)), "The rule.", isRequired: true),
    .init("path", .scalar(.text(.keyPath)), "The key that the finding is about; any if not given."),
    .init("reason", .scalar(.text(.line)), "Why it is meant.", isRequired: true),
    .init("owner", .scalar(.text(.line)), "Who to ask."),
    .init("expires", .scalar(.text(.date)), "The last day on which it holds."),
  ]

  private static let alerts: [Shape.Key] = [
    .init("memory", .scalar(.size(1...largest)), "Peak memory."),
    .init("wall_time", .scalar(.duration(1...8_640_000_000)), "Time from start to end."),
    .init("cpu_time", .scalar(.duration(1...8_640_000_000)), "Processor time."),
    .init("pids", .scalar(.integer(1...(1 << 22))), "Processes and threads at once."),
  ]

  private static let expectation: [Shape.Key] = [
    .init("verdict", .scalar(.word(Verdict.allCases.map(\.rawValue))), "How the run ends."),
    .init("success", .scalar(.boolean), "Whether it exits with 0 by itself."),
    .init("exit_code", .scalar(.integer(0...255)), "The exit code."),
    .init("signal", .scalar(.text(.signal)), "The signal that ends it, as in SIGKILL."),
    .init("stdout", .scalar(.text(.argument)), "Standard output, whole."),
    .init("stderr", .scalar(.text(.argument)), "Standard error, whole."),
    .init("stdout_contains", .scalar(.text(.argument)), "A part of standard output."),
    .init("stderr_contains", .scalar(.text(.argument)), "A part of standard error."),
  ]

  private static let test: [Shape.Key] = [
    .init("name", .scalar(.text(.line)), "What it shows.", isRequired: true),
    .init("run", .list(.scalar(.text(.argument))), "The command.", isRequired: true),
    .init("stdin", .scalar(.text(.argument)), "What the command reads."),
    .init("expect", .map(expectation), "Fields of the run's result.", isRequired: true),
  ]

  /// One item of `args`.
  package static let condition: [Shape.Key] = [
    .init("index", .scalar(.integer(0...5)), "The argument by its place."),
    .init("name", .scalar(.text(.parameter)), "The argument by the kernel's name for it."),
    .init("equals", .scalar(.text(.constant)), "It has this value."),
    .init("in", .list(.scalar(.text(.constant))), "It has one of these values."),
    .init(
      "masked",
      .map([
        .init("mask", .scalar(.text(.constant)), "The bits that count.", isRequired: true),
        .init("equals", .scalar(.text(.constant)), "What they are.", isRequired: true),
      ]),
      "Some of its bits have this value."
    ),
    .init("less", .scalar(.text(.constant)), "It is less than this, unsigned."),
    .init("greater", .scalar(.text(.constant)), "It is greater than this, unsigned."),
    .init("range", .list(.scalar(.text(.constant))), "It is from the first to the second of these, both included."),
    .init("any", .conditions, "One of these conditions holds."),
    .init("all", .conditions, "All of these conditions hold."),
    .init("not", .conditions, "Not all of these conditions hold."),
  ]
}

extension Language {
  /// What a key means, by its path (`resources.pids`).
  package static func summary(of path: String) -> String? {
    var keys = Self.keys
    var summary: String?
    for name in path.split(separator: ".") {
      guard let key = keys.first(where: { $0.name == name }) else { return nil }
      summary = key.summary
      if case .map(let children) = key.shape { keys = children } else { keys = [] }
    }
    return summary
  }

  /// Where a key of this name is, when it is not where somebody wrote it (`process.user` for `user`); nil when no map of the
  /// language has one.
  static func path(ofKey name: String) -> String? {
    for key in keys {
      guard case .map(let children) = key.shape else { continue }
      if children.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) { return "\(key.name).\(name)" }
    }
    return keys.contains { $0.name.utf8.elementsEqual(name.utf8) } ? name : nil
  }
}
