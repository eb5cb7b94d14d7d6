import Diagnostics
import Policy
import Sandbox

/// The paths of the host that a policy gives away.
enum PathRules {
  static let all = [runtimeSocket, sensitivePath, writableCode, sharedDirectory]

  static let runtimeSocket = LintRule(
    PolicyRules.runtimeSocket
  ) { input in
    GivenPath.all(of: input.sandbox).filter { HostSockets.isExposed(by: $0.path) }.map { given in
      given.objection(
        in: input,
        "`\(given.source)` gives the program the socket of an engine",
        help: ["run what needs the engine outside, and hand in its results"]
      )
    }
  }

  static let sensitivePath = LintRule(
    RuleDescription(
      "RF3002",
      "sensitive path",
      .error,
      """
      The path holds what tells about the host or opens doors elsewhere: configuration, keys, other users' files, logs, \
      the kernel's own interfaces. Give the program the files that it reads, not the directory that they are in.
      """,
      references: [
        "CIS Docker Benchmark 1.6.0, 5.6", "Kubernetes Pod Security Standards, baseline: hostPath",
        "CVE-2024-21626 (leaked directories of the host)",
      ],
      example: .init(
        before: "filesystem:\n  read: [/usr, /etc]",
        after: "filesystem:\n  read: [/usr, /etc/ld.so.cache]"
      )
    )
  ) { input in
    GivenPath.all(of: input.sandbox).compactMap { given in
      guard !HostSockets.isExposed(by: given.path), let what = SensitivePaths.meaning(of: given.path) else {
        return nil
      }
      return given.objection(in: input, "`\(given.source)` shows the program \(what)")
    }
  }

  static let writableCode = LintRule(
    RuleDescription(
      "RF3005",
      "writes what the host runs",
      .error,
      """
      What the program puts there is run later by the host, outside of the sandbox: programs and libraries, start-up \
      scripts of shells, hooks of git, cron tables, units of systemd, keys that log in.
      """,
      references: ["CIS Docker Benchmark 1.6.0, 5.6", "CWE-732", "CVE-2019-5736 (a runtime overwritten from inside)"],
      example: .init(
        before: "filesystem:\n  write: [{source: /usr/local/bin, path: /out}]",
        after: "filesystem:\n  write: [{source: /srv/out, path: /out}]"
      )
    )
  ) { input in
    GivenPath.all(of: input.sandbox).filter { $0.isWritable && CodePaths.holdsCode($0.path) }.map { given in
      given.objection(in: input, "the host runs what the program writes to `\(given.source)`")
    }
  }

  static let sharedDirectory = LintRule(
    RuleDescription(
      "RF3006",
      "directory of everybody",
      .warning,
      """
      Every user of the host can write there: they read the program's results, put links in their place, and race with \
      whoever collects them. Use a directory that only you can write.
      """,
      references: ["CWE-377", "CWE-379"],
      example: .init(
        before: "filesystem:\n  write: [{source: /tmp, path: /out}]",
        after: "filesystem:\n  write: [{source: /srv/out, path: /out}]"
      )
    )
  ) { input in
    let shared = ["/tmp", "/var/tmp", "/dev/shm"].map(HostPath.init)
    return GivenPath.all(of: input.sandbox).filter { $0.isWritable && shared.contains($0.path) }.map { given in
      given.objection(in: input, "everybody on the host can write to `\(given.source)`")
    }
  }
}

/// A path of the host that a policy names.
struct GivenPath {
  /// As the sandbox has it.
  let source: String
  let path: HostPath
  let isWritable: Bool
  private let list: String
  private let index: Int?

  static func all(of sandbox: Sandbox) -> [GivenPath] {
    let filesystem = sandbox.filesystem
    let read = filesystem.read.enumerated().map { index, path in
      switch path {
      case .system(let path): GivenPath(path, false, list: "filesystem.read", index: index)
      case .bind(let mount): GivenPath(mount.source, false, list: "filesystem.read", index: index)
      }
    }
    let write = filesystem.write.enumerated().map { index, mount in
      GivenPath(mount.source, true, list: "filesystem.write", index: index)
    }
    let rootfs = filesystem.rootfs.map { [GivenPath($0, false, list: "filesystem.rootfs", index: nil)] } ?? []
    return read + write + rootfs
  }

  private init(_ source: String, _ isWritable: Bool, list: String, index: Int?) {
    self.source = source
    path = HostPath(source)
    self.isWritable = isWritable
    self.list = list
    self.index = index
  }

  func objection(in input: LintInput, _ message: String, help: [String] = []) -> LintInput.Objection {
    guard let index else { return input.objection(to: list, message, help: help) }
    return input.objection(
      toEntry: index,
      of: list,
      named: source,
      message,
      help: help,
      remedy: .remove(summary: "take `\(source)` out of `\(list)`")
    )
  }
}

/// The sockets through which a host's engines take orders.
private enum HostSockets {
  /// Whether a path is such a socket, or a directory with one.
  static func isExposed(by path: HostPath) -> Bool {
    if let last = path.components.last, names.contains(where: { $0.utf8.elementsEqual(last) }) { return true }
    return !path.isTop && folders.contains(path)
  }

  private static let names = [
    "docker.sock", "containerd.sock", "containerd.sock.ttrpc", "crio.sock", "podman.sock", "dockershim.sock",
    "cri-dockerd.sock", "buildkitd.sock", "libvirt-sock", "system_bus_socket", "lxd.socket", "kubelet.sock",
  ]

  private static let folders = Set(
    [
      "/run", "/var/run", "/run/containerd", "/var/run/containerd", "/run/podman", "/var/run/podman", "/run/crio",
      "/var/run/crio", "/run/buildkit", "/run/libvirt", "/run/systemd", "/run/dbus", "/run/user", "/var/lib/lxd",
      "/run/docker", "/var/run/docker",
    ].map(HostPath.init)
  )
}

/// What parts of a host tell a reader.
private enum SensitivePaths {
  static func meaning(of path: HostPath) -> String? {
    if path.isTop { return "the whole file system of the host" }
    if let whole = wholes.first(where: { $0.path == path }) { return whole.meaning }
    if path.components.count == 2, path.has(component: "home"), HostPath("/home").contains(path) {
      return "a user's whole home directory"
    }
    if let tree = trees.first(where: { $0.path.contains(path) }) { return tree.meaning }
    return secrets.first { path.has(components: $0.names) }?.meaning
  }

  /// Directories whose parts may be harmless.
  private static let wholes: [(path: HostPath, meaning: String)] = [
    ("/etc", "the configuration of the host"), ("/var", "the state of the host"),
    ("/var/lib", "the state of the host's services"), ("/root", "root's home directory"),
    ("/home", "the home directories of all users"), ("/mnt", "whatever is mounted on the host"),
    ("/media", "whatever is mounted on the host"), ("/srv", "everything that the host serves"),
  ].map { (HostPath($0.0), $0.1) }

  /// Directories that are sensitive with everything in them.
  private static let trees: [(path: HostPath, meaning: String)] = [
    ("/etc/shadow", "the host's password hashes"), ("/etc/gshadow", "the host's password hashes"),
    ("/etc/sudoers", "who may become root"), ("/etc/sudoers.d", "who may become root"),
    ("/etc/ssh", "the host's keys"), ("/etc/ssl/private", "the host's keys"),
    ("/etc/kubernetes", "the keys of the cluster"), ("/etc/docker", "the configuration of the engine"),
    ("/proc", "the processes of the host"), ("/sys", "the devices and the kernel of the host"),
    ("/dev", "the devices of the host"), ("/boot", "the kernel of the host"),
    ("/var/lib/docker", "the files of all containers"), ("/var/lib/containerd", "the files of all containers"),
    ("/var/lib/containers", "the files of all containers"), ("/var/lib/kubelet", "the secrets of all pods"),
    ("/var/log", "the logs of the host"), ("/var/spool/cron", "the cron tables of the host"),
    ("/var/backups", "copies of the host's configuration"), ("/run/secrets", "secrets"),
    ("/var/run/secrets", "secrets"), ("/lost+found", "lost files of the host"),
  ].map { (HostPath($0.0), $0.1) }

  /// Names that mean the same in every home directory.
  private static let secrets: [(names: [String], meaning: String)] = [
    ([".ssh"], "keys of ssh"), ([".gnupg"], "keys of gpg"), ([".aws"], "credentials of a cloud"),
    ([".azure"], "credentials of a cloud"), ([".config", "gcloud"], "credentials of a cloud"),
    ([".kube"], "credentials of a cluster"), ([".docker"], "credentials of registries"),
    ([".config", "gh"], "credentials of a forge"), ([".git-credentials"], "credentials of a forge"),
    ([".netrc"], "passwords"), ([".npmrc"], "credentials of a registry"), ([".pypirc"], "credentials of a registry"),
    ([".password-store"], "passwords"), ([".vault-token"], "a token"), ([".bash_history"], "a user's commands"),
    ([".zsh_history"], "a user's commands"), ([".mozilla"], "a browser's passwords"),
    ([".config", "google-chrome"], "a browser's passwords"), ([".env"], "secrets of a project"),
  ]
}

/// Where a host keeps what it runs.
private enum CodePaths {
  static func holdsCode(_ path: HostPath) -> Bool {
    path.isTop || trees.contains { $0.contains(path) }
      || names.contains { path.has(components: $0) }
  }

  private static let trees = [
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc", "/boot", "/opt", "/var/spool/cron", "/var/lib/docker",
    "/var/lib/containerd", "/lib/systemd", "/root", "/proc", "/sys", "/dev",
  ].map(HostPath.init)

  private static let names = [
    [".git"], [".githooks"], [".bashrc"], [".bash_profile"], [".profile"], [".zshrc"], [".ssh"],
    [".config", "systemd"],
    [".config", "autostart"], [".local", "bin"], [".vscode"], [".github"],
  ]
}
