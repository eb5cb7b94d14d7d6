package import Sandbox
import Seccomp

/// What a reader needs to judge a difference in a list, which is too long to be read as a whole: the entries that came and
/// went, and a witness for each that matters.
package struct DifferenceDetail: Sendable, Equatable {
  /// Entries that only the new side has; nil where the value is no list.
  package let added: [String]?
  /// Entries that only the old side has; nil where the value is no list.
  package let removed: [String]?
  /// What only one side lets a program do; one at least, unless the difference is neutral.
  package let witnesses: [String]

  /// - Parameters:
  ///   - difference: One of those from `old` to `new`.
  ///   - old: The sandbox before.
  ///   - new: The sandbox after.
  package init(_ difference: Difference, from old: Sandbox, to new: Sandbox) {
    let before = difference.control.flatMap { ControlValue.entries(of: $0, in: old) }
    let after = difference.control.flatMap { ControlValue.entries(of: $0, in: new) }
    added = after.map { Self.entries($0, notIn: before ?? []) }
    removed = before.map { Self.entries($0, notIn: after ?? []) }
    let single = [difference.witness].compactMap(\.self)
    let all =
      switch difference.direction {
      case .looser: Self.gains(of: difference.control, from: old, to: new)
      case .stricter: Self.gains(of: difference.control, from: new, to: old)
      case .neutral: [String]()
      }
    witnesses = all.isEmpty ? single : all
  }

  private static func entries(_ some: [String], notIn others: [String]) -> [String] {
    let known = Set(others.map { Array($0.utf8) })
    return some.filter { !known.contains(Array($0.utf8)) }
  }

  /// One witness for each entry that `new` has and `old` has not; empty for controls of which one witness says it all.
  private static func gains(of control: Control?, from old: Sandbox, to new: Sandbox) -> [String] {
    switch control {
    case .capabilities: new.capabilities.subtracting(old.capabilities).sorted().map { "use \($0.prefixedName)" }
    case .socketFamilies: NetworkOrder.gainedFamilies(from: old.network, to: new.network)
    case .environment: ProcessOrder.gainedVariables(from: old.environment, to: new.environment)
    case .syscalls: SyscallOrder.gains(from: old, to: new)
    case .user, .workingDirectory, .umask, .hostname, .noNewPrivileges, .root, .read, .write, .tmpfs, .proc, .dev,
      .networkMode, .networkAllow, .memory, .swap, .cpus, .cpuTime, .wallTime, .pids, .openFiles, .fileSize, .stack,
      .core, .output, nil:
      []
    }
  }
}
