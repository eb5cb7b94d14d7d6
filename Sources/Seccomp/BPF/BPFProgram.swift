/// A filter that the kernel would take: every instance has passed the kernel's own checks.
package struct BPFProgram: Hashable, Sendable {
  package let instructions: [BPFInstruction]

  /// `BPF_MAXINSNS`.
  package static let maximumLength = 4096

  package init(_ instructions: [BPFInstruction]) throws(BPFError) {
    try Self.check(instructions)
    self.instructions = instructions
  }

  /// A program as the kernel reads it: `struct sock_filter[]` in this machine's byte order.
  package init(bytes: some Collection<UInt8>) throws(BPFError) {
    let bytes = Array(bytes)
    guard bytes.count % BPFInstruction.size == 0 else { throw .partialInstruction(length: bytes.count) }
    guard bytes.count <= Self.maximumLength * BPFInstruction.size else {
      throw .tooLong(bytes.count / BPFInstruction.size)
    }
    func value<Value: FixedWidthInteger>(at offset: Int) -> Value {
      bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
    }
    try self.init(
      stride(from: 0, to: bytes.count, by: BPFInstruction.size).map { offset in
        BPFInstruction(
          code: value(at: offset),
          jt: bytes[offset + 2],
          jf: bytes[offset + 3],
          k: value(at: offset + 4)
        )
      }
    )
  }

  /// `struct sock_filter[]` in this machine's byte order, as `seccomp(2)` takes it.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(instructions.count * BPFInstruction.size)
    for instruction in instructions {
      withUnsafeBytes(of: instruction.code) { bytes += $0 }
      bytes.append(instruction.jt)
      bytes.append(instruction.jf)
      withUnsafeBytes(of: instruction.k) { bytes += $0 }
    }
    return bytes
  }

  /// What the kernel checks in `bpf_check_classic` (net/core/filter.c) and `seccomp_check_filter` (kernel/seccomp.c).
  private static func check(_ instructions: [BPFInstruction]) throws(BPFError) {
    guard !instructions.isEmpty else { throw .empty }
    guard instructions.count <= maximumLength else { throw .tooLong(instructions.count) }
    // The scratch words that are set on every way to an instruction; all, until a way to it is found.
    var initialised = [UInt16](repeating: .max, count: instructions.count)
    initialised[0] = 0
    for (index, instruction) in instructions.enumerated() {
      guard let opcode = instruction.opcode else { throw .unknownInstruction(at: index, code: instruction.code) }
      let k = instruction.k
      let remaining = instructions.count - index - 1
      var set = initialised[index]
      switch opcode {
      case .loadAbsolute:
        guard k % 4 == 0, k < 4 * UInt32(SeccompData.wordCount) else { throw .badOffset(at: index, offset: k) }
      case .loadScratch, .loadXScratch:
        guard k < 16 else { throw .badScratchWord(at: index, word: k) }
        guard set & (1 << UInt16(k)) != 0 else { throw .uninitialisedScratchWord(at: index, word: k) }
      case .store, .storeX:
        guard k < 16 else { throw .badScratchWord(at: index, word: k) }
        set |= 1 << UInt16(k)
      case .divK: guard k != 0 else { throw .divisionByZero(at: index) }
      case .lshK, .rshK: guard k < 32 else { throw .badShift(at: index, bits: k) }
      default: break
      }
      switch opcode {
      case .returnK, .returnA:
        // The kernel carries the set on into what follows, though nothing comes that way.
        if remaining > 0 { initialised[index + 1] &= set }
      case .jump:
        guard k < UInt32(remaining) else { throw .jumpOutOfRange(at: index) }
        initialised[index + 1 + Int(k)] &= set
      case _ where opcode.isConditionalJump:
        guard Int(max(instruction.jt, instruction.jf)) < remaining else { throw .jumpOutOfRange(at: index) }
        initialised[index + 1 + Int(instruction.jt)] &= set
        initialised[index + 1 + Int(instruction.jf)] &= set
      default:
        // Only a return may be last.
        guard remaining > 0 else { throw .noReturn }
        initialised[index + 1] &= set
      }
    }
    switch instructions.last?.opcode {
    case .returnK, .returnA: break
    default: throw .noReturn
    }
  }
}

/// Why the kernel would refuse a program.
package enum BPFError: Error, Hashable, Sendable {
  case empty
  case tooLong(Int)
  /// The length in bytes is no multiple of eight.
  case partialInstruction(length: Int)
  case unknownInstruction(at: Int, code: UInt16)
  case badOffset(at: Int, offset: UInt32)
  case badScratchWord(at: Int, word: UInt32)
  case uninitialisedScratchWord(at: Int, word: UInt32)
  case divisionByZero(at: Int)
  case badShift(at: Int, bits: UInt32)
  case jumpOutOfRange(at: Int)
  case noReturn

  package var message: String {
    switch self {
    case .empty: "the filter has no instructions"
    case .tooLong(let count): "the filter has \(count) instructions, and the kernel takes at most 4096"
    case .partialInstruction(let length):
      "\(length) bytes are no whole number of instructions, which have 8 bytes each"
    case .unknownInstruction(let index, let code):
      "instruction \(index): the kernel takes no instruction 0x\(String(code, radix: 16)) in a seccomp filter"
    case .badOffset(let index, let offset):
      "instruction \(index): offset \(offset) is no aligned word of the 64 bytes of seccomp_data"
    case .badScratchWord(let index, let word): "instruction \(index): there is no scratch word \(word), only 0 to 15"
    case .uninitialisedScratchWord(let index, let word):
      "instruction \(index): scratch word \(word) is read before it is written"
    case .divisionByZero(let index): "instruction \(index) divides by zero"
    case .badShift(let index, let bits): "instruction \(index) shifts 32 bits by \(bits)"
    case .jumpOutOfRange(let index): "instruction \(index) jumps behind the end"
    case .noReturn: "the last instruction is no return"
    }
  }
}
