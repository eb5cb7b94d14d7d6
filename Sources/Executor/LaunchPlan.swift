import CLaunch
import Glibc
import Linux
import Sandbox

/// The ids of a run: what the program sees, and what that is on the host.
struct Identities {
  let user: UserIdentity
  let programUID: UInt32
  let programGID: UInt32
  /// Process 1's, inside and on the host; without privilege there is only the one id.
  let processOne: (inside: UInt32, outside: UInt32)?

  init(privileged lease: borrowing UIDLease, user: UserIdentity) {
    self.user = user
    programUID = lease.program
    programGID = lease.program
    // Any two ids but the program's own.
    let inside = [UInt32.max - 1, UInt32.max - 2, UInt32.max - 3].first { $0 != user.uid && $0 != user.gid }
    processOne = (inside ?? UInt32.max - 1, lease.processOne)
  }

  init(unprivileged caller: Caller, user: UserIdentity) {
    self.user = user
    programUID = caller.uid
    programGID = caller.gid
    processOne = nil
  }

  /// Of what the program may use and not own by its host id; nil where that is the supervisor's own.
  var owner: Owner? { processOne == nil ? nil : Owner(uid: programUID, gid: programGID) }

  var maps: IDMaps {
    var uids = [IDExtent(inside: user.uid, outside: programUID)]
    var gids = [IDExtent(inside: user.gid, outside: programGID)]
    if let processOne {
      uids.append(IDExtent(inside: processOne.inside, outside: processOne.outside))
      gids.append(IDExtent(inside: processOne.inside, outside: processOne.outside))
    }
    return IDMaps(uids: uids, gids: gids, deniesSetgroups: processOne == nil)
  }
}

/// The sandbox of a run, in the form that CLaunch takes.
struct LaunchPlan {
  let sandbox: Sandbox
  let root: RootPlan
  let resources: ResourcePlan
  let identities: Identities
  /// `struct sock_filter` in the machine's byte order.
  let filter: [UInt8]
  /// Whether the filter asks the supervisor about what it does not allow.
  let filterAsks: Bool
  let landlock: LandlockRules

  /// The plan as process 1 reads it. `withMounts` says that those of the root plan's binds come along with it, in order.
  func block(withMounts: Bool) throws(SetupFailure) -> [UInt8] {
    var block = PlanBlock<rf_plan>()
    var plan = rf_plan()
    if sandbox.network.mode == .loopback { plan.flags |= UInt32(RF_PLAN_LOOPBACK.rawValue) }
    if sandbox.filesystem.rootfs == nil, root.isReadOnly { plan.flags |= UInt32(RF_PLAN_READ_ONLY_ROOT.rawValue) }
    if identities.processOne != nil {
      plan.flags |= UInt32(RF_PLAN_DROP_GROUPS.rawValue)
    } else {
      plan.flags |= UInt32(RF_PLAN_OWN_PIPES.rawValue)
    }
    if filterAsks { plan.flags |= UInt32(RF_PLAN_LISTEN.rawValue) }
    if !resources.sampled.isEmpty { plan.flags |= UInt32(RF_PLAN_SHOW_PROCESSES.rawValue) }

    plan.init_uid = identities.processOne?.inside ?? identities.user.uid
    plan.init_gid = identities.processOne?.inside ?? identities.user.gid
    plan.uid = identities.user.uid
    plan.gid = identities.user.gid
    plan.umask = sandbox.process.umask
    plan.hostname = try block.text(sandbox.process.hostname)
    plan.working_directory = try block.text(sandbox.process.workingDirectory)

    var entries = PlanTable<rf_entry>()
    var mounts: Int32 = 0
    for entry in root.entries {
      var descriptor: Int32 = -1
      if withMounts, case .bind = entry.kind {
        // Counted from 1.
        mounts += 1
        descriptor = mounts
      }
      entries.append(try encode(entry, descriptor: descriptor, into: &block))
    }
    plan.entries = try block.table(entries)
    plan.entry_count = entries.count

    var rlimits = PlanTable<rf_rlimit>()
    resources.rlimits.forEach { limit, value in
      // A hard limit can only be lowered, also by root in a container; the caller's own is the stricter one then.
      let lower = min(UInt64(max(0, value)), limit.hardMaximum)
      rlimits.append(rf_rlimit(resource: UInt64(limit.rawValue), limit: lower))
    }
    plan.rlimits = try block.table(rlimits)
    plan.rlimit_count = rlimits.count
    for capability in sandbox.capabilities { plan.capabilities |= 1 << UInt64(capability.number) }

    plan.landlock_fs = landlock.handledPaths
    plan.landlock_net = landlock.handledNetwork
    plan.landlock_scoped = landlock.scoped
    var rules = PlanTable<rf_path_rule>()
    for rule in landlock.paths {
      rules.append(rf_path_rule(path: try block.text(rule.path), reserved: 0, access: rule.access))
    }
    plan.path_rules = try block.table(rules)
    plan.path_rule_count = rules.count

    plan.filter = try block.table(filter)
    plan.filter_length = UInt32(filter.count / 8)
    return try block.finished(plan)
  }

  private func encode(
    _ entry: RootEntry,
    descriptor: Int32,
    into block: inout PlanBlock<rf_plan>
  ) throws(SetupFailure) -> rf_entry {
    var result = rf_entry()
    result.flags = entry.flags
    result.path = try block.text(entry.path.relative)
    result.descriptor = descriptor
    switch entry.kind {
    case .directory(let mode):
      result.kind = UInt32(RF_ENTRY_DIRECTORY.rawValue)
      result.mode = mode
    case .file(let mode):
      result.kind = UInt32(RF_ENTRY_FILE.rawValue)
      result.mode = mode
    case .symlink(let target):
      result.kind = UInt32(RF_ENTRY_SYMLINK.rawValue)
      result.source = try block.text(target)
    case .bind(let source, let attributes, _):
      result.kind = UInt32(RF_ENTRY_BIND.rawValue)
      result.source = try block.text(source)
      result.attributes = attributes
    case .mount(let type, let options, let attributes):
      result.kind = UInt32(RF_ENTRY_MOUNT.rawValue)
      result.source = try block.text(type)
      result.options = try block.pairs(options)
      result.attributes = attributes
    case .seal(let attributes):
      result.kind = UInt32(RF_ENTRY_SEAL.rawValue)
      result.attributes = attributes
    }
    return result
  }
}

/// The program of a run, in the form that CLaunch takes.
struct ProgramStart {
  let command: [String]
  let environment: [String]

  /// The start as process 1 reads it. `output` and `error` are -1 for pipes of its own.
  func block(
    input: Int32,
    output: Int32,
    error: Int32,
    groups: [Int32]
  ) throws(SetupFailure) -> (
    bytes: [UInt8], descriptors: [Int32]
  ) {
    var block = PlanBlock<rf_start>()
    var start = rf_start()
    var descriptors = [input]
    // Counted from 1.
    start.streams = (1, -1, -1)
    if output >= 0 {
      descriptors += [output, error]
      start.streams = (1, 2, 3)
    }
    start.first_group = UInt32(descriptors.count + 1)
    start.group_count = UInt32(groups.count)
    descriptors += groups
    start.arguments = try block.pointers(command)
    start.environment = try block.pointers(environment)
    start.candidates = try block.pointers(candidates)
    return (try block.finished(start), descriptors)
  }

  /// Where the command may be: itself when it names a path, else in each directory of the program's PATH.
  private var candidates: [String] {
    guard let name = command.first, !name.utf8.contains(UInt8(ascii: "/")) else { return Array(command.prefix(1)) }
    let path = environment.last { $0.utf8.starts(with: "PATH=".utf8) }.map { Array($0.utf8.dropFirst(5)) }
    let directories = (path ?? Array("/usr/local/bin:/usr/bin:/bin".utf8)).split(separator: UInt8(ascii: ":"))
    return directories.map { String(decoding: $0, as: UTF8.self) + "/" + name }
  }
}
