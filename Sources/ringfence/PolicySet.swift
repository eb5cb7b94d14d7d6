import Diagnostics
import Glibc
import Policy

/// The policies that a user named, each valid or not: one bad file never hides another.
struct PolicySet {
  private(set) var policies: [ResolvedPolicy] = []
  /// Everything that is wrong, of all of them.
  private(set) var errors: [Diagnostic] = []
  /// The files that were read, as far as they could be found.
  private(set) var files: [String] = []

  /// Loads policies by path, by name, or all of a folder.
  static func load(_ references: [String]) -> PolicySet {
    var policies: [ResolvedPolicy] = []
    var set = visit(references) { policies.append($0) }
    set.policies = policies
    return set
  }

  /// Loads policies one after the other and keeps none of them: a thousand need no more memory than one.
  static func visit(_ references: [String], _ body: (ResolvedPolicy) -> Void) -> PolicySet {
    let loader = PolicyLoader.forCommandLine()
    var set = PolicySet()
    for reference in references.flatMap(expand) {
      set.files.append(reference)
      do throws(InvalidInput) {
        body(try loader.load(reference: reference))
      } catch {
        // Policies with a common ancestor have its errors in common.
        set.errors += error.diagnostics.filter { found in !set.errors.contains { $0.isSame(as: found) } }
      }
    }
    return set
  }

  private static func expand(_ reference: String) -> [String] { policies(in: reference) ?? [reference] }

  /// The policies in a folder, sorted by name; nil when it is none.
  static func policies(in folder: String) -> [String]? {
    guard let directory = opendir(folder) else { return nil }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix("."), name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
        paths.append(folder + (folder.hasSuffix("/") ? "" : "/") + name)
      }
    }
    return paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

extension Diagnostic {
  fileprivate func isSame(as other: Diagnostic) -> Bool {
    rule == other.rule && message == other.message && primary?.range.location == other.primary?.range.location
  }
}
