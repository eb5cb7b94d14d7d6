/// Finds the name that somebody probably meant.
package enum Spelling {
  /// The candidate with the smallest edit distance, if it is near enough to be a slip of the finger: a third of the
  /// name's length, at least one edit and at most three. Ties go to the candidate that comes first. If none is near, the
  /// only candidate that the name is the beginning of (`mem` for `memory`).
  package static func nearest(to name: String, among candidates: some Collection<String>) -> String? {
    slip(of: name, among: candidates) ?? completion(of: name, among: candidates)
  }

  private static func completion(of name: String, among candidates: some Collection<String>) -> String? {
    guard name.utf8.count >= 2 else { return nil }
    let completions = candidates.filter { $0.lowercased().utf8.starts(with: name.lowercased().utf8) }
    return completions.count == 1 ? completions.first : nil
  }

  private static func slip(of name: String, among candidates: some Collection<String>) -> String? {
    let name = Array(name.lowercased().unicodeScalars.prefix(64))
    let limit = min(3, max(1, name.count / 3))
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
      let scalars = Array(candidate.lowercased().unicodeScalars)
      guard abs(scalars.count - name.count) <= limit else { continue }
      let distance = editDistance(name, scalars)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  private static func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var cost = min(last[j] + (left[i] == right[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { cost = min(cost, beforeLast[j - 1] + 1) }
        row.append(cost)
      }
      beforeLast = last
      last = row
    }
    return last[right.count]
  }
}
