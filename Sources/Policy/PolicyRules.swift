package import Diagnostics
import YAML

/// What the language demands of a policy. Those of the text as such are `YAMLRules`.
package enum PolicyRules {
  package static let unreadable = RuleDescription(
    "RF1010",
    "policy cannot be read",
    .error,
    "A policy is a regular file of at most 1 MiB that this user may read.",
    references: ["CWE-73"],
    example: .init(before: "extends: /dev/zero", after: "extends: hardened")
  )
  package static let unknownKey = RuleDescription(
    "RF1011",
    "unknown key",
    .error,
    "A key that nobody reads is a protection that nobody gets. Container runtimes have to ignore unknown keys; Ringfence refuses them.",
    references: ["OCI runtime-spec, config.md: Extensibility", "opencontainers/runtime-tools issue 317"],
    example: .init(before: "proces: {umask: \"022\"}", after: "process: {umask: \"022\"}")
  )
  package static let missingKey = RuleDescription(
    "RF1012",
    "required key missing",
    .error,
    "The policy means nothing without it.",
    references: ["Ringfence, docs/language.md"],
    example: .init(
      before: "filesystem:\n  tmpfs: [{size: 16Mi}]",
      after: "filesystem:\n  tmpfs: [{path: /tmp, size: 16Mi}]"
    )
  )
  package static let wrongType = RuleDescription(
    "RF1013",
    "value of the wrong kind",
    .error,
    "Values are read as they are written: nothing is converted, so nothing can be misread.",
    references: ["YAML 1.1, implicit types", "Ringfence, docs/language.md"],
    example: .init(before: "process: [umask]", after: "process: {umask: \"077\"}")
  )
  package static let missingUnit = RuleDescription(
    "RF1014",
    "unit missing or ambiguous",
    .error,
    "Docker, Compose and Kubernetes read a bare `256` or a `256m` in three ways. Sizes need Ki, Mi, Gi, Ti or kB, MB, GB, TB; durations ms, s, m or h.",
    references: ["Kubernetes, resource units", "Docker documentation, docker run --memory"],
    example: .init(before: "resources: {memory: 256}", after: "resources: {memory: 256Mi}")
  )
  package static let outOfRange = RuleDescription(
    "RF1015",
    "value out of range",
    .error,
    "The kernel or an engine would refuse the value, wrap it, or take it for something else.",
    references: ["setrlimit(2)", "cgroups(7)"],
    example: .init(before: "resources: {pids: 0}", after: "resources: {pids: 64}")
  )
  package static let badText = RuleDescription(
    "RF1016",
    "malformed value",
    .error,
    "The value cannot be what its key asks for.",
    references: ["Ringfence, docs/language.md"],
    example: .init(before: "process: {umask: \"088\"}", after: "process: {umask: \"077\"}")
  )
  package static let badPath = RuleDescription(
    "RF1017",
    "path that cannot be used",
    .error,
    "Paths are absolute and without `..`, and never reach into /proc, /sys or /dev: mounts there have been the way out of containers time and again (CVE-2019-16884, CVE-2025-31133).",
    references: ["CVE-2019-16884", "CVE-2025-31133", "path_resolution(7)"],
    example: .init(before: "filesystem:\n  read: [\"/usr/../lib\"]", after: "filesystem:\n  read: [\"/lib\"]")
  )
  package static let conflict = RuleDescription(
    "RF1018",
    "values that contradict each other",
    .error,
    "One of them would be without effect.",
    references: ["Ringfence, docs/language.md"],
    example: .init(
      before: "network:\n  mode: none\n  allow: [{host: api.example.com, ports: [443]}]",
      after: "network:\n  mode: none"
    )
  )
  package static let inheritance = RuleDescription(
    "RF1019",
    "parent policy cannot be used",
    .error,
    "A policy without its parent would lack that parent's protections, so it means nothing.",
    references: ["Ringfence, docs/language.md"],
    example: .init(before: "extends: hardend", after: "extends: hardened")
  )
  package static let exceedsCeiling = RuleDescription(
    "RF1020",
    "policy is looser than its ceiling",
    .error,
    "`within` names a policy that this one must be no looser than; the witness is something that only this one lets a program do.",
    references: ["Ringfence, docs/review.md"],
    example: .init(
      before: "extends: hardened\nwithin: hardened\nresources: {memory: 1Ti}",
      after: "extends: hardened\nwithin: hardened"
    )
  )
  package static let unknownSyscall = RuleDescription(
    "RF6002",
    "unknown system call",
    .error,
    """
    Container runtimes drop names that they do not know, most without a word: a misspelt deny rule denies nothing. Names \
    are the kernel's; groups begin with @.
    """,
    references: [
      "opencontainers/runtime-spec issue 972", "netblue30/firejail issue 2931",
      "runc, seccomp_linux.go: unknown seccomp syscall ignored",
    ],
    example: .init(
      before: "syscalls:\n  allow: [\"@container-default\"]\n  deny: [unshere]",
      after: "syscalls:\n  allow: [\"@container-default\"]\n  deny: [unshare]"
    )
  )
  package static let rootUser = RuleDescription(
    "RF2001",
    "runs as root",
    .error,
    """
    User 0 inside the sandbox owns the system's files there, passes most permission checks, and in engines without user \
    namespaces (Docker's default) it is user 0 of the host: one mistake in a mount or one bug of the kernel away from \
    everything. Give the program a user of its own; 65534 is nobody. Accept `process.user` by name if it has to be root.
    """,
    references: [
      "CIS Docker Benchmark 1.6.0, 4.1", "Kubernetes Pod Security Standards, restricted: runAsNonRoot",
      "NSA/CISA Kubernetes Hardening Guide 1.2, non-root containers",
    ],
    example: .init(before: "process:\n  user: \"0:0\"", after: "process:\n  user: \"65534:65534\"")
  )
  package static let runtimeSocket = RuleDescription(
    "RF3001",
    "runtime socket",
    .error,
    """
    Who can connect to the socket of a container engine, of systemd or of the system bus can have them start anything \
    as root on the host. A read-only mount changes nothing: connecting is not writing the file.
    """,
    references: [
      "CIS Docker Benchmark 1.6.0, 5.32", "OWASP Docker Security Cheat Sheet, rule 1",
      "gVisor documentation, host-uds",
    ],
    example: .init(
      before: "filesystem:\n  write: [{source: /var/run/docker.sock, path: /docker.sock}]",
      after: "filesystem:\n  write: [{source: /srv/results, path: /results}]"
    )
  )
  package static let notNormalised = RuleDescription(
    "RF1030",
    "path not in its shortest form",
    .warning,
    "It is taken in its shortest form.",
    references: ["path_resolution(7)"],
    example: .init(before: "filesystem:\n  read: [\"/usr//lib\"]", after: "filesystem:\n  read: [\"/usr/lib\"]")
  )
  package static let loosened = RuleDescription(
    "RF1031",
    "policy is looser than its parent",
    .warning,
    "A child may widen what its parent allows, but a reader of the parent does not expect it.",
    references: ["Ringfence, docs/review.md"],
    example: .init(before: "extends: hardened\nnetwork: {mode: host}", after: "extends: hardened")
  )
  package static let expired = RuleDescription(
    "RF1036",
    "acceptance has expired",
    .warning,
    "It no longer counts.",
    references: ["NIST SP 800-53, RA-3: accepted risks are reviewed"],
    example: .init(
      before: "accept: [{target: docker, control: environment, reason: the image adds to it, expires: 2026-01-01}]",
      after: "accept: [{target: docker, control: environment, reason: the image adds to it, expires: 2099-01-01}]"
    )
  )

  package static let ineffective = RuleDescription(
    "RF1032",
    "value without effect",
    .warning,
    "The value is there already, so this one never comes to bear.",
    references: ["Ringfence, docs/language.md"],
    example: .init(before: "syscalls:\n  deny: [read, read]", after: "syscalls:\n  deny: [read]")
  )
  package static let all =
    YAMLRules.all + [
      unreadable, unknownKey, missingKey, wrongType, missingUnit, outOfRange, badText, badPath, conflict, inheritance,
      exceedsCeiling, notNormalised, loosened, expired, unknownSyscall, rootUser, runtimeSocket,
      ineffective,
    ]
}
