/// Turns a decision graph into instructions.
///
/// Instructions are made from the last to the first, so that every jump's target is there when the jump is made. Words
/// are loaded right before the test that looks at them, and not again while the register still holds them: an argument
/// is never loaded before the number has decided that it matters, or the kernel could not answer for arg-free calls from
/// its bitmap (`seccomp_cache_prepare`, kernel/seccomp.c).
struct BPFAssembler {
  /// What the accumulator holds.
  private struct Content: Equatable {
    let word: UInt8
    let mask: UInt32

    init(_ test: DecisionGraph.Test) { (word, mask) = (test.word, test.mask) }
  }

  /// A place that code can be entered at: with the word that it tests loaded already, or not.
  private struct Entry {
    let node: DecisionGraph.Node
    let isLoaded: Bool

    /// Its place in a table of all entries.
    var index: Int { Int(node.index) * 2 + (isLoaded ? 1 : 0) }
  }

  private let graph: DecisionGraph
  /// From the last instruction to the first.
  private var reversed: [BPFInstruction] = []
  /// By entry, the distance of its first instruction from the end, counting itself; 0 before there is one. The two
  /// entries of a return are the same.
  private var places: [Int]
  /// By entry, whether some jump, or the start, needs it.
  private var isWanted: [Bool]

  static func assemble(_ graph: DecisionGraph, root: DecisionGraph.Node) throws(SeccompError) -> BPFProgram {
    var assembler = BPFAssembler(graph)
    let start = Entry(node: root, isLoaded: false)
    assembler.want(start)
    assembler.emit(root)
    // The root is made last, so the program begins with it.
    guard assembler.reversed.count <= BPFProgram.maximumLength else {
      throw .programTooLong(assembler.reversed.count)
    }
    do { return try BPFProgram(assembler.reversed.reversed()) } catch { throw .proof(.invalid(error)) }
  }

  private init(_ graph: DecisionGraph) {
    self.graph = graph
    places = Array(repeating: 0, count: 2 * graph.count)
    isWanted = Array(repeating: false, count: 2 * graph.count)
    reversed.reserveCapacity(2 * graph.count)
  }

  /// Where to go on at a node when the accumulator has that content.
  private func entry(_ node: DecisionGraph.Node, with content: Content) -> Entry {
    switch graph[node] {
    case .action: Entry(node: node, isLoaded: true)
    case .test(let test, _, _): Entry(node: node, isLoaded: content == Content(test))
    }
  }

  private mutating func want(_ entry: Entry) {
    guard !isWanted[entry.index] else { return }
    isWanted[entry.index] = true
    guard case .test(let test, let then, let otherwise) = graph[entry.node] else { return }
    want(self.entry(then, with: Content(test)))
    want(self.entry(otherwise, with: Content(test)))
  }

  /// Makes the code of a node, behind that of all nodes that it leads to.
  private mutating func emit(_ node: DecisionGraph.Node) {
    let loaded = Entry(node: node, isLoaded: true)
    guard places[loaded.index] == 0 else { return }
    switch graph[node] {
    case .action(let action): append(.ret(action), at: loaded)
    case .test(let test, let then, let otherwise):
      emit(then)
      emit(otherwise)
      let next = entry(then, with: Content(test))
      let other = entry(otherwise, with: Content(test))
      bringNear(next)
      bringNear(other)
      append(
        BPFInstruction(
          code: test.comparison.opcode.rawValue,
          jt: distance(to: next),
          jf: distance(to: other),
          k: test.value
        ),
        at: loaded
      )
      let unloaded = Entry(node: node, isLoaded: false)
      guard isWanted[unloaded.index] else { return }
      if test.mask != .max { reversed.append(.and(test.mask)) }
      append(.load(word: Int(test.word)), at: unloaded)
    }
  }

  private mutating func append(_ instruction: BPFInstruction, at entry: Entry) {
    reversed.append(instruction)
    places[entry.index] = reversed.count
  }

  private func distance(to entry: Entry) -> UInt8 { UInt8(clamping: reversed.count - places[entry.index]) }

  /// A conditional jump reaches 255 instructions. What lies further away gets a copy, if it is a return, or a jump.
  private mutating func bringNear(_ entry: Entry) {
    let distance = reversed.count - places[entry.index]
    // One less, since bringing the other branch near may move this one away.
    guard distance > Int(UInt8.max) - 1 else { return }
    switch graph[entry.node] {
    case .action(let action): append(.ret(action), at: entry)
    case .test: append(.jump(UInt32(distance)), at: entry)
    }
  }
}

extension DecisionGraph.Test.Comparison {
  fileprivate var opcode: BPFInstruction.Opcode {
    switch self {
    case .equal: .jeqK
    case .greater: .jgtK
    case .greaterOrEqual: .jgeK
    case .anyBit: .jsetK
    }
  }
}
