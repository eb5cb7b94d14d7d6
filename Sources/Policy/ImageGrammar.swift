/// Docker's grammar of image references (distribution/reference): `[domain/]path[:tag][@sha256:digest]`.
enum ImageGrammar {
  static func isReference(_ text: String) -> Bool {
    guard text.utf8.count <= 512 else { return false }
    var rest = text[...]
    if let at = rest.firstIndex(of: "@") {
      guard isDigest(rest[rest.index(after: at)...]) else { return false }
      rest = rest[..<at]
    }
    if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
      guard isTag(rest[rest.index(after: colon)...]) else { return false }
      rest = rest[..<colon]
    }
    var components = rest.split(separator: "/", omittingEmptySubsequences: false)
    if components.count > 1, isDomain(components[0]) { components.removeFirst() }
    return !components.isEmpty && components.allSatisfy(isComponent)
  }

  private static func isDigest(_ text: Substring) -> Bool {
    guard text.hasPrefix("sha256:") else { return false }
    let digits = text.utf8.dropFirst(7)
    return digits.count == 64 && digits.allSatisfy { TextCheck.isDigit($0) || (0x61...0x66).contains($0) }
  }

  private static func isTag(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
    return text.utf8.count <= 128 && text.utf8.allSatisfy { TextCheck.isAlphanumeric($0) || "._-".utf8.contains($0) }
  }

  /// A registry: it has a dot or a port, or is `localhost`.
  private static func isDomain(_ text: Substring) -> Bool {
    guard text.contains(".") || text.contains(":") || text == "localhost" else { return false }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard let host = parts.first, parts.count <= 2 else { return false }
    guard parts.count == 1 || !parts[1].isEmpty && parts[1].utf8.allSatisfy(TextCheck.isDigit) else { return false }
    return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.utf8.first, let last = label.utf8.last else { return false }
      return TextCheck.isAlphanumeric(first) && TextCheck.isAlphanumeric(last)
        && label.utf8.allSatisfy { TextCheck.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
  }

  /// Letters and digits in lower case, between them one of `.`, `_`, `__` or any number of `-`.
  private static func isComponent(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    guard TextCheck.isLowerAlphanumeric(first), TextCheck.isLowerAlphanumeric(last) else { return false }
    let separators = text.utf8.split(whereSeparator: TextCheck.isLowerAlphanumeric)
    return separators.allSatisfy { run in
      run.allSatisfy { $0 == UInt8(ascii: "-") } || [".", "_", "__"].contains { run.elementsEqual($0.utf8) }
    }
  }
}
