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
    added = difference.control.flatMap { Self.entries(of: $0, in: new, notIn: old) }
    removed = difference.control.flatMap { Self.entries(of: $0, in: old, notIn: new) }
    let single = [difference.witness].compactMap(\.self)
    let all =
      switch difference.direction {
      case .looser: Self.gains(of: difference.control, from: old, to: new)
      case .stricter: Self.gains(of: difference.control, from: new, to: old)
      case .neutral: [String]()
      }
    witnesses = all.isEmpty ? single : all
  }

  private static func entries(of control: Control, in sandbox: Sandbox, notIn other: Sandbox) -> [String]? {
    guard let entries = ControlValue.entries(of: control, in: sandbox),
      let others = ControlValue.entries(of: control, in: other),
      let shown = ControlValue.entries(of: control, in: sandbox.withoutSecrets)
    else { return nil }
    let known = Set(others.map { Array($0.utf8) })
    return zip(entries, shown).filter { !known.contains(Array($0.0.utf8)) }.map(\.1)
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
