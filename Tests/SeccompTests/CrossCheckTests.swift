import CanonicalJSON
import Diagnostics
import Sandbox
import TestSupport
import Testing

@testable import Seccomp

/// Random policies, from the model down, against who knows nothing of how filters are made.
@Suite("Cross-checks of random policies")
struct CrossCheckTests {
  /// Calls with arguments of every width, those with rules of their own, and one that only i386 has.
  private static let names = [
    "read", "openat", "socket", "socketpair", "clone", "clone3", "personality", "prctl", "mmap", "lseek", "ioctl",
    "fcntl", "kill", "umask", "getpid", "munlock", "waitpid", "mseal", "io_uring_setup",
  ]
  private static let groups = ["@startup", "@io_uring", "@keyring", "@network", "@process", "@clock"]

  private static func sandbox(
    _ random: inout RandomFilters<SeededGenerator>,
    architectures: [[SyscallArchitecture]] = [[.native], [.native, .x32], [.native, .x86], [.aarch64], [.riscv64]]
  ) -> Sandbox {
    var syscalls = SyscallPolicy()
    syscalls.architectures = architectures.randomElement(using: &random.generator) ?? [.native]
    let actions: [SyscallAction] = [.errno(.eperm), .errno(.eacces), .errno(.enosys), .kill]
    syscalls.defaultAction = actions.randomElement(using: &random.generator) ?? .kill
    syscalls.unknownAction = actions.randomElement(using: &random.generator) ?? .kill
    syscalls.allow = rules(&random, atMost: 8)
    syscalls.deny = rules(&random, atMost: 4)
    let families = SocketFamily.allCases.filter { _ in Bool.random(using: &random.generator) }
    return Sandbox(syscalls, families: Set(families))
  }

  private static func rules(_ random: inout RandomFilters<SeededGenerator>, atMost most: Int) -> [SyscallRule] {
    (0..<Int.random(in: 0...most, using: &random.generator)).map { _ in
      if Int.random(in: 0..<4, using: &random.generator) == 0 {
        return SyscallRule(.group(groups.randomElement(using: &random.generator) ?? "@startup"))
      }
      let name = names.randomElement(using: &random.generator) ?? "read"
      let count = SyscallTable.parameterCount(of: name) ?? 0
      let isPlain = count == 0 || Bool.random(using: &random.generator)
      return SyscallRule(.name(name), when: isPlain ? nil : condition(on: name, count, depth: 2, &random))
    }
  }

  private static func condition(
    on name: String,
    _ count: Int,
    depth: Int,
    _ random: inout RandomFilters<SeededGenerator>
  ) -> ArgumentCondition {
    let parts = Int.random(in: 1...2, using: &random.generator)
    switch depth == 0 ? 3 : Int.random(in: 0..<5, using: &random.generator) {
    case 0: return .all((0..<parts).map { _ in condition(on: name, count, depth: depth - 1, &random) })
    case 1: return .any((0..<parts).map { _ in condition(on: name, count, depth: depth - 1, &random) })
    case 2: return .not(condition(on: name, count, depth: depth - 1, &random))
    default:
      let index = Int.random(in: 0..<count, using: &random.generator)
      let bits = SyscallTable.argumentBits(at: index, in: name) ?? 32
      return .argument(index: index, random.test(bits: bits))
    }
  }

  private static func call(_ random: inout RandomFilters<SeededGenerator>, on abi: SyscallABI) -> SeccompData {
    let name = names.randomElement(using: &random.generator) ?? "read"
    let any = Syscall.all.randomElement(using: &random.generator)?.name ?? name
    let known = Syscall(named: Bool.random(using: &random.generator) ? name : any)?.number(on: abi)
    return SeccompData(
      number: known ?? abi.numbers.lowerBound + UInt32.random(in: 0...700, using: &random.generator),
      architecture: abi.auditArchitecture,
      arguments: (0..<6).map { _ in random.number(bits: abi == .x86 ? 32 : 64) }
    )
  }

  /// The model, read as its documentation puts it.
  private static func expected(_ sandbox: Sandbox, _ call: SeccompData) -> FilterAction {
    let allowed = sandbox.syscalls.architectures.map { SyscallABI($0, native: .x86_64) }
    let abi = allowed.first { $0.auditArchitecture == call.architecture && $0.numbers.contains(call.number) }
    guard let abi else { return .killProcess }
    guard let syscall = Syscall(number: call.number, on: abi) else {
      return FilterAction(sandbox.syscalls.unknownAction)
    }
    let name = syscall.name
    let widths = syscall.parameterWidths(on: abi)
    func holds(_ condition: ArgumentCondition) -> Bool {
      switch condition {
      case .all(let parts): return parts.allSatisfy(holds)
      case .any(let parts): return parts.contains(where: holds)
      case .not(let part): return !holds(part)
      case .argument(let index, let test):
        let bits = widths[index]
        let value = bits == 64 ? call.arguments[index] : call.arguments[index] % (1 << UInt64(bits))
        switch test {
        case .equals(let other): return value == other
        case .isOneOf(let others): return others.contains(value)
        case .masked(let mask, let other): return value & mask == other
        case .less(let bound): return value < bound
        case .greater(let bound): return value > bound
        case .range(let range): return range.lowerBound <= value && value <= range.upperBound
        }
      }
    }
    func applies(_ rule: SyscallRule, toOpaque: Bool) -> Bool {
      switch rule.selector {
      case .name(let other): return other == name && (rule.condition.map(holds) ?? true)
      case .group(let group):
        let isMember = SyscallGroup(named: group)?.members.contains(syscall) ?? false
        return isMember && (toOpaque || !["clone3", "socketcall"].contains(name))
      }
    }
    if sandbox.syscalls.deny.contains(where: { applies($0, toOpaque: true) }) {
      return FilterAction(sandbox.syscalls.defaultAction)
    }
    let isFamilyListed = sandbox.network.socketFamilies.contains { UInt64($0.number) == call.arguments[0] % (1 << 32) }
    let isSocket = ["socket", "socketpair"].contains(name)
    if sandbox.syscalls.allow.contains(where: { applies($0, toOpaque: false) }), !isSocket || isFamilyListed {
      return .allow
    }
    let isOpaque = ["clone3", "socketcall"].contains(name)
    return FilterAction(isOpaque ? sandbox.syscalls.unknownAction : sandbox.syscalls.defaultAction)
  }

  @Test(arguments: CrossCheckRounds.seeds(few: 60))
  func programsDoWhatTheModelSays(seed: UInt64) throws {
    var random = RandomFilters(generator: SeededGenerator(seed: seed))
    let sandbox = Self.sandbox(&random)
    let program: BPFProgram
    do throws(SeccompError) {
      program = try SeccompFilter.compile(for: sandbox, native: .x86_64).program
    } catch {
      // Conditions on what an ABI lacks, and the like.
      switch error {
      case .noSuchArgument, .valueTooWide: return
      default: throw error
      }
    }
    let abis = sandbox.syscalls.architectures.map { SyscallABI($0, native: .x86_64) } + [.x86, .x32]
    for _ in 0..<400 {
      let call = Self.call(&random, on: abis.randomElement(using: &random.generator) ?? .x86_64)
      #expect(program.action(for: call) == Self.expected(sandbox, call), "\(call.description)")
    }
  }

  /// What we write for engines is of the one kind that libseccomp compiles rightly, in both of its ways.
  @Test(arguments: CrossCheckRounds.seeds(few: 12, share: 500))
  func libseccompCompilesOurProfilesRightly(seed: UInt64) throws {
    var random = RandomFilters(generator: SeededGenerator(seed: seed))
    let sandbox = Self.sandbox(&random, architectures: [[.native], [.native, .x32]])
    let json: JSON
    do throws(SeccompError) {
      json = try OCISeccompProfile.export(for: sandbox, native: .x86_64)
    } catch {
      switch error {
      case .noSuchArgument, .valueTooWide, .tooManyRules, .notExpressible: return
      default: throw error
      }
    }
    let text = SourceText(name: "seccomp.json", bytes: json.encoded(.compact))
    let profile = try SeccompProfile(oci: JSONNode(reading: text))
    // Hundreds of rules for a call take libseccomp minutes.
    guard profile.rules.count < 200 else { return }
    let unknown = Set(SyscallTable.allNames.filter { !Libseccomp.knows($0) })
    let meaning = profile.meaning(host: .x86_64, unknownNames: unknown, hasStub: false, foreign: .killProcess)
    for isTree in [false, true] {
      let program = try Libseccomp.program(of: profile, host: .x86_64, isTree: isTree, foreign: .killProcess)
      #expect(try FilterProof.difference(Except(.max, in: program), Except(.max, in: meaning)) == nil)
    }
  }
}
