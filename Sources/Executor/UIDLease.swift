import Glibc
import Linux

/// Ids of the host for the runs of this process: no other run has the same, of whatever process, for as long as one lasts.
/// A lease is a lock on a byte of a file, so it ends with the last process that has the file open, however that ends.
final class UIDLeases {
  let file: FileDescriptor
  private let spare: Range<UInt32>
  private var taken: [UInt32]

  private static let directory = "/run/ringfence"

  /// `spare` are ids that nobody else on the host uses.
  init(spare: Range<UInt32>) throws(SetupFailure) {
    if mkdir(Self.directory, 0o700) != 0, errno != EEXIST {
      throw SetupFailure(couldNot: "create \(Self.directory)", Errno(errno), advice: "user ids are leased there")
    }
    let folder = try SetupFailure.attempt("open \(Self.directory), where user ids are leased") { () throws(Errno) in
      try FileDescriptor.open(Self.directory, .read | .directory | .noFollow)
    }
    var status = stat()
    guard fstat(folder.number, &status) == 0 else {
      throw SetupFailure(couldNot: "look at \(Self.directory)", Errno(errno))
    }
    guard status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
      throw SetupFailure(
        "\(Self.directory) can be changed by others than root; remove it, so that user ids can be leased there"
      )
    }
    file = try SetupFailure.attempt("open \(Self.directory)/uids, where user ids are leased") { () throws(Errno) in
      try FileDescriptor.open("uids", in: folder, .readWrite | .create | .noFollow)
    }
    self.spare = spare
    taken = []
  }

  /// Takes two ids.
  func take() throws(SetupFailure) -> UIDLease {
    let pairs = UInt32(spare.count / 2)
    // Runs that start at the same time begin their search at different places.
    let first = (UInt32(truncatingIfNeeded: getpid()) &* 31) % max(1, pairs)
    for step in 0..<pairs {
      let pair = (first + step) % pairs
      // A lock is no obstacle to whoever has it.
      guard !taken.contains(pair) else { continue }
      do {
        try file.lockByte(UInt64(spare.lowerBound + 2 * pair))
      } catch .again {
        continue
      } catch {
        throw SetupFailure(couldNot: "lock \(Self.directory)/uids", error)
      }
      taken.append(pair)
      return UIDLease(leases: self, pair: pair, program: spare.lowerBound + 2 * pair)
    }
    throw SetupFailure("all \(pairs) user ids for runs are in use; wait for other runs to end")
  }

  fileprivate func giveBack(_ pair: UInt32) {
    taken.removeAll { $0 == pair }
    file.unlockByte(UInt64(spare.lowerBound + 2 * pair))
  }
}

/// Two ids of the host: one for the program, one for process 1 of its sandbox. They are given back with it, which has to
/// be when nothing that has them is left.
struct UIDLease: ~Copyable {
  private let leases: UIDLeases
  private let pair: UInt32
  let program: UInt32
  var processOne: UInt32 { program + 1 }

  fileprivate init(leases: UIDLeases, pair: UInt32, program: UInt32) {
    self.leases = leases
    self.pair = pair
    self.program = program
  }

  deinit { leases.giveBack(pair) }
}
