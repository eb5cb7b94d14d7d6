import Sandbox
import Seccomp

extension ArgumentCondition {
  /// Whether no values of the call's arguments satisfy it, by each argument's width. A false answer proves nothing.
  func neverHolds(in syscall: String) -> Bool {
    switch self {
    case .all(let parts): parts.contains { $0.neverHolds(in: syscall) } || Self.exclude(parts)
    case .any(let parts): !parts.isEmpty && parts.allSatisfy { $0.neverHolds(in: syscall) }
    case .not(let part): part.alwaysHolds(in: syscall)
    case .argument(let index, let test):
      SyscallTable.argumentBits(at: index, in: syscall).map { test.neverHolds(bits: $0) } ?? false
    }
  }

  /// Whether all values of the call's arguments satisfy it, by each argument's width. A false answer proves nothing.
  func alwaysHolds(in syscall: String) -> Bool {
    switch self {
    case .all(let parts): !parts.isEmpty && parts.allSatisfy { $0.alwaysHolds(in: syscall) }
    case .any(let parts): parts.contains { $0.alwaysHolds(in: syscall) }
    case .not(let part): part.neverHolds(in: syscall)
    case .argument(let index, let test):
      SyscallTable.argumentBits(at: index, in: syscall).map { test.alwaysHolds(bits: $0) } ?? false
    }
  }
}

extension ArgumentCondition {
  /// Whether two tests of one argument have no value in common.
  fileprivate static func exclude(_ parts: [ArgumentCondition]) -> Bool {
    var bounds: [Int: ClosedRange<UInt64>] = [:]
    for case .argument(let index, let test) in parts {
      guard let range = test.bounds else { continue }
      let others = bounds[index] ?? 0...UInt64.max
      guard range.overlaps(others) else { return true }
      bounds[index] = range.clamped(to: others)
    }
    return false
  }
}

extension ArgumentTest {
  /// From the least to the greatest value that passes; nil when none does, or when the bits decide.
  fileprivate var bounds: ClosedRange<UInt64>? {
    switch self {
    case .equals(let value): value...value
    case .isOneOf(let values): values.min().flatMap { least in values.max().map { least...$0 } }
    case .masked: nil
    case .less(let bound): bound > 0 ? 0...(bound - 1) : nil
    case .greater(let bound): bound < .max ? (bound + 1)...UInt64.max : nil
    case .range(let range): range
    }
  }

  fileprivate func neverHolds(bits: Int) -> Bool {
    let largest = bits >= 64 ? UInt64.max : (UInt64(1) << UInt64(bits)) - 1
    return switch self {
    case .equals(let value): value > largest
    case .isOneOf(let values): values.allSatisfy { $0 > largest }
    case .masked(let mask, let value): value & ~(mask & largest) != 0
    case .less(let bound): bound == 0
    case .greater(let bound): bound >= largest
    case .range(let range): range.lowerBound > largest
    }
  }

  fileprivate func alwaysHolds(bits: Int) -> Bool {
    let largest = bits >= 64 ? UInt64.max : (UInt64(1) << UInt64(bits)) - 1
    return switch self {
    case .equals, .isOneOf, .greater: false
    case .masked(let mask, let value): mask & largest == 0 && value == 0
    case .less(let bound): bound > largest
    case .range(let range): range.lowerBound == 0 && range.upperBound >= largest
    }
  }
}
