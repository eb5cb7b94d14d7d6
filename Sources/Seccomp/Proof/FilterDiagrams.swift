/// Functions from calls to small numbers as reduced ordered decision diagrams (Bryant 1986; with many terminals,
/// Fujita 1997). Two functions are equal exactly when they are the same node.
///
/// A variable is one bit of `seccomp_data`. The architecture comes first, then the number, then the arguments and the
/// instruction pointer, each 64-bit value and each word from its most significant bit down: comparisons with constants
/// are then chains, and filters stay small.
package struct FilterDiagrams {
  package typealias Node = UInt32

  private struct Choice {
    /// The variable; `terminalLevel` for a terminal, whose value is in `low`.
    let level: UInt32
    let low: Node
    let high: Node
  }

  private static let terminalLevel: UInt32 = 512
  /// The bits of `seccomp_data`.
  static let variableCount = 512

  /// For functions that are true or false.
  static let `false`: Node = 0
  static let `true`: Node = 1

  private var choices: [Choice]
  private var table: [Node]
  private var cache: [(test: Node, then: Node, otherwise: Node, result: Node)]
  private let limit: Int

  /// At most `limit` nodes are made; a function that needs more is refused, not waited for.
  package init(limit: Int = 1 << 20) {
    choices = []
    choices.reserveCapacity(1 << 12)
    table = Array(repeating: .max, count: 1 << 13)
    cache = Array(repeating: (.max, .max, .max, .max), count: 1 << 10)
    self.limit = limit
    _ = terminal(0)
    _ = terminal(1)
  }

  var count: Int { choices.count }

  mutating func terminal(_ value: UInt32) -> Node {
    unique(Choice(level: Self.terminalLevel, low: value, high: 0))
  }

  /// The value of a function that does not depend on anything; nil for all others.
  func value(of node: Node) -> UInt32? {
    let choice = choices[Int(node)]
    return choice.level == Self.terminalLevel ? choice.low : nil
  }

  /// The value of a function for one call.
  package func value(of node: Node, for call: SeccompData) -> UInt32 {
    var node = node
    while true {
      if let value = value(of: node) { return value }
      let (variable, low, high) = choice(at: node)
      node = Variables.isSet(variable, in: call) ? high : low
    }
  }

  /// The variable that a function asks for first, and what it is when that is clear and when it is set.
  func choice(at node: Node) -> (variable: Int, low: Node, high: Node) {
    let choice = choices[Int(node)]
    return (Int(choice.level), choice.low, choice.high)
  }

  mutating func choice(_ level: Int, low: Node, high: Node) -> Node {
    low == high ? low : unique(Choice(level: UInt32(level), low: low, high: high))
  }

  /// `test ? then : otherwise`, where `test` is true or false.
  mutating func choose(_ test: Node, then: Node, otherwise: Node) throws(ProofError) -> Node {
    if test == Self.true || then == otherwise { return then }
    if test == Self.false { return otherwise }
    let slot = Self.hash(test, then, otherwise) & (cache.count - 1)
    let entry = cache[slot]
    if entry.test == test, entry.then == then, entry.otherwise == otherwise { return entry.result }
    guard choices.count < limit else { throw .tooComplex }
    let level = min(choices[Int(test)].level, choices[Int(then)].level, choices[Int(otherwise)].level)
    let low = try choose(
      branch(test, level, false),
      then: branch(then, level, false),
      otherwise: branch(otherwise, level, false)
    )
    let high = try choose(
      branch(test, level, true),
      then: branch(then, level, true),
      otherwise: branch(otherwise, level, true)
    )
    let result = choice(Int(level), low: low, high: high)
    cache[slot] = (test, then, otherwise, result)
    return result
  }

  /// `word OP value ? then : otherwise` for a whole word, as `choose` would make it, but in one walk down the word's bits;
  /// nil when one of the functions depends on something that comes before the word.
  mutating func choose(
    word: Int,
    _ comparison: Comparison,
    _ value: UInt32,
    then: Node,
    otherwise: Node
  ) -> Node? {
    let first = UInt32(Variables.first(ofWord: word))
    guard choices[Int(then)].level >= first, choices[Int(otherwise)].level >= first else { return nil }
    // What the functions are when all bits so far equal the value's; and on each bit, what they are when it is the other.
    var (then, otherwise) = (then, otherwise)
    var sides = [32 of Node](repeating: 0)
    for bit: UInt32 in 0..<32 {
      let level = first + bit
      let isSet = value >> (31 - bit) & 1 == 1
      // A number that first differs from the value here is greater when its bit is set, and less when it is not.
      let isGreater = !isSet
      let holds = comparison != .equal && isGreater
      sides[Int(bit)] = branch(holds ? then : otherwise, level, !isSet)
      then = branch(then, level, isSet)
      otherwise = branch(otherwise, level, isSet)
    }
    var node = comparison == .greater ? otherwise : then
    for bit in (0..<32).reversed() {
      let isSet = value >> UInt32(31 - bit) & 1 == 1
      node = choice(Int(first) + bit, low: isSet ? sides[bit] : node, high: isSet ? node : sides[bit])
    }
    return node
  }

  enum Comparison {
    case equal
    case greater
    case greaterOrEqual
  }

  /// The function whose value is made of the values of two others.
  mutating func combine(
    _ left: Node,
    _ right: Node,
    _ operation: (UInt32, UInt32) -> UInt32
  ) throws(ProofError) -> Node {
    var done: [UInt64: Node] = [:]
    return try combine(left, right, operation, &done)
  }

  private mutating func combine(
    _ left: Node,
    _ right: Node,
    _ operation: (UInt32, UInt32) -> UInt32,
    _ done: inout [UInt64: Node]
  ) throws(ProofError) -> Node {
    if let first = value(of: left), let second = value(of: right) { return terminal(operation(first, second)) }
    let key = UInt64(left) << 32 | UInt64(right)
    if let node = done[key] { return node }
    guard choices.count < limit, done.count < limit else { throw .tooComplex }
    let level = min(choices[Int(left)].level, choices[Int(right)].level)
    let low = try combine(branch(left, level, false), branch(right, level, false), operation, &done)
    let high = try combine(branch(left, level, true), branch(right, level, true), operation, &done)
    let node = choice(Int(level), low: low, high: high)
    done[key] = node
    return node
  }

  private func branch(_ node: Node, _ level: UInt32, _ isHigh: Bool) -> Node {
    let choice = choices[Int(node)]
    return choice.level == level ? (isHigh ? choice.high : choice.low) : node
  }

  private mutating func unique(_ new: Choice) -> Node {
    if choices.count * 2 >= table.count { grow() }
    var slot = Self.hash(new.level, new.low, new.high) & (table.count - 1)
    while table[slot] != .max {
      let choice = choices[Int(table[slot])]
      if choice.level == new.level, choice.low == new.low, choice.high == new.high { return table[slot] }
      slot = (slot + 1) & (table.count - 1)
    }
    let node = Node(choices.count)
    choices.append(new)
    table[slot] = node
    return node
  }

  private mutating func grow() {
    table = Array(repeating: .max, count: table.count * 2)
    for (index, choice) in choices.enumerated() {
      var slot = Self.hash(choice.level, choice.low, choice.high) & (table.count - 1)
      while table[slot] != .max { slot = (slot + 1) & (table.count - 1) }
      table[slot] = Node(index)
    }
  }

  private static func hash(_ a: UInt32, _ b: UInt32, _ c: UInt32) -> Int {
    var mixed =
      UInt64(a) &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(b) &* 0xC2B2_AE3D_27D4_EB4F ^ UInt64(c) &* 0x1656_67B1_9E37_79F9
    mixed ^= mixed >> 29
    mixed = mixed &* 0xBF58_476D_1CE4_E5B9
    return Int(truncatingIfNeeded: mixed >> 32)
  }
}

extension FilterDiagrams {
  /// The values of two functions for one input where `differ` says yes, with the input's variables that matter set; nil
  /// when there is none.
  func witness(
    _ left: Node,
    _ right: Node,
    where differ: (UInt32, UInt32) -> Bool
  ) -> (variables: [Bool], left: UInt32, right: UInt32)? {
    var variables = [Bool](repeating: false, count: Self.variableCount)
    var visited: Set<UInt64> = []
    func search(_ left: Node, _ right: Node) -> (UInt32, UInt32)? {
      if let first = value(of: left), let second = value(of: right) {
        return differ(first, second) ? (first, second) : nil
      }
      guard visited.insert(UInt64(left) << 32 | UInt64(right)).inserted else { return nil }
      let level = min(choices[Int(left)].level, choices[Int(right)].level)
      for bit in [false, true] {
        variables[Int(level)] = bit
        if let found = search(branch(left, level, bit), branch(right, level, bit)) { return found }
      }
      variables[Int(level)] = false
      return nil
    }
    return search(left, right).map { (variables, $0.0, $0.1) }
  }
}

/// Where the bits of a call are among the variables.
enum Variables {
  /// The variable of the most significant bit of a word of `seccomp_data`; the others follow.
  static func first(ofWord word: Int) -> Int {
    switch word {
    case 1: 0  // architecture
    case 0: 32  // number
    case 2, 3: 64 + 12 * 32 + (3 - word) * 32  // instruction pointer, its upper half first
    default: 64 + (word - 4) / 2 * 64 + (word % 2 == 0 ? 32 : 0)
    }
  }

  /// Whether a call has a variable's bit set.
  static func isSet(_ variable: Int, in call: SeccompData) -> Bool {
    for word in 0..<SeccompData.wordCount {
      let bit = variable - first(ofWord: word)
      if (0..<32).contains(bit) { return call.word(word) >> UInt32(31 - bit) & 1 == 1 }
    }
    return false
  }

  /// The call that has these bits.
  static func call(_ variables: [Bool]) -> SeccompData {
    SeccompData(
      words: (0..<SeccompData.wordCount).map { word in
        (0..<32).reduce(0) { $0 << 1 | (variables[first(ofWord: word) + $1] ? 1 : 0) }
      }
    )
  }
}
