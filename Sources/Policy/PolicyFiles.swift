package import Diagnostics

/// Where the texts of policies come from: the disk, a revision, or an editor that holds some of them unsaved.
///
/// Paths are those of the file system, whatever holds the texts, so that a policy means the same wherever it is read.
package protocol PolicyFiles: Sendable {
  /// The text of a regular file of at most 1 MiB, or why there is none.
  func read(_ path: String) throws(InvalidInput) -> SourceText
  /// Whether there is something at a path, be it a link to nowhere.
  ///
  /// - Throws: Where that cannot be told. There is no going on to the next folder then: another policy of that name could
  ///   be looser.
  func exists(_ path: String) throws(InvalidInput) -> Bool
  /// The absolute path without symbolic links; nil when there is no such file.
  func realPath(_ path: String) -> String?
}

extension PolicyFiles {
  /// The folder that a file is in, absolute and without symbolic links where it exists.
  func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return PolicyFile.workingFolder }
    let folder = slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    return realPath(folder) ?? folder
  }
}

/// The files as they are on the disk.
package struct DiskFiles: PolicyFiles {
  package init() {}

  package func read(_ path: String) throws(InvalidInput) -> SourceText { try PolicyFile.read(path) }
  package func exists(_ path: String) throws(InvalidInput) -> Bool { try PolicyFile.exists(path) }
  package func realPath(_ path: String) -> String? { PolicyFile.realPath(path) }
}

/// The files on the disk, with some texts over them: documents that an editor has open.
package struct OverlaidFiles: PolicyFiles {
  private let disk = DiskFiles()
  /// By bytes: Swift takes some different paths for equal, and the kernel does not.
  private var texts: [[UInt8]: SourceText] = [:]

  package init() {}

  /// Puts a text over the file of its name.
  package mutating func insert(_ text: SourceText) { texts[key(text.name)] = text }

  /// A file that is not there yet has no other path than the one it was given.
  private func key(_ path: String) -> [UInt8] { Array((disk.realPath(path) ?? path).utf8) }

  package func read(_ path: String) throws(InvalidInput) -> SourceText {
    if let text = texts[key(path)] { return text }
    return try disk.read(path)
  }

  package func exists(_ path: String) throws(InvalidInput) -> Bool {
    if texts[key(path)] != nil { return true }
    return try disk.exists(path)
  }

  package func realPath(_ path: String) -> String? {
    disk.realPath(path) ?? (texts[Array(path.utf8)] == nil ? nil : path)
  }
}
