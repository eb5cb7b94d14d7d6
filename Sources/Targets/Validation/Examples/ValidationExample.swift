import Diagnostics

/// A file that a rule finds fault with, and the same file mended. The pages of the rules show them, and a test holds each
/// against its rule: what is shown is what is found.
package struct ValidationExample: Sendable {
  /// What the file is read as; a listing is for people, and shows what only bytes can say.
  package let kind: ArtifactKind
  /// With `«…»` around what the rule underlines, and `‹…›` around what it points to beside that.
  package let before: String
  package let after: String

  init(_ kind: ArtifactKind, _ before: String, _ after: String) {
    self.kind = kind
    self.before = before
    self.after = after
  }

  var page: RuleDescription.Example {
    RuleDescription.Example(before: Self.plain(before), after: Self.plain(after), language: language)
  }

  /// The text without its marks and without the end of its last line.
  private static func plain(_ text: String) -> String {
    let scalars = text.unicodeScalars.filter { !["«", "»", "‹", "›"].contains($0) }
    let plain = String(String.UnicodeScalarView(scalars))
    return plain.hasSuffix("\n") ? String(plain.dropLast()) : plain
  }

  private var language: String {
    switch kind {
    case .dockerCreateBody, .seccompProfile, .ociConfig, .nativeProfile: "json"
    case .compose: "yaml"
    case .dockerRunScript, .runscScript, .runtimeScript: "sh"
    case .bpf, .listing: "text"
    }
  }
}

/// An example of each rule of the validators.
package enum ValidationExamples {
  package static let all = [oci, docker, compose, seccomp, other].reduce(into: [:]) { all, family in
    all.merge(family) { first, _ in first }
  }
}
