import Sandbox
import Seccomp
import TestSupport
import Testing

/// The explanation agrees with the filter, and its advice is true.
@Suite struct RefusalTests {
  /// What a policy for containers says, and rules that depend on arguments.
  private static var sandbox: Sandbox {
    var sandbox = Sandbox(name: "tried")
    sandbox.network.socketFamilies = [.unix]
    sandbox.syscalls.allow = [
      SyscallRule(.group("@container-default")),
      SyscallRule(.name("quotactl"), when: .argument(index: 0, .isOneOf([0, 17]))),
    ]
    sandbox.syscalls.deny = [
      SyscallRule(.group("@keyring"), reason: "not namespaced"),
      SyscallRule(.name("fcntl"), when: .argument(index: 1, .equals(1026))),
      SyscallRule(.name("prctl"), when: .not(.argument(index: 0, .less(than: 40)))),
    ]
    return sandbox
  }

  @Test(arguments: [SyscallABI.x86_64, .aarch64]) func everyRefusalHasACause(_ native: SyscallABI) throws {
    let explainer = try RefusalExplainer(Self.sandbox, native: native)
    var generator = SeededGenerator(seed: 11)
    let arguments: [UInt64] = [0, 1, 2, 10, 16, 17, 40, 67, 1026, 0x5412, 0x7E02_0000, 0x1_0000_0001, .max]
    for abi in [native, .x86, .x32] {
      for number in (0..<500).map({ abi.numbers.lowerBound + $0 }) {
        for _ in 0..<2 {
          let call = SeccompData(
            number: number,
            architecture: abi.auditArchitecture,
            arguments: (0..<6).map { _ in arguments.randomElement(using: &generator) ?? 0 }
          )
          let isRefused = explainer.action(for: call) != .allow
          #expect((explainer.explanation(of: call) != nil) == isRefused, "\(explainer.name(of: call)) \(call)")
        }
      }
    }
  }

  @Test func theSettingAndTheRemedyAreNamed() throws {
    let explainer = try RefusalExplainer(Self.sandbox, native: .x86_64)
    func explain(_ name: String, _ arguments: UInt64...) throws -> RefusalExplainer.Explanation? {
      let number = try #require(Syscall(named: name)?.number(on: .x86_64))
      return explainer.explanation(
        of: SeccompData(number: number, architecture: SyscallABI.x86_64.auditArchitecture, arguments: arguments)
      )
    }
    #expect(try explain("read") == nil)
    let keyctl = try explain("keyctl")
    #expect(keyctl?.setting == "syscalls.deny[0]")
    #expect(keyctl?.reason == "@keyring is denied: not namespaced")
    #expect(keyctl?.remedies == ["take @keyring out of syscalls.deny", "add keyctl to syscalls.allow"])
    #expect(try explain("fcntl", 0, 1026)?.reason == "fcntl is denied with these arguments")
    #expect(try explain("quotactl", 16)?.setting == "syscalls.allow[1]")
    #expect(try explain("socket", 2, 1)?.remedies == ["add inet to network.socket_families"])
    #expect(try explain("socket", 38, 5)?.remedies == ["add alg to network.socket_families"])
    #expect(try explain("socket", 12, 5)?.remedies == [])
    #expect(try explain("clone3")?.setting == "syscalls.unknown")
    #expect(try explain("bpf")?.remedies == ["add bpf to syscalls.allow"])
    let foreign = SeccompData(number: 20, architecture: SyscallABI.x86.auditArchitecture)
    #expect(explainer.explanation(of: foreign)?.remedies == ["add x86 to syscalls.architectures"])
  }

  @Test func onlyWhatThePolicyLooksAtIsSignificant() throws {
    let explainer = try RefusalExplainer(Self.sandbox, native: .x86_64)
    let socket = SeccompData(number: 41, architecture: 0xC000_003E, arguments: [0xF_0000_0002, 1, 2, 3, 4, 5])
    #expect(explainer.significantArguments(of: socket) == [2, 0, 0, 0, 0, 0])
  }
}
