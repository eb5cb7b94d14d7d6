import CanonicalJSON
import Sandbox
import TestSupport
import Testing

@testable import Seccomp

@Suite("Profiles")
struct ProfileTests {
  private static let sandboxes: [Sandbox] = [
    .containerDefault(), .containerDefault(families: []), .containerDefault(capabilities: [.sysAdmin, .sysChroot]),
    .containerDefault(architectures: [.x86_64]), .containerDefault(architectures: [.x86_64, .x86, .x32]),
    Sandbox(SyscallPolicy()), killing, conditional,
  ]

  private static var killing: Sandbox {
    var sandbox = Sandbox.containerDefault(families: [.unix])
    sandbox.syscalls.defaultAction = .kill
    return sandbox
  }

  private static var conditional: Sandbox {
    var sandbox = Sandbox.containerDefault()
    sandbox.syscalls.deny = [
      SyscallRule(.name("prctl"), when: .argument(index: 0, .range(20...29))),
      SyscallRule(
        .name("kill"),
        when: .all([.argument(index: 0, .less(than: 100)), .not(.argument(index: 1, .isOneOf([0, 15])))])
      ),
      SyscallRule(.name("lseek"), when: .argument(index: 1, .greater(than: 0x1_0000_0000))),
    ]
    return sandbox
  }

  private static func profile(_ sandbox: Sandbox) throws -> (profile: SeccompProfile, policy: FilterPolicy) {
    let policy = try FilterPolicy(sandbox, native: .x86_64)
    return (try SeccompProfile([(.x86_64, policy)], syscalls: sandbox.syscalls), policy)
  }

  @Test(arguments: sandboxes)
  func theJSONMeansWhatTheFilterMeans(_ sandbox: Sandbox) throws {
    let (profile, policy) = try Self.profile(sandbox)
    let meaning = profile.meaning(host: .x86_64, foreign: .killProcess)
    #expect(
      try FilterProof.difference(meaning.withOneErrorForTheNameless, policy.withOneErrorForTheNameless) == nil
    )
    // runc's stub gives even the numbers to come the error that ours gives them.
    for section in policy.sections {
      let number = section.abi.firstNumber + 600
      #expect(meaning.sections.first { $0.abi == section.abi }?.decision(for: number) == section.decision(for: number))
    }
  }

  /// What libseccomp really makes of the JSON, in both of its modes.
  @Test(arguments: sandboxes, [false, true])
  func libseccompMakesTheSameFilter(_ sandbox: Sandbox, isTree: Bool) throws {
    let (profile, policy) = try Self.profile(sandbox)
    let program = try Libseccomp.program(of: profile, host: .x86_64, isTree: isTree, foreign: .killProcess)
    // Debian's libseccomp does not know the newest calls; what it does not know is refused with the default action.
    let unknown = Set(SyscallTable.allNames.filter { !Libseccomp.knows($0) })
    let meaning = profile.meaning(host: .x86_64, unknownNames: unknown, hasStub: false, foreign: .killProcess)
    let difference = try FilterProof.difference(Except(.max, in: program), Except(.max, in: meaning))
    #expect(difference == nil, "\(difference?.description ?? "")")
    let looser = try FilterProof.looser(Except(.max, in: program), than: Except(.max, in: policy))
    #expect(looser == nil, "\(looser?.description ?? "")")
  }

  @Test func aarch64Too() throws {
    let policy = try FilterPolicy(.containerDefault(), native: .aarch64)
    let profile = try SeccompProfile([(.aarch64, policy)], syscalls: SyscallPolicy())
    let program = try Libseccomp.program(of: profile, host: .aarch64, foreign: .killProcess)
    let unknown = Set(SyscallTable.allNames.filter { !Libseccomp.knows($0) })
    let meaning = profile.meaning(host: .aarch64, unknownNames: unknown, hasStub: false, foreign: .killProcess)
    #expect(try FilterProof.difference(program, meaning) == nil)
  }

  @Test func dockersFileIsTheSameEverywhere() throws {
    let json = try DockerSeccompProfile.export(for: .containerDefault())
    #expect(json["defaultAction"]?.string == "SCMP_ACT_ERRNO")
    #expect(json["defaultErrnoRet"]?.integer == 1)
    let architectures = json["archMap"]?.array?.compactMap { $0["architecture"]?.string }
    #expect(architectures == ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64", "SCMP_ARCH_RISCV64"])
    #expect(json["architectures"] == nil)
    let rules = json["syscalls"]?.array ?? []
    let allowed = rules.first { $0["action"] == "SCMP_ACT_ALLOW" && $0["args"] == nil }?["names"]?.array?.compactMap(
      \.string
    )
    #expect(allowed?.contains("read") == true)
    #expect(allowed == allowed?.sorted())
    let socket = rules.filter { $0["names"] == ["socket"] }
    #expect(socket.count == 3)
    for rule in socket {
      let argument = rule["args"]?.array?.first
      #expect(argument?["op"]?.string == "SCMP_CMP_MASKED_EQ")
      #expect(argument?["value"]?.integer == 0xFFFF_FFFF)
    }
    #expect(rules.contains { $0["names"] == ["clone3"] && $0["errnoRet"]?.integer == 38 })
  }

  @Test func ociListsTheABIsOfTheHost() throws {
    let json = try OCISeccompProfile.export(for: .containerDefault(), native: .x86_64)
    #expect(json["architectures"] == ["SCMP_ARCH_X86_64"])
    #expect(json["archMap"] == nil)
    let all = try OCISeccompProfile.export(
      for: .containerDefault(architectures: [.native, .x86, .x32]),
      native: .x86_64
    )
    #expect(all["architectures"] == ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"])
  }

  /// libseccomp compares x86's and x32's arguments in 32 bits, whatever a rule says, and always allows the host's ABI.
  @Test func whatJSONCannotSayIsAnError() throws {
    var sandbox = Sandbox.containerDefault(architectures: [.x86])
    #expect {
      try DockerSeccompProfile.export(for: sandbox)
    } throws: { error in
      if case .notExpressible? = error as? SeccompError { true } else { false }
    }
    sandbox.syscalls.architectures = [.x86_64]
    sandbox.syscalls.deny = [
      SyscallRule(.name("lseek"), when: .all((1...60).map { .not(.argument(index: 1, .equals($0 * 0x1234_5678_9))) }))
    ]
    #expect(throws: SeccompError.tooManyRules("lseek")) { try DockerSeccompProfile.export(for: sandbox) }
  }

  /// The rules of runc that surprise people.
  @Test func runcsRules() throws {
    let allow = FilterAction.allow
    var profile = SeccompProfile(defaultAction: .errno(1), architectures: [], rules: [])
    func action(_ name: String, _ arguments: [UInt64] = []) throws -> FilterAction {
      let number = try #require(Syscall(named: name)?.number(on: .x86_64))
      return profile.meaning(host: .x86_64).action(
        for: SeccompData(number: number, architecture: SyscallABI.x86_64.auditArchitecture, arguments: arguments)
      )
    }
    // Two comparisons of one argument: either is enough.
    profile.rules = [.init(["kill"], allow, when: [.init(index: 0, .greater, 5), .init(index: 0, .less, 3)])]
    #expect(try action("kill", [9]) == allow)
    #expect(try action("kill", [4]) == .errno(1))
    profile.rules = [.init(["kill"], allow, when: [.init(index: 0, .greater, 5), .init(index: 1, .less, 3)])]
    #expect(try action("kill", [9, 9]) == .errno(1))
    // A rule with the default action changes nothing.
    profile.rules = [.init(["read"], allow), .init(["read"], .errno(1))]
    #expect(try action("read") == allow)
    // An unconditional rule wins wherever it stands.
    profile.rules = [
      .init(["prctl"], .errno(38), when: [.init(index: 0, .equal, 4)]), .init(["prctl"], allow),
    ]
    #expect(try action("prctl", [4]) == allow)
    // Comparisons are of 64 bits.
    profile.rules = [.init(["socket"], allow, when: [.init(index: 0, .notEqual, 38)])]
    #expect(try action("socket", [0x1_0000_0026]) == allow)
    // Beyond the highest number that is named: ENOSYS.
    #expect(try action("mseal") == .errno(38))
    #expect(try action("mount") == .errno(38))
    profile.rules.append(.init(["listns"], allow))
    #expect(try action("mount") == .errno(1))
  }
}
