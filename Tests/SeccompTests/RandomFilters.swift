import Sandbox

@testable import Seccomp

/// Filters and calls at random, made so that their numbers meet: a call that never comes near a boundary tests nothing.
struct RandomFilters<Generator: RandomNumberGenerator> {
  var generator: Generator

  /// Numbers that are often next to one another, to a power of two, or in one half only.
  mutating func number(bits: Int) -> UInt64 {
    let interesting: [UInt64] = [
      0, 1, 2, 3, 10, 38, 40, 0xFF, 0x100, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0026,
      0x7FFF_FFFF_FFFF_FFFF, 0xFFFF_FFFF_0000_0000, .max,
    ]
    let value: UInt64 =
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: UInt64.random(in: 0...15, using: &generator)
      case 1: interesting.randomElement(using: &generator) ?? 0
      case 2: (interesting.randomElement(using: &generator) ?? 0) &+ UInt64.random(in: 0...4, using: &generator) &- 2
      default: UInt64.random(in: 0 ... .max, using: &generator)
      }
    return bits >= 64 ? value : value & ((1 << UInt64(bits)) - 1)
  }

  mutating func test(bits: Int) -> ArgumentTest {
    switch Int.random(in: 0..<6, using: &generator) {
    case 0: return .equals(number(bits: bits))
    case 1: return .isOneOf((0..<Int.random(in: 0...4, using: &generator)).map { _ in number(bits: bits) })
    case 2:
      let mask = number(bits: bits)
      return .masked(
        mask: mask,
        equals: Bool.random(using: &generator) ? number(bits: bits) & mask : number(bits: bits)
      )
    case 3: return .less(than: number(bits: bits))
    case 4: return .greater(than: number(bits: bits))
    default:
      let ends = [number(bits: bits), number(bits: bits)].sorted()
      return .range(ends[0]...ends[1])
    }
  }

  mutating func condition(depth: Int, widths: [Int]) -> FilterCondition {
    let kind = depth == 0 ? 3 : Int.random(in: 0..<4, using: &generator)
    let count = Int.random(in: 0...3, using: &generator)
    switch kind {
    case 0: return .all((0..<count).map { _ in condition(depth: depth - 1, widths: widths) })
    case 1: return .any((0..<count).map { _ in condition(depth: depth - 1, widths: widths) })
    case 2: return .not(condition(depth: depth - 1, widths: widths))
    default:
      let index = Int.random(in: widths.indices, using: &generator)
      return .argument(FilterArgument(index: index, bits: widths[index]), test(bits: widths[index]))
    }
  }

  mutating func action() -> FilterAction {
    [.allow, .errno(1), .errno(38), .killProcess, .userNotification].randomElement(using: &generator) ?? .allow
  }

  mutating func decision(widths: [Int]) -> FilterPolicy.Decision {
    FilterPolicy.Decision(
      (0..<Int.random(in: 0...3, using: &generator)).map { _ in
        FilterPolicy.Clause(condition: condition(depth: 2, widths: widths), action: action())
      },
      otherwise: action()
    )
  }

  mutating func policy(abis: [SyscallABI]) -> FilterPolicy {
    FilterPolicy(
      sections: abis.map { abi in
        // x86 has 32-bit registers.
        let widths = (0..<6).map { _ in abi == .x86 ? 32 : [8, 16, 32, 64].randomElement(using: &generator) ?? 64 }
        let distinct = (0..<Int.random(in: 1...6, using: &generator)).map { _ in decision(widths: widths) }
        return FilterPolicy.Section(
          abi: abi,
          decisions: (0..<Int.random(in: 1...60, using: &generator)).map { _ in
            UInt16(distinct.indices.randomElement(using: &generator) ?? 0)
          },
          distinct: distinct
        )
      },
      foreign: .killProcess
    )
  }

  /// A call near the numbers that a policy knows.
  mutating func call(on policy: FilterPolicy) -> SeccompData {
    let section = policy.sections.randomElement(using: &generator)
    let abi =
      Int.random(in: 0..<12, using: &generator) == 0
      ? SyscallABI.allCases.randomElement(using: &generator) : section?.abi
    let base = abi?.firstNumber ?? 0
    let number =
      Int.random(in: 0..<8, using: &generator) == 0
      ? UInt32(truncatingIfNeeded: number(bits: 32))
      : base + UInt32.random(in: 0...UInt32((section?.decisions.count ?? 1) + 1), using: &generator)
    let bits = abi == .x86 ? 32 : 64
    return SeccompData(
      number: number,
      architecture: abi?.auditArchitecture ?? UInt32(truncatingIfNeeded: self.number(bits: 32)),
      instructionPointer: self.number(bits: bits),
      arguments: (0..<6).map { _ in self.number(bits: bits) }
    )
  }
}
