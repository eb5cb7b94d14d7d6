import Diagnostics
import Sandbox
import Seccomp

/// What can be said about a filter without the policy that it should be: what it answers to some calls, and how it is
/// built.
enum FilterFileRules {
  typealias Rule = ValidationRule<FilterFile>

  static let descriptions = [FilterFile.refused] + all.map(\.description) + PolicyProof.descriptions

  static let all: [Rule] = structural + behavioural

  /// How it is built.
  static let structural: [Rule] = [unreachable, unknownAction, earlyArgument]

  /// What it answers.
  static let behavioural: [Rule] = [foreignABI, x32, unknownNumber, dangerous, width, start, clone3]

  private static let unreachable = Rule(
    "RF8702",
    "instruction that is never reached",
    .warning,
    "No way leads to the instruction: a jump is wrong, or something was cut out of the program."
  ) { file, rule in
    file.reachable.indices.filter { !file.reachable[$0] }.prefix(1).map {
      rule.finding("no way leads to instruction \($0)", at: file.place(of: $0))
    }
  }

  private static let foreignABI = Rule(
    "RF8703",
    "calls of another ABI pass",
    .warning,
    """
    The same number is another call on another ABI. A filter that does not look at the architecture, or lets several in, \
    permits calls that nobody listed.
    """
  ) { file, rule in
    let others: [SyscallABI] = file.abi == .x86_64 ? [.x86] : []
    let passing = others.filter { abi in
      abi.numbers.prefix(512).contains { number in
        !file.program.action(
          for: SeccompData(number: number, architecture: abi.auditArchitecture, arguments: [0, 0, 0, 0, 0, 0])
        ).isDenial
      }
    }
    let unknown = SeccompData(number: 0, architecture: 0xDEAD_BEEF, arguments: [0, 0, 0, 0, 0, 0])
    if !file.program.action(for: unknown).isDenial {
      return [rule.finding("the architecture is not looked at", at: file.start, severity: .error)]
    }
    return passing.map { rule.finding("calls of \($0.name) pass", at: file.start) }
  }

  private static let x32 = Rule(
    "RF8704",
    "calls of x32 pass",
    .warning,
    "On x86_64 a number with bit 30 set is a call of x32: the same calls by other numbers, which rules do not name."
  ) { file, rule in
    guard file.abi == .x86_64 else { return [] }
    let passes = (0..<512 as Range<UInt32>).contains { number in
      let call = SeccompData(
        number: number | SyscallABI.x32Bit,
        architecture: SyscallABI.x86_64.auditArchitecture,
        arguments: [0, 0, 0, 0, 0, 0]
      )
      return !file.program.action(for: call).isDenial
    }
    return passes ? [rule.finding("calls of x32 pass", at: file.start)] : []
  }

  private static let unknownNumber = Rule(
    "RF8705",
    "future calls pass",
    .warning,
    "A filter that lets numbers through that no kernel has yet permits every call that the kernel gets in future."
  ) { file, rule in
    let call = SeccompData(
      number: 100_000,
      architecture: file.abi.auditArchitecture,
      arguments: [0, 0, 0, 0, 0, 0]
    )
    return file.program.action(for: call).isDenial
      ? [] : [rule.finding("a number that is no call yet passes", at: file.start)]
  }

  private static let dangerous = Rule(
    "RF8706",
    "dangerous call passes",
    .warning,
    "These calls have been the way out of sandboxes; untrusted programs need none of them."
  ) { file, rule in
    SeccompRules.dangers.keys.sorted().compactMap { name in
      guard let action = file.answer(to: name), !action.isDenial, let danger = SeccompRules.dangers[name] else {
        return nil
      }
      return rule.finding("\(name) passes: \(danger)", at: file.start)
    }
  }

  private static let width = Rule(
    "RF8707",
    "comparison wider than the argument",
    .warning,
    """
    The family of a socket is an `int`: with something in the upper half of the register the kernel sees the same \
    family, while a comparison of 64 bits sees another.
    """
  ) { file, rule in
    let upper: UInt64 = 1 << 32
    let passing = SocketFamily.allCases.filter { family in
      let number = UInt64(family.number)
      guard let plain = file.answer(to: "socket", firstArgument: number),
        let wide = file.answer(to: "socket", firstArgument: number | upper)
      else { return false }
      return plain.isDenial && !wide.isDenial
    }
    if passing.isEmpty { return [] }
    let names = passing.map(\.rawValue).joined(separator: ", ")
    return [rule.finding("sockets of \(names) are denied, but pass with a higher bit set", at: file.start)]
  }

  private static let start = Rule(
    "RF8708",
    "program cannot start",
    .error,
    "Whoever installs the filter still has to call execve, and the program has to be able to end."
  ) { file, rule in
    ["execve", "exit_group"].compactMap { name in
      guard let action = file.answer(to: name), action.isDenial else { return nil }
      return rule.finding("\(name) is denied", at: file.start)
    }
  }

  private static let clone3 = Rule(
    "RF8709",
    "clone3",
    .warning,
    """
    No filter can see the flags of clone3. It should fail with ENOSYS, so that C libraries use clone, whose flags can be \
    seen.
    """
  ) { file, rule in
    guard let action = file.answer(to: "clone3") else { return [] }
    if !action.isDenial { return [rule.finding("clone3 passes, with flags that no filter sees", at: file.start)] }
    if action == .errno(38) || action.kind == .killProcess { return [] }
    return [rule.finding("clone3 fails with another error than ENOSYS: programs cannot make threads", at: file.start)]
  }

  private static let unknownAction = Rule(
    "RF8710",
    "unknown action",
    .error,
    "The kernel takes a value that is no action for the order to kill the process."
  ) { file, rule in
    file.program.instructions.enumerated().compactMap { index, instruction in
      guard instruction.opcode == .returnK,
        FilterAction.Kind(rawValue: instruction.k & 0xFFFF_0000) == nil
      else { return nil }
      return rule.finding("0x\(String(instruction.k, radix: 16)) is no action", at: file.place(of: index))
    }
  }

  private static let earlyArgument = Rule(
    "RF8711",
    "argument loaded early",
    .note,
    """
    Before it installs a filter the kernel works out which calls pass whatever their arguments, and lets them past the \
    filter. One load of an argument before the number has decided takes that away from every call.
    """
  ) { file, rule in
    // Until the first comparison of what word 0, the number, holds.
    for (index, instruction) in file.program.instructions.enumerated() {
      guard let opcode = instruction.opcode else { return [] }
      if opcode == .loadAbsolute, instruction.k >= 8 {
        return [rule.finding("an argument is loaded before the number is looked at", at: file.place(of: index))]
      }
      if opcode == .loadAbsolute, instruction.k == 0 { return [] }
    }
    return []
  }
}
