import Diagnostics

extension [Diagnostic] {
  /// Each finding once: a line that many policies inherit is found in each of them, and is one line to mend. The places
  /// that lead to it are kept, as far as a reader can take them in.
  ///
  /// The findings have to be in reading order.
  var withoutRepeats: [Diagnostic] {
    var positions: [Key: Int] = [:]
    var result: [Diagnostic] = []
    var surplus: [Int: Int] = [:]
    for finding in self {
      let key = Key(finding)
      guard let position = positions[key] else {
        positions[key] = result.count
        result.append(finding)
        continue
      }
      result[position].severity = Swift.max(result[position].severity, finding.severity)
      if result[position].fix == nil { result[position].fix = finding.fix }
      for label in finding.secondary where !result[position].secondary.contains(where: { $0.isSame(as: label) }) {
        if result[position].secondary.count < Self.mostLabels {
          result[position].secondary.append(label)
        } else {
          surplus[position, default: 0] += 1
        }
      }
    }
    for (position, count) in surplus {
      result[position].notes.append("and in \(count) more place\(count == 1 ? "" : "s")")
    }
    return result
  }

  private static var mostLabels: Int { 4 }
}

/// What makes two findings the same: the rule, the place and the words.
private struct Key: Hashable {
  private let parts: [[UInt8]]
  private let start: Int
  private let end: Int

  init(_ finding: Diagnostic) {
    let range = finding.primary?.range
    parts = [finding.rule, finding.message, range?.source.name ?? ""].map { Array($0.utf8) }
    start = range?.start ?? -1
    end = range?.end ?? -1
  }
}

extension Diagnostic.Label {
  /// The same place, though perhaps of another reading of the file.
  fileprivate func isSame(as other: Diagnostic.Label) -> Bool {
    range.start == other.range.start && range.end == other.range.end
      && range.source.name.utf8.elementsEqual(other.range.source.name.utf8)
  }
}
