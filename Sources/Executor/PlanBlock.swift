import CLaunch
import Linux

/// A block of memory that CLaunch walks: a header of a C type, and texts and tables named by their distance from its start.
struct PlanBlock<Header: BitwiseCopyable> {
  private var bytes: [UInt8]

  init() {
    bytes = []
    bytes.reserveCapacity(4096)
    for _ in 0..<MemoryLayout<Header>.stride { bytes.append(0) }
  }

  /// Adds a text. One with a NUL inside would end early there.
  mutating func text(_ text: some Sequence<UInt8>) throws(SetupFailure) -> rf_offset {
    let start = bytes.count
    bytes += text
    guard !bytes[start...].contains(0) else {
      throw SetupFailure("a path, an argument or a variable contains a NUL byte, which no program can be given")
    }
    bytes.append(0)
    return try offset(start)
  }

  mutating func text(_ text: String) throws(SetupFailure) -> rf_offset { try self.text(text.utf8) }

  /// Adds a list of texts, each with its NUL, and one more NUL at the end.
  mutating func texts(_ texts: [String]) throws(SetupFailure) -> rf_offset {
    let start = bytes.count
    for text in texts { _ = try self.text(text) }
    bytes.append(0)
    return try offset(start)
  }

  /// Adds values of a C type, as they lie in memory.
  mutating func table<Value: BitwiseCopyable>(_ values: [Value]) throws(SetupFailure) -> rf_offset {
    while bytes.count % 8 != 0 { bytes.append(0) }
    let start = bytes.count
    values.withUnsafeBytes { bytes += $0 }
    return try offset(start)
  }

  /// Adds a 0-terminated table of the places of texts: what becomes an argv.
  mutating func pointers(_ texts: [String]) throws(SetupFailure) -> rf_offset {
    var places: [UInt64] = []
    for text in texts { places.append(UInt64(try self.text(text))) }
    return try table(places + [0])
  }

  private func offset(_ place: Int) throws(SetupFailure) -> rf_offset {
    // Linux takes 6 MiB of arguments and environment at most; this is far beyond.
    guard place < 1 << 30 else { throw SetupFailure.tooLong }
    return rf_offset(place)
  }

  /// The block with its header, the first field of which is the length.
  consuming func finished(_ header: Header) throws(SetupFailure) -> [UInt8] {
    // More than the arguments and the environment of a program can take (6 MiB, execve(2)).
    guard bytes.count <= 8 << 20 else { throw SetupFailure.tooLong }
    let length = UInt32(bytes.count)
    bytes.withUnsafeMutableBytes { place in
      withUnsafeBytes(of: header) { place.copyMemory(from: $0) }
      place.storeBytes(of: length, as: UInt32.self)
    }
    return bytes
  }
}

extension SetupFailure {
  fileprivate static let tooLong = SetupFailure("the arguments and the environment are too long to start a program")
}
