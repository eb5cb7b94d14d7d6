import Sandbox

extension SeccompProfile {
  /// The profile that means, under runc's rules, what the filter of a sandbox means on each of some hosts.
  ///
  /// Calls that are refused are listed too, although runc drops them: engines answer ENOSYS for numbers beyond those that
  /// a profile names. Conditions become rules of masked comparisons that never overlap: the one shape that compares by
  /// the argument's own width, means "and" between arguments, and is compiled rightly by every libseccomp.
  ///
  /// JSON cannot speak of numbers that have no name. They are refused either way; with which error is up to the engine.
  init(_ policies: [(host: SyscallABI, policy: FilterPolicy)], syscalls: SyscallPolicy) throws(SeccompError) {
    defaultAction = FilterAction(syscalls.defaultAction)
    architectures = []
    rules = []

    var unconditional: [FilterAction: [String]] = [:]
    var conditional: [Rule] = []
    let sections = policies.flatMap(\.policy.sections)
    for syscall in Syscall.all {
      guard let section = sections.first(where: { syscall.exists(on: $0.abi) }),
        let number = syscall.number(on: section.abi)
      else { continue }
      let decision = section.decision(for: number)
      if decision.clauses.isEmpty {
        unconditional[decision.otherwise, default: []].append(syscall.name)
      } else {
        conditional += try Self.rules(for: decision, of: syscall.name).filter { $0.action != defaultAction }
      }
    }
    // Allowed calls first, as everybody writes it; then those that are refused like the rest; then the others.
    let first = [FilterAction.allow, defaultAction]
    let rest = unconditional.keys.filter { !first.contains($0) }.sorted { $0.rawValue < $1.rawValue }
    for action in first + rest {
      if let names = unconditional.removeValue(forKey: action) { rules.append(Rule(names, action)) }
    }
    rules += conditional
    for (host, policy) in policies {
      architectures = policy.sections.map(\.abi)
      try prove(host, policy)
    }
  }

  /// Rules that never overlap, one for each way through the decision's diagram.
  private static func rules(
    for decision: FilterPolicy.Decision,
    of name: String
  ) throws(SeccompError) -> [Rule] {
    var diagrams = FilterDiagrams()
    let node: FilterDiagrams.Node
    do { node = try decision.diagram(in: &diagrams) } catch { throw .proof(error) }
    guard let cubes = diagrams.cubes(of: node, limit: 512) else { throw .tooManyRules(name) }
    return cubes.map { cube in
      Rule([name], FilterAction(rawValue: cube.value), when: arguments(cube.bits))
    }
  }

  /// The comparisons that hold when some variables have these values.
  private static func arguments(_ bits: [(variable: Int, isSet: Bool)]) -> [Argument] {
    (0..<6).compactMap { index in
      let first = Variables.first(ofWord: 5 + 2 * index)
      var (mask, value): (UInt64, UInt64) = (0, 0)
      for bit in bits where (first..<first + 64).contains(bit.variable) {
        let position = UInt64(1) << UInt64(63 - (bit.variable - first))
        mask |= position
        if bit.isSet { value |= position }
      }
      switch mask {
      case 0: return nil
      case .max: return Argument(index: index, .equal, value)
      default: return Argument(index: index, .maskedEqual, mask, valueTwo: value)
      }
    }
  }

  /// Proves that the profile answers every call that has a name as the policy does, and refuses all others.
  private func prove(_ host: SyscallABI, _ policy: FilterPolicy) throws(SeccompError) {
    let meaning = meaning(host: host, foreign: policy.foreign)
    let difference: Counterexample?
    do {
      difference = try FilterProof.difference(meaning.withOneErrorForTheNameless, policy.withOneErrorForTheNameless)
    } catch {
      throw .proof(error)
    }
    if let difference { throw .notExpressible(difference) }
  }
}

extension FilterPolicy {
  /// The policy, but for which error, or kill, a number gets that no call of this build has.
  var withOneErrorForTheNameless: FilterPolicy {
    FilterPolicy(
      sections: sections.map { section in
        var named = [Bool](repeating: false, count: section.decisions.count)
        for syscall in Syscall.all {
          let position = Int(syscall.position(on: section.abi))
          if named.indices.contains(position) { named[position] = true }
        }
        var section = section
        let refused = UInt16(section.distinct.count)
        for position in named.indices where !named[position] {
          let decision = section.distinct[Int(section.decisions[position])]
          if decision.clauses.isEmpty, decision.otherwise.isDenial { section.decisions[position] = refused }
        }
        section.distinct.append(Decision(otherwise: .errno(38)))
        return section
      },
      foreign: foreign
    )
  }
}

extension FilterDiagrams {
  /// A way through a diagram: the variables on it, and the value at its end.
  struct Cube {
    let bits: [(variable: Int, isSet: Bool)]
    let value: UInt32
  }

  /// All ways through a diagram; nil when there are more than `limit`.
  func cubes(of node: Node, limit: Int) -> [Cube]? {
    var cubes: [Cube] = []
    var bits: [(variable: Int, isSet: Bool)] = []
    func walk(_ node: Node) -> Bool {
      if let value = value(of: node) {
        guard cubes.count < limit else { return false }
        cubes.append(Cube(bits: bits, value: value))
        return true
      }
      let (variable, low, high) = choice(at: node)
      for (isSet, next) in [(false, low), (true, high)] {
        bits.append((variable, isSet))
        defer { bits.removeLast() }
        guard walk(next) else { return false }
      }
      return true
    }
    return walk(node) ? cubes : nil
  }
}
