package import Sandbox

/// A condition on the arguments of a call whose widths are known.
package indirect enum FilterCondition: Hashable, Sendable {
  case all([FilterCondition])
  case any([FilterCondition])
  case not(FilterCondition)
  case argument(FilterArgument, ArgumentTest)

  /// Holds for every call.
  package static let always = FilterCondition.all([])

  /// Whether it holds for a call, by its definition: the reference that everything else is tested against.
  package func holds(for arguments: SeccompData.Arguments) -> Bool {
    switch self {
    case .all(let conditions): conditions.allSatisfy { $0.holds(for: arguments) }
    case .any(let conditions): conditions.contains { $0.holds(for: arguments) }
    case .not(let condition): !condition.holds(for: arguments)
    case .argument(let argument, let test): test.holds(for: arguments[argument.index] & argument.mask)
    }
  }
}

/// The part of an argument that the kernel looks at.
package struct FilterArgument: Hashable, Sendable {
  /// 0...5.
  package let index: Int
  /// 8, 16, 32 or 64.
  package let bits: Int

  package init(index: Int, bits: Int) {
    self.index = index
    self.bits = bits
  }

  package var mask: UInt64 { bits >= 64 ? .max : (1 << UInt64(bits)) - 1 }
}

extension ArgumentTest {
  /// Whether a value, already cut to its width, passes.
  func holds(for value: UInt64) -> Bool {
    switch self {
    case .equals(let expected): value == expected
    case .isOneOf(let values): values.contains(value)
    case .masked(let mask, let expected): value & mask == expected
    case .less(let bound): value < bound
    case .greater(let bound): value > bound
    case .range(let range): range.contains(value)
    }
  }

  /// The largest number that the test mentions.
  var largestValue: UInt64 {
    switch self {
    case .equals(let value), .less(let value), .greater(let value): value
    case .isOneOf(let values): values.max() ?? 0
    case .masked(let mask, let value): max(mask, value)
    case .range(let range): range.upperBound
    }
  }
}

/// What the kernel shows a filter of a call (`struct seccomp_data`).
package struct SeccompData: Hashable, Sendable {
  package typealias Arguments = [UInt64]

  package var number: UInt32
  package var architecture: UInt32
  package var instructionPointer: UInt64
  /// Six.
  package var arguments: Arguments

  package init(
    number: UInt32,
    architecture: UInt32,
    instructionPointer: UInt64 = 0,
    arguments: Arguments = []
  ) {
    self.number = number
    self.architecture = architecture
    self.instructionPointer = instructionPointer
    self.arguments = Array((arguments + Array(repeating: 0, count: 6)).prefix(6))
  }

  /// The 32-bit words of the structure, in the order of a little-endian machine.
  static let wordCount = 16

  func word(_ index: Int) -> UInt32 {
    switch index {
    case 0: number
    case 1: architecture
    case 2: UInt32(truncatingIfNeeded: instructionPointer)
    case 3: UInt32(truncatingIfNeeded: instructionPointer >> 32)
    default: UInt32(truncatingIfNeeded: arguments[(index - 4) / 2] >> (index % 2 == 0 ? 0 : 32))
    }
  }

  /// The call whose words these are.
  init(words: [UInt32]) {
    func wide(_ index: Int) -> UInt64 { UInt64(words[index + 1]) << 32 | UInt64(words[index]) }
    self.init(
      number: words[0],
      architecture: words[1],
      instructionPointer: wide(2),
      arguments: (0..<6).map { wide(4 + 2 * $0) }
    )
  }
}
