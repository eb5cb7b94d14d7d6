extension BPFProgram {
  /// What the program returns for a call, computed as the kernel does.
  package func action(for call: SeccompData) -> FilterAction { run(on: call).action }

  /// What the program returns for a call, and how many instructions that took.
  package func run(on call: SeccompData) -> (action: FilterAction, executed: Int) {
    let outcome = outcome(for: call)
    return (FilterAction(rawValue: outcome.value), outcome.executed)
  }

  /// How the program answers a call.
  package struct Outcome: Sendable {
    /// What it returns, with everything that the kernel does not look at.
    package let value: UInt32
    /// The number of instructions that it took.
    package let executed: Int
    /// The place of the last of them.
    package let instruction: Int
  }

  package func outcome(for call: SeccompData) -> Outcome {
    var a: UInt32 = 0
    var x: UInt32 = 0
    var scratch = [UInt32](repeating: 0, count: 16)
    var counter = 0
    var executed = 0
    while counter < instructions.count {
      let instruction = instructions[counter]
      let k = instruction.k
      counter += 1
      executed += 1
      // The initialiser has refused everything else.
      guard let opcode = instruction.opcode else { break }
      func branch(_ condition: Bool) -> Int { Int(condition ? instruction.jt : instruction.jf) }
      switch opcode {
      case .loadAbsolute: a = call.word(Int(k / 4))
      case .loadLength: a = UInt32(4 * SeccompData.wordCount)
      case .loadImmediate: a = k
      case .loadScratch: a = scratch[Int(k)]
      case .loadXLength: x = UInt32(4 * SeccompData.wordCount)
      case .loadXImmediate: x = k
      case .loadXScratch: x = scratch[Int(k)]
      case .store: scratch[Int(k)] = a
      case .storeX: scratch[Int(k)] = x
      case .addK: a &+= k
      case .addX: a &+= x
      case .subK: a &-= k
      case .subX: a &-= x
      case .mulK: a &*= k
      case .mulX: a &*= x
      case .divK: a /= k
      case .divX:
        // The kernel ends a program that divides by zero, as if it returned 0.
        guard x != 0 else { return Outcome(value: 0, executed: executed, instruction: counter - 1) }
        a /= x
      case .orK: a |= k
      case .orX: a |= x
      case .andK: a &= k
      case .andX: a &= x
      case .lshK: a <<= k
      case .lshX: a = a &<< x
      case .rshK: a >>= k
      case .rshX: a = a &>> x
      case .neg: a = 0 &- a
      case .xorK: a ^= k
      case .xorX: a ^= x
      case .jump: counter += Int(k)
      case .jeqK: counter += branch(a == k)
      case .jeqX: counter += branch(a == x)
      case .jgtK: counter += branch(a > k)
      case .jgtX: counter += branch(a > x)
      case .jgeK: counter += branch(a >= k)
      case .jgeX: counter += branch(a >= x)
      case .jsetK: counter += branch(a & k != 0)
      case .jsetX: counter += branch(a & x != 0)
      case .returnK: return Outcome(value: k, executed: executed, instruction: counter - 1)
      case .returnA: return Outcome(value: a, executed: executed, instruction: counter - 1)
      case .tax: x = a
      case .txa: a = x
      }
    }
    return Outcome(value: FilterAction.killProcess.rawValue, executed: executed, instruction: counter - 1)
  }
}
