package import Diagnostics
import Glibc
import Policy
import Synchronization

/// The files of a commit, at the paths that they have in the working tree. What lies outside of the repository, such as
/// folders of `$RINGFENCE_PATH`, has no revisions and is read from the disk.
package final class RevisionFiles: PolicyFiles {
  private let revision: GitRevision
  private let disk = DiskFiles()
  /// The folders that have been looked into, since policies lie together. By bytes: Swift takes some different names for
  /// equal, and git does not.
  private let folders = Mutex<[[UInt8]: [[UInt8]: Entry]]>([:])

  /// An entry of a tree.
  private struct Entry: Sendable {
    /// `100644`, `100755`; `120000` is a link, `040000` a folder, `160000` a submodule.
    let mode: String
    let object: String

    var isRegular: Bool { mode == "100644" || mode == "100755" }
  }

  package init(_ revision: GitRevision) { self.revision = revision }

  /// The working tree's path of a path that a user wrote after `REV:`: from the top, or with `./` from here, as git has it.
  package func path(of written: String) -> String {
    let isRelative = written.utf8.starts(with: "./".utf8) || written.utf8.starts(with: "../".utf8)
    return normalised((isRelative ? PolicyFile.workingFolder : revision.top) + "/" + written)
  }

  /// The policies in a folder of the commit, sorted by name; nil when there is no such folder.
  package func policies(in folder: String) throws(InvalidInput) -> [String]? {
    let folder = normalised(folder)
    guard let relative = relative(folder) else { return nil }
    if !relative.isEmpty, try entry(at: folder)?.mode != "040000" { return nil }
    let names = try entries(of: folder).filter { $0.value.isRegular || $0.value.mode == "120000" }
      .map { String(decoding: $0.key, as: UTF8.self) }
    return names.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { folder + "/" + $0 }
  }

  package func read(_ path: String) throws(InvalidInput) -> SourceText {
    let path = normalised(path)
    guard let relative = relative(path) else { return try disk.read(path) }
    let name = "git:\(revision.name):\(relative)"
    guard let entry = try entry(at: path) else {
      throw PolicyFile.failure("cannot read \(name): there is no such file")
    }
    guard entry.isRegular else {
      // Where a link leads may be outside of the commit.
      throw PolicyFile.failure("cannot read \(name): it is not a regular file", help: "name the policy's file")
    }
    do throws(GitCommand.Failure) {
      let bytes = try revision.git.output(["cat-file", "blob", entry.object], limit: 1 << 20)
      return SourceText(name: name, bytes: bytes)
    } catch {
      throw PolicyFile.failure("cannot read \(name): \(error.message)")
    }
  }

  package func exists(_ path: String) throws(InvalidInput) -> Bool {
    let path = normalised(path)
    if relative(path) == nil { return try disk.exists(path) }
    return try entry(at: path) != nil
  }

  package func realPath(_ path: String) -> String? {
    let path = normalised(path)
    // A commit's folders need not be there any more, and its links are not followed.
    return relative(path) == nil ? disk.realPath(path) : path
  }

  /// Absolute, without empty components, `.` and `..`.
  private func normalised(_ path: String) -> String {
    let absolute = path.utf8.first == UInt8(ascii: "/") ? path : PolicyFile.workingFolder + "/" + path
    var components: [Substring.UTF8View] = []
    for component in absolute.utf8.split(separator: UInt8(ascii: "/")) {
      if component.elementsEqual(".".utf8) { continue }
      if component.elementsEqual("..".utf8) { _ = components.popLast() } else { components.append(component) }
    }
    return components.reduce(into: "") { $0 += "/" + String(Substring($1)) }
  }

  /// The path from the top of the repository; nil for what lies outside of it.
  private func relative(_ path: String) -> String? {
    guard path.utf8.starts(with: revision.top.utf8) else { return nil }
    let rest = path.utf8.dropFirst(revision.top.utf8.count)
    if rest.isEmpty { return "" }
    return rest.first == UInt8(ascii: "/") ? String(Substring(rest.dropFirst())) : nil
  }

  private func entry(at path: String) throws(InvalidInput) -> Entry? {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return nil }
    let name = String(Substring(path.utf8[slash...].dropFirst()))
    return try entries(of: String(path[..<slash]))[Array(name.utf8)]
  }

  private func entries(of folder: String) throws(InvalidInput) -> [[UInt8]: Entry] {
    if let known = folders.withLock({ $0[Array(folder.utf8)] }) { return known }
    guard let relative = relative(folder) else { return [:] }
    // A path that ends in a slash lists what is below it.
    let below = relative.isEmpty ? [] : ["--", relative + "/"]
    do throws(GitCommand.Failure) {
      let listing = try revision.git.output(["ls-tree", "-z", "--full-tree", revision.commit] + below)
      let entries = Dictionary(
        listing.split(separator: 0).compactMap(Self.entry).map { ($0.name, $0.entry) },
        uniquingKeysWith: { first, _ in first }
      )
      folders.withLock { $0[Array(folder.utf8)] = entries }
      return entries
    } catch {
      throw PolicyFile.failure("cannot list git:\(revision.name):\(relative): \(error.message)")
    }
  }

  /// `MODE SP TYPE SP OBJECT TAB PATH` (git-ls-tree(1)).
  private static func entry(_ line: ArraySlice<UInt8>) -> (name: [UInt8], entry: Entry)? {
    guard let tab = line.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
    let fields = line[..<tab].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
    guard fields.count == 3, fields[2].utf8.allSatisfy(GitRevision.isHexadecimal) else { return nil }
    let path = line[(tab + 1)...]
    let name = path.lastIndex(of: UInt8(ascii: "/")).map { path[($0 + 1)...] } ?? path
    return (Array(name), Entry(mode: fields[0], object: fields[2]))
  }
}
