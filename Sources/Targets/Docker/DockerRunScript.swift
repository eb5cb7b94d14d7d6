import CanonicalJSON
import Sandbox

extension DockerContainer {
  /// A shell script that runs one program in a container of its own and removes it. It expects `seccomp.json` beside it.
  var runScript: String {
    var header = [
      provenance.note,
      "",
      "Usage: run.sh [COMMAND [ARGUMENT...]]",
      "Runs COMMAND, or the policy's own, in a new container and removes it. Input, output and exit code are the program's;",
      "124 says that its time was up, 125 that the container could not be made as the policy says.",
      "\(commandName.rawValue.uppercased()) is the \(commandName.rawValue) command (default: \(commandName.rawValue)), "
        + "IMAGE the image (default: the policy's).",
    ]
    if wallTime.value == nil { header.append("The policy sets no wall time: the program may run for ever.") }
    return LaunchScript(
      header: header,
      settings: [
        "\(commandName.rawValue)=${\(commandName.rawValue.uppercased()):-\(commandName.rawValue)}",
        "image=" + ShellWord.quoted(image),
        "image=${IMAGE:-$image}",
        "profile=$(CDPATH='' cd -- \"$(dirname -- \"$0\")\" && pwd)/seccomp.json",
        // A name of our own finds the container again even when we are interrupted while the engine makes it.
        "container=ringfence-$$-$(od -An -N6 -tx1 /dev/urandom | tr -d ' \\n')",
        "creating=",
      ] + (commandName == .podman ? podmanSettings : []),
      stop: [
        "# The engine goes on making what its client no longer waits for. And a second signal ends the client that removes",
        "# (one written in Go does not stay deaf to SIGTERM), which for the engine is not to remove.",
        "tries=0",
        "while [ \"$tries\" -lt 30 ]; do",
        "  [ -z \"$creating\" ] || ! \(call) inspect \"$container\" >/dev/null 2>&1 || creating=",
        "  if [ -z \"$creating\" ]; then",
        "    if \(call) rm --force --volumes \"$container\"; then break; fi",
        "    # Below 128 it is the engine's answer: there is no such container.",
        "    \(call) inspect \"$container\" >/dev/null 2>&1 || [ \"$?\" -gt 128 ] || break",
        "  fi",
        "  tries=$((tries + 1))",
        "  sleep 1",
        "done",
      ] + (commandName == .podman ? ["[ -z \"$work\" ] || rm -rf \"$work\""] : []),
      preparation: preparation,
      start: "\(call) start --attach --interactive \"$container\"",
      aftermath: [
        "# A container that never started is not the program's fault.",
        "if [ \"$status\" -ne 0 ]; then",
        "  state=$(\(call) inspect --format '{{.State.Status}}' \"$container\" 2>/dev/null) || state=",
        "  [ \"$state\" != created ] || status=125",
        "fi",
      ],
      wallTime: wallTime
    ).text
  }

  /// The command as the script calls it.
  private var call: String { "\"$\(commandName.rawValue)\"" }

  private var preparation: [String] {
    var lines: [String] = []
    if command.isEmpty {
      lines += [
        "if [ \"$#\" -eq 0 ]; then echo 'usage: run.sh COMMAND [ARGUMENT...]' >&2; exit 64; fi"
      ]
    } else {
      lines.append("[ \"$#\" -gt 0 ] || set -- " + command.map(ShellWord.quoted).joined(separator: " "))
    }
    if !binds.isEmpty { lines += recursion }
    lines += [
      "",
      "creating=yes",
      "answer=$(\(call) create \\",
    ]
    lines += flags.map { flag in "  " + flag + " \\" }
    lines += [
      "  \"$image\" \"$@\" 2>&1) || {",
      "  # Above 128 it was the client that a signal ended, below it is the engine's answer.",
      "  [ \"$?\" -gt 128 ] || creating=",
      "  printf '%s\\n' \"$answer\" >&2",
      "  exit 125",
      "}",
      "creating=",
      "# Whatever the engine says beside the identifier is a warning that it does not enforce something.",
      "if ! printf '%s\\n' \"$answer\" | grep -Eqx '[0-9a-f]{64}' || [ \"${#answer}\" -ne 64 ]; then",
      "  printf '%s\\n' \"$answer\" >&2",
      "  exit 125",
      "fi",
      "# A volume that the image declares is a writable directory of the host that no policy asked for.",
      "if [ \"$(\(call) inspect --format '{{len .Mounts}}' \"$container\")\" != \(binds.count) ]; then",
      "  echo 'run.sh: the image declares volumes, which could be written to' >&2",
      "  exit 125",
      "fi",
    ]
    return lines + (commandName == .podman ? podmanDirectory : [])
  }

  /// What is mounted below a directory of the host stays outside; the word for it depends on the version.
  private var recursion: [String] {
    let old = "recursive=bind-nonrecursive=true"
    let new = "recursive=bind-recursive=disabled"
    let choice: [String] =
      switch (commandName, version) {
      case (.podman, _): [old]
      case (.docker, let version?): [version < EngineVersion(25) ? old : new]
      case (.docker, nil):
        [
          "case $(\(call) version --format '{{.Client.Version}}' 2>/dev/null) in",
          "1?.* | 20.* | 23.* | 24.*) \(old) ;;",
          "*) \(new) ;;",
          "esac",
        ]
      }
    let reason = commandName == .docker ? " Newer commands warn of the old word for it." : ""
    return ["", "# What is mounted below a directory of the host stays outside." + reason] + choice
  }

  /// One line a flag, each already safe for the shell.
  private var flags: [String] {
    var flags = [
      "--name \"$container\"",
      "--pull never",
      "--interactive",
      "--entrypoint ''",
      "--user " + ShellWord.quoted(user),
      "--workdir " + ShellWord.quoted(workingDirectory),
      "--hostname " + ShellWord.quoted(hostname),
    ]
    if usesInit { flags.append("--init") }
    for label in labels { flags.append("--label " + ShellWord.quoted(label.name + "=" + label.value)) }
    for variable in environment { flags.append("--env " + ShellWord.quoted(variable.name + "=" + variable.value)) }
    for name in inherited { flags.append("--env " + ShellWord.quoted(name)) }
    if isRootReadOnly { flags.append("--read-only") }
    if commandName == .podman { flags += podmanFlags }
    for mount in tmpfs { flags.append("--tmpfs " + ShellWord.quoted(mount.path + ":" + mount.options)) }
    for bind in binds { flags.append("--mount " + ShellWord.quoted(mountOption(bind)) + ",\"$recursive\"") }
    flags += [
      "--network " + network,
      "--ipc none",
      "--cgroupns private",
      "--cap-drop ALL",
    ]
    for capability in capabilities { flags.append("--cap-add " + capability) }
    if noNewPrivileges { flags.append("--security-opt no-new-privileges") }
    flags.append("--security-opt \"seccomp=$profile\"")
    if let memory { flags.append("--memory \(memory)") }
    if let memoryAndSwap { flags.append("--memory-swap \(memoryAndSwap)") }
    if let nanoCPUs { flags.append("--cpus \(JSONNumber(thousandths: nanoCPUs / 1_000_000).lexeme)") }
    if let pids { flags.append("--pids-limit \(pids)") }
    for limit in limits { flags.append("--ulimit \(limit.name)=\(limit.value):\(limit.value)") }
    flags += [
      "--oom-score-adj 500",
      "--log-driver none",
      "--no-healthcheck",
      "--restart no",
      "--stop-signal KILL",
    ]
    if let runtime { flags.append("--runtime " + ShellWord.quoted(runtime)) }
    return flags
  }

  /// The command reads the option as a line of comma-separated values (RFC 4180).
  private func mountOption(_ bind: HostMount) -> String {
    var fields = [
      "type=bind", "source=" + bind.source, "target=" + bind.destination,
      "bind-propagation=rprivate",
    ]
    if bind.isReadOnly { fields.append("readonly") }
    return fields.map { field in
      guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
      return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }.joined(separator: ",")
  }
}
