/// The options of `docker run` and `docker create` (docker/cli 28), and those that only `podman run` has.
enum DockerFlags {
  /// Options without a value, which may still be given one: `--init=false`.
  static let switches: Set = [
    "detach", "disable-content-trust", "help", "init", "interactive", "no-healthcheck", "oom-kill-disable",
    "privileged", "publish-all", "quiet", "read-only", "rm", "sig-proxy", "tty", "use-api-socket",
  ]

  static let withValue: Set = [
    "add-host", "annotation", "attach", "blkio-weight", "blkio-weight-device", "cap-add", "cap-drop", "cgroup-parent",
    "cgroupns", "cidfile", "cpu-count", "cpu-percent", "cpu-period", "cpu-quota", "cpu-rt-period", "cpu-rt-runtime",
    "cpu-shares", "cpus", "cpuset-cpus", "cpuset-mems", "detach-keys", "device", "device-cgroup-rule",
    "device-read-bps", "device-read-iops", "device-write-bps", "device-write-iops", "dns", "dns-opt", "dns-option",
    "dns-search", "domainname", "entrypoint", "env", "env-file", "expose", "gpus", "group-add", "health-cmd",
    "health-interval", "health-retries", "health-start-interval", "health-start-period", "health-timeout", "hostname",
    "io-maxbandwidth", "io-maxiops", "ip", "ip6", "ipc", "isolation", "kernel-memory", "label", "label-file", "link",
    "link-local-ip", "log-driver", "log-opt", "mac-address", "memory", "memory-reservation", "memory-swap",
    "memory-swappiness", "mount", "name", "net", "net-alias", "network", "network-alias", "oom-score-adj", "pid",
    "pids-limit", "platform", "publish", "pull", "restart", "runtime", "security-opt", "shm-size", "stop-signal",
    "stop-timeout", "storage-opt", "sysctl", "tmpfs", "ulimit", "user", "userns", "uts", "volume", "volume-driver",
    "volumes-from", "workdir",
  ]

  static let podmanSwitches: Set = [
    "env-host", "http-proxy", "no-hosts", "no-hostname", "passwd", "read-only-tmpfs", "replace", "rmi", "rootfs",
    "tls-verify", "unsetenv-all",
  ]

  static let podmanWithValue: Set = [
    "arch", "authfile", "cgroup-conf", "cgroups", "chrootdirs", "conmon-pidfile", "decryption-key", "env-merge",
    "gidmap", "group-entry", "health-on-failure", "hooks-dir", "hostuser", "image-volume", "init-ctr", "init-path",
    "os", "override-arch", "override-os", "override-variant", "passwd-entry", "personality", "pidfile", "pod",
    "pod-id-file", "preserve-fd", "preserve-fds", "rdt-class", "requires", "retry", "retry-delay", "sdnotify",
    "seccomp-policy", "secret", "shm-size-systemd", "subgidname", "subuidname", "systemd", "timeout", "tz", "uidmap",
    "umask", "unsetenv", "variant",
  ]

  static let short: [Character: String] = [
    "a": "attach", "c": "cpu-shares", "d": "detach", "e": "env", "h": "hostname", "i": "interactive", "l": "label",
    "m": "memory", "p": "publish", "P": "publish-all", "q": "quiet", "t": "tty", "u": "user", "v": "volume",
    "w": "workdir",
  ]

  static func isSwitch(_ name: String, podman: Bool) -> Bool {
    switches.contains(name) || podman && podmanSwitches.contains(name)
  }

  static func takesValue(_ name: String, podman: Bool) -> Bool {
    withValue.contains(name) || podman && podmanWithValue.contains(name)
  }

  static func all(podman: Bool) -> [String] {
    let names = switches.union(withValue)
    return (podman ? names.union(podmanSwitches).union(podmanWithValue) : names).sorted()
  }

  /// Options of the command itself, before `run`, that take a value.
  static let globalWithValue: Set = [
    "-H", "--host", "--config", "-c", "--context", "-l", "--log-level", "--tlscacert", "--tlscert", "--tlskey",
    "--root", "--runroot", "--storage-driver", "--url", "--connection",
  ]
}
