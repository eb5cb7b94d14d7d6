import CanonicalJSON
import Diagnostics

/// `process` and `root`.
enum OCIProcessRules {
  static let all: [OCIRules.Rule] = [
    version, arguments, workingDirectory, environment, user, newPrivileges, umask, scoreAdjustment, terminal,
    labels, ignoredFields, root,
    rootWritable,
  ]

  private static let version = OCIRules.Rule(
    "RF8105",
    "version of the specification",
    .error,
    """
    `ociVersion` says by which version of the specification the file is written. crun 1.8 and older refuse anything but \
    1.0.x; runc and runsc take any word at all, and with it fields that they do not know.
    """
  ) { config, rule in
    guard let node = config.root["ociVersion"], let version = node.string else { return [] }
    let core = version.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)[0]
    let parts = core.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ UInt16($0) != nil }) else {
      return [
        rule.finding("this is no version", at: node.range, help: ["write a version such as \"1.0.2\""])
      ]
    }
    if parts[0] == "1", parts[1] == "0" { return [] }
    return [
      rule.finding(
        "crun before 1.9 refuses version \(version)",
        at: node.range,
        severity: .note,
        help: ["write \"1.0.2\" unless the file uses a newer field"]
      )
    ]
  }

  private static let arguments = OCIRules.Rule(
    "RF8110",
    "nothing to run",
    .error,
    "A container needs `process.args` with at least the program. Runtimes create it without, but cannot start it."
  ) { config, rule in
    guard let process = config.process else {
      return [rule.finding("there is no \"process\": nothing can be started", at: config.root.head)]
    }
    guard let arguments = process["args"], arguments.array != nil else {
      return process["args"] == nil ? [rule.finding("\"args\" is missing in process", at: process.head)] : []
    }
    guard let first = arguments.items.first else {
      return [rule.finding("process.args is empty", at: arguments.range, help: ["name the program to run"])]
    }
    var found: [Diagnostic] = []
    if first.string == "" {
      found.append(rule.finding("the program's name is empty", at: first.range))
    }
    for argument in arguments.items where argument.string?.utf8.contains(0) ?? false {
      found.append(rule.finding("an argument cannot hold a NUL", at: argument.range))
    }
    return found
  }

  private static let workingDirectory = OCIRules.Rule(
    "RF8111",
    "working directory",
    .error,
    """
    `process.cwd` has to be absolute. Where it does not exist, runc and crun make it in the root file system, even of a \
    read-only one, and it stays there.
    """
  ) { config, rule in
    guard let node = config.process?["cwd"], let path = node.string, !ContainerPath.isClean(path) else { return [] }
    let isRelative = path.utf8.first != UInt8(ascii: "/")
    return [
      rule.finding(
        isRelative ? "the working directory is not absolute" : "the working directory is not normalised",
        at: node.range,
        severity: isRelative ? .error : .warning,
        help: ["write the whole path from /, without \"..\", \".\" and doubled slashes"]
      )
    ]
  }

  private static let environment = OCIRules.Rule(
    "RF8112",
    "environment entry",
    .error,
    """
    An entry of `process.env` is NAME=VALUE. runc and runsc refuse one without '=', and of two entries with the same \
    name the program sees the first or the last, by its C library.
    """
  ) { config, rule in
    var names: [[UInt8]: SourceRange] = [:]
    var found: [Diagnostic] = []
    for node in config.process?["env"]?.items ?? [] {
      guard let entry = node.string else { continue }
      let bytes = Array(entry.utf8)
      guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")), equals > 0 else {
        found.append(rule.finding("this is not NAME=VALUE", at: node.range, notes: ["runc and runsc do not start"]))
        continue
      }
      if bytes.contains(0) { found.append(rule.finding("an environment entry cannot hold a NUL", at: node.range)) }
      if let first = names.updateValue(node.range, forKey: Array(bytes[..<equals])) {
        found.append(
          rule.finding(
            "this variable is there twice",
            at: node.range,
            severity: .warning,
            secondary: [Diagnostic.Label(first, "first here")]
          )
        )
      }
    }
    return found
  }

  private static let user = OCIRules.Rule(
    "RF8113",
    "runs as root",
    .warning,
    """
    Without `process.user`, or with uid 0, the program is root. Unless a user namespace maps it away, a flaw of the \
    kernel or of the runtime is then a flaw of the host.
    """
  ) { config, rule in
    guard let process = config.process, config.uid == 0, !config.hasOwnNamespace("user") else { return [] }
    let place = process["user"]?.member("uid")?.value.range ?? config.place(of: "user", in: process)
    return [
      rule.finding(
        process["user"]?["uid"] == nil ? "no uid is given, which means root" : "the program runs as root",
        at: place,
        help: ["set process.user.uid to a number above 0, such as 65534"]
      )
    ]
  }

  private static let newPrivileges = OCIRules.Rule(
    "RF8114",
    "new privileges",
    .warning,
    """
    Without `noNewPrivileges` a set-user-id program, or root with an empty effective set, regains all capabilities of \
    the bounding set at its next execve.
    """
  ) { config, rule in
    guard let process = config.process, process["noNewPrivileges"]?.bool != true else { return [] }
    return [
      rule.finding(
        "the program can gain privileges by set-user-id programs",
        at: process.member("noNewPrivileges")?.value.range ?? process.head,
        help: ["set process.noNewPrivileges to true"]
      )
    ]
  }

  private static let umask = OCIRules.Rule(
    "RF8115",
    "umask in decimal",
    .warning,
    "`process.user.umask` is a decimal number: the mask 0077 is written 63, and 77 is 0115."
  ) { config, rule in
    guard let node = config.process?["user"]?["umask"], let value = node.integer else { return [] }
    let digits = String(value)
    guard [22, 27, 77, 777, 7, 2].contains(value) && value > 7, let meant = Int64(digits, radix: 8) else { return [] }
    return [
      rule.finding(
        "\(digits) is the mask 0\(String(value, radix: 8)), not 0\(digits)",
        at: node.range,
        help: ["JSON has no octal numbers; 0\(digits) is \(meant)"]
      )
    ]
  }

  private static let scoreAdjustment = OCIRules.Rule(
    "RF8116",
    "shielded from the OOM killer",
    .warning,
    "A negative `oomScoreAdj` makes the kernel kill other programs of the host first, and needs privileges to be set."
  ) { config, rule in
    guard let node = config.process?["oomScoreAdj"], let value = node.integer, value < 0 else { return [] }
    return [
      rule.finding(
        "the kernel spares this program when memory is short, and kills others",
        at: node.range,
        help: ["give untrusted programs a value above 0, such as 500"]
      )
    ]
  }

  private static let terminal = OCIRules.Rule(
    "RF8117",
    "terminal",
    .note,
    """
    With `terminal` the runtime needs a console socket from its caller and does not start without one; the program can \
    also put input into the terminal of whoever attaches.
    """
  ) { config, rule in
    guard let node = config.process?["terminal"], node.bool == true else { return [] }
    return [
      rule.finding("a container with a terminal starts only with --console-socket", at: node.range)
    ]
  }

  private static let labels = OCIRules.Rule(
    "RF8118",
    "security label of another module",
    .note,
    """
    `apparmorProfile` and `selinuxLabel` need the module in the host's kernel. runc refuses to start without it, runsc \
    ignores the one and refuses the other.
    """
  ) { config, rule in
    ["apparmorProfile", "selinuxLabel"].compactMap { name in
      guard let member = config.process?.member(name), member.value.string ?? "" != "" else { return nil }
      if config.isForGVisor {
        return rule.finding(
          name == "selinuxLabel" ? "runsc refuses to start with a SELinux label" : "runsc ignores the AppArmor profile",
          at: member.nameRange,
          severity: name == "selinuxLabel" ? .error : .warning
        )
      }
      return rule.finding("this holds only where the host's kernel has the module", at: member.nameRange)
    }
  }

  private static let ignoredFields = OCIRules.Rule(
    "RF8119",
    "field that runtimes ignore",
    .warning,
    """
    Newer fields of the specification, and some old ones, are ignored in silence by runtimes in use: `ioPriority`, \
    `scheduler` and `execCPUAffinity` by runc 1.1 and crun 1.8, and all of them by runsc.
    """
  ) { config, rule in
    let ofProcess = ["ioPriority", "scheduler", "execCPUAffinity"].compactMap { config.process?.member($0) }
    let ofLinux = ["personality", "intelRdt", "memoryPolicy", "timeOffsets", "netDevices", "sysctl"]
      .compactMap { config.linux?.member($0) }
    let members = ofProcess + (config.isForGVisor ? ofLinux : ofLinux.filter { $0.name == "memoryPolicy" })
    return members.map { member in
      rule.finding(
        config.isForGVisor ? "runsc ignores this" : "runc 1.1 and crun 1.8 ignore this",
        at: member.nameRange,
        help: ["do not rely on it"]
      )
    }
  }

  private static let root = OCIRules.Rule(
    "RF8130",
    "root file system",
    .error,
    """
    A container needs a root directory of its own. runc and crun refuse `/`; runsc takes it, which shows the program \
    the whole host.
    """
  ) { config, rule in
    guard let root = config.root["root"] else {
      return [rule.finding("there is no \"root\"", at: config.root.head, help: ["add {\"path\": \"rootfs\"}"])]
    }
    guard let node = root["path"], let path = node.string else { return [] }
    if path.isEmpty { return [rule.finding("the root file system has no path", at: node.range)] }
    if path.utf8.allSatisfy({ $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }), path.hasPrefix("/") {
      return [rule.finding("the root file system is the whole host", at: node.range)]
    }
    return []
  }

  private static let rootWritable = OCIRules.Rule(
    "RF8131",
    "writable root",
    .warning,
    """
    A writable root lets the program change what the next container starts from, and fill the host's disk: no limit of \
    the container counts it.
    """
  ) { config, rule in
    guard let root = config.root["root"], root["readonly"]?.bool != true else { return [] }
    return [
      rule.finding(
        "the root file system is writable",
        at: root.member("readonly")?.value.range ?? root.head,
        help: ["set root.readonly to true, and mount a tmpfs where the program has to write"]
      )
    ]
  }
}
