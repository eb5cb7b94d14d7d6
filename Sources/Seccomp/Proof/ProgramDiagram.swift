extension BPFProgram: FilterFunction {
  /// Follows the program with registers that hold a word of the call, masked and flipped, or a constant. Every filter
  /// that we know of does no more; one that does is refused.
  package func diagram(in diagrams: inout FilterDiagrams) throws(ProofError) -> FilterDiagrams.Node {
    try diagram(in: &diagrams) { FilterAction(rawValue: $0).rawValue }
  }

  /// The function from calls to what the program returns, as `transform` gives it.
  func diagram(
    in diagrams: inout FilterDiagrams,
    of transform: (UInt32) -> UInt32
  ) throws(ProofError) -> FilterDiagrams.Node {
    // Jumps only go forward: one pass finds with what registers each instruction can be reached, and a pass back
    // composes what follows from there.
    var states = States(count: instructions.count)
    states.insert(Position(index: 0, registers: Registers()))
    for index in instructions.indices {
      var state = states.first[index]
      while state >= 0 {
        switch try step(at: index, states.all[Int(state)].registers) {
        case .returns: break
        case .goes(let next): states.insert(next)
        case .asks(_, let then, let otherwise):
          states.insert(then)
          states.insert(otherwise)
        }
        state = states.all[Int(state)].next
      }
      guard states.all.count <= 1 << 16 else { throw .tooComplex }
    }
    for index in instructions.indices.reversed() {
      var state = states.first[index]
      while state >= 0 {
        let node: FilterDiagrams.Node
        switch try step(at: index, states.all[Int(state)].registers) {
        case .returns(let value): node = diagrams.terminal(transform(value))
        case .goes(let next): node = states.node(next)
        case .asks(let test, let then, let otherwise):
          node = try test.node(in: &diagrams, then: states.node(then), otherwise: states.node(otherwise))
        }
        states.all[Int(state)].node = node
        state = states.all[Int(state)].next
      }
    }
    return states.node(Position(index: 0, registers: Registers()))
  }

  /// What the registers can hold at each instruction, and what the program answers from there.
  private struct States {
    struct State {
      let registers: Registers
      /// The next state of the same instruction; -1 when there is none.
      let next: Int32
      var node: FilterDiagrams.Node = 0
    }

    var all: [State] = []
    /// The first state of each instruction; -1 where there is none.
    var first: [Int32]

    init(count: Int) {
      first = Array(repeating: -1, count: count)
      all.reserveCapacity(count + count / 4)
    }

    private func index(of position: Position) -> Int32 {
      var index = first[position.index]
      while index >= 0, all[Int(index)].registers != position.registers { index = all[Int(index)].next }
      return index
    }

    mutating func insert(_ position: Position) {
      guard index(of: position) < 0 else { return }
      all.append(State(registers: position.registers, next: first[position.index]))
      first[position.index] = Int32(all.count - 1)
    }

    func node(_ position: Position) -> FilterDiagrams.Node {
      let index = index(of: position)
      return index < 0 ? 0 : all[Int(index)].node
    }
  }

  /// A 32-bit value: `(word & mask) ^ flips`. A mask of 0 makes it the constant `flips`.
  private struct Value: Hashable {
    var word: UInt8 = 0
    var mask: UInt32 = 0
    var flips: UInt32 = 0

    static func constant(_ value: UInt32) -> Value { Value(word: 0, mask: 0, flips: value) }

    var constant: UInt32? { mask == 0 ? flips : nil }

    func and(_ k: UInt32) -> Value { Value(word: mask & k == 0 ? 0 : word, mask: mask & k, flips: flips & k) }
    func or(_ k: UInt32) -> Value { and(~k).xor(k) }
    func xor(_ k: UInt32) -> Value { Value(word: word, mask: mask, flips: flips ^ k) }
  }

  private struct Registers: Hashable {
    var a = Value()
    var x = Value()
  }

  private struct Position {
    let index: Int
    let registers: Registers
  }

  private struct Test {
    let value: Value
    let opcode: BPFInstruction.Opcode
    let k: UInt32

    func node(
      in diagrams: inout FilterDiagrams,
      then: FilterDiagrams.Node,
      otherwise: FilterDiagrams.Node
    ) throws(ProofError) -> FilterDiagrams.Node {
      if value.mask == .max, value.flips == 0, let comparison,
        let node = diagrams.choose(word: Int(value.word), comparison, k, then: then, otherwise: otherwise)
      {
        return node
      }
      let bits = BitVector(word: Int(value.word), mask: value.mask, flips: value.flips)
      let test =
        switch comparison {
        case .greater: bits.isGreater(than: UInt64(k), in: &diagrams)
        case .greaterOrEqual: bits.isAtLeast(UInt64(k), in: &diagrams)
        case .equal: bits.equals(UInt64(k), in: &diagrams)
        case nil: bits.hasAnyBit(of: UInt64(k), in: &diagrams)
        }
      return try diagrams.choose(test, then: then, otherwise: otherwise)
    }

    /// Nil for the test for any set bit.
    private var comparison: FilterDiagrams.Comparison? {
      switch opcode {
      case .jgtK, .jgtX: .greater
      case .jgeK, .jgeX: .greaterOrEqual
      case .jsetK, .jsetX: nil
      default: .equal
      }
    }
  }

  private enum Step {
    case returns(UInt32)
    case goes(Position)
    case asks(Test, then: Position, otherwise: Position)
  }

  private func step(at index: Int, _ registers: Registers) throws(ProofError) -> Step {
    let instruction = instructions[index]
    let k = instruction.k
    var registers = registers
    guard let opcode = instruction.opcode else { throw .unsupported(at: index) }
    switch opcode {
    case .loadAbsolute: registers.a = Value(word: UInt8(truncatingIfNeeded: k / 4), mask: .max, flips: 0)
    case .loadLength: registers.a = .constant(UInt32(4 * SeccompData.wordCount))
    case .loadImmediate: registers.a = .constant(k)
    case .loadXLength: registers.x = .constant(UInt32(4 * SeccompData.wordCount))
    case .loadXImmediate: registers.x = .constant(k)
    case .tax: registers.x = registers.a
    case .txa: registers.a = registers.x
    case .andK: registers.a = registers.a.and(k)
    case .orK: registers.a = registers.a.or(k)
    case .xorK: registers.a = registers.a.xor(k)
    case .jump: return .goes(Position(index: index + 1 + Int(k), registers: registers))
    case .returnK: return .returns(k)
    case .returnA:
      guard let value = registers.a.constant else { throw .unsupported(at: index) }
      return .returns(value)
    case .jeqK, .jgtK, .jgeK, .jsetK:
      return branch(at: index, Test(value: registers.a, opcode: opcode, k: k), registers)
    case .jeqX, .jgtX, .jgeX, .jsetX:
      guard let value = registers.x.constant else { throw .unsupported(at: index) }
      return branch(at: index, Test(value: registers.a, opcode: opcode, k: value), registers)
    case .andX, .orX, .xorX:
      guard let value = registers.x.constant else { throw .unsupported(at: index) }
      registers.a =
        switch opcode {
        case .andX: registers.a.and(value)
        case .orX: registers.a.or(value)
        default: registers.a.xor(value)
        }
    case .loadScratch, .loadXScratch, .store, .storeX, .addK, .addX, .subK, .subX, .mulK, .mulX, .divK, .divX, .lshK,
      .lshX, .rshK, .rshX, .neg:
      throw .unsupported(at: index)
    }
    return .goes(Position(index: index + 1, registers: registers))
  }

  private func branch(at index: Int, _ test: Test, _ registers: Registers) -> Step {
    let instruction = instructions[index]
    let then = Position(index: index + 1 + Int(instruction.jt), registers: registers)
    let otherwise = Position(index: index + 1 + Int(instruction.jf), registers: registers)
    guard let value = test.value.constant else { return .asks(test, then: then, otherwise: otherwise) }
    let holds =
      switch test.opcode {
      case .jgtK, .jgtX: value > test.k
      case .jgeK, .jgeX: value >= test.k
      case .jsetK, .jsetX: value & test.k != 0
      default: value == test.k
      }
    return .goes(holds ? then : otherwise)
  }
}
