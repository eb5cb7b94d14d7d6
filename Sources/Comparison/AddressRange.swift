/// The addresses of a prefix, or a single one. IPv4 lives where IPv6 maps it, `::ffff:0:0/96`, since a socket of IPv6
/// reaches it there.
package struct AddressRange: Equatable, Sendable {
  let first: UInt128
  let last: UInt128

  /// `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`; nil for anything else, such as a name.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let host = parts.first else { return nil }
    let base: UInt128
    let width: Int
    if let address = Self.version4(host) {
      (base, width) = (0xFFFF_0000_0000 | UInt128(address), 32)
    } else if let address = Self.version6(host) {
      (base, width) = (address, 128)
    } else {
      return nil
    }
    var length = width
    if parts.count == 2 {
      guard let prefix = Self.decimal(parts[1], limit: width) else { return nil }
      length = prefix
    }
    let hostBits = width - length
    let mask = hostBits == 128 ? UInt128.max : (UInt128(1) << UInt128(hostBits)) - 1
    first = base & ~mask
    last = base | mask
  }

  /// Whether two hosts, each an address or a prefix, have an address in common; false when one is a name.
  package static func overlap(_ left: String, _ right: String) -> Bool {
    guard let left = AddressRange(left), let right = AddressRange(right) else { return false }
    return left.first <= right.last && right.first <= left.last
  }

  /// The first address of this range that none of the others has.
  func firstAddress(notIn others: [AddressRange]) -> UInt128? {
    var candidate = first
    for other in others.sorted(by: { $0.first < $1.first }) where other.last >= candidate {
      if other.first > candidate { break }
      if other.last >= last { return nil }
      candidate = other.last + 1
    }
    return candidate
  }

  static func text(_ address: UInt128) -> String {
    if address >> 32 == 0xFFFF {
      return (0..<4).reversed().map { String((address >> UInt128($0 * 8)) & 0xFF) }.joined(separator: ".")
    }
    let groups = (0..<8).reversed().map { String((address >> UInt128($0 * 16)) & 0xFFFF, radix: 16) }
    return "[" + groups.joined(separator: ":") + "]"
  }

  private static func decimal(_ text: Substring, limit: Int) -> Int? {
    guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    // A leading zero is octal to some readers of addresses and decimal to others.
    guard text == "0" || text.utf8.first != 0x30, let value = Int(text), value <= limit else { return nil }
    return value
  }

  private static func version4(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var address: UInt32 = 0
    for part in parts {
      guard let byte = decimal(part, limit: 255) else { return nil }
      address = address << 8 | UInt32(byte)
    }
    return address
  }

  private static func version6(_ text: Substring) -> UInt128? {
    let halves = text.split(separator: "::", omittingEmptySubsequences: false)
    guard text.utf8.contains(UInt8(ascii: ":")), halves.count <= 2 else { return nil }
    guard let head = groups(halves[0]) else { return nil }
    guard halves.count == 2 else { return head.count == 8 ? join(head) : nil }
    guard let tail = groups(halves[1]), head.count + tail.count < 8 else { return nil }
    return join(head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail)
  }

  private static func groups(_ text: Substring) -> [UInt16]? {
    if text.isEmpty { return [] }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    var groups: [UInt16] = []
    for (index, part) in parts.enumerated() {
      if index == parts.count - 1, let address = version4(part) {
        groups += [UInt16(address >> 16), UInt16(address & 0xFFFF)]
        continue
      }
      guard (1...4).contains(part.utf8.count), part.utf8.first != UInt8(ascii: "+"),
        part.utf8.first != UInt8(ascii: "-"), let group = UInt16(part, radix: 16)
      else { return nil }
      groups.append(group)
    }
    return groups
  }

  private static func join(_ groups: [UInt16]) -> UInt128 { groups.reduce(0) { $0 << 16 | UInt128($1) } }
}
