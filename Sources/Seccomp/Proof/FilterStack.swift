/// The filters of a thread. The kernel runs all of them and does what is most restrictive (`seccomp_run_filters`,
/// kernel/seccomp.c).
package struct FilterStack: Sendable {
  /// In the order in which they were installed; none lets every call through.
  package let programs: [BPFProgram]

  package init(_ programs: [BPFProgram]) { self.programs = programs }

  package func action(for call: SeccompData) -> FilterAction {
    let values = programs.reversed().map { $0.outcome(for: call).value }
    return FilterAction(rawValue: values.reduce(FilterAction.allow.rawValue, Self.stricter))
  }

  /// The filter that decides about a call, by its place; nil when there is none.
  package func deciding(_ call: SeccompData) -> Int? {
    let action = action(for: call)
    return programs.indices.last { FilterAction(rawValue: programs[$0].outcome(for: call).value) == action }
  }

  /// Of two answers the kernel takes the one that is less as a signed number without its data; of two alike, that of the
  /// filter that was installed last, which it asks first. It does so before it looks whether they are actions at all.
  private static func stricter(_ first: UInt32, _ next: UInt32) -> UInt32 {
    func rank(_ value: UInt32) -> Int32 { Int32(bitPattern: value & 0xFFFF_0000) }
    return rank(next) < rank(first) ? next : first
  }
}

extension FilterStack: FilterFunction {
  package func diagram(in diagrams: inout FilterDiagrams) throws(ProofError) -> FilterDiagrams.Node {
    var node = diagrams.terminal(FilterAction.allow.rawValue)
    for program in programs.reversed() {
      node = try diagrams.combine(node, program.diagram(in: &diagrams) { $0 }, Self.stricter)
    }
    return try diagrams.combine(node, node) { value, _ in FilterAction(rawValue: value).rawValue }
  }
}
