import CLaunch
import Glibc

/// An open file that has exactly one owner, and is closed with it. Every descriptor made here is close-on-exec.
@frozen package struct FileDescriptor: ~Copyable {
  package let number: Int32

  package init(owning number: Int32) { self.number = number }

  deinit { close(number) }

  /// Hands the descriptor over without closing it.
  package consuming func release() -> Int32 {
    let number = number
    discard self
    return number
  }

  package struct Flags: OptionSet, Sendable {
    package let rawValue: Int32
    package init(rawValue: Int32) { self.rawValue = rawValue }
    /// As C has it. A literal list of flags is an array first, whose type is made at run time.
    package static func | (left: Flags, right: Flags) -> Flags { Flags(rawValue: left.rawValue | right.rawValue) }

    package static let read = Flags(rawValue: O_RDONLY)
    package static let write = Flags(rawValue: O_WRONLY)
    package static let readWrite = Flags(rawValue: O_RDWR)
    package static let create = Flags(rawValue: O_CREAT)
    package static let directory = Flags(rawValue: O_DIRECTORY)
    package static let noFollow = Flags(rawValue: O_NOFOLLOW)
    package static let nonBlocking = Flags(rawValue: O_NONBLOCK)
    /// Names a place without opening it (`O_PATH`).
    package static let path = Flags(rawValue: Int32(RF_O_PATH))
  }

  package static func open(_ path: String, _ flags: Flags, mode: UInt32 = 0o600) throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try checked(try path.withKernelString { rf_open($0, flags.rawValue, mode) }))
  }

  package static func open(
    _ path: String,
    in directory: borrowing FileDescriptor,
    _ flags: Flags
  ) throws(Errno)
    -> FileDescriptor
  {
    let number = directory.number
    return FileDescriptor(
      owning: try checked(try path.withKernelString { rf_openat(number, $0, flags.rawValue, 0o600) })
    )
  }

  /// A file in memory with these bytes, for reading only; nobody can change it.
  package static func sealed(_ bytes: [UInt8]) throws(Errno) -> FileDescriptor {
    FileDescriptor(owning: try checked(bytes.withUnsafeBytes { rf_sealed_file($0.baseAddress, $0.count) }))
  }

  package func setNonBlocking() throws(Errno) { try checked(rf_set_nonblocking(number)) }

  /// Lets a group open again what this stands for (through /proc/self/fd), and nobody else but the owner.
  package func share(with gid: UInt32, mode: UInt32) throws(Errno) {
    guard fchown(number, UInt32.max, gid) == 0, fchmod(number, mode) == 0 else { throw Errno(errno) }
  }

  /// Locks one byte of the file for this open file description; `Errno.again` when somebody else has it. The lock ends
  /// when the last copy of the descriptor is closed.
  package func lockByte(_ offset: UInt64) throws(Errno) { try checked(rf_lock_byte(number, offset)) }
  package func unlockByte(_ offset: UInt64) { rf_unlock_byte(number, offset) }

  /// Reads at most `buffer.count` bytes; 0 at the end of the file.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
    while true {
      let count = Glibc.read(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw Errno(errno) }
    }
  }

  /// Reads from the start of the file, wherever it stands; at most `limit` bytes.
  package func contents(limit: Int = 4096) throws(Errno) -> String {
    var error: Errno?
    let text = String(unsafeUninitializedCapacity: limit) { buffer in
      let count = pread(number, buffer.baseAddress, buffer.count, 0)
      if count < 0 { error = Errno(errno) }
      return max(0, count)
    }
    if let error { throw error }
    return text
  }

  /// Writes once; the count may be less than asked for.
  package func write(_ buffer: UnsafeRawBufferPointer) throws(Errno) -> Int {
    while true {
      let count = Glibc.write(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      guard errno == EINTR else { throw Errno(errno) }
    }
  }

  /// Writes all of a text at once, as the kernel's own files want it.
  package func write(_ text: String) throws(Errno) {
    var text = text
    let (count, error) = text.withUTF8 { (Glibc.write(number, $0.baseAddress, $0.count), errno) }
    guard count >= 0 else { throw Errno(error) }
  }
}

/// Two connected ends.
@frozen package struct DescriptorPair: ~Copyable {
  package let first: FileDescriptor
  package let second: FileDescriptor

  /// What is written to `second` is read from `first`.
  package static func pipe() throws(Errno) -> DescriptorPair {
    var ends: (Int32, Int32) = (-1, -1)
    try checked(withUnsafeMutableBytes(of: &ends) { rf_pipe($0.baseAddress?.assumingMemoryBound(to: Int32.self)) })
    return DescriptorPair(first: FileDescriptor(owning: ends.0), second: FileDescriptor(owning: ends.1))
  }

  /// Packets in both directions; each end sees when the other is gone.
  package static func sockets() throws(Errno) -> DescriptorPair {
    var ends: (Int32, Int32) = (-1, -1)
    try checked(
      withUnsafeMutableBytes(of: &ends) { rf_socketpair($0.baseAddress?.assumingMemoryBound(to: Int32.self)) }
    )
    return DescriptorPair(first: FileDescriptor(owning: ends.0), second: FileDescriptor(owning: ends.1))
  }

  private init(first: consuming FileDescriptor, second: consuming FileDescriptor) {
    self.first = first
    self.second = second
  }
}

/// Descriptors with one owner: an array cannot hold values that are not copyable.
package struct DescriptorList: ~Copyable {
  package private(set) var numbers: [Int32] = []

  package init() {}

  deinit { for number in numbers { close(number) } }

  package mutating func append(_ descriptor: consuming FileDescriptor) { numbers.append(descriptor.release()) }
}

/// The kernel's small files.
package enum KernelFile {
  package static func read(_ path: String, limit: Int = 4096) throws(Errno) -> String {
    try FileDescriptor.open(path, .read).contents(limit: limit)
  }

  package static func write(_ text: String, to path: String) throws(Errno) {
    try FileDescriptor.open(path, .write).write(text)
  }

  /// The first number of a file that holds one number a line or, with a key, the one behind that key on its line.
  package static func number(after key: String = "", in text: String) -> Int64? {
    var text = text
    var key = key
    return text.withUTF8 { text -> Int64? in
      key.withUTF8 { key -> Int64? in
        var start = 0
        while start < text.count {
          var end = start
          while end < text.count, text[end] != UInt8(ascii: "\n") { end += 1 }
          let line = UnsafeBufferPointer(rebasing: text[start..<end])
          if key.isEmpty { return number(line[...]) }
          if line.count > key.count, line[key.count] == UInt8(ascii: " "), line.starts(with: key) {
            return number(line[(key.count + 1)...])
          }
          start = end + 1
        }
        return nil
      }
    }
  }

  /// nil for anything but decimal digits, and for more than fit.
  private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> Int64? {
    var value: Int64 = 0
    guard !digits.isEmpty else { return nil }
    for digit in digits {
      guard 0x30...0x39 ~= digit else { return nil }
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isTooLargeNow) = tens.addingReportingOverflow(Int64(digit - 0x30))
      guard !isTooLarge, !isTooLargeNow else { return nil }
      value = sum
    }
    return value
  }

  /// All numbers of a file that holds nothing else, whatever is between them.
  package static func numbers(in text: String) -> [UInt64] {
    var numbers: [UInt64] = []
    var current: UInt64?
    for byte in text.utf8 {
      if 0x30...0x39 ~= byte {
        current = (current ?? 0) &* 10 &+ UInt64(byte - 0x30)
      } else if let number = current {
        numbers.append(number)
        current = nil
      }
    }
    if let current { numbers.append(current) }
    return numbers
  }
}
