import Diagnostics

/// JUnit's XML: a suite a file, a failed case a finding, and one passed case for a file without any.
struct JUnitDocument {
  private let report: Report

  init(_ report: Report) { self.report = report }

  var text: String {
    let placed = Dictionary(grouping: report.findings.withoutSecrets) { $0.primary?.range.source.name ?? "" }
    // Findings may also lie in files that were read on the way, such as a parent policy.
    let others = placed.keys.filter { !report.files.contains($0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let suites = (report.files + others).map { suite($0, placed[$0] ?? []) }
    let tests = suites.reduce(0) { $0 + $1.tests }
    var xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    xml += "<testsuites name=\"ringfence\" tests=\"\(tests)\" failures=\"\(report.findings.count)\">\n"
    for suite in suites { xml += suite.xml }
    return xml + "</testsuites>\n"
  }

  private func suite(_ file: String, _ findings: [Diagnostic]) -> (tests: Int, xml: String) {
    let name = Self.attribute(file.isEmpty ? "ringfence" : report.root.path(of: file))
    let tests = max(1, findings.count)
    var xml = "  <testsuite name=\"\(name)\" tests=\"\(tests)\" failures=\"\(findings.count)\">\n"
    if findings.isEmpty { xml += "    <testcase classname=\"\(name)\" name=\"no findings\"/>\n" }
    for finding in findings { xml += testCase(finding, className: name) }
    return (tests, xml + "  </testsuite>\n")
  }

  private func testCase(_ finding: Diagnostic, className: String) -> String {
    let place = finding.primary.map { $0.range.startPosition }
    let name = Self.attribute(finding.rule + (place.map { " at \($0.line):\($0.column)" } ?? ""))
    let line = place.map { " line=\"\($0.line)\"" } ?? ""
    let body = Self.escaped(HumanRenderer(style: .plain).render(finding))
    return """
          <testcase classname="\(className)" name="\(name)"\(line)>
            <failure type="\(finding.severity.rawValue)" message="\(Self.attribute(finding.message))">\(body)</failure>
          </testcase>

      """
  }

  /// The text of an element. Most control characters cannot be written in XML 1.0 at all, so that they are made visible
  /// first.
  private static func escaped(_ text: String) -> String {
    let escapes: [Unicode.Scalar: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"]
    let visible = DisplayText.escaped(text, keepingLineFeeds: true)
    return visible.unicodeScalars.map { escapes[$0] ?? String($0) }.joined()
  }

  /// The value of an attribute, where a reader would take a line feed for a space (XML 1.0, section 3.3.3).
  private static func attribute(_ text: String) -> String { escaped(text).replacing("\n", with: "&#10;") }
}
