/// The folder that paths in a report are relative to.
struct ReportRoot: Sendable {
  private let components: [Substring]

  init(_ path: String) { components = path.split(separator: "/") }

  /// A file's name relative to the root, with neither `.` nor a doubled slash, so that the same file has one name however
  /// it was given; a file elsewhere keeps its absolute path.
  func path(of name: String) -> String {
    guard !name.hasPrefix("<") else { return name }
    let isAbsolute = name.hasPrefix("/")
    var parts: [Substring] = []
    for part in name.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    guard isAbsolute else { return parts.joined(separator: "/") }
    let isInside =
      parts.count > components.count
      && zip(components, parts).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    return isInside ? parts.dropFirst(components.count).joined(separator: "/") : "/" + parts.joined(separator: "/")
  }

  /// A file's name as a URI reference (RFC 3986): relative below the root, `file:` elsewhere.
  func uri(of name: String) -> (reference: String, isRelative: Bool) {
    let path = path(of: name)
    let encoded = Self.percentEncoded(path)
    return path.hasPrefix("/") ? ("file://" + encoded, false) : (encoded, true)
  }

  /// Everything but what a path may hold unescaped: unreserved characters and the slash.
  private static func percentEncoded(_ path: String) -> String {
    var result = ""
    for byte in path.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"), UInt8(ascii: "/"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default: result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }
}
