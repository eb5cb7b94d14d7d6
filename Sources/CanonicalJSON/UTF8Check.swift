/// Well-formed UTF-8 by the Unicode Standard, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
package enum UTF8Check {
  /// The offset of the first byte that begins no well-formed sequence; nil when all is well.
  package static func firstInvalid(in bytes: [UInt8]) -> Int? {
    var offset = 0
    while offset < bytes.count {
      guard let length = sequenceLength(in: bytes, at: offset) else { return offset }
      offset += length
    }
    return nil
  }

  private static func sequenceLength(in bytes: [UInt8], at offset: Int) -> Int? {
    // The second byte's range depends on the first; the others are always continuation bytes.
    let (length, second): (Int, ClosedRange<UInt8>) =
      switch bytes[offset] {
      case 0x00...0x7F: (1, 0...0)
      case 0xC2...0xDF: (2, 0x80...0xBF)
      case 0xE0: (3, 0xA0...0xBF)
      case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
      case 0xED: (3, 0x80...0x9F)
      case 0xF0: (4, 0x90...0xBF)
      case 0xF1...0xF3: (4, 0x80...0xBF)
      case 0xF4: (4, 0x80...0x8F)
      default: (0, 0...0)
      }
    guard length > 0, offset + length <= bytes.count else { return nil }
    guard length == 1 || second.contains(bytes[offset + 1]) else { return nil }
    for index in stride(from: offset + 2, to: offset + length, by: 1) where bytes[index] & 0xC0 != 0x80 { return nil }
    return length
  }
}
