import CanonicalJSON
import Diagnostics
import Sandbox
import TestSupport
import Testing

@testable import Seccomp

@Suite("Reading profiles")
struct ProfileReaderTests {
  private static func resolve(
    _ text: String,
    capabilities: Set<Capability> = [],
    kernel: (Int, Int) = (6, 1)
  ) throws -> SeccompProfile {
    try DockerSeccompProfile.resolve(
      JSONNode(reading: SourceText(name: "profile.json", text: text)),
      under: .init(host: .x86_64, capabilities: capabilities, kernel: kernel)
    )
  }

  private static func names(
    _ rule: String,
    capabilities: Set<Capability> = [],
    kernel: (Int, Int) = (6, 1)
  ) throws -> [String] {
    try resolve(
      #"{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"action": "SCMP_ACT_ALLOW", \#(rule)}]}"#,
      capabilities: capabilities,
      kernel: kernel
    ).rules.flatMap(\.names)
  }

  @Test func capabilities() throws {
    let includes = #""names": ["mount"], "includes": {"caps": ["CAP_SYS_ADMIN", "CAP_CHOWN"]}"#
    #expect(try Self.names(includes) == [])
    #expect(try Self.names(includes, capabilities: [.sysAdmin]) == [])
    #expect(try Self.names(includes, capabilities: [.sysAdmin, .chown]) == ["mount"])
    let excludes = #""names": ["mount"], "excludes": {"caps": ["CAP_SYS_ADMIN", "CAP_CHOWN"]}"#
    #expect(try Self.names(excludes) == ["mount"])
    #expect(try Self.names(excludes, capabilities: [.chown]) == [])
  }

  @Test func architecturesOfTheHost() throws {
    #expect(try Self.names(#""names": ["read"], "includes": {"arches": ["amd64", "x32"]}"#) == ["read"])
    #expect(try Self.names(#""names": ["read"], "includes": {"arches": ["arm64"]}"#) == [])
    #expect(try Self.names(#""names": ["read"], "excludes": {"arches": ["amd64"]}"#) == [])
    #expect(try Self.names(#""names": ["read"], "excludes": {"arches": []}, "includes": null"#) == ["read"])
  }

  @Test func versionsOfTheKernel() throws {
    let rule = #""names": ["ptrace"], "includes": {"minKernel": "4.8"}"#
    #expect(try Self.names(rule, kernel: (4, 7)) == [])
    #expect(try Self.names(rule, kernel: (4, 8)) == ["ptrace"])
    #expect(try Self.names(rule, kernel: (5, 0)) == ["ptrace"])
    #expect(try Self.names(#""names": ["ptrace"], "excludes": {"minKernel": "4.8"}"#, kernel: (5, 0)) == [])
  }

  @Test func oldNamesAndErrors() throws {
    #expect(try Self.names(#""name": "read""#) == ["read"])
    let profile = try Self.resolve(
      #"""
      {"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "archMap": [
        {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": ["SCMP_ARCH_ARM"]},
        {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": ["SCMP_ARCH_X86", "SCMP_ARCH_X32"]}],
       "syscalls": [{"names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 95},
         {"names": ["kill"], "action": "SCMP_ACT_TRACE", "args": [null]},
         {"names": ["socket"], "action": "SCMP_ACT_ALLOW", "comment": "…", "args": [
           {"index": 0, "value": 18446744073709551615, "valueTwo": 3, "op": "SCMP_CMP_MASKED_EQ"}]}]}
      """#
    )
    #expect(profile.defaultAction == .errno(38))
    #expect(profile.architectures == [.x86, .x32])
    #expect(profile.rules.map(\.action) == [.errno(95), .trace(1), .allow])
    #expect(profile.rules[2].arguments == [.init(index: 0, .maskedEqual, .max, valueTwo: 3)])
  }

  @Test(arguments: [
    (#"{"syscalls": []}"#, "defaultAction is missing", "{"),
    (#"{"defaultAction": "SCMP_ACT_DENY"}"#, "there is no action SCMP_ACT_DENY", #""SCMP_ACT_DENY""#),
    ("{\"defaultAction\": \"SCMP_ACT_\u{212A}ILL\"}", "no word", "\"SCMP_ACT_\u{212A}ILL\""),
    (#"{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 4096}"#, "0 to 4095", "4096"),
    (#"{"defaultAction": "SCMP_ACT_KILL", "syscalls": {}}"#, "a list", "{}"),
    (#"{"defaultAction": "SCMP_ACT_KILL", "syscalls": [{"names": [1], "action": "SCMP_ACT_ALLOW"}]}"#, "a text", "1"),
    (
      #"{"defaultAction": "SCMP_ACT_KILL", "syscalls": [{"names": ["a"], "name": "b", "action": "SCMP_ACT_ALLOW"}]}"#,
      "either name or names", #""b""#
    ),
    (
      #"{"defaultAction": "SCMP_ACT_KILL", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 6}]}]}"#,
      "0 to 5", "6"
    ),
    (
      #"{"defaultAction": "SCMP_ACT_KILL", "syscalls": [{"names": ["a"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "op": "SCMP_CMP_EQ", "value": -1}]}]}"#,
      "whole number", "-1"
    ),
    (
      #"{"defaultAction": "SCMP_ACT_KILL", "architectures": ["SCMP_ARCH_X86"], "archMap": [{}]}"#,
      "either architectures",
      "[{}]"
    ),
    (
      #"{"defaultAction": "SCMP_ACT_KILL", "syscalls": [{"name": "a", "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "5"}}]}"#,
      "5.10", #""5""#
    ),
  ])
  func mistakesHaveAPlace(_ text: String, _ message: String, _ place: String) throws {
    let error = try #require(throws: ProfileError.self) { try Self.resolve(text) }
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.range.text == place)
  }

  /// What is written is read back the same.
  @Test func exportsAreReadBack() throws {
    let sandbox = Sandbox.containerDefault(capabilities: [.sysChroot])
    let text = try DockerSeccompProfile.export(for: sandbox).text(.indented)
    let profile = try Self.resolve(text)
    let policy = try FilterPolicy(sandbox, native: .x86_64)
    #expect(
      try FilterProof.difference(
        profile.meaning(host: .x86_64, foreign: .killProcess).withOneErrorForTheNameless,
        policy.withOneErrorForTheNameless
      ) == nil
    )
    let oci = try OCISeccompProfile.export(for: sandbox, native: .x86_64).text(.compact)
    let read = try SeccompProfile(oci: JSONNode(reading: SourceText(name: "oci", text: oci)))
    #expect(read.meaning(host: .x86_64) == profile.meaning(host: .x86_64))
  }

  /// The profile that Debian ships for Podman: libseccomp's program of it is what we say that it means, and ours is
  /// smaller by more than half.
  @Test(.enabled(if: TestHost.isCI || TestFile.read(debianProfile) != nil, "no \(debianProfile)"))
  func debiansProfile() throws {
    let text = try #require(TestFile.text(Self.debianProfile))
    for capabilities in [[], Set(Capability.allCases), [.sysAdmin]] {
      let profile = try Self.resolve(text, capabilities: capabilities)
      #expect(profile.rules.count > 5)
      let unknown = Set(SyscallTable.allNames.filter { !Libseccomp.knows($0) })
      let meaning = profile.meaning(host: .x86_64, unknownNames: unknown, hasStub: false, foreign: .killProcess)
      let theirs = try Libseccomp.program(of: profile, host: .x86_64, foreign: .killProcess)
      let difference = try FilterProof.difference(Except(.max, in: theirs), Except(.max, in: meaning))
      #expect(difference == nil, "\(difference?.description ?? "")")
      let ours = try SeccompFilter(meaning).program
      #expect(ours.instructions.count * 2 < theirs.instructions.count)
    }
  }

  private static let debianProfile = "/usr/share/containers/seccomp.json"

  /// Whatever the bytes: an error with a place, or a profile that has a meaning.
  @Test(arguments: 0..<150)
  func hostileProfiles(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var bytes = try DockerSeccompProfile.export(for: Sandbox(SyscallPolicy())).encoded(.compact)
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let place = Int.random(in: bytes.indices, using: &generator)
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.remove(at: place)
      default:
        bytes.insert(UInt8(ascii: [",", "0", "\"", "}", "-"].randomElement(using: &generator) ?? ","), at: place)
      }
    }
    do {
      let node = try JSONNode(reading: SourceText(name: "hostile", bytes: bytes))
      let profile = try DockerSeccompProfile.resolve(
        node,
        under: .init(host: .x86_64, capabilities: [], kernel: (6, 1))
      )
      _ = profile.meaning(host: .x86_64)
    } catch is InvalidInput {
    } catch is ProfileError {}
  }
}
