/// An instruction of classic BPF (`struct sock_filter`, include/uapi/linux/filter.h).
package struct BPFInstruction: Hashable, Sendable {
  package let code: UInt16
  /// How many instructions to skip when a conditional jump's test holds.
  package let jt: UInt8
  /// How many instructions to skip when it does not.
  package let jf: UInt8
  package let k: UInt32

  package init(code: UInt16, jt: UInt8 = 0, jf: UInt8 = 0, k: UInt32 = 0) {
    self.code = code
    self.jt = jt
    self.jf = jf
    self.k = k
  }

  /// In bytes.
  package static let size = 8

  package static func load(word: Int) -> BPFInstruction {
    BPFInstruction(code: Opcode.loadAbsolute.rawValue, k: UInt32(4 * word))
  }
  package static func and(_ mask: UInt32) -> BPFInstruction { BPFInstruction(code: Opcode.andK.rawValue, k: mask) }
  package static func jump(_ distance: UInt32) -> BPFInstruction {
    BPFInstruction(code: Opcode.jump.rawValue, k: distance)
  }
  package static func ret(_ action: FilterAction) -> BPFInstruction {
    BPFInstruction(code: Opcode.returnK.rawValue, k: action.rawValue)
  }

  package var opcode: Opcode? { Opcode(rawValue: code) }

  /// The instructions that the kernel takes in a seccomp filter (`seccomp_check_filter`, kernel/seccomp.c).
  package enum Opcode: UInt16, Sendable, CaseIterable {
    case loadAbsolute = 0x20
    case loadLength = 0x80
    case loadImmediate = 0x00
    case loadScratch = 0x60
    case loadXLength = 0x81
    case loadXImmediate = 0x01
    case loadXScratch = 0x61
    case store = 0x02
    case storeX = 0x03
    case addK = 0x04
    case addX = 0x0C
    case subK = 0x14
    case subX = 0x1C
    case mulK = 0x24
    case mulX = 0x2C
    case divK = 0x34
    case divX = 0x3C
    case orK = 0x44
    case orX = 0x4C
    case andK = 0x54
    case andX = 0x5C
    case lshK = 0x64
    case lshX = 0x6C
    case rshK = 0x74
    case rshX = 0x7C
    case neg = 0x84
    case xorK = 0xA4
    case xorX = 0xAC
    case jump = 0x05
    case jeqK = 0x15
    case jeqX = 0x1D
    case jgtK = 0x25
    case jgtX = 0x2D
    case jgeK = 0x35
    case jgeX = 0x3D
    case jsetK = 0x45
    case jsetX = 0x4D
    case returnK = 0x06
    case returnA = 0x16
    case tax = 0x07
    case txa = 0x87

    /// Whether the instruction goes on to one of two places.
    var isConditionalJump: Bool {
      switch self {
      case .jeqK, .jeqX, .jgtK, .jgtX, .jgeK, .jgeX, .jsetK, .jsetX: true
      default: false
      }
    }
  }
}
