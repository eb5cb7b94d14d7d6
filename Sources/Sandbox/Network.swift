/// What the program can reach.
package struct Network: Sendable, Equatable {
  /// From the strictest to the loosest.
  package enum Mode: String, Sendable, CaseIterable, Comparable {
    /// Not even loopback answers.
    case none
    /// Loopback of the sandbox's own; nothing outside.
    case loopback
    /// The named hosts and ports.
    case allowlist
    /// The network of the host.
    case host

    package static func < (left: Mode, right: Mode) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .none: 0
      case .loopback: 1
      case .allowlist: 2
      case .host: 3
      }
    }
  }

  package var mode = Mode.none
  package var allow: [AllowedHost] = []
  /// The address families that sockets can be made of.
  package var socketFamilies: Set<SocketFamily> = []

  package init() {}
}

/// A peer by name, address or prefix (`api.example.com`, `192.0.2.1`, `192.0.2.0/24`), with ports 1...65535.
package struct AllowedHost: Hashable, Sendable {
  package var host: String
  /// Sorted, never empty.
  package var ports: [UInt16]

  package init(host: String, ports: [UInt16]) {
    self.host = host
    self.ports = ports
  }
}

/// An address family that a policy can allow; names and numbers of the kernel's `AF_*`.
package enum SocketFamily: String, Sendable, CaseIterable, Comparable {
  case unix
  case inet
  case inet6
  case netlink
  case packet
  case vsock
  case alg

  /// The kernel's number (include/linux/socket.h).
  package var number: UInt32 {
    switch self {
    case .unix: 1
    case .inet: 2
    case .inet6: 10
    case .netlink: 16
    case .packet: 17
    case .alg: 38
    case .vsock: 40
    }
  }

  package static func < (left: SocketFamily, right: SocketFamily) -> Bool { left.number < right.number }
}
