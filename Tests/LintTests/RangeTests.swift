import Diagnostics
import Lint
import TestSupport
import Testing

/// The exact range that each finding has in a policy as users write it.
@Suite struct RangeTests {
  @Test(
    arguments: [
      ("resources: {memory: «1Mi»}", ["RF5013"]),
      ("resources: {memory: «5Ti»}", ["RF5012"]),
      ("resources:\n  memory: «unlimited»  # for now\n  pids: «unlimited»", ["RF5001", "RF5002"]),
      ("resources: {cpu_time: «40s»}", ["RF5010"]),
      ("resources: {cpu_time: 40s, cpus: 2}", []),
      ("resources: {core: «1Mi», swap: «\"8Mi\"»}", ["RF5009", "RF5006"]),
      ("alerts: {memory: «1Gi», pids: «17»}", ["RF5011", "RF5011"]),
      ("filesystem: {tmpfs: [{path: /t, size: «1Gi»}]}", ["RF3009"]),
      ("filesystem: {tmpfs: [{path: /t, size: 1Mi, exec: «true»}]}", ["RF3004"]),
      ("filesystem:\n  read:\n    - /usr\n    - «/etc»  # all of it", ["RF3002"]),
      ("filesystem: {read: [/usr], tmpfs: [«{path: /usr/tmp, size: 1Mi}»]}", ["RF3007"]),
      ("filesystem: {write: [«{source: /usr/local/bin, path: /out}»]}", ["RF3005"]),
      ("filesystem: {image: «\"python:latest\"»}", ["RF3010", "RF3011"]),
      ("process: {working_dir: «/nowhere»}", ["RF3012"]),
      ("process: {umask: «\"000\"»}", ["RF2004"]),
      ("process:\n  no_new_privileges: «false»", ["RF2003"]),
      ("capabilities: [«SYS_ADMIN», NET_BIND_SERVICE, «\"CAP_CHOWN\"»]", ["RF2005", "RF2006"]),
      ("environment: {set: {LD_PRELOAD: «/x.so»}, inherit: [LANG, «PYTHONSTARTUP»]}", ["RF2009", "RF2009"]),
      ("environment:\n  set:\n    API_TOKEN: «hunter2hunter2»\n    A: b", ["RF2007"]),
      ("environment: {inherit: [LANG, «AWS_SECRET_ACCESS_KEY»]}", ["RF2008"]),
      ("network: {mode: allowlist, allow: [«{host: \"*\", ports: [443]}»]}", ["RF4003"]),
      (
        "network: {mode: allowlist, allow: [{host: a.com, ports: [443]}, «{host: 0.0.0.0/0, ports: [443]}»]}",
        ["RF4003"]
      ),
      ("network: {mode: «host», socket_families: [inet, «packet»]}", ["RF4001", "RF4006"]),
      ("syscalls: {allow: [\"@startup\", «ptrace»]}", ["RF6004"]),
      ("syscalls: {allow: [\"@startup\", «\"@mount\"»]}", ["RF6004"]),
      (
        "syscalls: {allow: [\"@startup\", «{name: unshare}», {name: bpf, reason: it loads a filter of its own}]}",
        ["RF6005"]
      ),
      ("syscalls: {allow: [\"@container-default\"], deny: [«chmod»]}", ["RF6003"]),
      ("syscalls: {unknown: «kill»}", ["RF6007"]),
      ("targets: {gvisor: {platform: «ptrace»}}", ["RF7003"]),
    ] as [(String, [String])]
  )
  func findings(_ lines: String, rules: [String]) throws {
    let policy = MarkedText(PolicyFixture.text(lines), name: "example.yaml")
    let found = try PolicyFixture.diagnostics(of: policy.source).filter { $0.rule != "RF7002" }
    // Rules that agree about a place share its marker.
    let byPlace = Dictionary(grouping: found) { $0.primary?.range.start ?? -1 }
    policy.expect(byPlace.values.compactMap(\.first), sourceLocation: #_sourceLocation)
    #expect(found.map(\.rule).sorted() == rules.sorted(), "\(ConciseRenderer.render(found))")
  }

  @Test func aDefaultIsTheNames() throws {
    let policy = MarkedText("version: 1\nname: «example»\n", name: "example.yaml")
    let found = try PolicyFixture.diagnostics(of: policy.source)
    #expect(found.map(\.rule) == ["RF7001", "RF7005"])
    policy.expect(Array(found.prefix(1)))
  }
}
