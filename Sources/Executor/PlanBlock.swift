import CLaunch
import Linux

/// A block of memory that CLaunch walks: a header of a C type, and texts and tables named by their distance from its start.
struct PlanBlock<Header: BitwiseCopyable> {
  private var bytes: [UInt8]

  init() {
    bytes = []
    bytes.reserveCapacity(4096)
    bytes += repeatElement(0, count: MemoryLayout<Header>.stride)
  }

  /// Adds a text. One with a NUL inside would end early there.
  mutating func text(_ text: String) throws(SetupFailure) -> rf_offset {
    var text = text
    let start = bytes.count
    text.withUTF8 { bytes += $0 }
    return try ended(start)
  }

  mutating func text(_ text: [UInt8]) throws(SetupFailure) -> rf_offset {
    let start = bytes.count
    bytes += text
    return try ended(start)
  }

  private mutating func ended(_ start: Int) throws(SetupFailure) -> rf_offset {
    guard !bytes[start...].contains(0) else {
      throw SetupFailure("a path, an argument or a variable contains a NUL byte, which no program can be given")
    }
    bytes.append(0)
    return try offset(start)
  }

  /// Adds a list of pairs of texts, each text with its NUL, and one more NUL at the end.
  mutating func pairs(_ pairs: [(key: String, value: String)]) throws(SetupFailure) -> rf_offset {
    let start = bytes.count
    for (key, value) in pairs {
      _ = try text(key)
      _ = try text(value)
    }
    bytes.append(0)
    return try offset(start)
  }

  /// Adds values of a C type, as they lie in memory.
  mutating func table<Value: BitwiseCopyable>(_ values: PlanTable<Value>) throws(SetupFailure) -> rf_offset {
    try table(values.bytes)
  }

  mutating func table(_ values: [UInt8]) throws(SetupFailure) -> rf_offset {
    while bytes.count % 8 != 0 { bytes.append(0) }
    let start = bytes.count
    bytes += values
    return try offset(start)
  }

  /// Adds a 0-terminated table of the places of texts: what becomes an argv.
  mutating func pointers(_ texts: [String]) throws(SetupFailure) -> rf_offset {
    var places = PlanTable<UInt64>()
    for text in texts { places.append(UInt64(try self.text(text))) }
    places.append(0)
    return try table(places)
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

/// Values of a C type, as they lie in memory. Not an array of them: its type would be made at run time, one for each.
struct PlanTable<Value: BitwiseCopyable> {
  fileprivate private(set) var bytes: [UInt8] = []
  private(set) var count: UInt32 = 0

  mutating func append(_ value: Value) {
    withUnsafeBytes(of: value) { bytes += $0 }
    bytes += repeatElement(0, count: MemoryLayout<Value>.stride - MemoryLayout<Value>.size)
    count += 1
  }
}

extension SetupFailure {
  fileprivate static let tooLong = SetupFailure(
    "the arguments and the environment are too long to start a program",
    exitCode: 126
  )
}
