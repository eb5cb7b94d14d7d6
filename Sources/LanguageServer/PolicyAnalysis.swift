import CanonicalJSON
import Diagnostics
import Lint
import Policy

/// What is known of an open document as it stands.
struct PolicyAnalysis {
  /// nil while a part of the text cannot be read.
  let policy: ResolvedPolicy?
  let findings: [Diagnostic]

  init(of document: OpenDocument, by loader: PolicyLoader, linter: Linter) {
    let path = document.path ?? PolicyFile.workingFolder + "/" + document.source.name
    let review = loader.review(source: document.source, path: path)
    policy = review.policy
    let judged = review.policy.map { linter.lint($0, besides: review.errors).findings } ?? []
    findings = (review.errors + judged).inReadingOrder
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
