/// The version of an engine, for what engines do differently from one version to the next.
package struct EngineVersion: Sendable, Comparable, Hashable, CustomStringConvertible {
  /// As written: 24.0 is the same version as 24, and is still shown as 24.0.
  private let numbers: [Int]

  package init(_ numbers: Int...) { self.numbers = numbers }

  /// One to three decimal numbers with dots between them, `24.0` or `1.1.8`; nil for anything else.
  package init?(_ text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...3).contains(parts.count) else { return nil }
    var numbers: [Int] = []
    for part in parts {
      guard (1...4).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      numbers.append(part.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    }
    self.numbers = numbers
  }

  package var description: String { numbers.map(String.init).joined(separator: ".") }

  /// Zeros at the end say nothing.
  private var significant: ArraySlice<Int> {
    var numbers = numbers[...]
    while numbers.last == 0 { numbers.removeLast() }
    return numbers
  }

  package static func == (left: EngineVersion, right: EngineVersion) -> Bool { left.significant == right.significant }

  package static func < (left: EngineVersion, right: EngineVersion) -> Bool {
    left.significant.lexicographicallyPrecedes(right.significant)
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(significant) }
}

/// A release of gVisor, which are named by their day: `20221219`.
package struct EngineRelease: Sendable, Comparable, Hashable, CustomStringConvertible {
  private let number: Int

  /// Eight digits that are a day; nil for anything else.
  package init?(_ text: String) {
    let digits = text.utf8
    guard digits.count == 8, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    self.init(digits.reduce(0) { $0 * 10 + Int($1 - 0x30) })
    guard (1...12).contains(number / 100 % 100), (1...31).contains(number % 100) else { return nil }
  }

  /// The day as one number, `2022_12_19`.
  package init(_ number: Int) { self.number = number }

  package var description: String { String(number) }

  package static func < (left: EngineRelease, right: EngineRelease) -> Bool { left.number < right.number }
}
