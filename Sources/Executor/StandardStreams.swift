import Glibc
import Linux

/// What the program reads from standard input.
package enum StandardInput: Sendable {
  /// What the caller's standard input holds, through a pipe of the program's own: never the caller's terminal or file.
  case inherit
  /// Nothing.
  case null
  case bytes([UInt8])
  /// Nothing, but no end either until the run's observer has looked.
  case held
}

/// The ids that a program can be told from its supervisor by.
struct Owner {
  let uid: UInt32
  let gid: UInt32
}

/// Both sides of the program's standard input.
struct InputStream: ~Copyable {
  /// The program's end, until it has it.
  let child: FileDescriptor
  /// The pipe to write the program's input to; nil when it has all of it.
  let supervisor: FileDescriptor?

  /// `owner` is the program, if it has ids of its own.
  init(_ input: StandardInput, owner: Owner?) throws(Errno) {
    switch input {
    case .bytes(let bytes):
      child = try FileDescriptor.sealed(bytes)
      supervisor = nil
    case .inherit where !Self.callersInputIsEmpty, .held:
      let pipe = try DescriptorPair.pipe()
      try pipe.second.setNonBlocking()
      // /dev/stdin opens the pipe anew.
      if let owner { try pipe.first.share(with: owner.gid, mode: 0o040) }
      child = pipe.first
      supervisor = consume pipe.second
    case .inherit, .null:
      // Not the host's /dev/null, whose times and locks are everybody's. Nobody writes to this one.
      let pipe = try DescriptorPair.pipe()
      if let owner { try pipe.first.share(with: owner.gid, mode: 0o040) }
      child = pipe.first
      supervisor = nil
    }
  }

  /// Keeps the supervisor's end and closes the program's. Where `ReadySandbox.start` took the one out of its local variable
  /// itself, the other stayed open (Swift 6.3; seen in a batch, not in a small program): `noRunLeavesADescriptorOpen`.
  consuming func supervisorsEnd() -> FileDescriptor? { supervisor }

  /// Whether standard input is /dev/null (device 1:3).
  private static var callersInputIsEmpty: Bool {
    var status = stat()
    return fstat(0, &status) == 0 && status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == 0x103
  }
}

/// Both sides of what a program with ids of its own writes to. It can open its end anew (`/dev/stdout`), but for writing
/// only: it is not the pipe's owner, and so cannot take back what it wrote.
struct OutputPipes: ~Copyable {
  let output: DescriptorPair
  let error: DescriptorPair

  init(owner: Owner) throws(Errno) {
    let output = try DescriptorPair.pipe()
    let error = try DescriptorPair.pipe()
    try output.first.setNonBlocking()
    try error.first.setNonBlocking()
    try output.second.share(with: owner.gid, mode: 0o020)
    try error.second.share(with: owner.gid, mode: 0o020)
    self.output = output
    self.error = error
  }
}

extension OutputPipes? {
  /// -1 where the pipes are made inside.
  var childOutputNumber: Int32 {
    switch self {
    case .some(let pipes): pipes.output.second.number
    case .none: -1
    }
  }

  var childErrorNumber: Int32 {
    switch self {
    case .some(let pipes): pipes.error.second.number
    case .none: -1
    }
  }
}

enum StandardStreams {
  /// Makes sure that 0, 1 and 2 are open, so that nothing of ours takes their place. Where the caller closed them they
  /// become a /dev/null that fails when it is used, as a closed stream would.
  static func reserve() throws(Errno) {
    while true {
      let file = try FileDescriptor.open("/dev/null", .read)
      let number = file.number
      guard number <= 2 else { return }
      if number == 0 {
        let unreadable = try FileDescriptor.open("/dev/null", .write)
        guard dup2(unreadable.number, number) >= 0 else { throw Errno(errno) }
      }
      _ = file.release()
    }
  }
}
