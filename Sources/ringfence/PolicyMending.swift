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
  func outcome(for reference: String) -> Outcome? {
    let loader = PolicyLoader.forCommandLine()
    guard let source = try? loader.text(reference: reference), !source.name.hasPrefix("<") else { return nil }
    // A policy that is invalid may get better, and one that is valid stays so.
    var fewest = Int.max
    let (new, count) = Mending.mend(source, includesUnsafe: includesUnsafe) { text in
      let review = loader.review(source: text, path: source.name)
      guard review.errors.count < fewest || review.errors.isEmpty else { return nil }
      fewest = review.errors.count
      return review.errors + (review.policy.map { linter.lint($0, besides: review.errors).findings } ?? [])
    }
    return count == 0 ? nil : Outcome(path: source.name, old: source, new: new, fixCount: count)
  }
}
