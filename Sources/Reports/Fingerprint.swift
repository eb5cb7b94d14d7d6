import CanonicalJSON
package import Diagnostics

/// What a finding is recognised by when the text around it has changed: its rule, its file, the key it is about and the
/// words it points at. Lines above it may come and go, it may be indented anew, and its message may be worded better.
package enum Fingerprint {
  /// One for each, 32 hexadecimal digits. Findings that are alike in all that are told apart by their order.
  package static func of(_ diagnostics: [Diagnostic], root: String) -> [String] {
    of(diagnostics, root: ReportRoot(root))
  }

  /// The name of a file as fingerprints and reports have it: relative to the root.
  package static func file(_ name: String, root: String) -> String { ReportRoot(root).path(of: name) }

  /// The file of a finding as fingerprints and reports have it; empty for a finding without a place.
  package static func file(of diagnostic: Diagnostic, root: String) -> String {
    diagnostic.primary.map { file($0.range.source.name, root: root) } ?? ""
  }

  static func of(_ diagnostics: [Diagnostic], root: ReportRoot) -> [String] {
    var seen: [[UInt8]: Int] = [:]
    return diagnostics.map { diagnostic in
      let identity = identity(of: diagnostic, root: root)
      let ordinal = seen[identity, default: 0]
      seen[identity] = ordinal + 1
      return String(SHA256.digest(of: identity + "\(ordinal)".utf8).dropFirst("sha256:".utf8.count).prefix(32))
    }
  }

  private static func identity(of diagnostic: Diagnostic, root: ReportRoot) -> [UInt8] {
    var parts = [Array(diagnostic.rule.utf8), Array((diagnostic.subject ?? "").utf8)]
    if let range = diagnostic.primary?.range {
      parts.append(Array(root.path(of: range.source.name).utf8))
      let end = min(range.end, range.source.bytes.count)
      parts.append(collapsed(range.source.bytes[min(range.start, end)..<end]))
      // Without a key, the line says which of several like words is meant.
      if diagnostic.subject == nil { parts.append(collapsed(range.source.lineBytes(range.startPosition.line))) }
    } else {
      parts.append(Array(diagnostic.message.utf8))
    }
    // A length before each part: no two lists of parts run together to the same bytes.
    return parts.flatMap { Array("\($0.count):".utf8) + $0 }
  }

  /// Runs of white space count as one space, and none at the ends.
  private static func collapsed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    Array(bytes.split { $0 == 0x20 || (0x09...0x0D).contains($0) }.joined(separator: [0x20]))
  }
}
