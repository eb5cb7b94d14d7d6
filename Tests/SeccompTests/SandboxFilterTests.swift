import Sandbox
import Testing

@testable import Seccomp

/// What the clauses of a policy mean, asked of compiled programs.
@Suite("Filter of a sandbox")
struct SandboxFilterTests {
  private static func action(
    _ name: String,
    _ arguments: [UInt64] = [],
    on abi: SyscallABI = .x86_64,
    in sandbox: Sandbox
  ) throws -> FilterAction {
    let number = try #require(Syscall(named: name)?.number(on: abi))
    return try action(number, arguments, on: abi, in: sandbox)
  }

  private static func action(
    _ number: UInt32,
    _ arguments: [UInt64] = [],
    on abi: SyscallABI = .x86_64,
    in sandbox: Sandbox
  ) throws -> FilterAction {
    try SeccompFilter.compile(for: sandbox, native: .x86_64).program.action(
      for: SeccompData(number: number, architecture: abi.auditArchitecture, arguments: arguments)
    )
  }

  private static func sandbox(
    allow: [SyscallRule] = [],
    deny: [SyscallRule] = [],
    families: Set<SocketFamily> = [],
    architectures: [SyscallArchitecture] = [.native]
  ) -> Sandbox {
    var syscalls = SyscallPolicy()
    syscalls.allow = allow
    syscalls.deny = deny
    syscalls.architectures = architectures
    return Sandbox(syscalls, families: families)
  }

  @Test(arguments: [
    ("read", FilterAction.allow), ("openat", .allow), ("mount", .errno(1)), ("ptrace", .allow), ("keyctl", .errno(1)),
    ("io_uring_setup", .errno(1)), ("userfaultfd", .errno(1)), ("unshare", .errno(1)), ("setns", .errno(1)),
    ("clone3", .errno(38)), ("mseal", .allow), ("bpf", .errno(1)), ("chroot", .errno(1)), ("syslog", .errno(1)),
    ("open_by_handle_at", .errno(1)), ("kexec_load", .errno(1)), ("arch_prctl", .allow), ("modify_ldt", .allow),
  ])
  func containerDefault(_ name: String, _ expected: FilterAction) throws {
    #expect(try Self.action(name, in: .containerDefault()) == expected)
  }

  @Test(arguments: [
    (0x0000_0011 as UInt64, true), (0x003D_0F00, true), (0x1000_0011, false), (0x0002_0011, false),
    // The kernel looks at the lower half alone.
    (0x1_0000_0011, true), (0xFFFF_FFFF_1000_0011, false),
  ])
  func namespacesCannotBeMade(_ flags: UInt64, _ isAllowed: Bool) throws {
    #expect(try Self.action("clone", [flags], in: .containerDefault()).isDenial == !isAllowed)
  }

  @Test(arguments: [
    (0x5401 as UInt64, true), (0x5412, false), (0x541C, false), (0x1_0000_5412, false), (0xFFFF_FFFF_0000_541C, false),
    (0x1_0000_5401, true),
  ])
  func nothingIsTypedIntoTheTerminal(_ request: UInt64, _ isAllowed: Bool) throws {
    #expect(try Self.action("ioctl", [0, request], in: .containerDefault()).isDenial == !isAllowed)
  }

  @Test(arguments: [
    (0 as UInt64, true), (8, true), (0x20000, true), (0x20008, true), (0xFFFF_FFFF, true), (0x40000, false),
    (0x1_0000_0000, true), (0x1_0004_0000, false),
  ])
  func personalities(_ persona: UInt64, _ isAllowed: Bool) throws {
    #expect(try Self.action("personality", [persona], in: .containerDefault()).isDenial == !isAllowed)
  }

  @Test(arguments: ["socket", "socketpair"])
  func socketsOfListedFamiliesOnly(_ name: String) throws {
    let sandbox = Sandbox.containerDefault(families: [.unix, .inet6])
    for (family, isAllowed) in [
      (1 as UInt64, true), (10, true), (2, false), (16, false), (38, false), (40, false),
      // The upper half is not the kernel's business (moby's profile lets these two through).
      (0x1_0000_0028, false), (0x1_0000_0026, false), (0x1_0000_0001, true), (0xFFFF_FFFF_0000_000A, true),
    ] {
      #expect(try Self.action(name, [family, 1, 0], in: sandbox).isDenial == !isAllowed, "\(family)")
    }
  }

  @Test func noFamiliesNoSockets() throws {
    let named = Self.sandbox(allow: [SyscallRule(.name("socket")), SyscallRule(.group("@network"))])
    #expect(try Self.action("socket", [1, 1, 0], in: named) == .errno(1))
    #expect(try Self.action("connect", [3], in: named) == .allow)
  }

  @Test func familiesAndConditionsBothHaveToHold() throws {
    let sandbox = Self.sandbox(
      allow: [SyscallRule(.name("socket"), when: .argument(index: 1, .equals(1)))],
      families: [.inet]
    )
    #expect(try Self.action("socket", [2, 1], in: sandbox) == .allow)
    #expect(try Self.action("socket", [2, 2], in: sandbox) == .errno(1))
    #expect(try Self.action("socket", [1, 1], in: sandbox) == .errno(1))
  }

  @Test func denyComesFirst() throws {
    let sandbox = Self.sandbox(
      allow: [SyscallRule(.name("prctl")), SyscallRule(.group("@basic-io"))],
      deny: [SyscallRule(.name("prctl"), when: .argument(index: 0, .equals(4))), SyscallRule(.name("write"))]
    )
    #expect(try Self.action("prctl", [4], in: sandbox) == .errno(1))
    #expect(try Self.action("prctl", [0x1_0000_0004], in: sandbox) == .errno(1))
    #expect(try Self.action("prctl", [3], in: sandbox) == .allow)
    #expect(try Self.action("write", in: sandbox) == .errno(1))
    #expect(try Self.action("read", in: sandbox) == .allow)
  }

  @Test func anyAllowRuleIsEnough() throws {
    let sandbox = Self.sandbox(allow: [
      SyscallRule(.name("kill"), when: .argument(index: 1, .equals(0))),
      SyscallRule(.name("kill"), when: .argument(index: 1, .equals(15))),
    ])
    for (signal, expected) in [(0 as UInt64, FilterAction.allow), (15, .allow), (9, .errno(1))] {
      #expect(try Self.action("kill", [1, signal], in: sandbox) == expected)
    }
  }

  @Test func narrowArgumentsCompareNarrowly() throws {
    // umode_t has 16 bits: 0o4755 is also 0x109ED.
    let sandbox = Self.sandbox(
      allow: [SyscallRule(.name("chmod"))],
      deny: [SyscallRule(.name("chmod"), when: .argument(index: 1, .equals(0o4755)))]
    )
    #expect(try Self.action("chmod", [0, 0o4755], in: sandbox) == .errno(1))
    #expect(try Self.action("chmod", [0, 0x1_0000 | 0o4755], in: sandbox) == .errno(1))
    #expect(try Self.action("chmod", [0, 0o755], in: sandbox) == .allow)
  }

  @Test func otherArchitecturesAreKilled() throws {
    let sandbox = Sandbox.containerDefault()
    #expect(try Self.action("read", on: .x32, in: sandbox) == .killProcess)
    #expect(try Self.action("read", on: .x86, in: sandbox) == .killProcess)
    #expect(try Self.action("read", on: .aarch64, in: sandbox) == .killProcess)
    #expect(try Self.action(0x4000_0000, in: sandbox) == .killProcess)
    let all = Sandbox.containerDefault(architectures: [.native, .x86, .x32])
    #expect(try Self.action("read", on: .x32, in: all) == .allow)
    #expect(try Self.action("read", on: .x86, in: all) == .allow)
    #expect(try Self.action("mount", on: .x86, in: all) == .errno(1))
  }

  @Test func socketcallIsNeverAllowed() throws {
    let sandbox = Sandbox.containerDefault(architectures: [.native, .x86])
    #expect(try Self.action("socketcall", [1], on: .x86, in: sandbox) == .errno(38))
    #expect(try Self.action("socket", [2, 1], on: .x86, in: sandbox) == .allow)
    #expect(try Self.action("socket", [38, 1], on: .x86, in: sandbox) == .errno(1))
    #expect(throws: SeccompError.socketcallAllowed) {
      try SeccompFilter.compile(
        for: Self.sandbox(allow: [SyscallRule(.name("socketcall"))], architectures: [.x86]),
        native: .x86_64
      )
    }
  }

  @Test func numbersBeyondTheTablesAreUnknown() throws {
    for number: UInt32 in [337, 400, 500, 600, 9999, 0x3FFF_FFFF] {
      #expect(try Self.action(number, in: .containerDefault()) == .errno(38))
    }
    var syscalls = SyscallPolicy()
    syscalls.defaultAction = .kill
    syscalls.unknownAction = .errno(.eperm)
    #expect(try Self.action(600, in: Sandbox(syscalls)) == .errno(1))
    #expect(try Self.action("mount", in: Sandbox(syscalls)) == .killProcess)
    #expect(try Self.action("clone3", in: Sandbox(syscalls)) == .errno(1))
  }

  @Test func clone3IsAllowedByNameOnly() throws {
    #expect(try Self.action("clone3", in: Self.sandbox(allow: [SyscallRule(.group("@process"))])) == .errno(38))
    #expect(try Self.action("clone3", in: Self.sandbox(allow: [SyscallRule(.name("clone3"))])) == .allow)
    #expect(try Self.action("clone3", in: Self.sandbox(deny: [SyscallRule(.group("@process"))])) == .errno(1))
  }

  @Test func capabilitiesAddWhatDockerAdds() throws {
    for (capability, name) in [
      (Capability.sysAdmin, "mount"), (.sysAdmin, "clone3"), (.sysAdmin, "unshare"), (.sysChroot, "chroot"),
      (.sysTime, "clock_settime"), (.bpf, "bpf"), (.perfmon, "perf_event_open"), (.sysPtrace, "kcmp"),
      (.dacReadSearch, "open_by_handle_at"), (.sysModule, "init_module"), (.sysNice, "mbind"), (.syslog, "syslog"),
      (.sysBoot, "reboot"), (.sysRawio, "iopl"), (.sysTtyConfig, "vhangup"), (.sysPacct, "acct"),
    ] {
      #expect(try Self.action(name, in: .containerDefault(capabilities: [capability])) == .allow, "\(name)")
      #expect(try Self.action(name, in: .containerDefault()).isDenial, "\(name)")
    }
    #expect(try Self.action("clone", [0x1000_0000], in: .containerDefault(capabilities: [.sysAdmin])) == .allow)
  }

  @Test(arguments: [
    (SyscallRule(.name("opne")), SeccompError.unknownSyscall("opne")),
    (SyscallRule(.name("")), .unknownSyscall("")),
    (SyscallRule(.group("@nothing")), .unknownGroup("@nothing")),
    (SyscallRule(.group("@network"), when: .argument(index: 0, .equals(1))), .conditionOnGroup("@network")),
    (
      SyscallRule(.name("socket"), when: .argument(index: 3, .equals(1))),
      .noSuchArgument(syscall: "socket", index: 3, abi: .x86_64)
    ),
    (
      SyscallRule(.name("getpid"), when: .not(.any([.argument(index: 0, .equals(1))]))),
      .noSuchArgument(syscall: "getpid", index: 0, abi: .x86_64)
    ),
    (
      SyscallRule(.name("socket"), when: .argument(index: 0, .equals(0x1_0000_0026))),
      .valueTooWide(syscall: "socket", index: 0, value: 0x1_0000_0026, bits: 32)
    ),
    (
      SyscallRule(.name("read"), when: .argument(index: -1, .equals(0))),
      .noSuchArgument(syscall: "read", index: -1, abi: .x86_64)
    ),
  ])
  func mistakesAreErrors(_ rule: SyscallRule, _ error: SeccompError) {
    #expect(throws: error) { try SeccompFilter.compile(for: Self.sandbox(allow: [rule]), native: .x86_64) }
    #expect(throws: error) { try SeccompFilter.compile(for: Self.sandbox(deny: [rule]), native: .x86_64) }
  }

  @Test func namesOfOtherABIsAreFine() throws {
    let sandbox = Self.sandbox(allow: [SyscallRule(.name("clock_gettime64")), SyscallRule(.name("riscv_hwprobe"))])
    #expect(try SeccompFilter.compile(for: sandbox, native: .x86_64).program.instructions.count < 12)
  }

  @Test func explanationsAskTheSupervisor() throws {
    let filter = try SeccompFilter.compile(for: .containerDefault(), native: .x86_64, variant: .explaining)
    let mount = try #require(Syscall(named: "mount")?.number(on: .x86_64))
    let read = try #require(Syscall(named: "read")?.number(on: .x86_64))
    let architecture = SyscallABI.x86_64.auditArchitecture
    #expect(filter.program.action(for: SeccompData(number: mount, architecture: architecture)) == .userNotification)
    #expect(filter.program.action(for: SeccompData(number: read, architecture: architecture)) == .allow)
    #expect(filter.program.action(for: SeccompData(number: read, architecture: 1)) == .userNotification)
  }
}
