import Sandbox

extension OCIBundle {
  /// A shell script that makes a bundle of `config.json`, which it expects beside it, and runs it with runsc.
  func runscScript(for sandbox: Sandbox, digest: PolicyDigest) -> String {
    LaunchScript(
      header: [
        Provenance(sandbox.name, digest).note,
        "",
        "Usage: runsc.sh [COMMAND [ARGUMENT...]]",
        "Runs COMMAND, or the policy's own, in a new sandbox and removes it. Input, output and exit code are the program's;",
        "124 says that its time was up, 125 that the sandbox could not be made, 128 that runsc could not start it.",
        "RUNSC is the runsc command (default: runsc), RUNSC_PLATFORM the platform (default: the policy's).",
      ],
      settings: [
        "runsc=${RUNSC:-runsc}",
        "platform=${RUNSC_PLATFORM:-\(sandbox.targets.gvisor.platform.rawValue)}",
        "config=$(CDPATH='' cd -- \"$(dirname -- \"$0\")\" && pwd)/config.json",
        "work=",
      ],
      stop: [
        "[ -n \"$work\" ] || return 0",
        "\"$runsc\" --root \"$work/state\" delete --force \"$id\" || :",
        "rm -rf \"$work\"",
      ],
      preparation: preparation(for: sandbox),
      start: runscCommand(for: sandbox).joined(separator: " "),
      wallTime: sandbox.resources.wallTime
    ).text
  }

  private func runscCommand(for sandbox: Sandbox) -> [String] {
    var words = ["\"$runsc\"", "--root \"$work/state\"", "--platform \"$platform\""]
    words.append(sandbox.network.mode == .host ? "--network=host" : "--network=none")
    words.append("--oci-seccomp")
    if sandbox.capabilities.contains(.netRaw) { words.append("--net-raw") }
    words += ["run", "--bundle \"$work\"", "\"$id\""]
    return words
  }

  private func preparation(for sandbox: Sandbox) -> [String] {
    var lines: [String] = []
    if sandbox.process.command.isEmpty {
      lines.append("if [ \"$#\" -eq 0 ]; then echo 'usage: runsc.sh COMMAND [ARGUMENT...]' >&2; exit 64; fi")
    }
    lines += [
      "work=$(mktemp -d \"${TMPDIR:-/tmp}/ringfence.XXXXXX\") || exit 125",
      "id=$(basename -- \"$work\")",
      "mkdir \"$work/state\" \"$work/rootfs\"",
      // The program's user has to get to its root.
      "chmod 0755 \"$work\" \"$work/rootfs\"",
      "",
      "# A place for a mount of the host: a directory or a file, like its source.",
      "place() {",
      "  if [ -d \"$1\" ]; then mkdir -p \"$work/rootfs$2\"",
      "  elif [ -e \"$1\" ]; then mkdir -p \"$work/rootfs${2%/*}\" && : >\"$work/rootfs$2\"",
      "  else printf 'runsc.sh: this host has no %s\\n' \"$1\" >&2; exit 125; fi",
      "}",
    ]
    for bind in binds {
      lines.append("place \(ShellWord.quoted(bind.source)) \(ShellWord.quoted(bind.destination))")
    }
    var directories = ["/proc", "/dev", "/sys", "/tmp", sandbox.process.workingDirectory]
    directories += sandbox.filesystem.tmpfs.map(\.path)
    var made: Set<[UInt8]> = []
    for path in directories where !isBelowBind(path) && made.insert(Array(path.utf8)).inserted {
      lines.append("mkdir -p \"$work/rootfs\"" + ShellWord.quoted(path))
    }
    return lines + [""] + configuration(for: sandbox)
  }

  /// Whether a place is inside of something of the host, where nothing must be made.
  private func isBelowBind(_ path: String) -> Bool {
    binds.contains { bind in
      let prefix = Array(bind.destination.utf8)
      let path = Array(path.utf8)
      return path.starts(with: prefix) && (path.count == prefix.count || path[prefix.count] == UInt8(ascii: "/"))
    }
  }

  /// Writes the bundle's configuration: ours, with the caller's command and the variables that the policy takes from
  /// the caller. The lines that it looks for are the ones that ringfence writes, with their indent.
  private func configuration(for sandbox: Sandbox) -> [String] {
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
