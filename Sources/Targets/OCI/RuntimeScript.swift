import Sandbox

extension OCIBundle {
  /// A shell script that makes a bundle of `config.json`, which it expects beside it, and runs it with the runtime.
  func script(digest: PolicyDigest) -> String {
    LaunchScript(
      header: header(digest),
      settings: settings,
      stop: [
        "[ -n \"$work\" ] || return 0",
        "# Again until the client is gone that makes the sandbox: what is not there yet cannot be deleted. And a second",
        "# signal ends the client that deletes (one written in Go does not stay deaf to SIGTERM).",
        "client=",
        "[ ! -e \"$work/client\" ] || read -r client <\"$work/client\" || :",
        "tries=0",
        "while [ \"$tries\" -lt 100 ]; do",
        "  code=0",
        "  " + (words + ["delete --force \"$id\" || code=$?"]).joined(separator: " "),
        "  if [ \"$code\" -le 128 ] && { [ -z \"$client\" ] || ! kill -0 \"$client\" 2>/dev/null; }; then break; fi",
        "  tries=$((tries + 1))",
        "  sleep 0.1 || sleep 1",
        "done",
        "# A runtime that is ended while it starts leaves its control groups, for a moment with a process that ends.",
        "for group in /sys/fs/cgroup/\"$id\" /sys/fs/cgroup/*/\"$id\"; do",
        "  [ ! -d \"$group\" ] || rmdir \"$group\" 2>/dev/null || { sleep 0.1 || sleep 1; rmdir \"$group\" || :; }",
        "done",
        "rm -rf \"$work\"",
      ],
      preparation: preparation,
      start: (words + options + ["run", "--bundle \"$work\"", "\"$id\""]).joined(separator: " "),
      record: [#"echo "$!" >"$work/client""#],
      aftermath: aftermath,
      wallTime: sandbox.resources.wallTime
    ).text
  }

  private var program: String { runtime.program }
  private var fileName: String { program + ".sh" }
  private var variable: String { "\"$\(program)\"" }

  private func header(_ digest: PolicyDigest) -> [String] {
    let end: [String]
    switch runtime {
    case .gvisor:
      end = [
        "124 says that its time was up, 125 that the sandbox could not be made, 128 that runsc could not start it.",
        "RUNSC is the runsc command (default: runsc), RUNSC_PLATFORM the platform (default: "
          + (sandbox.targets.gvisor.platform == nil ? "runsc's own)." : "the policy's)."),
      ]
    case .runc, .crun:
      end = [
        "124 says that its time was up, 125 that the sandbox could not be made or started.",
        "\(program.uppercased()) is the \(program) command (default: \(program)).",
      ]
    }
    return [
      Provenance(sandbox.name, digest).note,
      "",
      "Usage: \(fileName) [COMMAND [ARGUMENT...]]",
      "Runs COMMAND, or the policy's own, in a new sandbox and removes it. Input, output and exit code are the program's;",
    ] + end
  }

  private var settings: [String] {
    var lines = ["\(program)=${\(program.uppercased()):-\(program)}"]
    if runtime == .gvisor {
      lines.append("platform=${RUNSC_PLATFORM:-\(sandbox.targets.gvisor.platform?.rawValue ?? "")}")
    }
    lines += ["config=$(CDPATH='' cd -- \"$(dirname -- \"$0\")\" && pwd)/config.json", "work="]
    if runtime == .crun { lines += Self.view }
    return lines
  }

  /// What crun is called through.
  private static let view = [
    "",
    "# crun refuses a host with control groups of both versions: there it gets a view without version 2, in a mount",
    "# namespace of its own.",
    "view() {",
    "  if [ -e /sys/fs/cgroup/unified/cgroup.procs ]; then",
    "    unshare --mount --propagation private sh -c 'umount /sys/fs/cgroup/unified && exec \"$@\"' sh \"$@\"",
    "  else \"$@\"; fi",
    "}",
  ]

  /// The runtime, as every call of it begins.
  private var words: [String] { (runtime == .crun ? ["view"] : []) + [variable, "--root \"$work/state\""] }

  private var options: [String] {
    switch runtime {
    case .gvisor:
      return [
        "${platform:+--platform=\"$platform\"}", sandbox.network.mode == .host ? "--network=host" : "--network=none",
      ]
        + ["--oci-seccomp"] + (sandbox.capabilities.contains(.netRaw) ? ["--net-raw"] : [])
    // What they have to say goes to a file, so that it is told from what the program says.
    case .runc, .crun: return ["--log \"$work/messages\"", "--log-format json"]
    }
  }

  private var aftermath: [String] {
    switch runtime {
    case .gvisor: []
    case .runc, .crun:
      [
        "# An exit code of \(program)'s own looks like a program's; what it has to say does not. A warning is of something",
        "# that it does not enforce.",
        "if [ -s \"$work/messages\" ]; then",
        "  grep -v '\"level\":\"error\"' \"$work/messages\" >&2 || :",
        "  status=125",
        "fi",
      ]
    }
  }

  private var preparation: [String] {
    var lines: [String] = []
    if sandbox.process.command.isEmpty {
      lines.append("if [ \"$#\" -eq 0 ]; then echo 'usage: \(fileName) COMMAND [ARGUMENT...]' >&2; exit 64; fi")
    }
    lines += [
      // Named before it is made, so that a signal in between leaves nothing; the program's user has to get to its root.
      "id=ringfence.$$-$(od -An -N6 -tx1 /dev/urandom | tr -d ' \\n')",
      "work=${TMPDIR:-/tmp}/$id",
      "mkdir -m 0755 \"$work\" || { [ \"$?\" -gt 128 ] || work=; exit 125; }",
      "mkdir \"$work/state\" \"$work/rootfs\"",
      "chmod 0755 \"$work/rootfs\"",
      "",
    ]
    return lines + (rootfs.map(needs(of:)) ?? places) + [""] + configuration
  }

  /// A runtime makes what is missing in a root file system, also in one that is not ours to change.
  private func needs(of rootfs: String) -> [String] {
    let points = (binds.map(\.destination) + directories).map { ShellWord.quoted(rootfs + $0) }
    return [
      "for place in " + points.joined(separator: " ") + "; do",
      "  if [ ! -e \"$place\" ]; then",
      "    printf '\(fileName): there is no %s, which something is to be mounted on; make it first\\n' \"$place\" >&2",
      "    exit 125",
      "  fi",
      "done",
    ]
  }

  private var places: [String] {
    var lines = [
      "# A place for a mount of the host: a directory or a file, like its source.",
      "place() {",
      "  if [ -d \"$1\" ]; then mkdir -p \"$work/rootfs$2\"",
      "  elif [ -e \"$1\" ]; then mkdir -p \"$work/rootfs${2%/*}\" && : >\"$work/rootfs$2\"",
      "  else printf '\(fileName): this host has no %s\\n' \"$1\" >&2; exit 125; fi",
      "}",
    ]
    for bind in binds {
      lines.append("place \(ShellWord.quoted(bind.source)) \(ShellWord.quoted(bind.destination))")
    }
    var made: Set<[UInt8]> = []
    for path in directories where made.insert(Array(path.utf8)).inserted {
      lines.append("mkdir -p \"$work/rootfs\"" + ShellWord.quoted(path))
    }
    return lines
  }

  /// Writes the bundle's configuration: ours, with the caller's command and the variables that the policy takes from
  /// the caller. The lines that it looks for are the ones that ringfence writes, with their indent.
  private var configuration: [String] {
    let inherited = sandbox.environment.inherit.filter { sandbox.environment.set[$0] == nil }
    return [
      "RINGFENCE_INHERIT=" + ShellWord.quoted(inherited.joined(separator: "=")) + " awk '",
      "  # The text as a JSON string: every byte below space escaped, all others as they are.",
      "  function json(text,    i, c, result) {",
      "    result = \"\"",
      "    for (i = 1; i <= length(text); i++) {",
      "      c = substr(text, i, 1)",
      "      if (c == \"\\\"\" || c == \"\\\\\") c = \"\\\\\" c",
      "      else if (c in control) c = control[c]",
      "      result = result c",
      "    }",
      "    return \"\\\"\" result \"\\\"\"",
      "  }",
      "  BEGIN {",
      "    for (i = 1; i < 32; i++) control[sprintf(\"%c\", i)] = sprintf(\"\\\\u%04x\", i)",
      "    for (i = 2; i < ARGC; i++) args = args (i > 2 ? \",\" : \"\") \"\\n      \" json(ARGV[i])",
      "    count = split(ENVIRON[\"RINGFENCE_INHERIT\"], names, \"=\")",
      "    for (i = 1; i <= count; i++) if (names[i] in ENVIRON)",
      "      env = env (env == \"\" ? \"\" : \",\") \"\\n      \" json(names[i] \"=\" ENVIRON[names[i]])",
      "    while ((getline line < ARGV[1]) > 0) {",
      "      if (line == \"    \\\"args\\\": [\" && args != \"\") {",
      "        print line args; skip = 1",
      "      } else if (line == \"    \\\"env\\\": [\" && env != \"\") print line env \",\"",
      "      else if (line == \"    \\\"env\\\": [],\" && env != \"\") print \"    \\\"env\\\": [\" env \"\\n    ],\"",
      "      else if (!skip || line == \"    ],\") { skip = 0; print line }",
      "    }",
      "    exit",
      "  }' \"$config\" \"$@\" >\"$work/config.json\" || exit 125",
    ]
  }
}
