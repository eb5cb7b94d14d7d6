import Glibc
import Linux
import Sandbox

extension ProbeComparison {
  private var network: Network { sandbox.network }

  private var interfaces: [String] { facts.names(after: "interface.").filter { $0 != "lo" } }

  /// Whether anything could be said about the interfaces at all.
  private var areInterfacesTold: Bool { !facts.names(after: "interface.").isEmpty || facts["loopback"] != nil }

  /// Whether a connection to the loopback is answered. It is not where no socket can be made.
  private var answersLoopback: Bool { facts["loopback"].map { $0 == "\(ECONNREFUSED)" || $0 == "0" } ?? false }

  var networkMode: Compared {
    let asked = network.mode
    guard areInterfacesTold else { return Compared(asked.rawValue, nil) }
    let found: String
    let order: Compared.Order
    if interfaces.isEmpty {
      let mode = answersLoopback ? Network.Mode.loopback : .none
      found = mode.rawValue
      order =
        switch asked {
        case .none: mode == .none ? .same : .looser
        // Without sockets of the family there is nothing to ask it with.
        case .loopback: mode == .loopback ? .same : .stricter
        case .allowlist, .host: .stricter
        }
    } else {
      found = interfaces == Self.hostInterfaces ? Network.Mode.host.rawValue : interfaces.joined(separator: " ")
      order = asked == .host ? .same : .looser
    }
    return Compared(asked.rawValue, found, order)
  }

  private static var hostInterfaces: [String] {
    let text = (try? KernelFile.read("/proc/self/net/dev", limit: 1 << 20)) ?? ""
    return text.split(separator: "\n").compactMap { line in
      line.contains(":") ? line.split { $0 == ":" || $0 == " " }.first.map(String.init) : nil
    }
    .filter { $0 != "lo" }.sorted()
  }

  var networkAllow: Compared {
    let hosts = network.allow.map { "\($0.host):" + $0.ports.map(String.init).joined(separator: ",") }
    let asked =
      switch network.mode {
      case .none, .loopback: "no host"
      case .allowlist: hosts.joined(separator: " ")
      case .host: "every host"
      }
    guard areInterfacesTold else { return Compared(asked, nil) }
    let found = interfaces.isEmpty ? "no host" : "every host"
    return Compared(asked, found, found == asked ? .same : interfaces.isEmpty ? .stricter : .looser)
  }

  /// The families that a socket could be made of.
  var socketFamilies: Compared {
    let asked = network.socketFamilies.map(\.rawValue).sorted()
    func text(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: " ") }
    let answers = facts.names(after: "call.family.")
    guard !answers.isEmpty else { return Compared(text(asked), nil) }
    let made = answers.filter { facts["call.family." + $0] == "0" }
    let isMore = made.contains { !asked.contains($0) }
    return Compared(text(asked), text(made), made == asked ? .same : isMore ? .looser : .stricter)
  }
}
