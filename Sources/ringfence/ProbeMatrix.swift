import CanonicalJSON
import Engines
import Sandbox

/// What was asked beside what was effective, of several policies on several engines.
struct ProbeMatrix {
  var probes: [PolicyProbe] = []

  private static let mark: [PolicyProbe.Finding: String] = [
    .same: "same", .stricter: "stricter", .different: "DIFFERENT", .accepted: "accepted", .unknown: "not told",
  ]

  /// For people: what is as asked in one line, and everything else by name.
  var text: String {
    probes.map { probe in
      let head = "\(probe.policy) on \(probe.engine): "
      if let failure = probe.failure { return head + "the probe could not run: \(failure)" }
      let same = probe.rows.filter { $0.finding == .same }
      let others = probe.rows.filter { $0.finding != .same }.map { row in
        "  \(Self.mark[row.finding] ?? "")  \(row.control.rawValue): asked \(row.asked), effective \(row.effective)"
      }
      return ([head + "\(same.count) of \(probe.rows.count) controls probed are in force as asked"] + others)
        .joined(separator: "\n")
    }
    .joined(separator: "\n")
  }

  var json: JSON {
    [
      "schema": "ringfence.probes/1",
      "probes": .array(
        probes.map { probe in
          [
            "policy": .string(probe.policy), "engine": .string(probe.engine),
            "failure": probe.failure.map(JSON.string) ?? .null,
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
    var policies: [String] = []
    for probe in probes where !policies.contains(probe.policy) { policies.append(probe.policy) }
    for policy in policies {
      let columns = probes.filter { $0.policy == policy }
      lines += ["## \(policy)", ""]
      lines.append("| control | asked | " + columns.map(\.engine).joined(separator: " | ") + " |")
      lines.append("|---|---|" + columns.map { _ in "---|" }.joined())
      let controls = Control.allCases.filter { control in
        columns.contains { $0.rows.contains { $0.control == control } }
      }
      for control in controls {
        let rows = columns.map { column in column.rows.first { $0.control == control } }
        let asked = rows.compactMap { $0?.asked }.first ?? ""
        let cells = rows.map { row in
          guard let row else { return "could not run" }
          return row.finding == .same ? "same" : "\(Self.mark[row.finding] ?? ""): \(Self.cell(row.effective))"
        }
        lines.append("| `\(control.rawValue)` | \(Self.cell(asked)) | " + cells.joined(separator: " | ") + " |")
      }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  /// A value as a cell, whatever it holds.
  private static func cell(_ text: String) -> String {
    "`" + text.map { $0 == "|" ? "\\|" : $0 == "`" ? "'" : String($0) }.joined() + "`"
  }
}
