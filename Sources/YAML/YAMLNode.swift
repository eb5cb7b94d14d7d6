package import Diagnostics

/// A part of a YAML document and where it stands.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    /// The text as YAML's quoting decodes it. Nothing is resolved: `no`, `0o17` and `2001-01-01` stay the text they are.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([Entry])
    /// What has been reported, an alias or hidden characters: nothing more is to be said about it.
    case refused
  }

  /// A key, which is always a scalar, and its value. Keys of a mapping are unique, also after Unicode normalisation.
  package struct Entry: Sendable {
    package let key: String
    package let keyRange: SourceRange
    package let value: YAMLNode
  }

  package let content: Content
  package let range: SourceRange

  /// What the node is, for messages.
  package var kind: String {
    switch content {
    case .scalar("", isPlain: true): "nothing"
    case .scalar, .refused: "a single value"
    case .sequence: "a list"
    case .mapping: "a map"
    }
  }
}
