import CanonicalJSON
import Diagnostics
import Sandbox
import TestSupport
import Testing

@testable import Seccomp

/// libseccomp against the proof: right where it is known to be right, and pinned where it is known to be wrong.
@Suite("libseccomp")
struct LibseccompTests {
  static func profile(_ arguments: [[SeccompProfile.Argument]]) -> SeccompProfile {
    SeccompProfile(
      defaultAction: .errno(1),
      architectures: [],
      rules: arguments.map { SeccompProfile.Rule(["getppid"], .allow, when: $0) }
    )
  }

  private static func difference(_ profile: SeccompProfile) throws -> Counterexample? {
    let program = try Libseccomp.program(of: profile, host: .x86_64)
    let meaning = profile.meaning(host: .x86_64, hasStub: false)
    return try FilterProof.difference(Except(.max, in: program), Except(.max, in: meaning))
  }

  /// One argument below 2^32, or masked comparisons and equalities only: never wrong.
  @Test(arguments: CrossCheckRounds.seeds(few: 150))
  func rightWhereItIsRight(seed: UInt64) throws {
    var random = RandomFilters(generator: SeededGenerator(seed: seed))
    let isNarrow = seed % 2 == 0
    let rules = (0..<Int.random(in: 1...4, using: &random.generator)).map { _ in
      let indices = isNarrow ? [0] : Array([0, 1, 2].shuffled(using: &random.generator).prefix(2))
      return indices.map { index in
        let comparison: SeccompProfile.Argument.Comparison =
          (isNarrow ? SeccompProfile.Argument.Comparison.allCases : [.equal, .maskedEqual])
          .randomElement(using: &random.generator) ?? .equal
        let value = random.number(bits: isNarrow ? 32 : 64)
        return SeccompProfile.Argument(
          index: index,
          comparison,
          value,
          valueTwo: comparison == .maskedEqual ? random.number(bits: 64) & value : 0
        )
      }
    }
    #expect(try Self.difference(Self.profile(rules)) == nil)
  }

  /// Rule sets that libseccomp 2.5 and 2.6 compile into something else, and for each a call that no rule allows and that
  /// libseccomp lets through. `Tests/Libseccomp/miscompilations` shows the same to whoever has no Swift.
  static let miscompiled: [(rules: [[SeccompProfile.Argument]], call: [UInt64])] = {
    let path = BuiltCommand.folder + "/Tests/Libseccomp/miscompiled.json"
    guard let bytes = TestFile.read(path), let cases = try? JSONNode(reading: SourceText(name: path, bytes: bytes))
    else { return [] }
    return cases.items.map { row in
      let rules = row["rules"]?.items.map { rule in rule.items.compactMap(argument) } ?? []
      return (rules, row["call"]?.items.compactMap(\.unsigned) ?? [])
    }
  }()

  private static func argument(_ node: JSONNode) -> SeccompProfile.Argument? {
    let values = node.items.dropFirst(2).compactMap(\.unsigned)
    guard let index = node.items.first?.unsigned, node.items.count > 2, let value = values.first,
      let comparison = node.items[1].string.flatMap({ SeccompProfile.Argument.Comparison(rawValue: "SCMP_CMP_" + $0) })
    else { return nil }
    return .init(index: Int(index), comparison, value, valueTwo: values.count > 1 ? values[1] : 0)
  }

  @Test func thereAreTenAtLeast() { #expect(Self.miscompiled.count >= 10) }

  /// The script calls the kernel under both filters of each case.
  @Test(.requires("python3"), .enabled(if: SyscallABI.current == .x86_64, "calls are numbered as on x86_64"))
  func theScriptShowsThem() throws {
    let script = BuiltCommand.folder + "/Tests/Libseccomp/miscompilations"
    let result = try ChildProcess.run([script, BuiltCommand.path])
    #expect(result.exitCode != 1, "\(result.outputText)\(result.errorText)")
    #expect(result.outputText.contains("ringfence right in \(Self.miscompiled.count)"))
    withKnownIssue("a libseccomp that is wrong") {
      #expect(result.exitCode == 2)
    }
  }

  @Test(arguments: miscompiled.indices)
  func wrongWhereItIsWrongAndOursIsRight(_ index: Int) throws {
    let (rules, arguments) = Self.miscompiled[index]
    let profile = Self.profile(rules)
    let meaning = profile.meaning(host: .x86_64)
    let call = SeccompData(number: 110, architecture: SyscallABI.x86_64.auditArchitecture, arguments: arguments)
    #expect(meaning.action(for: call) == .errno(1))
    #expect(try SeccompFilter(meaning).program.action(for: call) == .errno(1))
    // The pin: should a later libseccomp mend it, this says so.
    let theirs = try Libseccomp.program(of: profile, host: .x86_64)
    withKnownIssue("a libseccomp that is right here") {
      #expect(theirs.action(for: call) == .errno(1))
    }
    let found = try #require(try Self.difference(profile))
    #expect(theirs.action(for: found.call) != meaning.action(for: found.call))
  }

  /// Docker's default profile compares an `int` as 64 bits. Ours does not.
  @Test func dockersProfileLetsHiddenFamiliesThrough() throws {
    let docker = Self.socketProfile
    let theirs = try Libseccomp.program(of: docker, host: .x86_64)
    let ours = try SeccompFilter.compile(for: .containerDefault(), native: .x86_64).program
    for family: UInt64 in [0x1_0000_0028, 0x1_0000_0026] {
      let call = SeccompData(number: 41, architecture: SyscallABI.x86_64.auditArchitecture, arguments: [family, 5, 0])
      #expect(theirs.action(for: call) == .allow)
      #expect(ours.action(for: call) == .errno(1))
    }
  }

  private static let socketProfile = SeccompProfile(
    defaultAction: .errno(1),
    architectures: [],
    rules: [
      .init(["socket"], .allow, when: [.init(index: 0, .less, 38)]),
      .init(["socket"], .allow, when: [.init(index: 0, .equal, 39)]),
      .init(["socket"], .allow, when: [.init(index: 0, .greater, 40)]),
    ]
  )
}
