import CanonicalJSON
import Sandbox

/// A POSIX shell script that starts a sandbox on an engine that has no time limit of its own, ends it in time, and
/// leaves nothing behind.
///
/// The engine's client runs in the background with the script's own input, so that a signal to the script is answered
/// at once and not when the program is done. The watchdog outlives the script: killing the script frees nobody.
struct LaunchScript {
  /// What the script is for, as comment lines without `#`.
  var header: [String]
  /// Variables that `stop` reads, set before anything can fail.
  var settings: [String]
  /// Ends the sandbox, whether it runs or not, and removes what the preparation made, whether it got to its end or not.
  var stop: [String]
  /// Everything up to a sandbox that exists but does not run. Exits with 125 when that cannot be had.
  var preparation: [String]
  /// Starts the sandbox, attached, and exits as the program does.
  var start: String
  /// Lines that leave word of the client that was just started, `$!`, for `stop` in the watchdog's process.
  var record: [String] = []
  /// Lines that may change `status` after the program ended, such as telling a failed start from the program's code.
  var aftermath: [String] = []
  var wallTime: Limit<Milliseconds>

  var text: String {
    var lines = ["#!/bin/sh"]
    lines += header.map { $0.isEmpty ? "#" : "# " + $0 }
    lines += ["set -eu", ""]
    lines += settings
    lines += ["", "stop() {"] + stop.map { "  " + $0 } + ["}"]
    lines += Self.finish
    lines += preparation + [""]
    if let limit = wallTime.value { lines += Self.watchdog(limit) }
    lines += ["exec 3<&0", "status=0", start + " <&3 3<&- &"] + record + ["wait \"$!\" || status=$?"]
    lines += aftermath
    if wallTime.value != nil {
      lines += [
        "kill \"$watchdog\" 2>/dev/null || :",
        "if wait \"$watchdog\"; then status=124; fi",
        "watchdog=",
      ]
    }
    lines.append("exit \"$status\"")
    return lines.map { $0 + "\n" }.joined()
  }

  private static let finish = [
    "",
    "watchdog=",
    "finish() {",
    "  # First of all, or a second signal would end what the first one began.",
    "  trap '' HUP INT TERM",
    "  trap - EXIT",
    "  [ -z \"$watchdog\" ] || kill \"$watchdog\" 2>/dev/null || :",
    "  stop >/dev/null 2>&1 || :",
    "  exit \"$1\"",
    "}",
    "trap 'finish \"$?\"' EXIT",
    "trap 'finish 129' HUP",
    "trap 'finish 130' INT",
    "trap 'finish 143' TERM",
    "",
  ]

  private static func watchdog(_ limit: Milliseconds) -> [String] {
    [
      "# Ends the program after \(limit.description). From then on nothing calls it back, and its exit code 0 says so.",
      "(",
      "  trap - EXIT HUP INT",
      "  sleep \(seconds(limit)) &",
      "  trap 'kill \"$!\" 2>/dev/null; exit 1' TERM",
      "  wait \"$!\"",
      "  trap '' TERM",
      "  stop",
      "  exit 0",
      ") </dev/null >/dev/null 2>&1 &",
      "watchdog=$!",
      "",
    ]
  }

  /// What `sleep` takes: whole seconds where they suffice, since POSIX knows no others.
  private static func seconds(_ duration: Milliseconds) -> String {
    JSONNumber(thousandths: duration.count).lexeme
  }
}
