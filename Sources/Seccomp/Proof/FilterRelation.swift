/// How a filter compares with a policy, over all calls.
package enum FilterRelation: Hashable, Sendable {
  /// The same answer to every call.
  case equal
  /// The same answer to every call that the policy can speak of. Calls that have no name, and those of ABIs that the
  /// policy does not allow, are refused by both, in another way.
  case equalByName(Counterexample)
  /// What passes here passes there; calls that are refused get other errors.
  case otherErrors(Counterexample)
  /// Nothing passes here that does not pass there, and this call passes there only.
  case stricter(Counterexample)
  /// This call is let further here than there.
  case looser(Counterexample)
  /// Each lets some call further than the other does.
  case incomparable(looser: Counterexample, stricter: Counterexample)
}

extension FilterProof {
  /// What a filter is beside a policy. In the counterexamples the filter is on the left.
  package static func relation(
    of filter: some FilterFunction,
    to policy: FilterPolicy
  ) throws(ProofError) -> FilterRelation {
    try relation(of: filter, to: policy, on: policy.sections.map(\.abi))
  }

  /// What a filter is beside another one. In the counterexamples the first is on the left.
  package static func relation(
    of filter: some FilterFunction,
    toFilter other: some FilterFunction
  ) throws(ProofError) -> FilterRelation {
    try relation(of: filter, to: other, on: SyscallABI.allCases)
  }

  private static func relation(
    of filter: some FilterFunction,
    to other: some FilterFunction,
    on abis: [SyscallABI]
  ) throws(ProofError) -> FilterRelation {
    guard let difference = try difference(filter, other) else { return .equal }
    let named = NamedCalls(of: filter, abis: abis)
    let asked = NamedCalls(of: other, abis: abis)
    guard let namedDifference = try Self.difference(named, asked) else { return .equalByName(difference) }
    let looser = try looser(named, than: asked)
    let stricter = try Self.looser(asked, than: named)
    return switch (looser, stricter) {
    case (nil, nil): .otherErrors(namedDifference)
    case (nil, let stricter?): .stricter(stricter.swapped)
    case (let looser?, nil): .looser(looser)
    case (let looser?, let stricter?): .incomparable(looser: looser, stricter: stricter.swapped)
    }
  }
}

extension Counterexample {
  fileprivate var swapped: Counterexample { Counterexample(call: call, left: right, right: left) }
}

/// A filter for which it makes no difference how a call is refused that no rule of a policy could name.
private struct NamedCalls<Base: FilterFunction>: FilterFunction {
  let base: Base
  /// Allows the calls that have a name.
  let names: FilterPolicy

  init(of base: Base, abis: [SyscallABI]) {
    self.base = base
    names = FilterPolicy(
      sections: abis.map { abi in
        var builder = FilterPolicy.Section.Builder(abi: abi)
        for syscall in Syscall.all { builder.add(syscall, when: nil, .allow) }
        return builder.finish(known: .killProcess, unknown: .killProcess)
      },
      foreign: .killProcess
    )
  }

  func diagram(in diagrams: inout FilterDiagrams) throws(ProofError) -> FilterDiagrams.Node {
    let names = try names.diagram(in: &diagrams)
    let base = try base.diagram(in: &diagrams)
    return try diagrams.combine(names, base) { name, answer in
      let isNamed = name == FilterAction.allow.rawValue
      return isNamed || !FilterAction(rawValue: answer).isDenial ? answer : FilterAction.killProcess.rawValue
    }
  }
}
