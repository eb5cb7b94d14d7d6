extension DecisionGraph {
  /// The whole filter: the architecture, then the number, then the arguments.
  mutating func root(for policy: FilterPolicy) -> Node {
    let foreign = action(policy.foreign)
    var root = foreign
    var architectures: [UInt32] = []
    for section in policy.sections where !architectures.contains(section.abi.auditArchitecture) {
      architectures.append(section.abi.auditArchitecture)
    }
    for architecture in architectures.reversed() {
      let sections = policy.sections.filter { $0.abi.auditArchitecture == architecture }
      let known = sections.map { $0.abi.firstNumber..<$0.abi.firstNumber + UInt32($0.decisions.count) }
      let tree = balanced(Region.regions(of: intervals(of: sections, foreign: foreign), known: known)[...])
      root = place(.test(Test(Word.architecture, .equal, architecture), then: tree, otherwise: root))
    }
    return root
  }

  /// Numbers that are treated alike, from `start` to the start of the next interval.
  struct Interval {
    let start: UInt32
    let node: Node
  }

  /// The numbers of an architecture in order, none left out, no two neighbours alike.
  private mutating func intervals(of sections: [FilterPolicy.Section], foreign: Node) -> [Interval] {
    var intervals: [Interval] = []
    func add(_ start: UInt32, _ node: Node) {
      if intervals.last?.node != node { intervals.append(Interval(start: start, node: node)) }
    }
    var next: UInt64 = 0
    for section in sections.sorted(by: { $0.abi.firstNumber < $1.abi.firstNumber }) {
      if next < section.abi.firstNumber { add(UInt32(next), foreign) }
      let nodes = section.distinct.map { node(for: $0) }
      for (position, decision) in section.decisions.enumerated() {
        add(section.abi.firstNumber + UInt32(position), nodes[Int(decision)])
      }
      next = UInt64(section.abi.numbers.upperBound) + 1
    }
    if next <= UInt32.max { add(UInt32(next), foreign) }
    return intervals
  }

  /// Regions as a tree that is balanced by their weights, each with its exceptions as a chain.
  private mutating func balanced(_ regions: ArraySlice<Region>) -> Node {
    guard regions.count > 1 else {
      guard let region = regions.first else { return action(.killProcess) }
      return region.exceptions.reversed().reduce(region.node) { next, exception in
        place(.test(Test(Word.number, .equal, exception.start), then: exception.node, otherwise: next))
      }
    }
    let total = regions.reduce(0) { $0 + $1.weight }
    var split = regions.startIndex + 1
    var before = regions[regions.startIndex].weight
    while split < regions.endIndex - 1, 2 * before + regions[split].weight < total {
      before += regions[split].weight
      split += 1
    }
    let upper = balanced(regions[split...])
    let lower = balanced(regions[..<split])
    return place(
      .test(Test(Word.number, .greaterOrEqual, regions[split].start), then: upper, otherwise: lower)
    )
  }
}

/// A range of numbers that are treated alike, but for some that are asked for one by one.
///
/// A boundary between two intervals costs one test. A single number amid others costs two that way, and one when it is
/// asked for by itself: which numbers are asked for by themselves is chosen to make the sum least.
private struct Region {
  var start: UInt32
  var node: DecisionGraph.Node
  /// In order.
  var exceptions: [DecisionGraph.Interval] = []

  /// How many of its numbers are in a table: what a program may well call, and what the kernel tries one by one when it
  /// installs the filter (`seccomp_cache_prepare`, kernel/seccomp.c). Those trials are most of the time that takes.
  private var knownNumbers = 0

  /// What makes a region worth being found early: its own tests, and its numbers. The factor was found by trying; ten
  /// times more or less makes little difference.
  var weight: Int { 5 * (1 + exceptions.count) + 2 * knownNumbers }

  /// The most numbers in a row that are asked for one by one. Longer runs save a test here and there, and cost all other
  /// numbers of their region more.
  private static let longestRun: UInt32 = 1

  init(start: UInt32, node: DecisionGraph.Node, exceptions: [DecisionGraph.Interval] = []) {
    self.start = start
    self.node = node
    self.exceptions = exceptions
  }

  /// Splits intervals into regions with as few tests as possible; `known` are the numbers that are in a table.
  static func regions(of intervals: [DecisionGraph.Interval], known: [Range<UInt32>]) -> [Region] {
    var regions = fewest(of: intervals)
    for index in regions.indices {
      let end = index + 1 < regions.endIndex ? regions[index + 1].start : UInt32.max
      let range = regions[index].start..<end
      regions[index].knownNumbers = known.reduce(0) { $0 + $1.clamped(to: range).count }
    }
    return regions
  }

  private static func fewest(of intervals: [DecisionGraph.Interval]) -> [Region] {
    var colours: [DecisionGraph.Node] = []
    let colourOf = intervals.map { interval in
      if let index = colours.firstIndex(of: interval.node) { return index }
      colours.append(interval.node)
      return colours.count - 1
    }
    // cost[c]: the fewest tests for the intervals so far, when the last that was kept has colour c. from[i]: the colour
    // that was kept before interval i, if it is kept; a colour other than its own means that it is not.
    let none = Int32.max / 2
    var cost = [Int32](repeating: none, count: colours.count)
    var from: [Int] = []
    from.reserveCapacity(intervals.count)
    for (index, interval) in intervals.enumerated() {
      let end = index + 1 < intervals.count ? UInt64(intervals[index + 1].start) : UInt64(UInt32.max) + 1
      let width = end - UInt64(interval.start)
      let colour = colourOf[index]
      var best = (cost: index == 0 ? 0 : cost[colour], from: colour)
      for other in colours.indices where other != colour && cost[other] + 1 < best.cost {
        best = (cost[other] + 1, other)
      }
      for other in colours.indices {
        cost[other] = min(cost[other] + (width <= UInt64(longestRun) ? Int32(width) : none), none)
      }
      cost[colour] = best.cost
      from.append(best.from)
    }
    guard var colour = colours.indices.min(by: { cost[$0] < cost[$1] }) else { return [] }
    var isKept = [Bool](repeating: false, count: intervals.count)
    for index in intervals.indices.reversed() where colourOf[index] == colour {
      isKept[index] = true
      colour = from[index]
    }
    return collect(intervals, isKept: isKept).flatMap { $0.split() }
  }

  /// The most numbers that are asked for one after the other.
  private static let longestChain = 4

  /// The region in parts of about equal chains, at the cost of one test a part: nobody waits for a long chain.
  private func split() -> [Region] {
    let parts = max(1, (exceptions.count + Self.longestChain - 1) / Self.longestChain)
    return (0..<parts).map { part in
      let range = exceptions.count * part / parts..<exceptions.count * (part + 1) / parts
      return Region(
        start: part == 0 ? start : exceptions[range.lowerBound].start,
        node: node,
        exceptions: Array(exceptions[range])
      )
    }
  }

  /// The first interval is always kept: nothing before it could take its numbers in.
  private static func collect(_ intervals: [DecisionGraph.Interval], isKept: [Bool]) -> [Region] {
    var regions: [Region] = []
    for (index, interval) in intervals.enumerated() {
      if isKept[index] {
        if regions.last?.node != interval.node { regions.append(Region(start: interval.start, node: interval.node)) }
      } else if index + 1 < intervals.count {
        regions[regions.count - 1].exceptions += (interval.start..<intervals[index + 1].start).map {
          DecisionGraph.Interval(start: $0, node: interval.node)
        }
      }
    }
    return regions
  }
}
