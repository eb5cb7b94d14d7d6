import Glibc

/// The parts of a generated table between separators, read in place. Every run of a program looks into the tables:
/// strings made of them, and the generic casts that `split` and `String(decoding:)` do on slices, cost more than all
/// else that is done with a policy's system calls.
struct TableParts: Sequence, IteratorProtocol {
  private var rest: UnsafeBufferPointer<UInt8>
  private let separator: UInt8

  /// The lines of a table.
  init(linesOf table: StaticString) {
    rest = UnsafeBufferPointer(start: table.utf8Start, count: table.utf8CodeUnitCount)
    separator = UInt8(ascii: "\n")
  }

  /// The words of a line, with one space between them.
  init(wordsOf line: UnsafeBufferPointer<UInt8>) {
    rest = line
    separator = UInt8(ascii: " ")
  }

  mutating func next() -> UnsafeBufferPointer<UInt8>? {
    guard let start = rest.baseAddress, !rest.isEmpty else { return nil }
    let length = memchr(start, Int32(separator), rest.count).map { UnsafeRawPointer($0) - UnsafeRawPointer(start) }
    guard let length else {
      defer { rest = UnsafeBufferPointer(start: nil, count: 0) }
      return rest
    }
    rest = UnsafeBufferPointer(start: start + length + 1, count: rest.count - length - 1)
    return UnsafeBufferPointer(start: start, count: length)
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether these are the bytes of a text.
  func isText(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count, let start = baseAddress, let otherStart = other.baseAddress else {
      return count == other.count
    }
    return memcmp(start, otherStart, count) == 0
  }
}
