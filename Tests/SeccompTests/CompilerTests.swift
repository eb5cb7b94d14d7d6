import Sandbox
import TestSupport
import Testing

@testable import Seccomp

@Suite("Compiler")
struct CompilerTests {
  /// libseccomp makes 336 instructions of Docker's default profile on x86_64 and 998 of its three ABIs.
  @Test(arguments: [
    ([SyscallArchitecture.x86_64], 85), ([.aarch64], 85), ([.riscv64], 85), ([.x86_64, .x86, .x32], 300),
  ])
  func programsAreSmall(_ architectures: [SyscallArchitecture], _ limit: Int) throws {
    let filter = try SeccompFilter.compile(for: .containerDefault(architectures: architectures), native: .x86_64)
    #expect(filter.program.instructions.count <= limit)
  }

  @Test func callsAreDecidedInFewSteps() throws {
    let filter = try SeccompFilter.compile(for: .containerDefault(), native: .x86_64)
    for number: UInt32 in 0...600 {
      let call = SeccompData(number: number, architecture: SyscallABI.x86_64.auditArchitecture)
      #expect(filter.program.run(on: call).executed <= 20)
    }
  }

  /// The kernel answers for calls whose arguments do not matter from a bitmap, unless the filter looks at an argument.
  @Test(arguments: [[SyscallArchitecture.x86_64], [.x86_64, .x86, .x32], [.aarch64]])
  func argumentsAreOnlyLoadedWhereTheyMatter(_ architectures: [SyscallArchitecture]) throws {
    let filter = try SeccompFilter.compile(for: .containerDefault(architectures: architectures), native: .x86_64)
    for section in filter.policy.sections {
      for number in section.abi.firstNumber..<section.abi.firstNumber + 700 {
        let decision = section.decision(for: number)
        let loaded = filter.program.loadedWords(
          for: SeccompData(number: number, architecture: section.abi.auditArchitecture)
        )
        #expect(decision.clauses.isEmpty == loaded.isSubset(of: [0, 1]), "\(section.abi) \(number)")
        #expect(!loaded.contains(2) && !loaded.contains(3))
      }
    }
  }

  @Test(arguments: CrossCheckRounds.seeds(few: 60))
  func programsAreTheirPolicies(seed: UInt64) throws {
    var random = RandomFilters(generator: SeededGenerator(seed: seed))
    let abis: [SyscallABI] = [[.x86_64], [.x86_64, .x86, .x32], [.aarch64], [.x32], [.riscv64, .x86]][Int(seed) % 5]
    let policy = random.policy(abis: abis)
    let filter = try SeccompFilter(policy)
    for _ in 0..<300 {
      let call = random.call(on: policy)
      #expect(filter.program.action(for: call) == policy.action(for: call), "\(call.description)")
    }
  }

  @Test func farJumpsAreReached() throws {
    // 600 numbers in turn, and conditions behind them: more than a conditional jump can reach.
    var random = RandomFilters(generator: SeededGenerator(seed: 7))
    let distinct = (0..<40).map { _ in random.decision(widths: [64, 64, 64, 64, 64, 64]) }
    let policy = FilterPolicy(
      sections: [
        FilterPolicy.Section(abi: .x86_64, decisions: (0..<600).map { UInt16($0 * 7 % 40) }, distinct: distinct)
      ],
      foreign: .killProcess
    )
    let filter = try SeccompFilter(policy)
    #expect(filter.program.instructions.count > 700)
    for _ in 0..<3000 {
      let call = random.call(on: policy)
      #expect(filter.program.action(for: call) == policy.action(for: call))
    }
  }

  @Test func tooLongProgramsAreErrors() throws {
    var random = RandomFilters(generator: SeededGenerator(seed: 8))
    let distinct = (0..<3000).map { _ in random.decision(widths: [64, 64, 64, 64, 64, 64]) }
    let policy = FilterPolicy(
      sections: [FilterPolicy.Section(abi: .x86_64, decisions: (0..<3000).map(UInt16.init), distinct: distinct)],
      foreign: .killProcess
    )
    #expect { try SeccompFilter(policy) } throws: { error in
      if case .programTooLong(let count)? = error as? SeccompError { count > BPFProgram.maximumLength } else { false }
    }
  }

  @Test func longListsOfValuesAreErrorsNotStackOverflows() throws {
    var syscalls = SyscallPolicy()
    syscalls.allow = [
      SyscallRule(.name("kill"), when: .argument(index: 0, .isOneOf((0..<100_000).map { UInt64($0 * 3) })))
    ]
    #expect(throws: SeccompError.tooManyConditions("kill")) { try SeccompFilter.compile(for: Sandbox(syscalls)) }
  }

  @Test func theSamePolicyMakesTheSameBytes() throws {
    let first = try SeccompFilter.compile(for: .containerDefault(), native: .x86_64).program.bytes
    let second = try SeccompFilter.compile(for: .containerDefault(), native: .x86_64).program.bytes
    #expect(first == second)
    #expect(first.count % 8 == 0)
  }

  @Test func theListingNamesCalls() throws {
    let listing = try SeccompFilter.compile(for: .containerDefault(), native: .x86_64).listing
    for part in [
      "load  architecture", "(x86_64, x32)", "(socket)", "argument 0, lower half", "ret   allow", "errno 1 (EPERM)",
    ] {
      #expect(listing.contains(part), "\(part)")
    }
    #expect(listing.split(separator: "\n").count < 90)
  }
}

extension BPFProgram {
  /// The words of the call that a run looks at.
  fileprivate func loadedWords(for call: SeccompData) -> Set<Int> {
    var words: Set<Int> = []
    var counter = 0
    var a: UInt32 = 0
    while counter < instructions.count {
      let instruction = instructions[counter]
      counter += 1
      switch instruction.opcode {
      case .loadAbsolute?:
        words.insert(Int(instruction.k / 4))
        a = call.word(Int(instruction.k / 4))
      case .andK?: a &= instruction.k
      case .jump?: counter += Int(instruction.k)
      case .jeqK?: counter += Int(a == instruction.k ? instruction.jt : instruction.jf)
      case .jgtK?: counter += Int(a > instruction.k ? instruction.jt : instruction.jf)
      case .jgeK?: counter += Int(a >= instruction.k ? instruction.jt : instruction.jf)
      case .jsetK?: counter += Int(a & instruction.k != 0 ? instruction.jt : instruction.jf)
      default: return words
      }
    }
    return words
  }
}
