import CLaunch
import Glibc
import Linux
import Sandbox

/// What all runs of this process share.
package struct RunHost: ~Copyable {
  // Given up in the order of declaration: the keeper would have to remove what is left.
  private var groupLeases: GroupLeases?
  private var zygotes: (leases: ZygoteLeases, mounts: MountWatch)?
  private var keeper: Keeper
  let caller: Caller
  private let groups: ControlGroupHost
  private let leases: UIDLeases?
  /// What the names of this process's control groups begin with, and no other process's.
  private let identifier: String
  private var count: Int
  private let networks = NetworkLeases()

  /// - Throws: `SetupFailure`, after undoing what was done.
  init() throws(SetupFailure) {
    do {
      try StandardStreams.reserve()
    } catch {
      throw SetupFailure(couldNot: "open /dev/null", error)
    }
    let keeper = try Self.startKeeper()
    let caller = try SetupFailure.attempt("learn which ids and capabilities ringfence has") { () throws(Errno) in
      try Caller.current()
    }
    guard !caller.isRootOutside else {
      throw SetupFailure(
        "ringfence runs as root without root's capabilities, and the program would be root on this host; run it as another"
          + " user, or with CAP_SYS_ADMIN, CAP_SETUID, CAP_SETGID and CAP_CHOWN"
      )
    }
    let leases = caller.isPrivileged ? try UIDLeases(spare: caller.spareIDs) : nil
    let groups: ControlGroupHost
    do {
      groups = try .discover()
    } catch {
      throw SetupFailure(couldNot: "read /proc/self/cgroup", error)
    }
    let identifier = ControlGroup.ownIdentifier(at: .now)
    try Self.instruct(keeper, groups: groups, identifier: identifier, leases: leases)
    self.keeper = keeper
    self.caller = caller
    self.leases = leases
    self.groups = groups
    self.identifier = identifier
    count = 0
  }

  deinit { groups.restore() }

  private static func startKeeper() throws(SetupFailure) -> Keeper {
    do {
      return try Keeper()
    } catch {
      let advice: String? =
        switch error {
        case .again, .noMemory: "the host or its control group is out of processes or memory"
        case .tooManyFiles: "ringfence needs more open files; see ulimit -n"
        default: nil
        }
      throw SetupFailure(couldNot: "start a process", error, advice: advice)
    }
  }

  /// Who removes the groups knows of them before they are there.
  private static func instruct(
    _ keeper: borrowing Keeper,
    groups: ControlGroupHost,
    identifier: String,
    leases: UIDLeases?
  ) throws(SetupFailure) {
    let folders = groups.folders
    guard !folders.isEmpty else { return }
    do {
      try keeper.cleanUp(ControlGroup.namePrefix + identifier, in: folders, holding: leases?.file.number ?? -1)
    } catch {
      throw SetupFailure(couldNot: "have control groups removed in the end", error)
    }
  }

  /// From now on control groups are kept for the next run where nothing tells them from new ones, and sandboxes are made of
  /// zygotes.
  mutating func expectManyRuns() {
    groupLeases = GroupLeases()
    if let mounts = try? MountWatch() { zygotes = (ZygoteLeases(), mounts) }
  }

  /// Takes what a run has for itself, and begins the birth of its process 1. One birth at a time. `limits` are those that
  /// the run's groups will get, if they are known. Groups that nobody is born in may be `postponed`: a sandbox is told
  /// its plan before they are made.
  mutating func slot(
    _ network: RunNetwork,
    limits: ControlGroup.Limits? = nil,
    postponed: Bool = false
  ) throws(SetupFailure) -> Slot {
    try reviveKeeper()
    let lease = try leases?.take()
    let group = GroupLease(groupLeases?.take(limits) ?? newGroup(), from: groupLeases)
    if !postponed || groups.version == .two { group.group.create() }
    let birth: Birth
    var leased: NetworkLease?
    do {
      // Not to be born in its group would be to have no limits.
      let cradle = try group.group.openForClone()
      switch network {
      case .leased where caller.isPrivileged:
        let lease = try networks.take()
        birth = try keeper.begin(in: .joined(lease.namespace.number), cgroup: cradle.number)
        leased = consume lease
      case .leased, .new:
        birth = try keeper.begin(in: .new, cgroup: cradle.number)
      case .host where networks.haveBeenUsed:
        let own = try NetworkNamespace.own()
        birth = try keeper.begin(in: .joined(own.number), cgroup: cradle.number)
      case .host:
        birth = try keeper.begin(in: .keepers, cgroup: cradle.number)
      }
    } catch {
      throw SetupFailure(couldNot: "start a process", error)
    }
    return Slot(
      birth: birth,
      group: group,
      zygote: nil,
      lease: lease,
      networkLease: leased,
      network: network,
      caller: caller
    )
  }

  /// The same with a zygote, of which process 1 will be a copy.
  mutating func slot(_ zygote: consuming ZygoteLease) throws(SetupFailure) -> Slot {
    let group = GroupLease(groupLeases?.take(zygote.zygote.template.resources.group) ?? newGroup(), from: groupLeases)
    group.group.create()
    let birth = try zygote.zygote.begin(in: group.group)
    return Slot(
      birth: birth,
      group: group,
      zygote: zygote,
      lease: nil,
      networkLease: nil,
      network: .leased,
      caller: caller
    )
  }

  /// A zygote for runs like this request's; nil where there cannot be one.
  mutating func zygote(for request: Execution.Request, template: SandboxTemplate) throws(SetupFailure) -> ZygoteLease? {
    guard template.allowsZygotes, let zygotes, let leases else { return nil }
    if let lease = zygotes.leases.take(template) { return lease }
    try reviveKeeper()
    let lease = try leases.take()
    let network = try SetupFailure.attempt("make a network") { () throws(Errno) in try networks.take() }
    let birth = try SetupFailure.attempt("start a process") { () throws(Errno) in
      try keeper.beginZygote(in: network.namespace.number)
    }
    let zygote = try Zygote(
      birth,
      for: request,
      template: template,
      lease: lease,
      network: network,
      mounts: zygotes.mounts
    )
    return ZygoteLease(zygote, from: zygotes.leases)
  }

  /// How often the host's mounts were seen to change so far.
  var mountChanges: Int { zygotes?.mounts.changes ?? 0 }

  /// Gives up what is kept for runs to come.
  func giveUpLeases() {
    zygotes?.leases.removeAll()
    groupLeases?.removeAll()
    networks.removeAll()
  }

  /// Lets the keeper end, where nothing is to run any more and nothing is left that it would have to remove.
  func endKeeper() { keeper.end() }

  private mutating func reviveKeeper() throws(SetupFailure) {
    guard !keeper.isAlive else { return }
    // Whoever ended it did not mean the runs that are still to come.
    keeper = try Self.startKeeper()
    try Self.instruct(keeper, groups: groups, identifier: identifier, leases: leases)
  }

  private mutating func newGroup() -> RunGroup {
    count += 1
    return RunGroup(host: groups, identifier: "\(identifier)\(count)", isLeased: groupLeases != nil)
  }

  /// Removes what runs of others left whose supervisor and keeper were both killed.
  func removeStaleGroups() { ControlGroup.removeStale(host: groups) }
}

/// What one run has for itself, whatever its policy says, with a process 1 that is being born.
struct Slot: ~Copyable {
  // Given up in the order of declaration: the process, the groups that it is in, and only then its ids.
  let birth: Birth
  let group: GroupLease
  /// With one, it has the ids and the network.
  let zygote: ZygoteLease?
  let lease: UIDLease?
  let networkLease: NetworkLease?
  let network: RunNetwork
  let caller: Caller

  /// What has composed the sandbox, if it is composed already.
  var composer: Zygote? {
    switch zygote {
    case .some(let lease): lease.zygote
    case .none: nil
    }
  }

  /// Whether the paths of the policy still lead to what it shows, as far as it is composed already.
  var isCurrent: Bool { composer?.isCurrent ?? true }

  /// Of a run in it, by what its policy says.
  func identities(for user: UserIdentity) -> Identities {
    if let composer { return composer.identities }
    switch lease {
    case .some(let lease): return Identities(privileged: lease, user: user)
    case .none: return Identities(unprivileged: caller, user: user)
    }
  }

  /// Whether a run's program can be in this network, and what is known of its sandbox.
  func fits(_ network: RunNetwork, _ template: SandboxTemplate?) -> Bool {
    guard self.network == network, composer == nil || composer?.template === template else { return false }
    return group.group.limits == nil || group.group.limits == template?.resources.group
  }
}
