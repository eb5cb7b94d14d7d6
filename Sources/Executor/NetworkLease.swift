import Linux
import Sandbox

/// The network namespace of a run.
enum RunNetwork: Equatable {
  /// The host's.
  case host
  /// Its own, new and gone with it.
  case new
  /// Its own while it lasts, and then another run's: see `init(_:)`.
  case leased

  /// Leased only where a run can leave nothing in it for the next: without loopback, with no sockets but Unix ones (the
  /// others have counters, and packets under way), and without a capability over it.
  init(_ sandbox: Sandbox, leavesNothingBehind: Bool) {
    switch sandbox.network.mode {
    case .host: self = .host
    case .loopback, .allowlist: self = .new
    case .none: self = leavesNothingBehind && sandbox.capabilities.isEmpty ? .leased : .new
    }
  }
}

/// The network namespaces that runs use one after the other, for as long as a process makes runs.
final class NetworkLeases {
  fileprivate var free: [NetworkNamespace] = []
  /// Whether any was ever given out: from then on the keeper is not in ours.
  private(set) var haveBeenUsed = false

  func take() throws(Errno) -> NetworkLease {
    haveBeenUsed = true
    if let namespace = free.popLast() { return NetworkLease(namespace: namespace, leases: self) }
    return NetworkLease(namespace: try NetworkNamespace(), leases: self)
  }

  func removeAll() { free.removeAll() }
}

/// A network namespace for one run. Nobody may live in it any more when it is given back.
struct NetworkLease: ~Copyable {
  let namespace: NetworkNamespace
  fileprivate let leases: NetworkLeases

  deinit {
    // What a run has managed to leave in it goes with it.
    if namespace.hasNoUnixSockets { leases.free.append(namespace) }
  }
}
