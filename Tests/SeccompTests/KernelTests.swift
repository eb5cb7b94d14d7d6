import Sandbox
import TestSupport
import Testing

@testable import Seccomp

/// Filters in the kernel: a process of its own installs one, makes calls, and writes what came back.
@Suite("Kernel", .requires("python3"), .enabled(if: SyscallABI.current == .x86_64, "calls are numbered as on x86_64"))
struct KernelTests {
  /// Reads a filter's length and bytes, then calls as seven numbers a line, from standard input. Everything is read
  /// before the filter is there; one line is written for each call: what it returned, or minus the error.
  private static let script = """
    import ctypes, os, struct, sys
    libc = ctypes.CDLL(None, use_errno=True)
    data = sys.stdin.buffer.read()
    (length,) = struct.unpack_from('<I', data)
    code = data[4:4 + length]
    calls = [[int(n) for n in line.split()] for line in data[4 + length:].decode().splitlines()]
    buffer = ctypes.create_string_buffer(code, len(code))
    class Program(ctypes.Structure):
        _fields_ = [('length', ctypes.c_ushort), ('filter', ctypes.c_void_p)]
    program = Program(length // 8, ctypes.addressof(buffer))
    libc.syscall.restype = ctypes.c_long
    if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
        sys.exit(3)
    if len(sys.argv) > 1:
        os.execv(sys.argv[1], sys.argv[1:])
    for call in calls:
        ctypes.set_errno(0)
        result = libc.syscall(*[ctypes.c_ulong(n) for n in call])
        print(-ctypes.get_errno() if result < 0 else result)
    """

  private static func run(_ program: BPFProgram, _ calls: [[UInt64]]) throws -> (results: [Int], exitCode: Int32) {
    let bytes = program.bytes
    var input = withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { Array($0) } + bytes
    for call in calls { input += (call.map(String.init).joined(separator: " ") + "\n").utf8 }
    let child = try ChildProcess.run(["python3", "-c", script], input: input)
    return (child.outputText.split(separator: "\n").compactMap { Int($0) }, child.exitCode)
  }

  /// Calls without parameters do the same whatever is in the registers, so that only the filter looks at them.
  private static let harmless: [UInt32] = [110, 39, 186, 102, 104, 107, 108]

  @Test(arguments: CrossCheckRounds.seeds(few: 12, share: 1000))
  func theKernelAgrees(seed: UInt64) throws {
    var random = RandomFilters(generator: SeededGenerator(seed: 500 + seed))
    let widths = [64, 32, 16, 8, 64, 32]
    var distinct = [FilterPolicy.Decision(otherwise: .allow)]
    var decisions = [UInt16](repeating: 0, count: 200)
    for number in Self.harmless {
      decisions[Int(number)] = UInt16(distinct.count)
      distinct.append(
        random.decision(widths: widths).mapActions {
          switch $0 {
          case .killProcess: .errno(11)
          case .userNotification: .errno(95)
          default: $0
          }
        }
      )
    }
    let policy = FilterPolicy(
      sections: [FilterPolicy.Section(abi: .x86_64, decisions: decisions, distinct: distinct)],
      foreign: .killProcess
    )
    let program = try SeccompFilter(policy).program
    let calls = (0..<400).map { _ in
      [UInt64(Self.harmless.randomElement(using: &random.generator) ?? 39)]
        + (0..<6).map { _ in random.number(bits: 64) }
    }
    let (results, exitCode) = try Self.run(program, calls)
    #expect(exitCode == 0)
    try #require(results.count == calls.count)
    for (call, result) in zip(calls, results) {
      let action = policy.action(
        for: SeccompData(
          number: UInt32(call[0]),
          architecture: SyscallABI.x86_64.auditArchitecture,
          arguments: Array(call.dropFirst())
        )
      )
      if action == .allow { #expect(result >= 0) } else { #expect(result == -Int(action.data)) }
    }
  }

  @Test func aProgramLivesUnderTheDefaultFilter() throws {
    let program = try SeccompFilter.compile(for: .containerDefault(families: [.unix])).program
    let socket: UInt64 = 41
    let (results, exitCode) = try Self.run(
      program,
      [
        [39], [socket, 40, 5, 0], [socket, 0x1_0000_0028, 5, 0], [socket, 0x1_0000_0026, 5, 0], [socket, 2, 1, 0],
        [socket, 1, 1, 0], [165, 0, 0, 0, 0, 0], [435, 0, 0], [600], [16, 0, 0x1_0000_5412, 0], [272, 0x1000_0000],
        [56, 0x1000_0000], [250, 0], [425, 1, 0], [135, 0xFFFF_FFFF],
      ]
    )
    #expect(exitCode == 0)
    try #require(results.count == 15)
    #expect(results[0] > 0)
    #expect(results[5] > 0)
    #expect(results[14] == 0)
    #expect(results[1...4].allSatisfy { $0 == -1 })
    #expect(results[6] == -1)
    #expect(results[7...8].allSatisfy { $0 == -38 })
    #expect(results[9...13].allSatisfy { $0 == -1 })
  }

  /// The filter of a policy that says nothing is enough for a program that does nothing but its work.
  @Test(arguments: [
    ["/bin/true"], ["/bin/echo", "a"], ["/bin/sh", "-c", "echo a"], ["/bin/cat", "/etc/hostname"],
    ["/usr/bin/head", "-c1", "/etc/passwd"],
  ])
  func programsStartUnderTheSmallestFilter(_ command: [String]) throws {
    let bytes = try SeccompFilter.compile(for: Sandbox(SyscallPolicy())).program.bytes
    let input = withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { Array($0) } + bytes
    let child = try ChildProcess.run(["python3", "-c", Self.script] + command, input: input)
    #expect(child.exitCode == 0, "\(child.errorText)")
  }

  @Test func otherABIsEndTheProcess() throws {
    let program = try SeccompFilter.compile(for: .containerDefault()).program
    // SIGSYS is 31. x32's getpid, whether this kernel has x32 or not.
    let (results, exitCode) = try Self.run(program, [[39], [0x4000_0000 + 39], [39]])
    #expect(exitCode == 128 + 31)
    #expect(results.count <= 1)
  }

  /// What the proof says of libseccomp is what the kernel does: it makes the call that no rule allows.
  @Test(arguments: LibseccompTests.miscompiled.indices)
  func theKernelMakesTheCallsThatLibseccompLetsThrough(_ index: Int) throws {
    let (rules, arguments) = LibseccompTests.miscompiled[index]
    // What Python needs is allowed, and getppid by the rules alone.
    var profile = LibseccompTests.profile(rules)
    profile.rules.append(.init(SyscallTable.allNames.filter { $0 != "getppid" && Libseccomp.knows($0) }, .allow))
    let call = [110] + arguments
    let ours = try Self.run(SeccompFilter(profile.meaning(host: .x86_64)).program, [call])
    #expect(ours.results == [-1])
    let theirs = try Self.run(Libseccomp.program(of: profile, host: .x86_64), [call])
    withKnownIssue("a libseccomp that is right here") {
      #expect(theirs.results == [-1])
    }
  }

  /// The longest program that the compiler may make is one that the kernel takes.
  @Test func longProgramsAreTaken() throws {
    var random = RandomFilters(generator: SeededGenerator(seed: 77))
    let distinct =
      [FilterPolicy.Decision(otherwise: .allow)] + (0..<200).map { _ in random.decision(widths: [64, 32]) }
    let decisions = (0..<700).map { $0 < 500 ? UInt16(0) : UInt16(1 + $0 % 200) }
    let policy = FilterPolicy(
      sections: [FilterPolicy.Section(abi: .x86_64, decisions: decisions, distinct: distinct)],
      foreign: .killProcess
    )
    let program = try SeccompFilter(policy).program
    #expect(program.instructions.count > 800)
    let (results, exitCode) = try Self.run(program, [[39]])
    #expect(exitCode == 0 && results.count == 1)
  }
}
