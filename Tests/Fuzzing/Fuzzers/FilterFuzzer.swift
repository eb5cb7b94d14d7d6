import Diagnostics
import Seccomp
import Targets

/// Programs of the kernel's: the proof has to say what the interpreter does.
enum FilterFuzzer {
  /// A diagram that takes more is refused; in a fuzzer sooner, to be quick.
  private static let largestDiagram = 1 << 12

  static func run(_ bytes: [UInt8]) throws(Fuzzer.Violation) {
    let source = SourceText(name: "input.bpf", bytes: bytes)
    if let target = TargetRegistry.validator(for: .bpf) { try requireSound(target.validate(source, as: .bpf)) }
    // A file that ends in the middle of an instruction is refused; what comes before is tried as well.
    guard let program = try? BPFProgram(bytes: bytes.prefix(bytes.count / 8 * 8)) else { return }
    try require(program.bytes.elementsEqual(bytes.prefix(program.bytes.count)), "a program is written otherwise")
    let lines = program.listing.utf8.count { $0 == UInt8(ascii: "\n") }
    try require(lines == program.instructions.count, "the listing has \(lines) lines")

    let calls = calls(near: program)
    let stack = FilterStack([program, program])
    for call in calls {
      let outcome = program.outcome(for: call)
      try require(outcome.executed <= program.instructions.count, "a program ran in a circle")
      try require(stack.action(for: call) == program.action(for: call), "twice the same filter is another")
    }
    var diagrams = FilterDiagrams(limit: largestDiagram)
    guard let node = try? program.diagram(in: &diagrams) else { return }
    for call in calls {
      let proven = FilterAction(rawValue: diagrams.value(of: node, for: call))
      try require(proven == program.action(for: call), "the proof takes \(call.description) for \(proven.description)")
    }
  }

  /// Calls made of the numbers that the program compares with, and of their neighbours.
  private static func calls(near program: BPFProgram) -> [SeccompData] {
    let numbers = program.instructions.suffix(12).map(\.k)
    let architecture = SyscallABI.x86_64.auditArchitecture
    return [SeccompData(number: 0, architecture: architecture)]
      + numbers.enumerated().flatMap { index, number in
        let other = numbers[(index + 1) % numbers.count]
        let wide = UInt64(number) << 32 | UInt64(other)
        let values = [UInt64(number), wide, UInt64(other), UInt64(number) &- 1, UInt64(number) &+ 1, wide &+ 1]
        return [
          SeccompData(number: number, architecture: architecture, arguments: values),
          SeccompData(number: other &+ 1, architecture: number, instructionPointer: wide, arguments: values.reversed()),
        ]
      }
  }
}
