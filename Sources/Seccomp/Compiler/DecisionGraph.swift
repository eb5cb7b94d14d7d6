import Sandbox

/// A filter as a graph of tests on the 32-bit words of `seccomp_data`, with equal parts shared.
///
/// It knows nothing of instructions. What it has to keep is the order of tests from the root: the architecture, then the
/// number, then arguments.
struct DecisionGraph {
  /// The place of a node. Nodes come after those that they lead to.
  struct Node: Hashable {
    let index: Int32
  }

  /// A question about a word.
  struct Test: Hashable {
    enum Comparison {
      case equal
      case greater
      case greaterOrEqual
      /// Whether any of the bits is set.
      case anyBit
    }

    let word: UInt8
    /// What the word is combined with before it is compared.
    let mask: UInt32
    let comparison: Comparison
    let value: UInt32

    init(_ word: UInt8, mask: UInt32 = .max, _ comparison: Comparison, _ value: UInt32) {
      self.word = word
      self.mask = mask
      self.comparison = comparison
      self.value = value
    }
  }

  enum Kind: Hashable {
    case action(FilterAction)
    case test(Test, then: Node, otherwise: Node)
  }

  /// The words of `seccomp_data` on a little-endian machine, as all of our ABIs are.
  enum Word {
    static let number: UInt8 = 0
    static let architecture: UInt8 = 1

    static func low(_ argument: Int) -> UInt8 { UInt8(4 + 2 * argument) }
    static func high(_ argument: Int) -> UInt8 { UInt8(5 + 2 * argument) }
  }

  private var kinds: [Kind] = []
  /// Open addressing by a hash of the kind: a place in `kinds`, -1 where there is none.
  private var table = [Int32](repeating: -1, count: 256)

  init() { kinds.reserveCapacity(256) }

  var count: Int { kinds.count }

  subscript(node: Node) -> Kind { kinds[Int(node.index)] }

  mutating func action(_ action: FilterAction) -> Node { place(.action(action)) }

  /// The node that asks a question, or one that needs to ask less and answers the same.
  mutating func test(_ test: Test, then: Node, otherwise: Node) -> Node {
    let then = assuming(.init(test, true), then)
    let otherwise = assuming(.init(test, false), otherwise)
    if then == otherwise { return then }
    // A value that the other branch treats alike needs no test of its own.
    if assuming(.init(test, true), otherwise) == then { return otherwise }
    if assuming(.init(test, false), then) == otherwise { return then }
    return place(.test(test, then: then, otherwise: otherwise))
  }

  /// The node for a test that is known to be needed.
  mutating func place(_ kind: Kind) -> Node {
    if kinds.count * 2 >= table.count { grow() }
    var slot = kind.mixed & (table.count - 1)
    while table[slot] >= 0 {
      if kinds[Int(table[slot])] == kind { return Node(index: table[slot]) }
      slot = (slot + 1) & (table.count - 1)
    }
    table[slot] = Int32(kinds.count)
    kinds.append(kind)
    return Node(index: table[slot])
  }

  private mutating func grow() {
    table = Array(repeating: -1, count: table.count * 2)
    for (index, kind) in kinds.enumerated() {
      var slot = kind.mixed & (table.count - 1)
      while table[slot] >= 0 { slot = (slot + 1) & (table.count - 1) }
      table[slot] = Int32(index)
    }
  }

  /// The node with all questions left out that an answer has settled.
  private mutating func assuming(_ knowledge: Knowledge, _ node: Node) -> Node {
    guard case .test = self[node] else { return node }
    // By node, what became of it; its successors all come before it.
    var done = [Int32](repeating: -1, count: Int(node.index) + 1)
    return assuming(knowledge, node, &done)
  }

  private mutating func assuming(_ knowledge: Knowledge, _ node: Node, _ done: inout [Int32]) -> Node {
    guard case .test(let test, let then, let otherwise) = self[node] else { return node }
    switch knowledge.answer(to: test) {
    case true?: return assuming(knowledge, then, &done)
    case false?: return assuming(knowledge, otherwise, &done)
    case nil:
      if done[Int(node.index)] >= 0 { return Node(index: done[Int(node.index)]) }
      let newThen = assuming(knowledge, then, &done)
      let newOtherwise = assuming(knowledge, otherwise, &done)
      let result = newThen == newOtherwise ? newThen : place(.test(test, then: newThen, otherwise: newOtherwise))
      done[Int(node.index)] = result.index
      return result
    }
  }
}

extension DecisionGraph.Kind {
  /// A hash: what is looked up is ours, so that nobody can choose collisions that matter.
  fileprivate var mixed: Int {
    let value: UInt64 =
      switch self {
      case .action(let action): UInt64(action.rawValue)
      case .test(let test, let then, let otherwise):
        UInt64(test.value) ^ UInt64(test.mask) << 32 ^ UInt64(test.word) << 24
          ^ UInt64(UInt32(bitPattern: then.index)) << 40 ^ UInt64(UInt32(bitPattern: otherwise.index)) << 13
      }
    let mixed = (value ^ value >> 31) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 33)
  }
}

/// What one answer says about a word.
private struct Knowledge {
  private let test: DecisionGraph.Test
  private let holds: Bool
  /// Where the whole word was compared: the values that it can still have, but for `excluded`.
  private var range: ClosedRange<UInt32> = 0...UInt32.max
  private var excluded: UInt32?

  init(_ test: DecisionGraph.Test, _ holds: Bool) {
    self.test = test
    self.holds = holds
    guard test.mask == .max else { return }
    switch (test.comparison, holds) {
    case (.equal, true): range = test.value...test.value
    case (.equal, false): excluded = test.value
    case (.greater, true): range = (test.value &+ 1)...UInt32.max
    case (.greater, false): range = 0...test.value
    case (.greaterOrEqual, true): range = test.value...UInt32.max
    case (.greaterOrEqual, false): range = 0...(test.value &- 1)
    case (.anyBit, _): break
    }
  }

  /// What the answer to another question must then be; nil when it is open.
  func answer(to other: DecisionGraph.Test) -> Bool? {
    guard other.word == test.word else { return nil }
    if other == test { return holds }
    if range.lowerBound == range.upperBound { return other.holds(for: range.lowerBound) }
    guard other.mask == .max, test.mask == .max else { return nil }
    switch other.comparison {
    case .equal: return range.contains(other.value) && excluded != other.value ? nil : false
    case .greater: return range.lowerBound > other.value ? true : range.upperBound <= other.value ? false : nil
    case .greaterOrEqual: return range.lowerBound >= other.value ? true : range.upperBound < other.value ? false : nil
    case .anyBit: return nil
    }
  }
}

extension DecisionGraph.Test {
  func holds(for word: UInt32) -> Bool {
    let word = word & mask
    return switch comparison {
    case .equal: word == value
    case .greater: word > value
    case .greaterOrEqual: word >= value
    case .anyBit: word & value != 0
    }
  }
}

extension DecisionGraph {
  /// The node for what happens to the calls of a number, as far as their arguments decide it.
  mutating func node(for decision: FilterPolicy.Decision) -> Node {
    var node = action(decision.otherwise)
    for clause in decision.clauses.reversed() {
      node = branch(clause.condition, then: action(clause.action), otherwise: node)
    }
    return node
  }

  /// Evaluates a condition from left to right and stops as soon as its value is known.
  private mutating func branch(_ condition: FilterCondition, then: Node, otherwise: Node) -> Node {
    switch condition {
    case .all(let conditions):
      conditions.reversed().reduce(then) { next, condition in
        branch(condition, then: next, otherwise: otherwise)
      }
    case .any(let conditions):
      conditions.reversed().reduce(otherwise) { next, condition in
        branch(condition, then: then, otherwise: next)
      }
    case .not(let condition): branch(condition, then: otherwise, otherwise: then)
    case .argument(let argument, let test):
      branch(ArgumentWords(argument), test, then: then, otherwise: otherwise)
    }
  }

  private mutating func branch(
    _ words: ArgumentWords,
    _ condition: ArgumentTest,
    then: Node,
    otherwise: Node
  ) -> Node {
    switch condition {
    case .equals(let value):
      return branch(words, .masked(mask: .max, equals: value), then: then, otherwise: otherwise)
    case .isOneOf(let values):
      return values.sorted(by: >).reduce(otherwise) { next, value in
        branch(words, .equals(value), then: then, otherwise: next)
      }
    case .masked(let mask, let value):
      guard value & ~(mask & words.mask) == 0 else { return otherwise }
      let low = equal(words.low, mask & words.mask, value, then: then, otherwise: otherwise)
      guard let high = words.high else { return low }
      return equal(high, mask >> 32, value >> 32, then: low, otherwise: otherwise)
    case .less(let bound):
      return atLeast(words, bound, then: otherwise, otherwise: then)
    case .greater(let bound):
      return bound == .max ? otherwise : atLeast(words, bound + 1, then: then, otherwise: otherwise)
    case .range(let range):
      let below =
        range.upperBound == .max
        ? then : atLeast(words, range.upperBound + 1, then: otherwise, otherwise: then)
      return atLeast(words, range.lowerBound, then: below, otherwise: otherwise)
    }
  }

  /// `word & mask == value`, in the lower halves of `mask` and `value`.
  private mutating func equal(
    _ word: UInt8,
    _ mask: UInt64,
    _ value: UInt64,
    then: Node,
    otherwise: Node
  ) -> Node {
    let mask = UInt32(truncatingIfNeeded: mask)
    let value = UInt32(truncatingIfNeeded: value)
    if mask == 0 { return value == 0 ? then : otherwise }
    // Clear bits are tested without a mask, so that the word stays as it was loaded.
    if value == 0, mask != .max { return test(Test(word, .anyBit, mask), then: otherwise, otherwise: then) }
    if mask.nonzeroBitCount == 1 { return test(Test(word, .anyBit, mask), then: then, otherwise: otherwise) }
    return test(Test(word, mask: mask, .equal, value), then: then, otherwise: otherwise)
  }

  private mutating func atLeast(_ words: ArgumentWords, _ bound: UInt64, then: Node, otherwise: Node) -> Node {
    guard bound > 0 else { return then }
    guard bound <= words.mask else { return otherwise }
    let low = UInt32(truncatingIfNeeded: bound)
    // A narrow argument is compared without the bits above it.
    let mask = UInt32(truncatingIfNeeded: words.mask)
    let lower =
      low == 0 ? then : test(Test(words.low, mask: mask, .greaterOrEqual, low), then: then, otherwise: otherwise)
    guard let high = words.high else { return lower }
    let bound = UInt32(truncatingIfNeeded: bound >> 32)
    let equalOrLess =
      bound == 0 ? lower : test(Test(high, .equal, bound), then: lower, otherwise: otherwise)
    return bound == .max ? equalOrLess : test(Test(high, .greater, bound), then: then, otherwise: equalOrLess)
  }
}

/// Where an argument lies in `seccomp_data`.
private struct ArgumentWords {
  let low: UInt8
  /// Nil where the kernel looks at no more than 32 bits.
  let high: UInt8?
  let mask: UInt64

  init(_ argument: FilterArgument) {
    low = DecisionGraph.Word.low(argument.index)
    high = argument.bits > 32 ? DecisionGraph.Word.high(argument.index) : nil
    mask = argument.mask
  }
}
