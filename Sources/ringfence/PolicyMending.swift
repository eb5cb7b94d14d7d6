import Diagnostics
import Glibc
import Lint
import Policy

/// Applies the fixes of findings to the policies that have them.
struct PolicyMending {
  let linter: Linter
  let includesUnsafe: Bool

  /// A policy's file with its fixes applied.
  struct Outcome {
    let path: String
    let old: SourceText
    let new: SourceText
    let fixCount: Int

    /// As `diff -u` would show it.
    var difference: String {
      "--- \(DisplayText.escaped(path))\n+++ \(DisplayText.escaped(path))\n"
        + LineDifference(from: old.bytes, to: new.bytes).text
    }

    /// Replaces the file, through a link if the path is one.
    func write() throws {
      let real = realpath(path, nil)
      defer { free(real) }
      try OutputFile.write(String(decoding: new.bytes, as: UTF8.self), to: real.map { String(cString: $0) } ?? path)
    }
  }

  /// nil when there is nothing to mend, or no file: standard input, and the policies that come with Ringfence.
  func outcome(for policy: ResolvedPolicy) -> Outcome? {
    guard !policy.source.name.hasPrefix("<") else { return nil }
    let loader = PolicyLoader.forCommandLine()
    let (new, count) = Mending.mend(policy.source, includesUnsafe: includesUnsafe) { text in
      (try? loader.load(text, inPlaceOf: policy)).map { linter.lint($0).findings }
    }
    return count == 0 ? nil : Outcome(path: policy.source.name, old: policy.source, new: new, fixCount: count)
  }
}
