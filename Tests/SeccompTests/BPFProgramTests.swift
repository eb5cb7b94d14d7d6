import TestSupport
import Testing

@testable import Seccomp

@Suite("BPF")
struct BPFProgramTests {
  private static let ret = BPFInstruction.ret(.allow)

  @Test(arguments: [
    ([], BPFError.empty),
    ([BPFInstruction.load(word: 0)], .noReturn),
    ([BPFInstruction(code: 0x20, k: 2), ret], .badOffset(at: 0, offset: 2)),
    ([BPFInstruction(code: 0x20, k: 64), ret], .badOffset(at: 0, offset: 64)),
    ([BPFInstruction(code: 0x30, k: 0), ret], .unknownInstruction(at: 0, code: 0x30)),
    ([BPFInstruction(code: 0x94, k: 3), ret], .unknownInstruction(at: 0, code: 0x94)),
    ([BPFInstruction(code: 0x34, k: 0), ret], .divisionByZero(at: 0)),
    ([BPFInstruction(code: 0x64, k: 32), ret], .badShift(at: 0, bits: 32)),
    ([BPFInstruction(code: 0x02, k: 16), ret], .badScratchWord(at: 0, word: 16)),
    ([BPFInstruction(code: 0x60, k: 3), ret], .uninitialisedScratchWord(at: 0, word: 3)),
    ([.jump(1), ret], .jumpOutOfRange(at: 0)),
    ([.jump(.max), ret], .jumpOutOfRange(at: 0)),
    ([BPFInstruction.jeq(0, 1, 0), ret], .jumpOutOfRange(at: 0)),
    ([BPFInstruction.jeq(0, 0, 255), ret], .jumpOutOfRange(at: 0)),
    // Written on one way only.
    (
      [.load(word: 0), .jeq(1, 0, 1), BPFInstruction(code: 0x02, k: 0), BPFInstruction(code: 0x60, k: 0), ret],
      .uninitialisedScratchWord(at: 3, word: 0)
    ),
  ])
  func theKernelsRulesHold(_ instructions: [BPFInstruction], _ error: BPFError) {
    #expect(throws: error) { try BPFProgram(instructions) }
  }

  @Test func lengthIsLimited() throws {
    let longest = try BPFProgram(Array(repeating: Self.ret, count: 4096))
    #expect(longest.bytes.count == 32768)
    #expect(throws: BPFError.tooLong(4097)) { try BPFProgram(Array(repeating: Self.ret, count: 4097)) }
    #expect(throws: BPFError.tooLong(4097)) { try BPFProgram(bytes: [UInt8](repeating: 6, count: 4097 * 8)) }
    #expect(throws: BPFError.partialInstruction(length: 9)) { try BPFProgram(bytes: [UInt8](repeating: 0, count: 9)) }
  }

  @Test func bytesAreReadBack() throws {
    let program = try SeccompFilter.compile(for: .containerDefault(), native: .x86_64).program
    #expect(try BPFProgram(bytes: program.bytes) == program)
  }

  /// Whatever the bytes: refused, or run, listed and compared without a trap.
  @Test(arguments: 0..<300)
  func hostileBytes(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var bytes = try SeccompFilter.compile(for: .containerDefault(), native: .x86_64).program.bytes
    if seed % 3 == 0 {
      bytes = (0..<Int.random(in: 0...200, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }
    for _ in 0..<Int.random(in: 0...12, using: &generator) where !bytes.isEmpty {
      bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
    }
    guard let program = try? BPFProgram(bytes: bytes) else { return }
    Self.exercise(program, using: &generator)
  }

  /// Programs of instructions that the kernel takes, with operands at random.
  @Test(arguments: 0..<300)
  func hostilePrograms(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let instructions = (0..<Int.random(in: 1...60, using: &generator)).map { _ in
      BPFInstruction(
        code: BPFInstruction.Opcode.allCases.randomElement(using: &generator)?.rawValue ?? 6,
        jt: UInt8.random(in: 0...3, using: &generator),
        jf: UInt8.random(in: 0...3, using: &generator),
        k: UInt32.random(in: 0...1, using: &generator) == 0
          ? UInt32.random(in: 0...16, using: &generator) * 4 : UInt32.random(in: 0 ... .max, using: &generator)
      )
    }
    guard let program = try? BPFProgram(instructions + [Self.ret, Self.ret, Self.ret, Self.ret]) else { return }
    Self.exercise(program, using: &generator)
  }

  private static func exercise(_ program: BPFProgram, using generator: inout SeededGenerator) {
    var random = RandomFilters(generator: generator)
    for _ in 0..<20 {
      let words = (0..<16).map { _ in UInt32(truncatingIfNeeded: random.number(bits: 32)) }
      #expect(program.run(on: SeccompData(words: words)).executed <= program.instructions.count)
    }
    #expect(program.listing.split(separator: "\n").count == program.instructions.count)
    _ = try? FilterProof.difference(program, program)
  }
}
