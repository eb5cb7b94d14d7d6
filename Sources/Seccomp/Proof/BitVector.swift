/// A number whose bits are variables of a diagram, perhaps flipped, or constants; and what can be asked of it.
struct BitVector {
  private enum Bit {
    case constant(Bool)
    case variable(Int, isFlipped: Bool)
  }

  /// From the least significant bit on.
  private var bits: [Bit] = []

  /// `(word & mask) ^ flips`.
  init(word: Int, mask: UInt32, flips: UInt32) {
    bits.reserveCapacity(32)
    append(word, mask: mask, flips: flips, count: 32)
  }

  /// The part of an argument that the kernel looks at.
  init(_ argument: FilterArgument) {
    bits.reserveCapacity(64)
    append(4 + 2 * argument.index, mask: .max, flips: 0, count: min(argument.bits, 32))
    if argument.bits > 32 { append(5 + 2 * argument.index, mask: .max, flips: 0, count: argument.bits - 32) }
  }

  private mutating func append(_ word: Int, mask: UInt32, flips: UInt32, count: Int) {
    let last = Variables.first(ofWord: word) + 31
    for bit in 0..<count {
      let isFlipped = flips >> UInt32(bit) & 1 == 1
      bits.append(
        mask >> UInt32(bit) & 1 == 1 ? .variable(last - bit, isFlipped: isFlipped) : .constant(isFlipped)
      )
    }
  }

  func equals(_ value: UInt64, in diagrams: inout FilterDiagrams) -> FilterDiagrams.Node {
    masked(.max, equals: value, in: &diagrams)
  }

  func masked(_ mask: UInt64, equals value: UInt64, in diagrams: inout FilterDiagrams) -> FilterDiagrams.Node {
    // Bits above the number are zeros.
    let all: UInt64 = bits.count >= 64 ? .max : (1 << UInt64(bits.count)) - 1
    guard value & ~(mask & all) == 0 else { return FilterDiagrams.false }
    return fold(FilterDiagrams.true, mask, in: &diagrams) { bit, rest in
      value >> UInt64(bit) & 1 == 1 ? (FilterDiagrams.false, rest) : (rest, FilterDiagrams.false)
    }
  }

  func isAtLeast(_ bound: UInt64, in diagrams: inout FilterDiagrams) -> FilterDiagrams.Node {
    compare(with: bound, equal: FilterDiagrams.true, in: &diagrams)
  }

  func isGreater(than bound: UInt64, in diagrams: inout FilterDiagrams) -> FilterDiagrams.Node {
    compare(with: bound, equal: FilterDiagrams.false, in: &diagrams)
  }

  func hasAnyBit(of mask: UInt64, in diagrams: inout FilterDiagrams) -> FilterDiagrams.Node {
    fold(FilterDiagrams.false, mask, in: &diagrams) { _, rest in (rest, FilterDiagrams.true) }
  }

  private func compare(
    with bound: UInt64,
    equal: FilterDiagrams.Node,
    in diagrams: inout FilterDiagrams
  ) -> FilterDiagrams.Node {
    guard bits.count >= 64 || bound >> UInt64(bits.count) == 0 else { return FilterDiagrams.false }
    return fold(equal, .max, in: &diagrams) { bit, rest in
      bound >> UInt64(bit) & 1 == 1 ? (FilterDiagrams.false, rest) : (rest, FilterDiagrams.true)
    }
  }

  /// Goes from the least significant bit of a mask up: `step` says what follows a clear and a set bit, given what follows
  /// from the bits below.
  private func fold(
    _ start: FilterDiagrams.Node,
    _ mask: UInt64,
    in diagrams: inout FilterDiagrams,
    _ step: (_ bit: Int, _ rest: FilterDiagrams.Node) -> (clear: FilterDiagrams.Node, set: FilterDiagrams.Node)
  ) -> FilterDiagrams.Node {
    var node = start
    for (index, bit) in bits.enumerated() where mask >> UInt64(index) & 1 == 1 {
      let (clear, set) = step(index, node)
      switch bit {
      case .constant(let value): node = value ? set : clear
      case .variable(let level, let isFlipped):
        node = diagrams.choice(level, low: isFlipped ? set : clear, high: isFlipped ? clear : set)
      }
    }
    return node
  }
}
