import Diagnostics
import Lint
import Sandbox
import Testing

/// When io_uring makes a filter say what does not hold.
@Suite struct RingTests {
  private func findings(_ change: (inout Sandbox) -> Void) -> [Diagnostic] {
    var sandbox = Sandbox(name: "ring", summary: "For tests.")
    sandbox.syscalls.allow = [SyscallRule(.group("@container-default")), SyscallRule(.group("@io_uring"))]
    change(&sandbox)
    let source = SourceText(name: "p.yaml", text: "")
    let input = LintInput(sandbox: sandbox, source: source, origins: [:], testCount: 1)
    return LintRules.findings(in: input).filter { $0.rule == "RF6011" }
  }

  @Test func familiesDoNotHold() throws {
    let found = try #require(findings { $0.network.socketFamilies = [.unix] }.first)
    #expect(found.severity == .error)
    #expect(found.message == "`@io_uring` gets around what the filter says about `socket`")
    #expect(found.notes.first?.contains("network.socket_families is unix") == true)
    #expect(found.subject == "syscalls.allow[@io_uring]")
    #expect(findings { $0.network.socketFamilies = [] }.count == 1)
  }

  @Test func aReasonIsNoProtection() {
    #expect(findings { $0.syscalls.allow[1].reason = "needed" }.count == 1)
  }

  @Test func deniedCallsAndConditionsDoNotHold() throws {
    let found = try #require(
      findings {
        $0.syscalls.deny = [
          SyscallRule(.name("renameat2")),
          SyscallRule(.name("openat"), when: .argument(index: 2, .masked(mask: 0x40, equals: 0x40))),
          SyscallRule(.name("getppid")),
        ]
      }.first
    )
    for name in ["openat", "renameat2", "socket"] { #expect(found.message.contains("`\(name)`")) }
    #expect(!found.message.contains("getppid"))
  }

  /// A ring with a thread of the kernel's needs no second call.
  @Test func theFirstCallIsEnough() {
    #expect(findings { $0.syscalls.allow[1] = SyscallRule(.name("io_uring_setup")) }.count == 1)
    #expect(findings { $0.syscalls.allow[1] = SyscallRule(.name("io_uring_enter")) }.isEmpty)
    #expect(
      findings {
        $0.syscalls.allow[1] = SyscallRule(.name("io_uring_setup"), when: .argument(index: 0, .less(than: 8)))
      }.count == 1
    )
  }

  @Test func withoutARingNothingIsFound() {
    #expect(findings { $0.syscalls.allow.removeLast() }.isEmpty)
    #expect(findings { $0.syscalls.deny = [SyscallRule(.group("@io_uring"))] }.isEmpty)
    #expect(findings { $0.syscalls.deny = [SyscallRule(.name("io_uring_setup"))] }.isEmpty)
  }
}
