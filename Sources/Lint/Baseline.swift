package import CanonicalJSON
package import Diagnostics
import Reports

/// Findings that were there when a team began to lint: they are known, and only new ones count.
package struct Baseline: Sendable {
  private struct Entry {
    let fingerprint: String
    let rule: String
    let file: String
    let range: SourceRange
  }

  private let entries: [Entry]

  /// Reads a file that `document(of:root:)` wrote.
  ///
  /// - Parameter source: The file.
  /// - Throws: Everything that is wrong with it, by place.
  package init(reading source: SourceText) throws(InvalidInput) {
    let document = try JSONNode(reading: source)
    guard let schema = document["schema"]?.string, schema == Self.schema else {
      throw InvalidInput([
        SuppressionRules.malformedBaseline.finding(
          "not a baseline of this program",
          at: document.head,
          help: ["expected schema \(Self.schema)"]
        )
      ])
    }
    guard let items = document["findings"]?.array else {
      throw InvalidInput([SuppressionRules.malformedBaseline.finding("`findings` is no list", at: document.head)])
    }
    var entries: [Entry] = []
    var problems: [Diagnostic] = []
    for item in items {
      if let fingerprint = item["fingerprint"]?.string, let rule = item["rule"]?.string, let file = item["file"]?.string
      {
        entries.append(Entry(fingerprint: fingerprint, rule: rule, file: file, range: item.range))
      } else {
        problems.append(
          SuppressionRules.malformedBaseline.finding(
            "an entry needs `fingerprint`, `rule` and `file`, all strings",
            at: item.head
          )
        )
      }
    }
    guard problems.isEmpty else { throw InvalidInput(problems) }
    self.entries = entries
  }

  /// The baseline that knows these findings.
  package static func document(of findings: [Diagnostic], root: String) -> JSON {
    let entries = zip(findings, Fingerprint.of(findings, root: root)).map { finding, fingerprint -> JSON in
      [
        "fingerprint": .string(fingerprint), "rule": .string(finding.rule),
        "file": .string(Fingerprint.file(of: finding, root: root)), "message": .string(finding.message),
      ]
    }
    return ["schema": .string(schema), "findings": .array(entries)]
  }

  /// Parts the findings of a run into those that are new and those that are known, and adds one for each known finding
  /// that is gone from a file of the run.
  package func apply(to findings: [Diagnostic], files: [String], root: String) -> LintResult {
    let known = Set(entries.map(\.fingerprint))
    var remaining: [Diagnostic] = []
    var suppressed: [Report.Suppressed] = []
    var met: Set<String> = []
    for (finding, fingerprint) in zip(findings, Fingerprint.of(findings, root: root)) {
      met.insert(fingerprint)
      if known.contains(fingerprint) {
        suppressed.append(.init(finding, kind: .baseline, reason: "known when the baseline was recorded"))
      } else {
        remaining.append(finding)
      }
    }
    let checked = Set(files.map { Fingerprint.file($0, root: root) })
    for entry in entries where checked.contains(entry.file) && !met.contains(entry.fingerprint) {
      remaining.append(
        SuppressionRules.staleBaseline.finding("\(entry.rule) is found in \(entry.file) no more", at: entry.range)
      )
    }
    return LintResult(findings: remaining, suppressed: suppressed)
  }

  private static let schema = "ringfence.baseline/1"
}
