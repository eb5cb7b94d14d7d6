import Foundation
import Sandbox
import Seccomp
import TestSupport
import Testing

@testable import Executor
@testable import Linux

/// Which runs may use a network namespace one after the other.
@Suite struct NetworkLeaseTests {
  struct Change: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let network: RunNetwork
    let apply: @Sendable (inout Sandbox) -> Void

    init(_ name: String, _ network: RunNetwork, apply: @escaping @Sendable (inout Sandbox) -> Void) {
      testDescription = name
      self.network = network
      self.apply = apply
    }
  }

  static let changes = [
    Change("nothing", .leased) { _ in },
    Change("no sockets at all", .leased) { $0.network.socketFamilies = [] },
    Change("a call by its name", .leased) { $0.syscalls.allow.append(SyscallRule(.name("mount"))) },
    Change("loopback", .new) { $0.network.mode = .loopback },
    Change("the host's", .host) { $0.network.mode = .host },
    Change("Internet sockets", .new) { $0.network.socketFamilies.insert(.inet) },
    Change("netlink", .new) { $0.network.socketFamilies = [.netlink] },
    Change("a capability", .new) { $0.capabilities = [.netAdmin] },
    Change("io_uring", .new) { $0.syscalls.allow.append(SyscallRule(.name("io_uring_setup"))) },
    Change("a group that may have it", .new) { $0.syscalls.allow.append(SyscallRule(.group("@io_uring"))) },
    Change("keys", .new) { $0.syscalls.allow.append(SyscallRule(.name("add_key"))) },
    Change("a group with keys", .new) { $0.syscalls.allow.append(SyscallRule(.group("@keyring"))) },
  ]

  @Test(arguments: changes) func network(after change: Change) {
    var sandbox = Sandbox(name: "tried")
    sandbox.network.socketFamilies = [.unix]
    sandbox.syscalls.allow = [SyscallRule(.group("@container-default"))]
    change.apply(&sandbox)
    #expect(RunNetwork(sandbox, leavesNothingBehind: sandbox.leavesNothingBehind) == change.network)
    #expect(RunNetwork(sandbox, leavesNothingBehind: false) != .leased)
  }

  @Test(.requiresRoot(), .requires("nsenter", "python3")) func aNamespaceIsUsedAgainUnlessSomethingIsLeftInIt() throws {
    let leases = NetworkLeases()
    let first = try leases.take().namespace
    let second = try leases.take().namespace
    #expect(first === second)

    let holder = Process()
    let (input, output) = (Pipe(), Pipe())
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/nsenter")
    let program = "import socket, sys; left = socket.socket(socket.AF_UNIX); print(flush=True); sys.stdin.read()"
    do {
      let lease = try leases.take()
      #expect(lease.namespace === first)
      #expect(lease.namespace.hasNoUnixSockets)
      holder.arguments = ["--net=/proc/\(getpid())/fd/\(lease.namespace.number)", "python3", "-c", program]
      holder.standardInput = input
      holder.standardOutput = output
      try holder.run()
      #expect(output.fileHandleForReading.availableData == Data("\n".utf8))
      #expect(!lease.namespace.hasNoUnixSockets)
    }
    let third = try leases.take().namespace
    #expect(third !== first)
    try input.fileHandleForWriting.close()
    holder.waitUntilExit()
  }
}
