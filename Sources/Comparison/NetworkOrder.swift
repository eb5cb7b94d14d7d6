import Sandbox

/// The order of networks: which peers can be reached and which sockets can be made.
enum NetworkOrder {
  static func gainedMode(from old: Network, to new: Network) -> String? {
    guard new.mode > old.mode else { return nil }
    switch new.mode {
    case .none: return nil
    case .loopback: return "connect to 127.0.0.1"
    case .allowlist:
      return new.allow.first.flatMap { peer in peer.ports.first.map { "connect to \(peer.host):\($0)" } }
        ?? "connect to 127.0.0.1"
    case .host: return "connect to whatever the host reaches, such as 169.254.169.254:80"
    }
  }

  /// The list says something only in the mode that uses it; any other difference is the mode's.
  static func gainedPeer(from old: Network, to new: Network) -> String? {
    guard old.mode == .allowlist, new.mode == .allowlist else { return nil }
    let before = PeerSet(old.allow)
    for peer in new.allow {
      for port in peer.ports {
        if let host = before.uncovered(peer.host, port: port) { return "connect to \(host):\(port)" }
      }
    }
    return nil
  }

  static func gainedFamilies(from old: Network, to new: Network) -> [String] {
    new.socketFamilies.subtracting(old.socketFamilies).sorted()
      .map { "make a socket: socket(AF_\($0.rawValue.uppercased()), SOCK_STREAM, 0)" }
  }
}

/// Peers that are allowed, by port. Names and addresses never cover each other: what a name resolves to is not ours to know.
private struct PeerSet {
  private var addresses: [UInt16: [AddressRange]] = [:]
  private var names: [UInt16: [[UInt8]]] = [:]

  init(_ peers: [AllowedHost]) {
    for peer in peers {
      for port in peer.ports {
        if let range = AddressRange(peer.host) {
          addresses[port, default: []].append(range)
        } else {
          names[port, default: []].append(Self.normalized(peer.host))
        }
      }
    }
  }

  /// A host within `host` that this set does not have at the port; nil when there is none.
  func uncovered(_ host: String, port: UInt16) -> String? {
    if let range = AddressRange(host) {
      return range.firstAddress(notIn: addresses[port] ?? []).map(AddressRange.text)
    }
    let name = Self.normalized(host)
    return (names[port] ?? []).contains { Self.covers($0, name) } ? nil : host
  }

  /// Names of hosts compare without case and without the dot of the root (RFC 4343).
  private static func normalized(_ name: String) -> [UInt8] {
    var bytes = name.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
    if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
    return bytes
  }

  private static func covers(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
    if pattern == name { return true }
    guard pattern.starts(with: "*.".utf8) else { return false }
    let suffix = pattern.dropFirst()
    return name.count > suffix.count && name.suffix(suffix.count).elementsEqual(suffix)
  }
}
