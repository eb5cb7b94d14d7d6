import Comparison
import Sandbox
import Testing

/// What a change of one value means, with its witness.
@Suite struct WitnessTests {
  /// One line a difference: `key: sentence`.
  private func sentences(
    _ change: (inout Sandbox) -> Void,
    from base: (inout Sandbox) -> Void = { _ in }
  ) -> [String] {
    var old = Sandbox(name: "p")
    base(&old)
    var new = old
    change(&new)
    return Comparison.differences(from: old, to: new).map { "\($0.key): \($0.sentence)" }
  }

  private static let mebibyte: Int64 = 1 << 20

  @Test func equalSandboxesDoNotDiffer() {
    #expect(sentences { _ in }.isEmpty)
  }

  @Test func limits() {
    let mebibytes = { (count: Int64) in Limit.limited(ByteCount(bytes: count << 20)) }
    #expect(
      sentences({ $0.resources.memory = mebibytes(1024) }, from: { $0.resources.memory = mebibytes(256) })
        == ["resources.memory: can now use 257Mi of memory"]
    )
    #expect(
      sentences({ $0.resources.memory = .unlimited }, from: { $0.resources.memory = mebibytes(256) })
        == ["resources.memory: can now use 257Mi of memory, and any amount beyond"]
    )
    #expect(
      sentences({ $0.resources.memory = mebibytes(128) }, from: { $0.resources.memory = mebibytes(256) })
        == ["resources.memory: can no longer use 129Mi of memory"]
    )
    #expect(sentences { $0.resources.swap = mebibytes(64) } == ["resources.swap: can now use 1Mi of swap"])
    #expect(
      sentences { $0.resources.wallTime = .limited(Milliseconds(31_500)) }
        == ["resources.wall_time: can now run for 30001ms"]
    )
    #expect(
      sentences { $0.resources.cpus = .limited(MilliCPUs(1500)) } == ["resources.cpus: can now use 1.1 CPUs at once"]
    )
    #expect(
      sentences({ $0.resources.pids = .unlimited }, from: { $0.resources.pids = .limited(.max) })
        == ["resources.pids: can now have any amount processes and threads"]
    )
  }

  @Test func identities() {
    #expect(sentences { $0.process.user.uid = 0 } == ["process.user: can now run as user 0, root"])
    #expect(sentences { $0.process.user.gid = 0 } == ["process.user: can now run as group 0, root's"])
    #expect(sentences { $0.process.user.uid = 1000 } == ["process.user: 65534:65534 became 1000:65534"])
    #expect(sentences { $0.process.umask = 0o022 } == ["process.umask: can now create files that everybody may read"])
    #expect(
      sentences { $0.process.noNewPrivileges = false }
        == ["process.no_new_privileges: can now gain privileges by starting a set-user-ID program"]
    )
    #expect(sentences { $0.capabilities = [.sysAdmin] } == ["capabilities: can now use CAP_SYS_ADMIN"])
    #expect(
      sentences({ $0.capabilities = [.chown] }, from: { $0.capabilities = [.kill] })
        == ["capabilities: can now use CAP_CHOWN", "capabilities: can no longer use CAP_KILL"]
    )
    #expect(sentences { $0.process.hostname = "x" } == ["process.hostname: sandbox became x"])
    #expect(
      sentences({ $0.environment.inherit = ["LANG", "TOKEN"] }, from: { $0.environment.inherit = ["LANG"] })
        == ["environment: can now read the caller's variable TOKEN"]
    )
  }

  @Test func modes() {
    #expect(sentences { $0.network.mode = .loopback } == ["network.mode: can now connect to 127.0.0.1"])
    #expect(
      sentences { $0.network.mode = .host }
        == ["network.mode: can now connect to whatever the host reaches, such as 169.254.169.254:80"]
    )
    #expect(
      sentences { $0.filesystem.root = .writable }
        == ["filesystem.root: can now write to the root file system, such as to /etc"]
    )
    #expect(sentences { $0.filesystem.proc = .full } == ["filesystem.proc: can now read /proc/cpuinfo"])
    #expect(sentences { $0.filesystem.dev = .minimal } == ["filesystem.dev: can now open /dev/null"])
  }

  @Test(arguments: [
    (["/usr"], ["/usr/lib"], [], ["/usr"]),
    (["/usr/lib"], ["/usr"], ["/usr"], []),
    (["/usr"], ["/usr", "/usr/lib"], [], []),
    (["/usr"], ["/etc"], ["/etc"], ["/usr"]),
    (["/usr"], ["/usrlocal"], ["/usrlocal"], ["/usr"]),
    (["/caf\u{E9}"], ["/cafe\u{301}"], ["/cafe\u{301}"], ["/caf\u{E9}"]),
    ([], ["/"], ["/"], []),
    (["/"], ["/a", "/b"], [], ["/"]),
  ])
  func readPaths(_ old: [String], _ new: [String], gained: [String], lost: [String]) {
    let found = sentences(
      { $0.filesystem.read = new.map { .system($0) } },
      from: { $0.filesystem.read = old.map { .system($0) } }
    )
    let expected = gained.map { "can now read \($0)" } + lost.map { "can no longer read \($0)" }
    let directed = found.filter { $0.contains(" can ") }.map { String($0.dropFirst("filesystem.read: ".count)) }
    // Equal meanings in other words are neutral at most.
    #expect(directed.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
  }

  @Test func bindsCompareByWhatTheyShowOfTheHost() {
    let bind = { BindMount(source: $0, destination: $1) }
    #expect(
      sentences(
        { $0.filesystem.read = [.bind(bind("/srv/data/deep", "/d"))] },
        from: { $0.filesystem.read = [.bind(bind("/srv/data", "/data"))] }
      ) == ["filesystem.read: can no longer read the host's /srv/data"]
    )
    #expect(
      sentences(
        {
          $0.filesystem.read = []
          $0.filesystem.write = [bind("/srv/data", "/data")]
        },
        from: { $0.filesystem.read = [.bind(bind("/srv/data", "/data"))] }
      ) == [
        "filesystem.read: [/srv/data at /data] became []",
        "filesystem.write: can now write the host's /srv/data",
      ]
    )
    #expect(
      sentences({ $0.filesystem.write = [bind("/srv/out", "/out")] })
        == ["filesystem.write: can now write the host's /srv/out"]
    )
    #expect(
      sentences(
        {
          $0.filesystem.read = [.bind(bind("/srv/out", "/out"))]; $0.filesystem.write = []
        },
        from: { $0.filesystem.write = [bind("/srv/out", "/out")] }
      ).contains("filesystem.write: can no longer write the host's /srv/out")
    )
  }

  /// Taking away a mount that hid something shows it.
  @Test func whatAMountHidIsGained() {
    #expect(
      sentences(
        { $0.filesystem.tmpfs = [] },
        from: {
          $0.filesystem.read = [.system("/etc")]
          $0.filesystem.tmpfs = [TmpfsMount(path: "/etc/ssl", size: ByteCount(bytes: 1 << 20))]
        }
      ) == [
        "filesystem.read: can now read /etc/ssl", "filesystem.tmpfs: can no longer write 1Mi in memory at /etc/ssl",
      ]
    )
    #expect(
      sentences(
        { $0.filesystem.read.removeLast() },
        from: {
          $0.filesystem.read = [
            .bind(BindMount(source: "/srv", destination: "/srv")),
            .bind(BindMount(source: "/empty", destination: "/srv/secret")),
          ]
        }
      ) == [
        "filesystem.read: can now read the host's /srv/secret",
        "filesystem.read: can no longer read the host's /empty",
      ]
    )
  }

  @Test func tmpfs() {
    let mount = { TmpfsMount(path: $0, size: ByteCount(bytes: $1 << 20), executable: $2) }
    #expect(
      sentences(
        { $0.filesystem.tmpfs = [mount("/tmp", 128, false)] },
        from: { $0.filesystem.tmpfs = [mount("/tmp", 64, false)] }
      )
        == ["filesystem.tmpfs: can now write 65Mi in memory at /tmp"]
    )
    #expect(
      sentences(
        { $0.filesystem.tmpfs = [mount("/tmp", 64, true)] },
        from: { $0.filesystem.tmpfs = [mount("/tmp", 64, false)] }
      )
        == ["filesystem.tmpfs: can now start a program that it wrote to /tmp"]
    )
  }

  @Test(
    arguments: [
      (["192.0.2.0/24"], ["192.0.2.7"], nil),
      (["192.0.2.7"], ["192.0.2.0/24"], "192.0.2.0"),
      (["192.0.2.0/25", "192.0.2.128/25"], ["192.0.2.0/24"], nil),
      (["192.0.2.0/25", "192.0.2.129"], ["192.0.2.0/24"], "192.0.2.128"),
      (["0.0.0.0/0"], ["::ffff:10.0.0.1"], nil),
      (["0.0.0.0/0"], ["::1"], "[0:0:0:0:0:0:0:1]"),
      (["::/0"], ["10.0.0.1", "2001:db8::/32", "fe80::1"], nil),
      (["api.example.com"], ["API.Example.com."], nil),
      (["*.example.com"], ["api.example.com"], nil),
      (["*.example.com"], ["example.com"], "example.com"),
      (["*.example.com"], ["api.example.com.evil.test"], "api.example.com.evil.test"),
      (["example.com"], ["*.example.com"], "*.example.com"),
      (["0.0.0.0/0", "::/0"], ["example.com"], "example.com"),
      (["010.0.0.1"], ["8.0.0.1"], "8.0.0.1"),
    ] as [([String], [String], String?)]
  )
  func peers(_ old: [String], _ new: [String], witness: String?) {
    func network(_ hosts: [String]) -> Network {
      var network = Network()
      network.mode = .allowlist
      network.allow = hosts.map { AllowedHost(host: $0, ports: [443]) }
      return network
    }
    var (before, after) = (Sandbox(name: "p"), Sandbox(name: "p"))
    before.network = network(old)
    after.network = network(new)
    let found = Comparison.loosened(from: before, to: after).map(\.sentence)
    #expect(found == (witness.map { ["can now connect to \($0):443"] } ?? []))
  }

  @Test func portsAreComparedEach() {
    var (old, new) = (Sandbox(name: "p"), Sandbox(name: "p"))
    old.network.mode = .allowlist
    new.network.mode = .allowlist
    old.network.allow = [AllowedHost(host: "a.test", ports: [80]), AllowedHost(host: "b.test", ports: [443])]
    new.network.allow = [AllowedHost(host: "a.test", ports: [80, 443])]
    #expect(Comparison.loosened(from: old, to: new).map(\.sentence) == ["can now connect to a.test:443"])
  }

  @Test func whatNothingEnforcesIsNeutral() {
    let found = Comparison.differences(
      from: Sandbox(name: "p"),
      to: {
        var sandbox = Sandbox(name: "p")
        sandbox.filesystem.image = ImageReference(reference: "python:3.12")
        sandbox.process.command = ["sh"]
        sandbox.targets.gvisor.platform = .kvm
        sandbox.alerts.pids = 3
        return sandbox
      }()
    )
    #expect(found.map(\.key) == ["process.command", "filesystem.image", "targets.gvisor.platform", "alerts.pids"])
    #expect(found.allSatisfy { $0.direction == .neutral && $0.control == nil && $0.witness == nil })
  }

  private func syscalls(_ allow: [SyscallRule], deny: [SyscallRule] = []) -> (inout Sandbox) -> Void {
    {
      $0.network.socketFamilies = [.unix, .inet]
      $0.syscalls.allow = allow
      $0.syscalls.deny = deny
    }
  }

  @Test func callsAreComparedByWhatTheyLetThrough() {
    let ordinary = SyscallRule(.group("@container-default"))
    let bpf = SyscallRule(.name("bpf"))
    #expect(
      sentences(syscalls([ordinary, bpf]), from: syscalls([ordinary])).first?.contains("can now call bpf(") == true
    )
    #expect(
      sentences(syscalls([ordinary]), from: syscalls([ordinary], deny: [SyscallRule(.name("chmod"))])).first?
        .contains("can now call chmod(") == true
    )
    // The same meaning in other words changes nothing.
    let openByName = syscalls([SyscallRule(.name("open")), SyscallRule(.group("@startup"))])
    let found = sentences(openByName, from: syscalls([SyscallRule(.group("@startup"))]))
    #expect(found.count == 1 && found[0].contains(" became "))
    // A condition is stricter than none, and a wider one looser than a narrow one.
    let narrow = ArgumentCondition.argument(index: 2, .less(than: 3))
    let wide = ArgumentCondition.argument(index: 2, .less(than: 5))
    let loosened = sentences(
      syscalls([SyscallRule(.name("lseek"), when: wide)]),
      from: syscalls([SyscallRule(.name("lseek"), when: narrow)])
    )
    #expect(loosened.count == 1 && loosened[0].hasPrefix("syscalls: can now call lseek("))
  }

  @Test func survivingIsLooserThanBeingKilled() {
    let found = sentences({ $0.syscalls.defaultAction = .errno(.eperm) }, from: { $0.syscalls.defaultAction = .kill })
    #expect(found.count == 1 && found[0].hasPrefix("syscalls: can now survive "))
  }
}
