/// One line a diagnostic, in the form that editors, `grep` and compilers' users know: `file:line:col: severity[rule]: message`.
package enum ConciseRenderer {
  package static func render(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { render($0) + "\n" }.joined()
  }

  private static func render(_ diagnostic: Diagnostic) -> String {
    let place = diagnostic.primary.map { DisplayText.escaped($0.range.location) + ": " } ?? ""
    let head = "\(place)\(diagnostic.severity.rawValue)[\(DisplayText.escaped(diagnostic.rule))]: "
    return head + DisplayText.escaped(diagnostic.message)
  }
}
