import Glibc

/// Checks the peers of an allowlist: names, IPv4 and IPv6 addresses and prefixes.
enum HostCheck {
  /// What is wrong; nil when nothing is.
  static func problem(with text: String) -> TextCheck.Problem? {
    let parts = text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    let address = parts.first.map { String(Substring($0)) } ?? ""
    let length = parts.count == 2 ? String(Substring(parts[1])) : nil
    if let bytes = bytes(of: address) { return problem(withPrefix: bytes, length, in: text) }
    if length != nil || address.utf8.contains(UInt8(ascii: ":")) {
      return .malformed("\(text.quoted) is not an address", "write a name, an address or a prefix")
    }
    return problem(withName: address)
  }

  private static func problem(withName text: String) -> TextCheck.Problem? {
    if text == "*" { return nil }
    let name = text.utf8.starts(with: "*.".utf8) ? text.utf8.dropFirst(2) : text.utf8[...]
    let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    // A name that ends in a number is an address for some resolvers: 0x7f.1, 127.1.
    guard name.count <= 253, labels.allSatisfy({ TextCheck.isLabel(String(Substring($0))) }),
      labels.last?.first.map(TextCheck.isDigit) == false
    else {
      return .malformed("\(text.quoted) is not a host", "write a name in lower case, an address or a prefix")
    }
    let isMetadata = ["metadata", "metadata.google.internal"].contains { name.elementsEqual($0.utf8) }
    return isMetadata ? metadata : nil
  }

  private static func problem(withPrefix bytes: [UInt8], _ length: String?, in text: String) -> TextCheck.Problem? {
    let bits = Int64(bytes.count * 8)
    var prefix = bits
    if let length {
      guard let value = try? Quantity.integer(length), value <= bits else {
        return .malformed("\(length.quoted) is not a prefix length", "from 0 to \(bits)")
      }
      prefix = value
    }
    let network = bytes.indices.map { bytes[$0] & mask(ofByte: $0, prefix: Int(prefix)) }
    if network != bytes {
      return .malformed("\(text.quoted) has bits beyond its prefix", "set them to 0, or take the prefix off")
    }
    let reachesMetadata = metadataAddresses.contains { address in
      address.count == bytes.count
        && bytes.indices.allSatisfy { address[$0] & mask(ofByte: $0, prefix: Int(prefix)) == bytes[$0] }
    }
    // The whole Internet is a warning of its own.
    return reachesMetadata && prefix > 0 ? metadata : nil
  }

  private static func mask(ofByte index: Int, prefix: Int) -> UInt8 {
    let bits = min(max(prefix - index * 8, 0), 8)
    return bits == 0 ? 0 : UInt8.max << UInt8(8 - bits)
  }

  private static let metadata = TextCheck.Problem.malformed(
    "this reaches where clouds serve credentials",
    "leave it out: no sandbox needs it"
  )

  /// AWS, Azure, Google and most others; ECS; Alibaba; AWS by IPv6; and the first as an IPv6 socket reaches it.
  private static let metadataAddresses = [
    "169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254", "::ffff:169.254.169.254",
  ].compactMap(bytes)

  /// The 4 or 16 bytes of an address as inet_pton(3) reads it; nil when it is none.
  private static func bytes(of text: String) -> [UInt8]? {
    // The longest address of IPv6 has 45 characters; what is longer is none.
    guard text.utf8.count <= 45 else { return nil }
    for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if inet_pton(family, text, &bytes) == 1 { return bytes }
    }
    return nil
  }
}
