import CanonicalJSON
import Diagnostics

/// A text that the client has open, as it stands in the editor.
struct OpenDocument {
  let address: String
  private(set) var version: Int64
  private(set) var source: SourceText
  private(set) var positions: PositionMap

  /// The file that it would be saved to; nil for a text that has none yet.
  var path: String? { FileAddress.path(of: address) }

  init(address: String, version: Int64, text: String) {
    self.address = address
    self.version = version
    let source = SourceText(name: FileAddress.path(of: address) ?? "<\(address)>", text: text)
    self.source = source
    positions = PositionMap(source)
  }

  /// Applies changes one after the other: each is about the text that the one before it left.
  ///
  /// - Returns: False when one of them makes no sense; the text is then the one before it.
  mutating func apply(_ changes: [JSON], version: Int64) -> Bool {
    self.version = version
    for change in changes {
      guard let text = change["text"]?.string else { return false }
      guard let range = change["range"], range != .null else {
        replace(with: Array(text.utf8))
        continue
      }
      guard let start = positions.offset(of: range["start"]), let end = positions.offset(of: range["end"]), start <= end
      else { return false }
      replace(with: Array(source.bytes[..<start]) + Array(text.utf8) + Array(source.bytes[end...]))
    }
    return true
  }

  private mutating func replace(with bytes: [UInt8]) {
    source = SourceText(name: source.name, bytes: bytes)
    positions = PositionMap(source)
  }
}
