import Glibc

extension PolicyLoader {
  /// Whether a reference leads to the very text of a policy that comes with Ringfence, and the names of its ancestors to
  /// theirs: then what was compiled from those texts beforehand is what they mean.
  ///
  /// - Parameters:
  ///   - reference: What the user named.
  ///   - lineage: The policy's name, its parent's, and so on.
  /// - Returns: False also where reading fails; `load` will say why.
  package func leads(_ reference: String, to lineage: [String]) -> Bool {
    guard let name = lineage.first else { return false }
    var folder: String?
    if Self.isPath(reference) {
      guard let bytes = try? PolicyFile.readPlain(reference, limit: 1 << 16), Self.isText(of: name, bytes) else {
        return false
      }
      folder = search.files.folder(of: reference)
    } else {
      guard reference.utf8.elementsEqual(name.utf8) else { return false }
      switch search.textIsShipped(name, near: nil) {
      case .other: return false
      case .same(let place): folder = place
      }
    }
    for ancestor in lineage.dropFirst() {
      switch search.textIsShipped(ancestor, near: folder) {
      case .other: return false
      case .same(let place): folder = place
      }
    }
    return true
  }

  /// The name that a reference can be of: itself, or that of the file.
  package static func name(in reference: String) -> String {
    guard isPath(reference) else { return reference }
    let file = reference.utf8.split(separator: UInt8(ascii: "/")).last ?? reference.utf8[...]
    for ending in [".yaml", ".yml"]
    where file.count > ending.utf8.count && file.suffix(ending.utf8.count).elementsEqual(ending.utf8) {
      return String(Substring(file.dropLast(ending.utf8.count)))
    }
    return String(Substring(file))
  }

  fileprivate static func isText(of name: String, _ bytes: [UInt8]) -> Bool {
    ShippedPolicies.all.contains { isText(bytes, $0.text) && $0.name.utf8.elementsEqual(name.utf8) }
  }

  private static func isText(_ bytes: [UInt8], _ text: String) -> Bool {
    guard bytes.count == text.utf8.count else { return false }
    var text = text
    return text.withUTF8 { text in
      bytes.withUnsafeBytes { bytes in
        guard let text = text.baseAddress, let start = bytes.baseAddress else { return bytes.isEmpty }
        return memcmp(text, start, bytes.count) == 0
      }
    }
  }
}

extension PolicySearch {
  fileprivate enum Comparison {
    /// The text that comes with Ringfence, in this folder; nil when it was found nowhere else.
    case same(folder: String?)
    case other
  }

  /// Looks a name up as `find` does, and compares what is there. A link is left to `find`.
  fileprivate func textIsShipped(_ name: String, near folder: String?) -> Comparison {
    for candidate in (folder.map { [$0] } ?? []) + path {
      for ending in [".yaml", ".yml"] {
        do throws(PolicyFile.OpenFailure) {
          guard let bytes = try PolicyFile.readPlain(candidate + "/" + name + ending, limit: 1 << 16),
            PolicyLoader.isText(of: name, bytes)
          else { return .other }
          return .same(folder: PolicyFile.realPath(candidate))
        } catch {
          guard error.isMissing else { return .other }
        }
      }
    }
    return .same(folder: nil)
  }
}
