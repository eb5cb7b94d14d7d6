import CanonicalJSON
import Engines
import Sandbox

/// What was asked beside what was effective, of several policies on several engines.
struct ProbeMatrix {
  var probes: [PolicyProbe] = []

  /// In the order in which they were probed.
  private var policies: [String] {
    var names: [String] = []
    for probe in probes where !names.contains(probe.policy) { names.append(probe.policy) }
    return names
  }

  private static func mark(_ finding: PolicyProbe.Finding) -> String {
    switch finding {
    case .same: "same"
    case .stricter: "stricter"
    case .different: "DIFFERENT"
    case .accepted: "accepted"
    case .unknown: "NOT TOLD"
    }
  }

  private static func count(_ probe: PolicyProbe, _ finding: PolicyProbe.Finding) -> Int {
    probe.rows.filter { $0.finding == finding }.count
  }

  /// For people: a table a policy, a row a control, a column an engine; and what is not as asked in words.
  var text: String {
    policies.map { policy in
      let columns = probes.filter { $0.policy == policy }
      let width = 1 + (Control.allCases.map(\.rawValue.utf8.count).max() ?? 0)
      func row(_ first: String, _ cells: [String]) -> String {
        let padded = ([(first, width)] + cells.map { ($0, 10) }).map { text, width in
          text + String(repeating: " ", count: max(1, width - text.utf8.count))
        }
        var line = padded.joined()
        while line.last == " " { line.removeLast() }
        return line
      }
      var lines = [row(policy, columns.map(\.engine))]
      for (index, control) in Control.allCases.enumerated() {
        lines.append(
          "  "
            + row(
              control.rawValue,
              columns.map { $0.rows.indices.contains(index) ? Self.mark($0.rows[index].finding) : "-" }
            )
        )
      }
      for probe in columns {
        if let failure = probe.failure {
          lines.append("  \(probe.engine): the probe could not run: \(failure)")
        } else {
          let count = Self.count(probe, .same) + Self.count(probe, .stricter)
          lines.append("  \(probe.engine): \(count) of \(probe.rows.count) controls are in force as asked")
        }
        for row in probe.rows where row.finding != .same {
          lines.append(
            "    \(Self.mark(row.finding))  \(row.control.rawValue): asked \(row.asked), effective \(row.effective)"
          )
        }
      }
      return lines.joined(separator: "\n")
    }
    .joined(separator: "\n\n")
  }

  var json: JSON {
    [
      "schema": "ringfence.probes/2",
      "probes": .array(
        probes.map { probe in
          [
            "policy": .string(probe.policy), "engine": .string(probe.engine),
            "failure": probe.failure.map(JSON.string) ?? .null,
            "failed": .bool(probe.hasDifferences),
            "controls": .array(
              probe.rows.map { row in
                [
                  "control": .string(row.control.rawValue), "asked": .string(row.asked),
                  "effective": .string(row.effective), "finding": .string(row.finding.rawValue),
                ]
              }
            ),
          ]
        }
      ),
    ]
  }

  /// One table a policy: a row a control, a column an engine.
  var markdown: String {
    var lines = ["# Asked and effective", ""]
    for policy in policies {
      let columns = probes.filter { $0.policy == policy }
      lines += ["## \(policy)", ""]
      lines.append("| control | asked | " + columns.map(\.engine).joined(separator: " | ") + " |")
      lines.append("|---|---|" + columns.map { _ in "---|" }.joined())
      for (index, control) in Control.allCases.enumerated() {
        let rows = columns.map { $0.rows.indices.contains(index) ? $0.rows[index] : nil }
        let asked = rows.compactMap { $0?.asked }.first ?? ""
        let cells = rows.map { row in
          guard let row else { return "could not run" }
          return row.finding == .same && row.effective == row.asked
            ? "same" : "\(Self.mark(row.finding)): \(Self.cell(row.effective))"
        }
        lines.append("| `\(control.rawValue)` | \(Self.cell(asked)) | " + cells.joined(separator: " | ") + " |")
      }
      lines.append("")
      for probe in columns {
        if let failure = probe.failure { lines += ["\(probe.engine) could not run: \(Self.cell(failure))", ""] }
      }
    }
    return lines.joined(separator: "\n")
  }

  /// A value as a cell, whatever it holds.
  private static func cell(_ text: String) -> String {
    "`" + text.map { $0 == "|" ? "\\|" : $0 == "`" ? "'" : $0.isNewline ? " " : String($0) }.joined() + "`"
  }
}
