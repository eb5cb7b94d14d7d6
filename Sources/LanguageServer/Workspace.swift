import CanonicalJSON
import Diagnostics
import Glibc
import Lint
import Policy

/// The documents that the client has open, and what is known of each.
struct Workspace {
  private(set) var documents: [String: OpenDocument] = [:]
  private var analyses: [String: PolicyAnalysis] = [:]
  /// The folders that the client works in, absolute.
  var folders: [String] = []
  private let linter: Linter
  /// Whether a text has changed since the analyses were made.
  private(set) var isStale = false

  init(linter: Linter) { self.linter = linter }

  mutating func open(_ document: OpenDocument) {
    documents[document.address] = document
    isStale = true
  }

  /// - Returns: False for a document that is not open, or changes that make no sense in it.
  mutating func change(_ address: String, _ changes: [JSON], version: Int64) -> Bool {
    guard var document = documents.removeValue(forKey: address) else { return false }
    let isApplied = document.apply(changes, version: version)
    documents[address] = document
    isStale = true
    return isApplied
  }

  mutating func close(_ address: String) {
    documents[address] = nil
    analyses[address] = nil
    isStale = true
  }

  /// Something on the disk may have changed.
  mutating func invalidate() { isStale = true }

  /// Looks at all open documents again: a change of one concerns those that extend it.
  mutating func analyse() {
    guard isStale else { return }
    let loader = loader
    analyses = documents.mapValues { PolicyAnalysis(of: $0, by: loader, linter: linter) }
    isStale = false
  }

  func analysis(of address: String) -> PolicyAnalysis? { analyses[address] }

  /// Reads open documents as they stand, and everything else from the disk.
  var loader: PolicyLoader {
    var files = OverlaidFiles()
    for document in documents.values where document.path != nil { files.insert(document.source) }
    return PolicyLoader(searchPath: searchPath, files: files)
  }

  private var searchPath: [String] {
    (folders.isEmpty ? ["policies"] : folders.map { $0 + "/policies" }) + PolicyLoader.environmentPath
  }

  /// The folder in which a document's parents are looked up first.
  func folder(of document: OpenDocument) -> String {
    guard let path = document.path, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
      return PolicyFile.workingFolder
    }
    return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
  }

  /// The policies that a document can extend, by name.
  func policyNames(near document: OpenDocument) -> [String] {
    let found = ([folder(of: document)] + searchPath).flatMap(Self.policies)
    let own = Self.stem(document.path ?? "")
    return Set(found + ShippedPolicies.all.map(\.name)).subtracting([own].compactMap(\.self)).sorted()
  }

  private static func policies(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var names: [String] = []
    // A folder that holds other things too is not read to its end.
    while names.count < 10_000, let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if let stem = stem(name) { names.append(stem) }
    }
    return names
  }

  private static func stem(_ path: String) -> String? {
    let file = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(Substring($0)) } ?? ""
    guard !file.hasPrefix("."), let ending = [".yaml", ".yml"].first(where: { file.hasSuffix($0) }) else { return nil }
    return String(file.dropLast(ending.count))
  }
}
