import Sandbox

@testable import Seccomp

extension Sandbox {
  /// A sandbox that allows what Docker's default profile allows.
  static func containerDefault(
    capabilities: Set<Capability> = [],
    architectures: [SyscallArchitecture] = [.native],
    families: Set<SocketFamily> = [.unix, .inet, .inet6]
  ) -> Sandbox {
    var syscalls = SyscallPolicy()
    syscalls.allow = [SyscallRule(.group("@container-default"))]
    syscalls.architectures = architectures
    return Sandbox(syscalls, capabilities: capabilities, families: families)
  }

  init(_ syscalls: SyscallPolicy, capabilities: Set<Capability> = [], families: Set<SocketFamily> = []) {
    var network = Network()
    network.socketFamilies = families
    self.init(name: "test", network: network, capabilities: capabilities, syscalls: syscalls)
  }
}
