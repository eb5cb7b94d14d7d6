import CanonicalJSON
import Diagnostics
import Lint
import Policy

/// What is known of an open document as it stands.
struct PolicyAnalysis {
  /// nil while the text is no valid policy.
  let policy: ResolvedPolicy?
  let findings: [Diagnostic]

  init(of document: OpenDocument, by loader: PolicyLoader, linter: Linter) {
    do throws(InvalidInput) {
      let path = document.path ?? PolicyFile.workingFolder + "/" + document.source.name
      let policy = try loader.load(source: document.source, path: path)
      self.policy = policy
      findings = linter.lint(policy).findings
    } catch {
      policy = nil
      findings = error.diagnostics.inReadingOrder
    }
  }

  /// A value of the policy as `show` prints it, and where it comes from.
  struct Value {
    let text: String
    /// nil for a default.
    let origin: SourceRange?
  }

  /// The value of a key that holds a single value or a list; nil for what the policy does not say and for maps.
  func value(of key: String) -> Value? {
    guard let policy else { return nil }
    var json: JSON? = SandboxDocument.json(policy.sandbox)
    for name in key.split(separator: ".") { json = json?[String(name)] }
    guard let json, json.object == nil || json.object?.isEmpty == true else { return nil }
    return Value(text: json.text(.compact), origin: policy.origins[key])
  }
}
