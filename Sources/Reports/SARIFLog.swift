import CanonicalJSON
import Diagnostics

/// A log of the Static Analysis Results Interchange Format, version 2.1.0 (OASIS Standard). Section numbers below are
/// that document's.
struct SARIFLog {
  private let report: Report
  /// The rules that this log speaks of, by id.
  private let rules: [RuleDescription]

  init(_ report: Report) {
    self.report = report
    let used = Set((report.findings + report.suppressed.map(\.diagnostic)).map(\.rule))
    rules = report.catalog.rules.filter { used.contains($0.id) }
  }

  var json: JSON {
    [
      "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": ["driver": driver],
          // Section 3.14.17; left out it would mean UTF-16.
          "columnKind": "unicodeCodePoints",
          "results": .array(results),
        ]
      ],
    ]
  }

  private var driver: JSON {
    [
      "name": "Ringfence",
      "version": .string(report.toolVersion),
      "rules": .array(rules.map(descriptor)),
    ]
  }

  private func descriptor(_ rule: RuleDescription) -> JSON {
    var object = JSONObject([
      ("id", .string(rule.id)), ("name", .string(rule.name)),
      ("shortDescription", ["text": .string(rule.title)]),
      ("fullDescription", ["text": .string(rule.explanation)]),
    ])
    if let page = report.rulesPage { object["helpUri"] = .string(page.address(of: rule.id)) }
    object["help"] = ["text": .string(rule.page), "markdown": .string(rule.markdown)]
    object["defaultConfiguration"] = ["level": .string(rule.severity.rawValue)]
    // What GitHub's code scanning sorts and filters by.
    object["properties"] = [
      "precision": .string(rule.confidence.rawValue),
      "problem.severity": .string(rule.severity == .note ? "recommendation" : rule.severity.rawValue),
      "security-severity": .string(securitySeverity(rule.severity)),
      "tags": ["security"],
    ]
    return .object(object)
  }

  /// On the scale of CVSS.
  private func securitySeverity(_ severity: Severity) -> String {
    switch severity {
    case .error: "8.0"
    case .warning: "5.0"
    case .note: "2.0"
    }
  }

  private var results: [JSON] {
    let all = report.findings.map { ($0, nil) } + report.suppressed.map { ($0.diagnostic, $0 as Report.Suppressed?) }
    let fingerprints = Fingerprint.of(all.map(\.0), root: report.root)
    return zip(all, fingerprints).map { entry, fingerprint in
      result(entry.0, suppressed: entry.1, fingerprint: fingerprint)
    }
  }

  private func result(_ diagnostic: Diagnostic, suppressed: Report.Suppressed?, fingerprint: String) -> JSON {
    var object = JSONObject([("ruleId", .string(diagnostic.rule))])
    if let index = rules.firstIndex(where: { $0.id == diagnostic.rule }) { object["ruleIndex"] = .integer(index) }
    object["kind"] = "fail"
    object["level"] = .string(diagnostic.severity.rawValue)
    object["message"] = ["text": .string(message(of: diagnostic))]
    if let primary = diagnostic.primary {
      var location = JSONObject([("physicalLocation", physicalLocation(primary.range))])
      if let subject = diagnostic.subject {
        location["logicalLocations"] = [["fullyQualifiedName": .string(subject), "kind": "member"]]
      }
      object["locations"] = [.object(location)]
    }
    if !diagnostic.secondary.isEmpty {
      object["relatedLocations"] = .array(
        diagnostic.secondary.enumerated().map { index, label in
          var location = JSONObject([("id", .integer(index)), ("physicalLocation", physicalLocation(label.range))])
          if let message = label.message { location["message"] = ["text": .string(Self.unlinked(message))] }
          return .object(location)
        }
      )
    }
    object["partialFingerprints"] = ["ringfence/v1": .string(fingerprint)]
    if let fix = diagnostic.fix { object["fixes"] = [sarifFix(fix)] }
    if let suppressed {
      object["suppressions"] = [
        [
          "kind": .string(suppressed.kind == .policy ? "inSource" : "external"), "status": "accepted",
          "justification": .string(suppressed.reason),
        ]
      ]
    }
    return .object(object)
  }

  /// Viewers show the message alone, so it carries the label, the notes and the help too.
  private func message(of diagnostic: Diagnostic) -> String {
    var lines = [diagnostic.message]
    if let label = diagnostic.primary?.message { lines[0] += ": " + label }
    lines += diagnostic.notes.map { "note: " + $0 }
    lines += diagnostic.help.map { "help: " + $0 }
    return Self.unlinked(lines.joined(separator: "\n"))
  }

  /// A plain text message may hold links in Markdown's form (section 3.11.6): none comes from a file.
  private static func unlinked(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      if scalar == "(", result.unicodeScalars.last == "]" { result += " " }
      result.unicodeScalars.append(scalar)
    }
  }

  private func physicalLocation(_ range: SourceRange) -> JSON {
    ["artifactLocation": artifactLocation(range.source), "region": region(range)]
  }

  private func artifactLocation(_ source: SourceText) -> JSON {
    let (reference, isRelative) = report.root.uri(of: source.name)
    var object = JSONObject([("uri", .string(reference))])
    if isRelative { object["uriBaseId"] = "%SRCROOT%" }
    return .object(object)
  }

  private func region(_ range: SourceRange) -> JSON {
    let (start, end) = (range.startPosition, range.endPosition)
    return [
      "startLine": .integer(start.line), "startColumn": .integer(start.column),
      "endLine": .integer(end.line), "endColumn": .integer(end.column),
      "byteOffset": .integer(start.offset), "byteLength": .integer(end.offset - start.offset),
    ]
  }

  private func sarifFix(_ fix: Diagnostic.Fix) -> JSON {
    var changes: [(source: SourceText, replacements: [JSON])] = []
    for edit in fix.edits {
      let replacement: JSON = [
        "deletedRegion": region(edit.range), "insertedContent": ["text": .string(edit.replacement)],
      ]
      if let index = changes.firstIndex(where: { $0.source === edit.range.source }) {
        changes[index].replacements.append(replacement)
      } else {
        changes.append((edit.range.source, [replacement]))
      }
    }
    return [
      "description": ["text": .string(Self.unlinked(fix.summary))],
      "artifactChanges": .array(
        changes.map { ["artifactLocation": artifactLocation($0.source), "replacements": .array($0.replacements)] }
      ),
    ]
  }
}
