package import Diagnostics

/// Applies the fixes of findings to a text, and again to what comes out, until nothing is left to mend.
package enum Mending {
  /// - Parameters:
  ///   - source: The text as it was read.
  ///   - includesUnsafe: Whether to apply fixes whose values are guesses, too.
  ///   - findings: Reads a text and says what is wrong with it; nil when it cannot be read at all.
  /// - Returns: The mended text and how many fixes went into it. A round that would leave a text that cannot be read is
  ///   not kept: a fix never breaks a policy.
  package static func mend(
    _ source: SourceText,
    includesUnsafe: Bool,
    findings: (SourceText) -> [Diagnostic]?
  ) -> (text: SourceText, count: Int) {
    var text = source
    var count = 0
    guard var found = findings(text) else { return (source, 0) }
    // Every fix takes a finding away; the bound is for two that would undo each other.
    for _ in 0..<16 {
      let fixes = found.compactMap(\.fix).filter { includesUnsafe || $0.isSafe }
      let (bytes, applied) = fixes.applied(to: text)
      guard applied > 0 else { break }
      let mended = SourceText(name: source.name, bytes: bytes)
      guard let next = findings(mended) else { break }
      (text, found) = (mended, next)
      count += applied
    }
    return (text, count)
  }
}
