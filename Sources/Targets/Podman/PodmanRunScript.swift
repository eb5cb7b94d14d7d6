import Sandbox

/// What the run script says to Podman only.
extension DockerContainer {
  private var limitsFiles: Bool { limits.contains { $0.name == "nofile" } }

  /// Podman sets limits of its own where it is told none, and cannot start a program with more than its caller has.
  var podmanSettings: [String] {
    func limit(_ name: String, _ line: String, _ field: Int, most: Int) -> String {
      "\(name)=$(awk '/^\(line)/ { print ($\(field) == \"unlimited\" || $\(field) > \(most) ? \(most) : $\(field)) }'"
        + " /proc/self/limits)"
    }
    var lines = ["work=", limit("processes", "Max processes", 4, most: 32768)]
    if !limitsFiles { lines.append(limit("files", "Max open files", 5, most: 1_048_576)) }
    return lines
  }

  /// Its monitor writes a file `oom` to where it is started, when memory runs out on control groups of version 1.
  var podmanDirectory: [String] {
    [
      "case $podman in /*) ;; */*) podman=$PWD/$podman ;; esac",
      "work=${TMPDIR:-/tmp}/$container",
      "mkdir -m 0700 \"$work\" || { [ \"$?\" -gt 128 ] || work=; exit 125; }",
      "cd \"$work\"",
    ]
  }

  /// What Podman does unless it is told not to, and what only it can do.
  var podmanFlags: [String] {
    var flags = [
      "--unsetenv-all",
      "--http-proxy=false",
      "--no-hosts",
      "--image-volume ignore",
      "--umask " + octal(umask),
      "--ulimit \"nproc=$processes:$processes\"",
    ]
    if isRootReadOnly { flags.append("--read-only-tmpfs=false") }
    if !limitsFiles { flags.append("--ulimit \"nofile=$files:$files\"") }
    // The script ends the program on time; this does when nobody is left of the script.
    if let wallTime = wallTime.value { flags.append("--timeout \(wallTime.wholeSeconds + 2)") }
    return flags
  }

  private func octal(_ mask: UInt32) -> String {
    let digits = String(mask, radix: 8)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
  }
}
