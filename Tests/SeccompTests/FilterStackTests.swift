import Sandbox
import TestSupport
import Testing

@testable import Seccomp

@Suite("Several filters")
struct FilterStackTests {
  /// All actions, and values that are none: the kernel compares those like the others before it kills for them.
  private static let values: [UInt32] = [
    0x8000_0000, 0, 0x0003_0000, 0x0003_0007, 0x0005_0001, 0x0005_0026, 0x0005_FFFF, 0x7FC0_0000, 0x7FF0_0000,
    0x7FF0_0005, 0x7FFC_0000, 0x7FFF_0000, 0x7FFF_1234, 0x0001_0000, 0x0006_0001, 0xFFFF_0000, 0x9000_0000,
  ]

  private static func constant(_ value: UInt32) throws -> BPFProgram {
    try BPFProgram([BPFInstruction(code: BPFInstruction.Opcode.returnK.rawValue, k: value)])
  }

  @Test func theMostRestrictiveAnswerCounts() throws {
    func answer(_ values: [UInt32]) throws -> FilterAction {
      FilterStack(try values.map(Self.constant)).action(for: SeccompData(number: 0, architecture: 0))
    }
    #expect(try answer([]) == .allow)
    #expect(try answer([FilterAction.allow.rawValue, FilterAction.log.rawValue]) == .log)
    #expect(try answer([FilterAction.errno(1).rawValue, FilterAction.errno(38).rawValue]) == .errno(38))
    #expect(try answer([FilterAction.errno(38).rawValue, FilterAction.trap(0).rawValue]) == .trap(0))
    #expect(try answer([FilterAction.killThread.rawValue, FilterAction.killProcess.rawValue]) == .killProcess)
    // Not an action, but less restrictive than an error to who only compares.
    #expect(try answer([0x0006_0001]) == .killProcess)
    #expect(try answer([0x0006_0001, FilterAction.errno(1).rawValue]) == .errno(1))
    #expect(try answer([0x0001_0000, FilterAction.killThread.rawValue]) == .killThread)
  }

  @Test func theDiagramSaysTheSame() throws {
    for first in Self.values {
      for second in Self.values {
        let stack = FilterStack([try Self.constant(first), try Self.constant(second)])
        var diagrams = FilterDiagrams()
        let node = try stack.diagram(in: &diagrams)
        let call = SeccompData(number: 1, architecture: 2)
        #expect(diagrams.value(of: node, for: call) == stack.action(for: call).rawValue, "\(first) \(second)")
      }
    }
  }

  @Test(arguments: CrossCheckRounds.seeds(few: 30))
  func stacksOfRandomFilters(seed: UInt64) throws {
    var random = RandomFilters(generator: SeededGenerator(seed: seed))
    let policies = (0..<3).map { _ in random.policy(abis: [.x86_64]) }
    let stack = FilterStack(try policies.map { try SeccompFilter($0).program })
    var diagrams = FilterDiagrams()
    let node = try stack.diagram(in: &diagrams)
    for _ in 0..<200 {
      let call = random.call(on: policies[0])
      let action = stack.action(for: call)
      #expect(diagrams.value(of: node, for: call) == action.rawValue)
      #expect(policies.contains { $0.action(for: call) == action })
      #expect(policies.allSatisfy { $0.action(for: call).rank(answered: false) >= action.rank(answered: false) })
    }
  }

  @Test func relations() throws {
    let base = try FilterPolicy(.containerDefault(families: [.unix]), native: .x86_64)
    let program = try SeccompFilter(base).program
    #expect(try FilterProof.relation(of: program, to: base) == .equal)

    let narrow = try FilterPolicy(.containerDefault(families: []), native: .x86_64)
    guard case .looser(let looser) = try FilterProof.relation(of: program, to: narrow) else {
      Issue.record("not looser")
      return
    }
    #expect((looser.left, looser.right) == (.allow, .errno(1)))
    #expect(program.action(for: looser.call) == .allow && narrow.action(for: looser.call) == .errno(1))

    let strict = try SeccompFilter(narrow).program
    guard case .stricter(let stricter) = try FilterProof.relation(of: strict, to: base) else {
      Issue.record("not stricter")
      return
    }
    #expect((stricter.left, stricter.right) == (.errno(1), .allow))

    let other = try FilterPolicy(.containerDefault(families: [.inet]), native: .x86_64)
    guard case .incomparable(let further, let lessFar) = try FilterProof.relation(of: program, to: other) else {
      Issue.record("not incomparable")
      return
    }
    #expect(further.left == .allow && lessFar.right == .allow)
    #expect(further.call.arguments[0] & 0xFFFF_FFFF == 1 && lessFar.call.arguments[0] & 0xFFFF_FFFF == 2)

    let errors = try SeccompFilter(base.mapActions { $0 == .errno(1) ? .errno(13) : $0 }).program
    guard case .otherErrors(let error) = try FilterProof.relation(of: errors, to: base) else {
      Issue.record("no other errors")
      return
    }
    #expect((error.left, error.right) == (.errno(13), .errno(1)))
  }

  /// Numbers that no call has may be refused in any way; they may not pass.
  @Test func namelessCalls() throws {
    let base = try FilterPolicy(.containerDefault(), native: .x86_64)
    func answering(_ action: FilterAction) throws -> BPFProgram {
      let program = try SeccompFilter(base).program
      return try BPFProgram(
        [.load(word: 0), .jeq(500_000, 0, 1), .ret(action)] + program.instructions
      )
    }
    guard case .equalByName(let witness) = try FilterProof.relation(of: answering(.killThread), to: base) else {
      Issue.record("not equal by name")
      return
    }
    #expect(witness.call.number == 500_000)
    guard case .looser(let passing) = try FilterProof.relation(of: answering(.allow), to: base) else {
      Issue.record("not looser")
      return
    }
    #expect(passing.call.number == 500_000)
  }
}
