import Sandbox
import TestSupport
import Testing

@testable import Seccomp

@Suite("Proof")
struct ProofTests {
  /// Every instruction changed in many ways: the proof finds a call that shows it, or there is none.
  @Test(arguments: [
    Sandbox.containerDefault(), .containerDefault(architectures: [.x86_64, .x86, .x32]), Sandbox(SyscallPolicy()),
  ])
  func mutationsAreCaught(_ sandbox: Sandbox) throws {
    let filter = try SeccompFilter.compile(for: sandbox, native: .x86_64)
    var random = RandomFilters(generator: SeededGenerator(seed: 11))
    let calls = (0..<400).map { _ in random.call(on: filter.policy) }
    let stride = filter.program.instructions.count > 100 ? 5 : 1
    var caught = 0
    for index in Swift.stride(from: 0, to: filter.program.instructions.count, by: stride) {
      for mutant in Self.mutants(of: filter.program, at: index) {
        if let counterexample = try FilterProof.difference(mutant, filter.policy) {
          caught += 1
          // The counterexample is one.
          #expect(mutant.action(for: counterexample.call) == counterexample.left)
          #expect(filter.policy.action(for: counterexample.call) == counterexample.right)
          #expect(counterexample.left != counterexample.right)
        } else {
          for call in calls { #expect(mutant.action(for: call) == filter.policy.action(for: call)) }
        }
      }
    }
    #expect(caught > filter.program.instructions.count / stride * 4)
  }

  private static func mutants(of program: BPFProgram, at index: Int) -> [BPFProgram] {
    let old = program.instructions[index]
    let changed = [
      BPFInstruction(code: old.code, jt: old.jf, jf: old.jt, k: old.k),
      BPFInstruction(code: old.code, jt: old.jt &+ 1, jf: old.jf, k: old.k),
      BPFInstruction(code: old.code, jt: old.jt, jf: old.jf &+ 1, k: old.k),
      BPFInstruction(code: old.code, jt: old.jt, jf: old.jf, k: old.k &+ 1),
      BPFInstruction(code: old.code, jt: old.jt, jf: old.jf, k: old.k &- 1),
      BPFInstruction(code: old.code, jt: old.jt, jf: old.jf, k: old.k ^ 0x8000_0000),
      BPFInstruction(code: old.code, jt: old.jt, jf: old.jf, k: old.k &+ 4),
      BPFInstruction(code: old.code ^ 0x30, jt: old.jt, jf: old.jf, k: old.k),
      BPFInstruction(code: old.code ^ 0x20, jt: old.jt, jf: old.jf, k: old.k),
      .ret(.allow),
    ]
    return changed.filter { $0 != old }.compactMap { instruction in
      var instructions = program.instructions
      instructions[index] = instruction
      return try? BPFProgram(instructions)
    }
  }

  /// Programs at random of all that the proof follows, against the interpreter.
  @Test(arguments: CrossCheckRounds.seeds(few: 200))
  func diagramsAreWhatProgramsDo(seed: UInt64) throws {
    var random = RandomFilters(generator: SeededGenerator(seed: seed))
    let program = try Self.randomProgram(&random)
    var diagrams = FilterDiagrams()
    let node = try program.diagram(in: &diagrams)
    for _ in 0..<100 {
      let words = (0..<16).map { _ in UInt32(truncatingIfNeeded: random.number(bits: 32)) }
      let call = SeccompData(words: words)
      #expect(diagrams.value(of: node, for: call) == program.action(for: call).rawValue)
    }
  }

  private static func randomProgram(_ random: inout RandomFilters<SeededGenerator>) throws -> BPFProgram {
    let length = Int.random(in: 2...40, using: &random.generator)
    var instructions: [BPFInstruction] = []
    for index in 0..<length {
      let remaining = length - index
      let far = UInt8(clamping: remaining - 1)
      let opcode: BPFInstruction.Opcode =
        [
          .loadAbsolute, .loadAbsolute, .andK, .orK, .xorK, .jeqK, .jgtK, .jgeK, .jsetK, .jeqX, .jump, .tax, .txa,
          .loadImmediate, .loadXImmediate, .andX, .returnK,
        ].randomElement(using: &random.generator) ?? .returnK
      let k = UInt32(truncatingIfNeeded: random.number(bits: 32))
      switch opcode {
      case .loadAbsolute: instructions.append(.load(word: Int.random(in: 0..<16, using: &random.generator)))
      // X has to be a constant where it is compared: the proof follows no more.
      case .tax: instructions.append(BPFInstruction(code: BPFInstruction.Opcode.loadXLength.rawValue))
      case .jump: instructions.append(.jump(UInt32.random(in: 0..<UInt32(max(1, remaining)), using: &random.generator)))
      case _ where opcode.isConditionalJump:
        instructions.append(
          BPFInstruction(
            code: opcode.rawValue,
            jt: UInt8.random(in: 0...(far == 0 ? 0 : far - 1), using: &random.generator),
            jf: UInt8.random(in: 0...(far == 0 ? 0 : far - 1), using: &random.generator),
            k: k
          )
        )
      case .returnK: instructions.append(.ret(FilterAction(rawValue: k)))
      default: instructions.append(BPFInstruction(code: opcode.rawValue, k: k))
      }
    }
    return try BPFProgram(instructions + [.ret(.allow)])
  }

  @Test(arguments: CrossCheckRounds.seeds(few: 40))
  func differencesAreFoundAndRight(seed: UInt64) throws {
    var random = RandomFilters(generator: SeededGenerator(seed: 1000 + seed))
    let left = random.policy(abis: [.x86_64])
    let right = random.policy(abis: [.x86_64])
    let program = try SeccompFilter(left).program
    let found = try FilterProof.difference(program, right)
    if let found {
      #expect(program.action(for: found.call) == found.left)
      #expect(right.action(for: found.call) == found.right)
    }
    for _ in 0..<200 {
      let call = random.call(on: left)
      if program.action(for: call) != right.action(for: call) { #expect(found != nil) }
    }
    #expect(try FilterProof.difference(program, program) == nil)
  }

  @Test func strictness() throws {
    let none = try FilterPolicy(.containerDefault(families: []), native: .x86_64)
    let some = try FilterPolicy(.containerDefault(families: [.unix]), native: .x86_64)
    let admin = try FilterPolicy(.containerDefault(capabilities: [.sysAdmin], families: [.unix]), native: .x86_64)
    let startup = try FilterPolicy(Sandbox(SyscallPolicy()), native: .x86_64)
    #expect(try FilterProof.looser(none, than: some) == nil)
    #expect(try FilterProof.looser(some, than: admin) == nil)
    #expect(try FilterProof.looser(startup, than: none) == nil)
    let socket = try #require(try FilterProof.looser(some, than: none))
    #expect(Syscall(number: socket.call.number, on: .x86_64)?.name.hasPrefix("socket") == true)
    #expect(socket.call.arguments[0] & 0xFFFF_FFFF == 1)
    #expect((socket.left, socket.right) == (.allow, .errno(1)))
    #expect(try FilterProof.looser(admin, than: some) != nil)
    #expect(socket.description.contains("on x86_64: allow against errno 1 (EPERM)"))
  }

  @Test func whatASupervisorMayAllowIsNotStricter() throws {
    let policy = try FilterPolicy(Sandbox(SyscallPolicy()), native: .x86_64)
    let asking = policy.mapActions { $0.isDenial ? .userNotification : $0 }
    #expect(try FilterProof.looser(asking, than: policy) != nil)
    #expect(try FilterProof.looser(policy, than: asking) == nil)
    #expect(try FilterProof.looser(asking, than: asking) == nil)
  }

  @Test func otherErrorsAreNotLooser() throws {
    let policy = try FilterPolicy(Sandbox(SyscallPolicy()), native: .x86_64)
    let other = policy.mapActions { $0 == .errno(1) ? .errno(38) : $0 }
    #expect(try FilterProof.looser(policy, than: other) == nil)
    #expect(try FilterProof.looser(other, than: policy) == nil)
    #expect(try FilterProof.difference(other, policy) != nil)
  }

  /// The registers of an i386 program have no upper halves: a filter that asks for them asks for nothing.
  @Test func i386HasNoUpperHalves() throws {
    let i386 = SyscallABI.x86.auditArchitecture
    let plain = try BPFProgram([.load(word: 1), .jeq(i386, 0, 1), .ret(.allow), .ret(.killProcess)])
    let asking = try BPFProgram([
      .load(word: 1), .jeq(i386, 0, 3), .load(word: 5), .jeq(0, 0, 1), .ret(.allow), .ret(.killProcess),
    ])
    #expect(try FilterProof.difference(plain, asking) == nil)
    let wide = SyscallABI.x86_64.auditArchitecture
    let plain64 = try BPFProgram([.load(word: 1), .jeq(wide, 0, 1), .ret(.allow), .ret(.killProcess)])
    let asking64 = try BPFProgram([
      .load(word: 1), .jeq(wide, 0, 3), .load(word: 5), .jeq(0, 0, 1), .ret(.allow), .ret(.killProcess),
    ])
    #expect(try FilterProof.difference(plain64, asking64) != nil)
  }

  @Test func programsThatComputeAreRefused() throws {
    let add = BPFInstruction(code: BPFInstruction.Opcode.addK.rawValue, k: 1)
    let program = try BPFProgram([.load(word: 4), add, .jeq(3, 0, 1), .ret(.allow), .ret(.killProcess)])
    #expect(throws: ProofError.unsupported(at: 1)) { try FilterProof.difference(program, program) }
    let returnsA = try BPFProgram([
      .load(word: 0), BPFInstruction(code: BPFInstruction.Opcode.returnA.rawValue),
    ])
    #expect(throws: ProofError.unsupported(at: 1)) { try FilterProof.difference(returnsA, returnsA) }
  }

  /// Functions that have no small diagram end in an error, not in a machine without memory.
  @Test func hostileProgramsAreRefused() throws {
    // For 32 bits: is this bit set in argument 0 and in argument 1? Any order of these variables but bit by bit explodes.
    var instructions: [BPFInstruction] = []
    for bit: UInt32 in 0..<32 {
      let jset = BPFInstruction.Opcode.jsetK.rawValue
      instructions += [
        .load(word: 4), BPFInstruction(code: jset, jt: 0, jf: 3, k: 1 << bit),
        .load(word: 6), BPFInstruction(code: jset, jt: 0, jf: 1, k: 1 << bit), .ret(.allow),
      ]
    }
    let program = try BPFProgram(instructions + [.ret(.killProcess)])
    #expect(throws: ProofError.tooComplex) { try FilterProof.difference(program, program.inverted()) }
  }
}

extension BPFInstruction {
  static func jeq(_ value: UInt32, _ jt: UInt8, _ jf: UInt8) -> BPFInstruction {
    BPFInstruction(code: Opcode.jeqK.rawValue, jt: jt, jf: jf, k: value)
  }
}

extension BPFProgram {
  fileprivate func inverted() throws -> BPFProgram {
    try BPFProgram(
      instructions.map { instruction in
        switch instruction {
        case .ret(.allow): .ret(.killProcess)
        case .ret(.killProcess): .ret(.allow)
        default: instruction
        }
      }
    )
  }
}
