import Linux

/// The control groups of a run, with those of their files that have been opened. They are removed with this.
final class RunGroup {
  private var group: ControlGroup
  /// What the host has, without the controllers whose group could not be made.
  private(set) var host: ControlGroupHost
  private var exists = false
  /// nil until there are any.
  private(set) var limits: ControlGroup.Limits?
  private var joining: DescriptorList?
  private var counts: ControlGroup.Counts?
  let isLeased: Bool
  private var hadItsLimitLifted = false

  /// Plans the groups. `isLeased` says that other runs are to have them later.
  init(host: ControlGroupHost, identifier: String, isLeased: Bool) {
    group = ControlGroup(host: host, identifier: identifier)
    self.host = host
    self.isLeased = isLeased
  }

  deinit { if exists { group.remove() } }

  /// Makes the groups, if they do not exist yet. Whether each of them is there; otherwise `host` says which is not.
  @discardableResult
  func create() -> Bool {
    guard !exists else { return true }
    exists = true
    let failures = group.create()
    host.exclude(failures)
    return failures.isEmpty
  }

  /// Sets the limits, unless the groups have just these.
  func apply(_ limits: ControlGroup.Limits) throws(ControlGroup.Failure) {
    guard self.limits != limits else { return }
    try group.apply(limits)
    self.limits = limits
  }

  /// The directory to be born in; nil where a process joins.
  func openForClone() throws(Errno) -> FileDescriptor? { try group.openForClone() }

  /// The files through which a process joins.
  func openForJoining() throws(SetupFailure) -> [Int32] {
    do {
      if joining == nil { joining = try group.openForJoining() }
    } catch {
      throw SetupFailure(couldNot: "open the control group \(error.file)", error.errno)
    }
    return joining?.numbers ?? []
  }

  /// Opens what is counted.
  func openCounts() throws(Errno) {
    if counts == nil { counts = try group.openCounts(resettable: isLeased) }
  }

  var countsProcessorTime: Bool { counts?.cpuUsage.number ?? -1 >= 0 }
  var countsRefusedForks: Bool { counts?.pidsEvents.number ?? -1 >= 0 }
  /// Processor time of everything that was ever in the groups; nil when nobody counts, or it cannot be read now.
  var cpuMicroseconds: Int64? { counts?.cpuMicroseconds ?? nil }
  /// How many forks were refused so far; nil when nobody counts.
  var refusedForks: Int64? { counts?.refusedForks ?? nil }
  /// What the groups have counted. A verdict hangs on it: what cannot be read is not 0.
  func usage() throws(Errno) -> ControlGroup.Usage { try counts?.usage() ?? ControlGroup.Usage() }

  /// Lets processes that are being killed run at full speed.
  func liftCPULimit() {
    hadItsLimitLifted = true
    group.liftCPULimit()
  }

  /// Whether nothing tells the groups from new ones any more, with the same limits. Nobody may be in them.
  fileprivate func becomeAsNew() -> Bool {
    guard let limits, !hadItsLimitLifted, counts != nil else { return false }
    return counts?.reset(limits) ?? false
  }
}

/// Groups of runs that used so little of them that others can have them.
final class GroupLeases {
  private var free: [RunGroup] = []
  /// A batch may use any number of policies, each with limits of its own.
  private static let capacity = 64

  /// A group with these limits, if there is one.
  func take(_ limits: ControlGroup.Limits?) -> RunGroup? {
    guard let index = free.lastIndex(where: { $0.limits == limits }) else { return nil }
    return free.remove(at: index)
  }

  func removeAll() { free.removeAll() }

  fileprivate func giveBack(_ group: RunGroup) {
    guard group.becomeAsNew() else { return }
    if free.count == Self.capacity { free.removeFirst() }
    free.append(group)
  }
}

/// The groups of one run while it lasts. Nobody may be in them any more when this is given up.
struct GroupLease: ~Copyable {
  let group: RunGroup
  private let leases: GroupLeases?

  /// `leases` are given the groups in the end; with nil they are removed.
  init(_ group: RunGroup, from leases: GroupLeases?) {
    self.group = group
    self.leases = leases
  }

  deinit {
    leases?.giveBack(group)
  }
}
