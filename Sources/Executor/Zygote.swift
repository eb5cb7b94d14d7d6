import Glibc
import Linux
import Sandbox

/// A process in a sandbox that is composed, by which process 1 of each run of one policy is born: as a copy, in a mount, pid
/// and IPC namespace of its own, where everything that a run can write to is mounted anew. What runs have in common, one
/// after the other, is what no program can change: the user namespace with its ids, the host name, and a network that is
/// looked at after each run.
final class Zygote {
  let identities: Identities
  let template: SandboxTemplate
  /// Whether it ever has: one that has not will not.
  var hasBorn = false
  /// It is dead, or shows what the policy no longer names.
  private var hasFailed = false
  private let tenancy: Tenancy
  private let sources: BindSources
  private let mounts: MountWatch
  private let changes: Int

  // Given up in the order of declaration: the process, and only then its ids.
  private struct Tenancy: ~Copyable {
    let process: Newborn
    let lease: UIDLease
    let network: NetworkLease
  }

  /// Has the sandbox of a request composed. `birth` is the zygote's, in a network.
  init(
    _ birth: consuming Birth,
    for request: Execution.Request,
    template: SandboxTemplate,
    lease: consuming UIDLease,
    network: consuming NetworkLease,
    mounts: MountWatch
  ) throws(SetupFailure) {
    let identities = Identities(privileged: lease, user: request.sandbox.process.user)
    let changes = mounts.changes
    sources = BindSources(template.entries)
    let prepared = try PreparedMounts(template.entries, identities: identities)
    do {
      let process = try birth.newborn()
      try identities.maps.apply(to: process.process.id)
      try process.hand(template.plan, with: prepared.numbers)
      tenancy = Tenancy(process: process, lease: lease, network: network)
    } catch {
      throw SetupFailure(couldNot: "have a sandbox composed for many runs", error)
    }
    self.identities = identities
    self.template = template
    self.mounts = mounts
    self.changes = changes
  }

  /// Begins the birth of process 1 of a run. One run at a time.
  func begin(in group: RunGroup) throws(SetupFailure) -> Birth {
    // Whatever the reason: whoever tries the next zygote comes to an end.
    hasFailed = true
    let groups = try group.openForJoining()
    let birth = try SetupFailure.attempt("start a process") { () throws(Errno) in
      try tenancy.process.begin(cgroup: try group.openForClone().number, joining: groups)
    }
    hasFailed = false
    return birth
  }

  /// Whether the paths of the policy still lead to what is shown inside, with all that is mounted there.
  var isCurrent: Bool {
    if mounts.changes != changes || !sources.areCurrent { hasFailed = true }
    return !hasFailed
  }

  /// Whether another run can have it: it works, and none has left anything in the network.
  fileprivate var isClean: Bool { !hasFailed && tenancy.network.namespace.hasNoUnixSockets }
}

/// The zygotes that no run has at the moment.
final class ZygoteLeases {
  private var free: [Zygote] = []
  /// A batch may use any number of policies.
  private static let capacity = 64

  /// A zygote of this template, if there is one.
  func take(_ template: SandboxTemplate) -> ZygoteLease? {
    while let index = free.lastIndex(where: { $0.template === template }) {
      let zygote = free.remove(at: index)
      if zygote.isCurrent { return ZygoteLease(zygote, from: self) }
    }
    return nil
  }

  func removeAll() { free.removeAll() }

  fileprivate func giveBack(_ zygote: Zygote) {
    guard zygote.isClean else { return }
    if free.count == Self.capacity { free.removeFirst() }
    free.append(zygote)
  }
}

/// A zygote for one run. Nothing that it has born may live any more when this is given up.
struct ZygoteLease: ~Copyable {
  let zygote: Zygote
  private let leases: ZygoteLeases

  init(_ zygote: Zygote, from leases: ZygoteLeases) {
    self.zygote = zygote
    self.leases = leases
  }

  deinit { leases.giveBack(zygote) }
}
