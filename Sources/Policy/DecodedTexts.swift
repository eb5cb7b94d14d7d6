import Diagnostics
import Synchronization
import YAML

/// A text as the language reads it, by itself.
struct DecodedText: Sendable {
  let source: SourceText
  /// nil when not even a map could be made of it.
  let root: Setting?
  let diagnostics: [Diagnostic]

  init(_ source: SourceText) {
    self.source = source
    let outcome = YAMLReader.read(source)
    guard let node = outcome.root else {
      root = nil
      diagnostics = outcome.diagnostics
      return
    }
    let decoded = Decoder.decode(node)
    let isMap = if case .map = decoded.setting.content { true } else { false }
    root = isMap ? decoded.setting : nil
    diagnostics = outcome.diagnostics + decoded.diagnostics
  }
}

/// The parents that a loader has met: a thousand policies that share one have it read once.
///
/// A text is the same only by all of its bytes, so that a file that changes meanwhile is read anew.
final class DecodedTexts: Sendable {
  private let texts = Mutex<[DecodedText]>([])
  /// Parents are few; a folder of policies that each have their own must not pile them up.
  private static let limit = 32

  func text(of source: SourceText) -> DecodedText {
    let known = texts.withLock { texts in
      texts.first { $0.source.bytes == source.bytes && $0.source.name.utf8.elementsEqual(source.name.utf8) }
    }
    if let known { return known }
    let text = DecodedText(source)
    texts.withLock { texts in
      if texts.count == Self.limit { texts.removeFirst() }
      texts.append(text)
    }
    return text
  }
}
