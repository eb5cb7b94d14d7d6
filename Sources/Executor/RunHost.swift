import CLaunch
import Glibc
import Linux

/// What all runs of this process share.
package struct RunHost: ~Copyable {
  private var keeper: Keeper
  let caller: Caller
  private let groups: ControlGroupHost
  private let leases: UIDLeases?
  /// What the names of this process's control groups begin with, and no other process's.
  private let identifier: String
  private var count: Int

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
    let leases = caller.isPrivileged ? try UIDLeases(spare: caller.spareIDs) : nil
    let groups: ControlGroupHost
    do {
      groups = try .discover()
    } catch {
      throw SetupFailure(couldNot: "read /proc/self/cgroup", error)
    }
    let identifier = "\(getpid())-\(Instant.now.nanoseconds)-"
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
      throw SetupFailure(
        couldNot: "start a process",
        error,
        advice: "the host or its control group is out of processes"
      )
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

  /// Takes what a run has for itself, and begins the birth of its process 1. One birth at a time.
  mutating func slot(sharingNetwork: Bool) throws(SetupFailure) -> Slot {
    if !keeper.isAlive {
      // Whoever ended it did not mean the runs that are still to come.
      keeper = try Self.startKeeper()
      try Self.instruct(keeper, groups: groups, identifier: identifier, leases: leases)
    }
    let lease = try leases?.take()
    var host = groups
    count += 1
    var group = ControlGroup(host: host, identifier: "\(identifier)\(count)")
    host.exclude(group.create())
    let owned = OwnedGroup(group: group)
    let birth: Birth
    do {
      // Not to be born in its group would be to have no limits.
      let cradle = try group.openForClone()
      birth = try keeper.begin(sharingNetwork: sharingNetwork, cgroup: cradle.number)
    } catch {
      throw SetupFailure(couldNot: "start a process", error)
    }
    return Slot(birth: birth, group: owned, lease: lease, host: host, caller: caller)
  }

  /// Readable when a process 1 is there that was being born.
  var birthNumber: Int32 { keeper.number }

  /// Removes what runs of others left whose supervisor and keeper were both killed.
  func removeStaleGroups() { ControlGroup.removeStale(host: groups) }
}

/// What one run has for itself, whatever its policy says, with a process 1 that is being born.
struct Slot: ~Copyable {
  // Given up in the order of declaration: the process, the groups that it is in, and only then its ids.
  let birth: Birth
  let group: OwnedGroup
  let lease: UIDLease?
  let host: ControlGroupHost
  let caller: Caller
}

/// Control groups that are removed when nobody needs them any more.
struct OwnedGroup: ~Copyable {
  let group: ControlGroup

  deinit { group.remove() }
}
