import Sandbox

/// Something that answers every call with an action.
package protocol FilterFunction: Sendable {
  /// The function from calls to the raw values of actions.
  func diagram(in diagrams: inout FilterDiagrams) throws(ProofError) -> FilterDiagrams.Node
}

extension FilterPolicy: FilterFunction {
  package func diagram(in diagrams: inout FilterDiagrams) throws(ProofError) -> FilterDiagrams.Node {
    let foreign = diagrams.terminal(foreign.rawValue)
    var root = foreign
    var architectures: [UInt32] = []
    for section in sections where !architectures.contains(section.abi.auditArchitecture) {
      architectures.append(section.abi.auditArchitecture)
    }
    let word = BitVector(word: 1, mask: .max, flips: 0)
    for architecture in architectures {
      // Where a decision starts, from number 0 on; none is left out.
      var starts: [(number: UInt32, node: FilterDiagrams.Node)] = []
      var next: UInt64 = 0
      for section in sections.sorted(by: { $0.abi.firstNumber < $1.abi.firstNumber })
      where section.abi.auditArchitecture == architecture {
        let first = section.abi.firstNumber
        if next < first { starts.append((UInt32(next), foreign)) }
        var nodes: [FilterDiagrams.Node] = []
        for decision in section.distinct { nodes.append(try decision.diagram(in: &diagrams)) }
        for (position, decision) in section.decisions.enumerated() where starts.last?.node != nodes[Int(decision)] {
          starts.append((first + UInt32(position), nodes[Int(decision)]))
        }
        next = UInt64(section.abi.numbers.upperBound) + 1
      }
      if next <= UInt32.max { starts.append((UInt32(next), foreign)) }
      let tree = Self.numbers(starts[...], bit: 31, from: 0, in: &diagrams)
      root = try diagrams.choose(
        word.equals(UInt64(architecture), in: &diagrams),
        then: tree,
        otherwise: root
      )
    }
    return root
  }

  /// The function of the lower bits of a number from `from` on.
  private static func numbers(
    _ starts: ArraySlice<(number: UInt32, node: FilterDiagrams.Node)>,
    bit: Int,
    from: UInt32,
    in diagrams: inout FilterDiagrams
  ) -> FilterDiagrams.Node {
    guard bit >= 0, starts.count > 1 else { return starts.first?.node ?? 0 }
    let middle = from | 1 << UInt32(bit)
    let split = starts.firstIndex { $0.number > middle } ?? starts.endIndex
    // The last that starts at the middle or before it is the first of the upper half.
    let upper = starts[(split - 1)...]
    let isExact = starts[split - 1].number == middle
    let lower = starts[..<(isExact ? split - 1 : split)]
    return diagrams.choice(
      Variables.first(ofWord: 0) + 31 - bit,
      low: numbers(lower, bit: bit - 1, from: from, in: &diagrams),
      high: numbers(upper, bit: bit - 1, from: middle, in: &diagrams)
    )
  }
}

extension FilterPolicy.Decision {
  func diagram(in diagrams: inout FilterDiagrams) throws(ProofError) -> FilterDiagrams.Node {
    var node = diagrams.terminal(otherwise.rawValue)
    for clause in clauses.reversed() {
      node = try diagrams.choose(
        clause.condition.diagram(in: &diagrams),
        then: diagrams.terminal(clause.action.rawValue),
        otherwise: node
      )
    }
    return node
  }
}

extension FilterCondition {
  func diagram(in diagrams: inout FilterDiagrams) throws(ProofError) -> FilterDiagrams.Node {
    switch self {
    case .all(let conditions):
      var node = FilterDiagrams.true
      for condition in conditions {
        node = try diagrams.choose(
          condition.diagram(in: &diagrams),
          then: node,
          otherwise: FilterDiagrams.false
        )
      }
      return node
    case .any(let conditions):
      var node = FilterDiagrams.false
      for condition in conditions {
        node = try diagrams.choose(condition.diagram(in: &diagrams), then: FilterDiagrams.true, otherwise: node)
      }
      return node
    case .not(let condition):
      return try diagrams.negation(of: condition.diagram(in: &diagrams))
    case .argument(let argument, let test):
      let bits = BitVector(argument)
      switch test {
      case .equals(let value): return bits.equals(value, in: &diagrams)
      case .isOneOf(let values):
        var node = FilterDiagrams.false
        for value in values {
          node = try diagrams.choose(
            bits.equals(value, in: &diagrams),
            then: FilterDiagrams.true,
            otherwise: node
          )
        }
        return node
      case .masked(let mask, let value): return bits.masked(mask, equals: value, in: &diagrams)
      case .less(let bound): return try diagrams.negation(of: bits.isAtLeast(bound, in: &diagrams))
      case .greater(let bound): return bits.isGreater(than: bound, in: &diagrams)
      case .range(let range):
        return try diagrams.choose(
          bits.isGreater(than: range.upperBound, in: &diagrams),
          then: FilterDiagrams.false,
          otherwise: bits.isAtLeast(range.lowerBound, in: &diagrams)
        )
      }
    }
  }
}

extension FilterDiagrams {
  fileprivate mutating func negation(of node: Node) throws(ProofError) -> Node {
    try choose(node, then: Self.false, otherwise: Self.true)
  }
}
