import CanonicalJSON
import Diagnostics
import Reports
import TestSupport
import Testing

@Suite struct FormatTests {
  @Test(arguments: OutputFormat.allCases) func snapshots(_ format: OutputFormat) {
    Snapshot.expect(SampleReport.make().render(format), matches: "report.\(format.rawValue).txt")
  }

  @Test func anEmptyReportIsWholeInEveryFormat() {
    let report = Report(findings: [], files: ["a.yaml"], catalog: RuleCatalog([]), toolVersion: "1", root: "/")
    #expect(report.render(.human).isEmpty)
    #expect(report.render(.concise).isEmpty)
    #expect(report.render(.github).isEmpty)
    #expect(report.render(.gitlab) == "[]\n")
    #expect(report.render(.sarif).contains("\"results\": []"))
    #expect(report.render(.json).contains("\"findings\": []"))
    #expect(report.render(.junit).contains("<testcase classname=\"a.yaml\" name=\"no findings\"/>"))
    #expect(report.summary == "no findings in 1 file")
  }

  @Test func theSummaryCounts() {
    #expect(SampleReport.make().summary == "2 errors, 1 warning in 2 files (1 suppressed)")
  }

  /// Whatever a file says, each format keeps its own shape: no line, element or value is the file's.
  @Test func hostileTextStaysText() {
    let report = SampleReport.makeHostile()
    #expect(report.render(.concise).split(separator: "\n").count == 1)
    let github = report.render(.github)
    #expect(github.split(separator: "\n").count == 1)
    #expect(!github.dropFirst(2).contains("\n::"))
    // The text that a fix inserts is content; every other text is a message, in which links are live.
    let texts = report.render(.sarif).split(separator: "\n").filter { $0.contains("\"text\": \"a\\n") }
    #expect(texts.count { $0.contains("[x](") } == 1)
    #expect(texts.count { $0.contains("[x] (") } >= 3)
    for format in [OutputFormat.json, .sarif, .gitlab] {
      #expect(throws: Never.self) { try JSONNode(reading: SourceText(name: "report", text: report.render(format))) }
    }
    for format in OutputFormat.allCases {
      let controls = report.render(format).unicodeScalars.filter {
        $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
      }
      #expect(controls.isEmpty, "\(format)")
    }
  }

  /// A reader of XML takes a line feed in an attribute for a space, and a line-wise one for the end of a line.
  @Test func anAttributeIsOneLine() {
    let finding = Diagnostic(rule: "RF1", severity: .error, "two\nlines", at: nil)
    let report = Report(
      findings: [finding],
      files: ["a\n::error::b"],
      catalog: RuleCatalog([]),
      toolVersion: "1",
      root: "/"
    )
    let xml = report.render(.junit)
    #expect(xml.contains("message=\"two&#10;lines\""))
    #expect(xml.contains("name=\"a&#10;::error::b\""))
    #expect(!xml.contains("\n::error"))
  }

  @Test func secretsAreStruckOutEverywhere() {
    let text = MarkedText("token: «s3cr3t»  # s3cr3t-ish\nuser: «root»\n", name: "p.yaml")
    var secret = Diagnostic(rule: "RF1", severity: .error, "a secret", at: .init(text.primary[0]))
    secret.secrets = [text.primary[0]]
    let other = Diagnostic(
      rule: "RF2",
      severity: .error,
      "another",
      at: .init(text.primary[1]),
      secondary: [.init(SourceRange(source: text.source, start: 0, end: 5), "here")],
      fix: .init(
        summary: "x",
        edits: [.init(SourceRange(source: text.source, start: 0, end: 5), replacement: "tokens")],
        isSafe: true
      )
    )
    let report = Report(
      findings: [secret, other],
      files: ["p.yaml"],
      catalog: RuleCatalog([]),
      toolVersion: "1",
      root: "/"
    )
    for format in OutputFormat.allCases {
      let written = report.render(format)
      #expect(!written.contains("s3cr3t  "), "\(format): \(written)")
    }
    #expect(report.render(.human).contains("token: ******  #"))
    #expect(report.render(.human).contains("+ tokens: ******  #"))
    // What the finding is called must not hang on whether its text is shown.
    #expect(report.render(.human).contains("^^^^^^"))
  }

  @Test(.requires("python3")) func junitIsXML() throws {
    for report in [SampleReport.make(), SampleReport.makeHostile()] {
      let script =
        "import sys, xml.dom.minidom as d; print(len(d.parseString(sys.stdin.buffer.read()).getElementsByTagName('failure')))"
      let parsed = try ChildProcess.run(["python3", "-c", script], input: Array(report.render(.junit).utf8))
      #expect(parsed.outputText == "\(report.findings.count)\n", "\(parsed.errorText)")
    }
  }

  @Test func anUnknownRuleIsStillReported() {
    let finding = Diagnostic(rule: "RF0000", severity: .error, "odd", at: nil)
    let report = Report(findings: [finding], files: [], catalog: RuleCatalog([]), toolVersion: "1", root: "/")
    for format in OutputFormat.allCases { #expect(report.render(format).contains("odd")) }
  }
}
