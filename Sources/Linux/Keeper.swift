import CLaunch
import Glibc

/// A small process beside this one: it clones process 1 of each sandbox, and removes control groups when this process dies
/// before it could do so itself.
package struct Keeper: ~Copyable {
  private let process: Int32
  private let link: Int32
  /// What was begun when this process started.
  private var early: EarlyBirth?

  /// A birth in the usual namespaces that the keeper began by itself.
  private struct EarlyBirth {
    let control: Int32
  }

  /// The keeper that was started with this process, or else a new one.
  package init() throws(Errno) {
    var keeper = rf_take_keeper()
    if keeper.process <= 0 { keeper = rf_start_keeper() }
    guard keeper.process > 0 else { throw Errno(-keeper.process) }
    self.init(keeper)
  }

  private init(_ keeper: rf_keeper) {
    process = keeper.process
    link = keeper.link
    early = keeper.control >= 0 ? EarlyBirth(control: keeper.control) : nil
  }

  /// Gives up what was started with this process, when nothing is to run natively. Whoever waits for all of its children
  /// would wait for the keeper.
  package static func dismiss() {
    let keeper = rf_take_keeper()
    if keeper.process > 0 { _ = Keeper(keeper) }
  }

  /// Ends it, and waits for that. There is nothing left for it to remove then.
  deinit {
    if let early { _ = Birth(link: link, control: FileDescriptor(owning: early.control)) }
    end()
    var status: Int32 = 0
    _ = rf_wait(process, &status)
    close(link)
  }

  /// Has it end beside whatever else there is to do. There is nothing left for it to remove then, and nothing to ask of it.
  package func end() { kill(process, SIGKILL) }

  /// Whether it still listens: its death shows as a hang-up of the link.
  package var isAlive: Bool {
    var link = pollfd(fd: link, events: 0, revents: 0)
    return poll(&link, 1, 0) <= 0
  }

  /// The network namespace that a process is born in.
  package enum BirthNetwork {
    case new
    /// The keeper's: the caller's, as long as no birth has taken it into another.
    case keepers
    /// By its descriptor, which takes CAP_SYS_ADMIN.
    case joined(Int32)
  }

  /// Begins the birth of process 1 in new namespaces. `cgroup` is a directory of a version 2 hierarchy to be born in, or -1.
  /// One at a time: the next one can begin when this one is awaited or given up.
  package mutating func begin(in network: BirthNetwork, cgroup: Int32) throws(Errno) -> Birth {
    var namespaces = rf_usual_namespaces()
    var joined: Int32 = -1
    if let birth = takeEarly(), case .new = network, cgroup < 0 { return birth }
    switch network {
    case .new: break
    case .keepers: namespaces &= ~UInt64(RF_CLONE_NEWNET)
    case .joined(let number):
      namespaces &= ~UInt64(RF_CLONE_NEWNET)
      joined = number
    }
    return try Birth(askedOf: link, namespaces, cgroup: cgroup, network: joined)
  }

  /// Begins the birth of a zygote, by whose `begin` process 1 of a run is born, in a network by its descriptor: that takes
  /// CAP_SYS_ADMIN. As for `begin(in:cgroup:)`, one at a time.
  package mutating func beginZygote(in network: Int32) throws(Errno) -> Birth {
    _ = takeEarly()
    return try Birth(askedOf: link, rf_zygote_namespaces(), cgroup: -1, network: network)
  }

  private mutating func takeEarly() -> Birth? {
    guard let early else { return nil }
    self.early = nil
    return Birth(link: link, control: FileDescriptor(owning: early.control))
  }

  /// Has the keeper remove what in these folders begins with `prefix`, should this process die. `lease` is a descriptor
  /// that it keeps open until then; -1 for none.
  package func cleanUp(_ prefix: String, in folders: [String], holding lease: Int32) throws(Errno) {
    var list: [UInt8] = []
    for text in [prefix] + folders { list += Array(text.utf8) + [0] }
    list.append(0)
    try checked(list.withUnsafeBytes { rf_request_cleanup(link, $0.baseAddress, $0.count, lease) })
  }
}

/// Process 1 of a sandbox while it is being cloned.
package struct Birth: ~Copyable {
  private let link: Int32
  /// The supervisor's end of the control socket.
  private let control: Int32

  fileprivate init(link: Int32, control: consuming FileDescriptor) {
    self.link = link
    self.control = control.release()
  }

  fileprivate init(
    askedOf link: Int32,
    _ namespaces: UInt64,
    cgroup: Int32,
    network: Int32 = -1,
    joining groups: [Int32] = []
  ) throws(Errno) {
    let sockets = try DescriptorPair.sockets()
    try checked(
      rf_request_birth(link, namespaces, sockets.second.number, cgroup, network, groups, groups.count)
    )
    self.init(link: link, control: sockets.first)
  }

  /// Readable when the process is there.
  package var number: Int32 { link }

  /// Waits until the process is there. The error is the one that clone3 gave.
  package consuming func newborn() throws(Errno) -> Newborn {
    let socket = FileDescriptor(owning: control)
    let link = link
    discard self
    var pidfd: Int32 = -1
    let process = try checked(rf_await_birth(link, &pidfd))
    return Newborn(process: ChildProcess(id: process, descriptor: FileDescriptor(owning: pidfd)), control: socket)
  }

  /// Nothing is to be run after all.
  deinit {
    close(control)
    var pidfd: Int32 = -1
    let process = rf_await_birth(link, &pidfd)
    if process > 0 { _ = ChildProcess(id: process, descriptor: FileDescriptor(owning: pidfd)) }
  }
}

/// Process 1 of a sandbox, alone in its new namespaces and waiting to be told what to do. Or a zygote.
@frozen package struct Newborn: ~Copyable {
  package let process: ChildProcess
  /// When this is closed, process 1 ends.
  package let control: FileDescriptor

  /// Hands it the next block, with copies of these descriptors.
  package func hand(_ block: [UInt8], with descriptors: [Int32]) throws(Errno) {
    try checked(
      block.withUnsafeBytes {
        rf_hand_block(control.number, $0.baseAddress, $0.count, descriptors, descriptors.count)
      }
    )
  }

  /// Begins the birth of process 1 of a run by this process, a zygote that has been handed its plan. `cgroup` is as in
  /// `Keeper.begin`, and `groups` are the `tasks` files of groups of version 1 to join. One at a time, and none that
  /// outlives the zygote.
  package func begin(cgroup: Int32, joining groups: [Int32]) throws(Errno) -> Birth {
    try Birth(askedOf: control.number, rf_zygote_run_namespaces(), cgroup: cgroup, joining: groups)
  }
}
