/// The policy that `ringfence init` writes.
package enum PolicyTemplate {
  /// Whether a policy can have the name.
  package static func isName(_ text: String) -> Bool { TextCheck.isLabel(text) }

  /// A policy that changes nothing of its parent's and shows what it could.
  package static func text(name: String, from parent: String) -> String {
    """
    # yaml-language-server: $schema=schema.json
    # What a program may do. `ringfence lint` checks this file, `ringfence run \(name) -- COMMAND` runs a command under it,
    # `ringfence show \(name)` shows every value and where it comes from, and docs/language.md explains all keys.
    version: 1
    name: \(name)
    description: What this policy is for.
    extends: \(parent)

    # What is not named here is as `\(parent)` says. Maps merge by key; lists replace the parent's. Some of what can be said:

    # process:
    #   command: [python3, main.py]       # what runs when the command line names nothing

    # filesystem:
    #   read: [/usr, /lib, /lib64, /bin, {source: ./data, path: /data}]
    #   tmpfs:
    #     - {path: /tmp, size: 64Mi}      # in memory, empty at the start, gone at the end

    # resources:
    #   memory: 256Mi                     # sizes need a unit: Ki Mi Gi Ti, kB MB GB TB
    #   wall_time: 30s                    # durations too: ms s m h
    #   pids: 64                          # processes and threads

    # network:
    #   mode: loopback                    # none, loopback, allowlist, host

    # alerts:
    #   memory: 200Mi                     # reports runs that come this near to a limit

    # `ringfence test \(name)` runs these. A policy without tests only says what it hopes.
    tests:
      - {name: a program runs, run: [sh, -c, "echo hello"], expect: {verdict: exited, exit_code: 0, stdout: "hello\\n"}}
      - {name: the system is read-only, run: [sh, -c, "! touch /usr/x 2>/dev/null"], expect: {verdict: exited, exit_code: 0}}

    """
  }
}
