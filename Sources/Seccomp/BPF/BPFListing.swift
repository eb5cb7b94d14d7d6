extension BPFProgram {
  /// The program in words, one instruction a line, with names where a number is compared on a known architecture. For
  /// people only: nothing reads it back.
  package var listing: String {
    var contexts = [Context?](repeating: nil, count: instructions.count)
    contexts[0] = Context()
    var lines = ""
    for (index, instruction) in instructions.enumerated() {
      let context = contexts[index] ?? Context()
      for (next, following) in context.successors(of: instruction, at: index) where next < contexts.count {
        contexts[next] = contexts[next].map { $0.merged(with: following) } ?? following
      }
      let number = String(index)
      lines += String(repeating: " ", count: max(0, 4 - number.count)) + number + "  "
      lines += context.text(of: instruction, at: index) + "\n"
    }
    return lines
  }
}

/// What is known where an instruction runs, for the sake of a comment.
private struct Context: Equatable {
  /// The word of `seccomp_data` in the accumulator.
  var word: Int?
  var architecture: UInt32?
  /// Whether the number's x32 bit is known to be set.
  var isX32 = false

  func merged(with other: Context) -> Context {
    Context(
      word: word == other.word ? word : nil,
      architecture: architecture == other.architecture ? architecture : nil,
      isX32: isX32 && other.isX32
    )
  }

  func successors(of instruction: BPFInstruction, at index: Int) -> [(Int, Context)] {
    var next = self
    guard let opcode = instruction.opcode else { return [] }
    switch opcode {
    case .returnK, .returnA: return []
    case .jump: return [(index + 1 + Int(instruction.k), self)]
    case .loadAbsolute: next.word = Int(instruction.k / 4)
    case _ where opcode.isConditionalJump:
      var then = self
      if opcode == .jeqK, word == 1 { then.architecture = instruction.k }
      if opcode == .jgeK, word == 0, instruction.k >= SyscallABI.x32Bit { then.isX32 = true }
      return [(index + 1 + Int(instruction.jt), then), (index + 1 + Int(instruction.jf), self)]
    // What is masked is still the word, for a reader.
    case .andK: break
    default: next.word = nil
    }
    return [(index + 1, next)]
  }

  func text(of instruction: BPFInstruction, at index: Int) -> String {
    guard let opcode = instruction.opcode else { return "?" }
    let k = instruction.k
    switch opcode {
    case .loadAbsolute: return "load  " + Self.name(ofWord: Int(k / 4))
    case .returnK: return "ret   " + FilterAction(rawValue: k).description
    case .returnA: return "ret   a"
    case .jump: return "jump  \(index + 1 + Int(k))"
    case _ where opcode.isConditionalJump:
      let subject = opcode.comparesWithX ? "x" : "0x" + String(k, radix: 16)
      let test = opcode.mnemonic + " " + subject + comment(on: k, opcode)
      let target = { (distance: UInt8) in String(index + 1 + Int(distance)) }
      let padding = String(repeating: " ", count: max(1, 40 - test.count))
      return "if    " + test + padding + "-> " + target(instruction.jt) + " else " + target(instruction.jf)
    default: return opcode.mnemonic + (opcode.hasConstant ? " 0x" + String(k, radix: 16) : "")
    }
  }

  private func comment(on k: UInt32, _ opcode: BPFInstruction.Opcode) -> String {
    guard !opcode.comparesWithX else { return "" }
    switch word {
    case 1?:
      let names = SyscallABI.allCases.filter { $0.auditArchitecture == k }.map(\.name)
      return names.isEmpty ? "" : " (" + names.joined(separator: ", ") + ")"
    case 0?:
      let abi = SyscallABI.allCases.first { $0.auditArchitecture == architecture && $0.numbers.contains(k) }
      return abi.flatMap { Syscall(number: k, on: $0) }.map { " (\($0.name))" } ?? ""
    default: return ""
    }
  }

  private static func name(ofWord word: Int) -> String {
    switch word {
    case 0: "number"
    case 1: "architecture"
    case 2, 3: "instruction pointer, \(word == 2 ? "lower" : "upper") half"
    default: "argument \((word - 4) / 2), \(word % 2 == 0 ? "lower" : "upper") half"
    }
  }
}

extension BPFInstruction.Opcode {
  fileprivate var comparesWithX: Bool {
    switch self {
    case .jeqX, .jgtX, .jgeX, .jsetX: true
    default: false
    }
  }

  /// Whether `k` means something to an instruction that is no jump, return or load of a word.
  fileprivate var hasConstant: Bool {
    switch self {
    case .loadImmediate, .loadXImmediate, .loadScratch, .loadXScratch, .store, .storeX, .addK, .subK, .mulK, .divK,
      .orK, .andK, .lshK, .rshK, .xorK:
      true
    default: false
    }
  }

  fileprivate var mnemonic: String {
    switch self {
    case .loadAbsolute: "load"
    case .loadLength: "load  length"
    case .loadImmediate: "load "
    case .loadScratch: "load  scratch"
    case .loadXLength: "loadx length"
    case .loadXImmediate: "loadx"
    case .loadXScratch: "loadx scratch"
    case .store: "store scratch"
    case .storeX: "storex scratch"
    case .addK: "add  "
    case .addX: "add   x"
    case .subK: "sub  "
    case .subX: "sub   x"
    case .mulK: "mul  "
    case .mulX: "mul   x"
    case .divK: "div  "
    case .divX: "div   x"
    case .orK: "or   "
    case .orX: "or    x"
    case .andK: "and  "
    case .andX: "and   x"
    case .lshK: "lsh  "
    case .lshX: "lsh   x"
    case .rshK: "rsh  "
    case .rshX: "rsh   x"
    case .neg: "neg"
    case .xorK: "xor  "
    case .xorX: "xor   x"
    case .jump: "jump"
    case .jeqK, .jeqX: "=="
    case .jgtK, .jgtX: ">"
    case .jgeK, .jgeX: ">="
    case .jsetK, .jsetX: "has bit of"
    case .returnK, .returnA: "ret"
    case .tax: "tax"
    case .txa: "txa"
    }
  }
}
