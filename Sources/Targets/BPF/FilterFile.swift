import Diagnostics
import Seccomp

/// A filter as a file of BPF instructions. Its findings point into its listing, one instruction a line, since nobody
/// reads the bytes.
struct FilterFile: Sendable {
  let program: BPFProgram
  let listing: SourceText
  /// The ABI that the filter is taken to be for.
  let abi: SyscallABI

  static let refused = RuleDescription(
    "RF8701",
    "filter that the kernel refuses",
    .error,
    "The kernel checks every instruction before it installs a filter, and refuses the whole for one that is wrong."
  )

  init(program: BPFProgram, name: String) {
    self.program = program
    listing = SourceText(name: name, text: program.listing)
    abi = .current
  }

  /// A file's; nil when the kernel would refuse it.
  init?(_ source: SourceText) {
    guard let program = try? BPFProgram(bytes: source.bytes) else { return nil }
    self.init(program: program, name: source.name)
  }

  static func diagnose(_ source: SourceText) -> [Diagnostic] {
    let program: BPFProgram
    do throws(BPFError) {
      program = try BPFProgram(bytes: source.bytes)
    } catch {
      // Where there is no listing, there is no place but the file.
      let start = SourceRange(source: SourceText(name: source.name, bytes: []), start: 0, end: 0)
      return [refused.finding(error.message, at: start)]
    }
    return FilterFileRules.all.findings(in: FilterFile(program: program, name: source.name))
  }

  /// The line of an instruction.
  func place(of instruction: Int) -> SourceRange {
    let start = listing.offset(ofLine: instruction + 1)
    return SourceRange(source: listing, start: start, end: start + listing.lineBytes(instruction + 1).count)
  }

  var start: SourceRange { place(of: 0) }

  /// What the filter answers to a call of the native ABI, all arguments 0.
  func answer(to name: String, firstArgument: UInt64 = 0) -> FilterAction? {
    guard let number = Syscall(named: name)?.number(on: abi) else { return nil }
    return program.action(
      for: SeccompData(
        number: number,
        architecture: abi.auditArchitecture,
        arguments: [firstArgument, 0, 0, 0, 0, 0]
      )
    )
  }

  /// Whether an instruction can be reached from the first.
  var reachable: [Bool] {
    var reached = [Bool](repeating: false, count: program.instructions.count)
    reached[0] = true
    for (index, instruction) in program.instructions.enumerated() where reached[index] {
      for next in Self.successors(of: instruction, at: index) where next < reached.count { reached[next] = true }
    }
    return reached
  }

  static func successors(of instruction: BPFInstruction, at index: Int) -> [Int] {
    switch instruction.opcode {
    case .returnK, .returnA, nil: []
    case .jump: [index + 1 + Int(instruction.k)]
    case .jeqK, .jeqX, .jgtK, .jgtX, .jgeK, .jgeX, .jsetK, .jsetX:
      [index + 1 + Int(instruction.jt), index + 1 + Int(instruction.jf)]
    default: [index + 1]
    }
  }
}
