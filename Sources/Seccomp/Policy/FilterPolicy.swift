/// What a filter has to do with every call: the specification that a program is compiled from and proven against.
package struct FilterPolicy: Hashable, Sendable {
  /// What happens to a call when a condition on its arguments holds.
  package struct Clause: Hashable, Sendable {
    package let condition: FilterCondition
    package let action: FilterAction
  }

  /// What happens to the calls of a number: the first clause that holds decides.
  package struct Decision: Hashable, Sendable {
    package let clauses: [Clause]
    package let otherwise: FilterAction

    package init(_ clauses: [Clause] = [], otherwise: FilterAction) {
      self.clauses = clauses
      self.otherwise = otherwise
    }

    package func action(for arguments: SeccompData.Arguments) -> FilterAction {
      clauses.first { $0.condition.holds(for: arguments) }?.action ?? otherwise
    }

    func mapActions(_ transform: (FilterAction) -> FilterAction) -> Decision {
      Decision(
        clauses.map { Clause(condition: $0.condition, action: transform($0.action)) },
        otherwise: transform(otherwise)
      )
    }
  }

  /// The calls of one ABI.
  package struct Section: Hashable, Sendable {
    package let abi: SyscallABI
    /// Decisions of the numbers from the ABI's first on; the last stands for all numbers beyond.
    var decisions: [UInt16]
    /// What `decisions` counts in.
    var distinct: [Decision]

    package func decision(for number: UInt32) -> Decision {
      distinct[Int(decisions[min(Int(number - abi.firstNumber), decisions.count - 1)])]
    }
  }

  /// One for each ABI that may be used at all, in the order in which a program asks for them.
  package let sections: [Section]
  /// For calls of any other ABI.
  package let foreign: FilterAction

  package func action(for call: SeccompData) -> FilterAction {
    for section in sections
    where section.abi.auditArchitecture == call.architecture && section.abi.numbers.contains(call.number) {
      return section.decision(for: call.number).action(for: call.arguments)
    }
    return foreign
  }

  /// The same policy with other actions.
  package func mapActions(_ transform: (FilterAction) -> FilterAction) -> FilterPolicy {
    FilterPolicy(
      sections: sections.map { section in
        var section = section
        section.distinct = section.distinct.map { $0.mapActions(transform) }
        return section
      },
      foreign: transform(foreign)
    )
  }
}

extension FilterPolicy.Section {
  /// Collects the rules of one ABI in the order of their precedence.
  struct Builder {
    let abi: SyscallABI
    /// The number of each call of the table, counted from the ABI's first; negative where the ABI lacks it.
    private let positions: [Int32]
    private var entries: [Entry]
    /// The clauses of the calls that have any.
    private var clauses: [[FilterPolicy.Clause]] = []

    /// What is known of a number so far.
    private struct Entry {
      var isKnown = false
      var otherwise: FilterAction?
      /// Where its clauses are; -1 when there are none.
      var clauses: Int32 = -1
    }

    init(abi: SyscallABI) {
      self.abi = abi
      positions = (0..<SyscallRecords.recordCount).map { Syscall(index: $0).position(on: abi) }
      // One more than the highest, to stand for everything beyond.
      entries = Array(repeating: Entry(), count: Int(positions.max() ?? -1) + 2)
      for position in positions where position >= 0 { entries[Int(position)].isKnown = true }
    }

    /// Adds a rule behind those that are there already; no effect where the ABI lacks the call.
    mutating func add(_ syscall: Syscall, when condition: FilterCondition?, _ action: FilterAction) {
      let position = Int(positions[syscall.index])
      guard position >= 0, entries[position].otherwise == nil else { return }
      guard let condition, condition != .always else {
        entries[position].otherwise = action
        return
      }
      if entries[position].clauses < 0 {
        entries[position].clauses = Int32(clauses.count)
        clauses.append([])
      }
      clauses[Int(entries[position].clauses)].append(FilterPolicy.Clause(condition: condition, action: action))
    }

    /// The section, with what happens to calls that no rule decided: those of the table, those that it does not know,
    /// and, where that makes a difference, all beyond a number.
    func finish(
      known: FilterAction,
      unknown: FilterAction,
      beyond: (number: UInt32, action: FilterAction)? = nil
    ) -> FilterPolicy.Section {
      var distinct: [FilterPolicy.Decision] = []
      var decisions: [UInt16] = []
      decisions.reserveCapacity(entries.count)
      for (position, entry) in entries.enumerated() {
        var otherwise = entry.otherwise ?? (entry.isKnown ? known : unknown)
        if let beyond, abi.firstNumber + UInt32(position) > beyond.number { otherwise = beyond.action }
        let index: Int?
        if entry.clauses < 0 {
          index = distinct.firstIndex { $0.clauses.isEmpty && $0.otherwise == otherwise }
        } else {
          let clauses = clauses[Int(entry.clauses)]
          index = distinct.firstIndex { $0.otherwise == otherwise && $0.clauses == clauses }
        }
        if index == nil {
          distinct.append(
            FilterPolicy.Decision(entry.clauses < 0 ? [] : clauses[Int(entry.clauses)], otherwise: otherwise)
          )
        }
        decisions.append(UInt16(index ?? distinct.count - 1))
      }
      return FilterPolicy.Section(abi: abi, decisions: decisions, distinct: distinct)
    }
  }
}
