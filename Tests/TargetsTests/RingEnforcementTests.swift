import Sandbox
import Targets
import Testing

/// Where programs may have a ring, no target says that the families of sockets hold.
@Suite("io_uring and the families of sockets")
struct RingEnforcementTests {
  @Test(arguments: [TargetName.native, .docker])
  func families(_ name: TargetName) throws {
    let target = try #require(TargetRegistry.target(named: name))
    var sandbox = Samples.hardened
    sandbox.network.mode = .loopback
    let before = target.enforcement(of: .socketFamilies, in: sandbox)
    #expect(before.holds)
    sandbox.syscalls.allow.append(SyscallRule(.group("@io_uring")))
    let after = target.enforcement(of: .socketFamilies, in: sandbox)
    #expect(!after.holds)
    #expect(after.reason?.contains("io_uring") == true)
    sandbox.syscalls.deny = [SyscallRule(.name("io_uring_setup"))]
    #expect(target.enforcement(of: .socketFamilies, in: sandbox) == before)
  }
}
