import CanonicalJSON
import Diagnostics

/// Our own format, `ringfence.findings/1`. Lines and columns count from 1, columns in Unicode code points, offsets in bytes
/// from 0; an end is the place after the last character. Members are only added within a version.
struct FindingsDocument {
  private let report: Report

  init(_ report: Report) { self.report = report }

  var json: JSON {
    let fingerprints = Fingerprint.of(report.findings + report.suppressed.map(\.diagnostic), root: report.root)
    let findings = zip(report.findings, fingerprints).map { JSON.object(object(for: $0, fingerprint: $1)) }
    let suppressed = zip(report.suppressed, fingerprints.dropFirst(report.findings.count)).map { entry, fingerprint in
      var object = object(for: entry.diagnostic, fingerprint: fingerprint)
      object["suppression"] = ["kind": .string(entry.kind.rawValue), "reason": .string(entry.reason)]
      return JSON.object(object)
    }
    func count(_ severity: Severity) -> JSON { .integer(report.findings.count { $0.severity == severity }) }
    return [
      "schema": "ringfence.findings/1",
      "tool": ["name": "ringfence", "version": .string(report.toolVersion)],
      "files": .array(report.files.map { .string(report.root.path(of: $0)) }),
      "summary": [
        "errors": count(.error), "warnings": count(.warning), "notes": count(.note),
        "suppressed": .integer(suppressed.count),
      ],
      "findings": .array(findings),
      "suppressed": .array(suppressed),
    ]
  }

  private func object(for diagnostic: Diagnostic, fingerprint: String) -> JSONObject {
    let rule = report.catalog[diagnostic.rule]
    var object = JSONObject([
      ("rule", .string(diagnostic.rule)),
      ("title", text(rule?.title)),
      ("severity", .string(diagnostic.severity.rawValue)),
      ("confidence", text(rule?.confidence.rawValue)),
      ("message", .string(diagnostic.message)),
      ("file", text(diagnostic.primary.map { report.root.path(of: $0.range.source.name) })),
      ("range", diagnostic.primary.map { range($0.range) } ?? .null),
      ("label", text(diagnostic.primary?.message)),
      ("subject", text(diagnostic.subject)),
      ("related", .array(diagnostic.secondary.map(related))),
      ("notes", .array(diagnostic.notes.map(JSON.string))),
      ("help", .array(diagnostic.help.map(JSON.string))),
      ("fix", diagnostic.fix.map(fix) ?? .null),
      ("fingerprint", .string(fingerprint)),
    ])
    // Only rules about what engines read have some.
    if let effects = rule?.effects, !effects.isEmpty {
      object["effects"] = .array(
        effects.map { effect in
          ["outcome": .string(effect.outcome.rawValue), "engines": .array(effect.engines.map(JSON.string))]
        }
      )
    }
    return object
  }

  private func related(_ label: Diagnostic.Label) -> JSON {
    [
      "file": .string(report.root.path(of: label.range.source.name)), "range": range(label.range),
      "message": text(label.message),
    ]
  }

  private func fix(_ fix: Diagnostic.Fix) -> JSON {
    let edits = fix.edits.map { edit -> JSON in
      [
        "file": .string(report.root.path(of: edit.range.source.name)), "range": range(edit.range),
        "replacement": .string(edit.replacement),
      ]
    }
    return ["summary": .string(fix.summary), "safe": .bool(fix.isSafe), "edits": .array(edits)]
  }

  private func range(_ range: SourceRange) -> JSON {
    ["start": position(range.startPosition), "end": position(range.endPosition)]
  }

  private func position(_ position: SourcePosition) -> JSON {
    ["line": .integer(position.line), "column": .integer(position.column), "offset": .integer(position.offset)]
  }

  private func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
}
