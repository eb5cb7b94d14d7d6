import Diagnostics
import Lint
import Sandbox
import Seccomp
import Testing

/// Which values of a sandbox each rule objects to, as `rule subject`.
@Suite struct JudgementTests {
  private func judge(_ change: (inout Sandbox) -> Void) -> [String] {
    var sandbox = Sandbox(name: "clean", summary: "For tests.")
    change(&sandbox)
    let input = LintInput(sandbox: sandbox, source: SourceText(name: "p.yaml", text: ""), origins: [:], testCount: 1)
    return LintRules.findings(in: input).map { "\($0.rule) \($0.subject ?? "")" }
  }

  @Test func theDefaultIsClean() {
    #expect(judge { _ in }.isEmpty)
  }

  @Test func process() {
    #expect(judge { $0.process.user = UserIdentity(uid: 0, gid: 0) } == ["RF2001 process.user"])
    #expect(judge { $0.environment.set = ["LD_PRELOAD": "/x.so"] } == ["RF2009 environment.set.LD_PRELOAD"])
    #expect(judge { $0.process.user.gid = 0 } == ["RF2001 process.user"])
    #expect(judge { $0.process.noNewPrivileges = false } == ["RF2003 process.no_new_privileges"])
    #expect(judge { $0.process.umask = 0o020 } == ["RF2004 process.umask"])
    #expect(judge { $0.process.umask = 0o002 }.isEmpty)
  }

  @Test(arguments: Capability.allCases) func capabilities(_ capability: Capability) {
    let found = judge { $0.capabilities = [capability] }
    let dangerous: Set<Capability> = [
      .dacOverride, .dacReadSearch, .setgid, .setuid, .setpcap, .linuxImmutable, .netAdmin, .netRaw, .ipcOwner,
      .sysModule, .sysRawio, .sysChroot, .sysPtrace, .sysPacct, .sysAdmin, .sysBoot, .sysResource, .sysTime,
      .sysTtyConfig, .mknod, .auditControl, .setfcap, .macOverride, .macAdmin, .syslog, .auditRead, .perfmon, .bpf,
      .checkpointRestore,
    ]
    let rule = dangerous.contains(capability) ? ["RF2005"] : capability == .netBindService ? [] : ["RF2006"]
    #expect(found == rule.map { "\($0) capabilities[\(capability.rawValue)]" })
  }

  @Test(arguments: [
    ("API_TOKEN", "x-very-long", true), ("DB_PASSWORD", "hunter22", true), ("AWS_ACCESS_KEY", "abcd", true),
    ("HARMLESS", "ghp_0123456789abcdefghij", true), ("KEY", "-----BEGIN PRIVATE KEY-----", true),
    ("KEYBOARD", "qwerty", false), ("PATTERN", "abcd", false), ("TOKENIZER", "fast", false),
    ("DEBUG_TOKEN", "1", false),
    ("LANG", "C.UTF-8", false), ("PATH", "/usr/bin", false), ("MODEL", "sk-1", false),
  ])
  func secrets(_ name: String, _ value: String, isSecret: Bool) {
    let found = judge { $0.environment.set = [name: value] }
    #expect(found == (isSecret ? ["RF2007 environment.set.\(name)"] : []))
  }

  @Test(
    arguments: [
      ("LANG", nil), ("TERM", nil), ("GITHUB_TOKEN", "RF2008"), ("SSH_AUTH_SOCK", "RF2008"), ("KUBECONFIG", "RF2008"),
      ("LD_PRELOAD", "RF2009"), ("PYTHONPATH", "RF2009"), ("NODE_OPTIONS", "RF2009"),
    ] as [(String, String?)]
  )
  func inherited(_ name: String, rule: String?) {
    let found = judge { $0.environment.inherit = [name] }
    #expect(found == [rule].compactMap(\.self).map { "\($0) environment.inherit[\(name)]" })
  }

  @Test(arguments: [
    ("/usr/bin:/bin", false), ("/usr/bin:", true), (":/usr/bin", true), ("/usr/bin:.", true), ("bin:/usr/bin", true),
    ("/work/bin:/usr/bin", true), ("/tmp/bin:/usr/bin", false), ("/exec:/usr/bin", true),
  ])
  func searchPaths(_ path: String, isUnsafe: Bool) {
    let found = judge {
      $0.environment.set = ["PATH": path]
      $0.filesystem.write = [BindMount(source: "/srv/out", destination: "/work")]
      $0.filesystem.tmpfs = [TmpfsMount(path: "/tmp", size: ByteCount(bytes: 1024))]
      if path.hasPrefix("/exec") {
        $0.filesystem.tmpfs = [TmpfsMount(path: "/exec", size: ByteCount(bytes: 1024), executable: true)]
      }
    }
    #expect(found.contains("RF2010 environment.set.PATH") == isUnsafe)
  }

  @Test(
    arguments: [
      ("/usr", nil), ("/etc/ld.so.cache", nil), ("/etc/ssl/certs", nil), ("/home/ada/project/data", nil),
      ("/var/lib/results", nil), ("/srv/data", nil), ("/rooted", nil), ("/etcetera", nil), ("/runner", nil),
      ("/", "RF3002"), ("/etc", "RF3002"), ("/etc/shadow", "RF3002"), ("/root", "RF3002"), ("/root/.ssh/id", "RF3002"),
      ("/home", "RF3002"), ("/home/ada", "RF3002"), ("/home/ada/.aws/credentials", "RF3002"), ("/proc/1", "RF3002"),
      ("/sys", "RF3002"), ("/dev/kvm", "RF3002"), ("/var/log", "RF3002"), ("/x/.config/gcloud/y", "RF3002"),
      ("/var/lib/kubelet/pods", "RF3002"), ("/etc/./shadow", "RF3002"),
      ("/var/run/docker.sock", "RF3001"), ("/anything/docker.sock", "RF3001"), ("/run", "RF3001"),
      ("/var/run", "RF3001"),
      ("/run/user", "RF3001"), ("/run/containerd/containerd.sock", "RF3001"),
    ] as [(String, String?)]
  )
  func readPaths(_ path: String, rule: String?) {
    let expected = [rule].compactMap(\.self).map { "\($0) filesystem.read[\(path)]" }
    #expect(judge { $0.filesystem.read = [.system(path)] } == expected)
    let bind = judge { $0.filesystem.read = [.bind(BindMount(source: path, destination: "/data"))] }
    #expect(bind == expected)
  }

  @Test(arguments: [
    ("/srv/out", []), ("/usr/local/bin", ["RF3005"]), ("/", ["RF3002", "RF3005"]), ("/etc/cron.d", ["RF3005"]),
    ("/home/ada/repo/.git/hooks", ["RF3005"]), ("/home/ada/.bashrc", ["RF3005"]), ("/tmp", ["RF3006"]),
    ("/tmp/mine", []), ("/dev/shm", ["RF3002", "RF3005", "RF3006"]), ("/home/ada/.gitignore", []),
    ("/var/run/docker.sock", ["RF3001"]),
  ])
  func writePaths(_ path: String, rules: [String]) {
    let found = judge { $0.filesystem.write = [BindMount(source: path, destination: "/out")] }
    #expect(found == rules.map { "\($0) filesystem.write[\(path)]" })
  }

  @Test func filesystem() {
    #expect(judge { $0.filesystem.root = .writable } == ["RF3003 filesystem.root"])
    #expect(judge { $0.filesystem.proc = .full } == ["RF3008 filesystem.proc"])
    #expect(judge { $0.filesystem.rootfs = "/" } == ["RF3002 filesystem.rootfs"])
    #expect(judge { $0.process.workingDirectory = "/nowhere" } == ["RF3012 process.working_dir"])
    let size = ByteCount(bytes: 1 << 20)
    #expect(
      judge { $0.filesystem.tmpfs = [TmpfsMount(path: "/t", size: size, executable: true)] }
        == ["RF3004 filesystem.tmpfs[/t]"]
    )
    #expect(
      judge {
        $0.filesystem.read = [.system("/usr")]
        $0.filesystem.tmpfs = [TmpfsMount(path: "/usr/t", size: size), TmpfsMount(path: "/usrt", size: size)]
      } == ["RF3007 filesystem.tmpfs[/usr/t]"]
    )
    #expect(
      judge { $0.filesystem.tmpfs = [TmpfsMount(path: "/t", size: ByteCount(bytes: 1 << 40))] }
        == ["RF3009 filesystem.tmpfs[/t]"]
    )
  }

  @Test(arguments: [
    ("python", ["RF3010", "RF3011"]), ("python:latest", ["RF3010", "RF3011"]), ("python:3.12", ["RF3010"]),
    ("registry.example.com:5000/python", ["RF3010", "RF3011"]), ("registry.example.com:5000/python:3", ["RF3010"]),
    ("python@sha256:" + String(repeating: "a", count: 64), []),
  ])
  func images(_ reference: String, rules: [String]) {
    let found = judge { $0.filesystem.image = ImageReference(reference: reference) }
    #expect(found == rules.map { "\($0) filesystem.image" })
  }

  @Test(
    arguments: [
      ("api.example.com", 443, []), ("api.example.com", 80, ["RF4005"]), ("169.254.169.254", 80, ["RF4002", "RF4005"]),
      ("169.254.0.0/16", 443, ["RF4002"]), ("metadata.google.internal", 443, ["RF4002"]),
      ("::ffff:169.254.169.254", 443, ["RF4002"]),
      ("0.0.0.0/0", 443, ["RF4003"]), ("::/0", 443, ["RF4003"]), ("160.0.0.0/4", 443, ["RF4002", "RF4004"]),
      ("10.0.0.0/8", 443, ["RF4004"]), ("10.1.2.3", 443, []), ("8.8.8.8", 443, []),
      ("fd00::/8", 443, ["RF4002", "RF4004"]),
      ("localhost", 443, ["RF4007"]), ("db.localhost", 443, ["RF4007"]), ("host.docker.internal", 443, ["RF4007"]),
      ("host.containers.internal", 443, ["RF4007"]), ("127.0.0.1", 443, ["RF4007"]), ("::1", 443, ["RF4007"]),
      ("localhost.example.com", 443, []),
      ("*.com", 443, ["RF4008"]), ("*.co.uk", 443, ["RF4008"]), ("*.github.io", 443, ["RF4008"]),
      ("*.example.com", 443, []), ("*.example.co.uk", 443, []),
    ] as [(String, UInt16, [String])]
  )
  func peers(_ host: String, _ port: UInt16, rules: [String]) {
    let found = judge {
      $0.network.mode = .allowlist
      $0.network.allow = [AllowedHost(host: host, ports: [port])]
    }
    #expect(found.filter { !$0.hasPrefix("RF7") } == rules.map { "\($0) network.allow[\(host)]" })
  }

  @Test func network() {
    #expect(judge { $0.network.mode = .host } == ["RF4001 network.mode"])
    #expect(judge { $0.network.mode = .loopback }.isEmpty)
    #expect(judge { $0.network.socketFamilies = [.unix, .inet, .inet6] }.isEmpty)
    #expect(
      judge { $0.network.socketFamilies = [.unix, .packet, .alg] }
        == ["RF4006 network.socket_families[packet]", "RF4006 network.socket_families[alg]"]
    )
  }

  @Test func resources() {
    #expect(judge { $0.resources.memory = .unlimited } == ["RF5001 resources.memory"])
    #expect(judge { $0.resources.pids = .unlimited } == ["RF5002 resources.pids"])
    #expect(judge { $0.resources.wallTime = .unlimited } == ["RF5003 resources.wall_time"])
    #expect(judge { $0.resources.cpus = .unlimited } == ["RF5004 resources.cpus"])
    #expect(judge { $0.resources.cpuTime = .unlimited } == ["RF5005 resources.cpu_time"])
    #expect(judge { $0.resources.swap = .limited(ByteCount(bytes: 1)) } == ["RF5006 resources.swap"])
    #expect(judge { $0.resources.openFiles = .unlimited } == ["RF5007 resources.open_files"])
    #expect(judge { $0.resources.fileSize = .unlimited } == ["RF5007 resources.file_size"])
    #expect(judge { $0.resources.stack = .unlimited } == ["RF5007 resources.stack"])
    #expect(judge { $0.resources.output = .unlimited } == ["RF5008 resources.output"])
    #expect(judge { $0.resources.core = .unlimited } == ["RF5009 resources.core"])
    #expect(judge { $0.resources.cpuTime = .limited(Milliseconds(30_001)) } == ["RF5010 resources.cpu_time"])
    #expect(judge { $0.resources.cpuTime = .limited(Milliseconds(30_000)) }.isEmpty)
    #expect(
      judge {
        $0.resources.cpuTime = .limited(Milliseconds(.max))
        $0.resources.cpus = .limited(MilliCPUs(.max))
      }.isEmpty
    )
    #expect(judge { $0.alerts.pids = 17 } == ["RF5011 alerts.pids"])
    #expect(judge { $0.alerts.pids = 16 }.isEmpty)
    #expect(judge { $0.resources.pids = .limited(.max) } == ["RF5012 resources.pids"])
    #expect(judge { $0.resources.memory = .limited(ByteCount(bytes: 1 << 43)) } == ["RF5012 resources.memory"])
    #expect(judge { $0.resources.memory = .limited(ByteCount(bytes: 1 << 20)) } == ["RF5013 resources.memory"])
  }

  private func judge(allow: [SyscallRule], deny: [SyscallRule] = []) -> [String] {
    judge {
      $0.syscalls.allow = allow
      $0.syscalls.deny = deny
    }
  }

  @Test func syscalls() {
    let ordinary = SyscallRule(.group("@container-default"))
    let call = { (name: String) in SyscallRule(.name(name)) }
    #expect(judge(allow: [ordinary]).isEmpty)
    #expect(judge(allow: [ordinary, call("bpf")]) == ["RF6004 syscalls.allow[bpf]"])
    #expect(judge(allow: [ordinary, SyscallRule(.name("bpf"), reason: "a loader")]).isEmpty)
    let startup = SyscallRule(.group("@startup"))
    #expect(judge(allow: [startup, SyscallRule(.group("@mount"))]) == ["RF6004 syscalls.allow[@mount]"])
    #expect(judge(allow: [ordinary, call("unshare")]) == ["RF6005 syscalls.allow[unshare]"])
    #expect(judge(allow: [ordinary, call("ptrace")], deny: [call("ptrace")]).contains("RF6010 syscalls.allow[ptrace]"))
    #expect(judge(allow: [ordinary], deny: [call("chmod")]) == ["RF6003 syscalls.deny[chmod]"])
    #expect(judge(allow: [ordinary], deny: ["chmod", "fchmodat", "fchmodat2"].map(call)).isEmpty)
    #expect(judge(allow: [SyscallRule(.group("@startup"))], deny: [call("chmod")]).isEmpty)
    #expect(
      judge(
        allow: [startup]
          + ["mount", "bpf", "init_module", "kexec_load", "reboot", "ptrace", "setns", "open_by_handle_at"].map(call)
      )
        == ["RF6001 syscalls.allow"]
    )
    #expect(judge { $0.syscalls.architectures = [.native, .x32] } == ["RF6006 syscalls.architectures[x32]"])
    #expect(judge { $0.syscalls.unknownAction = .errno(.eperm) } == ["RF6007 syscalls.unknown"])
    #expect(judge { $0.syscalls.unknownAction = .kill } == ["RF6007 syscalls.unknown"])
  }

  @Test(arguments: [
    ("openat", 1, ArgumentTest.equals(4096), ["RF6008"]), ("openat", 1, .equals(0), []), ("openat", 2, .equals(1), []),
    ("connect", 1, .greater(than: 1), ["RF6008"]), ("execve", 0, .isOneOf([1, 2]), ["RF6008"]),
    ("socket", 0, .equals(0x1_0000_0026), ["RF6009"]), ("socket", 0, .equals(38), []),
    ("socket", 0, .masked(mask: 0xFF, equals: 0x100), ["RF6009"]), ("socket", 0, .less(than: 0), ["RF6009"]),
    ("socket", 0, .greater(than: 0xFFFF_FFFF), ["RF6009"]), ("socket", 0, .greater(than: 0xFFFF_FFFE), []),
    ("socket", 0, .range(0x1_0000_0000...0x2_0000_0000), ["RF6009"]), ("socket", 0, .isOneOf([38, 1 << 40]), []),
    ("socket", 0, .isOneOf([1 << 40]), ["RF6009"]), ("lseek", 1, .equals(1 << 40), []),
  ])
  func conditions(_ name: String, _ index: Int, _ test: ArgumentTest, rules: [String]) {
    let found = judge(
      allow: [SyscallRule(.group("@container-default"))],
      deny: [SyscallRule(.name(name), when: .argument(index: index, test))]
    )
    #expect(found == rules.map { "\($0) syscalls.deny[\(name)]" })
  }

  @Test func nothingStarts() {
    let startup = SyscallRule(.group("@startup"))
    let call = { (name: String) in SyscallRule(.name(name)) }
    #expect(judge(allow: []) == ["RF6012 syscalls.allow"])
    #expect(judge(allow: ["execve", "exit_group"].map(call)).isEmpty)
    #expect(judge(allow: [call("execve")]) == ["RF6012 syscalls.allow"])
    #expect(judge(allow: [startup], deny: ["execve", "execveat"].map(call)) == ["RF6012 syscalls.deny[execve]"])
    #expect(judge(allow: [startup], deny: [call("exit_group")]).contains("RF6012 syscalls.deny[exit_group]"))
    let conditional = SyscallRule(.name("execve"), when: .argument(index: 0, .equals(0)))
    #expect(!judge(allow: [startup], deny: [conditional]).contains { $0.hasPrefix("RF6012") })
  }

  @Test func theABIOfThisHost() {
    let current: SyscallArchitecture = SyscallABI.current == .aarch64 ? .aarch64 : .x86_64
    let other: SyscallArchitecture = SyscallABI.current == .aarch64 ? .x86_64 : .aarch64
    #expect(judge { $0.syscalls.architectures = [other] } == ["RF6013 syscalls.architectures"])
    #expect(judge { $0.syscalls.architectures = [other, .native] }.isEmpty)
    #expect(judge { $0.syscalls.architectures = [other, current] }.isEmpty)
  }

  @Test(arguments: [
    ("_llseek", [SyscallArchitecture.native], true), ("_llseek", [.native, .x86], false), ("open", [.native], false),
    ("socketcall", [.native], true), ("openat", [.native], false), ("riscv_hwprobe", [.native], false),
    ("arch_prctl", [.native, .aarch64], false),
  ])
  func callsOfNoABI(_ name: String, _ architectures: [SyscallArchitecture], isFound: Bool) {
    let found = judge {
      $0.syscalls.deny = [SyscallRule(.name(name))]
      $0.syscalls.architectures = architectures
    }
    #expect(found.contains("RF6014 syscalls.deny[\(name)]") == isFound)
  }

  @Test(arguments: [
    ("socket", ArgumentTest.less(than: 0x1_0000_0000), true), ("socket", .less(than: 0xFFFF_FFFF), false),
    ("socket", .range(0...0xFFFF_FFFF), true), ("socket", .range(1...0xFFFF_FFFF), false),
    ("socket", .masked(mask: 0xFFFF_FFFF_0000_0000, equals: 0), true), ("socket", .masked(mask: 1, equals: 0), false),
    ("lseek", .range(0...UInt64.max), true), ("lseek", .less(than: .max), false), ("socket", .equals(1), false),
    ("socket", .greater(than: 0), false),
  ])
  func conditionsThatAlwaysHold(_ name: String, _ test: ArgumentTest, always: Bool) {
    let index = name == "lseek" ? 1 : 0
    let ordinary = SyscallRule(.group("@container-default"))
    let plain = judge(allow: [ordinary], deny: [SyscallRule(.name(name), when: .argument(index: index, test))])
    #expect(plain.contains("RF6015 syscalls.deny[\(name)]") == always)
    // What always holds never does when it is turned around.
    let turned = judge(allow: [ordinary], deny: [SyscallRule(.name(name), when: .not(.argument(index: index, test)))])
    #expect(turned.contains("RF6009 syscalls.deny[\(name)]") == always)
  }

  @Test func conditionsThatAnotherRuleMakesVoid() {
    let ordinary = SyscallRule(.group("@container-default"))
    let call = { (name: String) in SyscallRule(.name(name), when: .argument(index: 0, .equals(1))) }
    #expect(judge(allow: [ordinary, call("socket")]) == ["RF6016 syscalls.allow[socket]"])
    #expect(judge(allow: [ordinary, call("fsopen")]).allSatisfy { !$0.hasPrefix("RF6016") })
    // The group allows this one only for some arguments.
    #expect(judge(allow: [ordinary, call("personality")]).isEmpty)
    #expect(
      judge(allow: [ordinary], deny: [call("socket"), SyscallRule(.name("socket"))])
        .contains("RF6016 syscalls.deny[socket]")
    )
    #expect(judge(allow: [ordinary], deny: [call("socket")]).isEmpty)
  }

  @Test(arguments: [
    ([ArgumentTest.equals(1), .equals(2)], true), ([.equals(1), .equals(1)], false),
    ([.less(than: 3), .greater(than: 1)], false),
    ([.less(than: 3), .greater(than: 2)], true), ([.isOneOf([4, 9]), .range(5...8)], false),
    ([.isOneOf([4, 9]), .less(than: 4)], true),
    ([.greater(than: .max), .equals(1)], true), ([.range(1...5), .range(4...9), .equals(3)], true),
  ])
  func contradictions(_ tests: [ArgumentTest], never: Bool) {
    let condition = ArgumentCondition.all(tests.map { .argument(index: 0, $0) })
    let found = judge(
      allow: [SyscallRule(.group("@container-default"))],
      deny: [SyscallRule(.name("lseek"), when: condition)]
    )
    #expect(found == (never ? ["RF6009 syscalls.deny[lseek]"] : []))
  }

  @Test func targets() {
    #expect(judge { $0.targets.gvisor.platform = .ptrace } == ["RF7003 targets.gvisor.platform"])
    #expect(judge { $0.targets.kubernetes.namespace = "x" } == ["RF7004 targets.kubernetes"])
    #expect(judge { $0.targets.kubernetes.runtimeClass = "x" } == ["RF7004 targets.kubernetes"])
    #expect(judge { $0.summary = "" } == ["RF7005 name"])
    let input = LintInput(
      sandbox: Sandbox(name: "p", summary: "x"),
      source: SourceText(name: "p.yaml", text: ""),
      origins: [:],
      testCount: 0
    )
    #expect(LintRules.findings(in: input).map(\.rule) == ["RF7001"])
  }
}
