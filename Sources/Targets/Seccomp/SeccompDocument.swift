import CanonicalJSON
import Diagnostics

/// A seccomp profile as its rules look at it.
struct SeccompDocument: Sendable {
  /// Who reads it.
  enum Dialect: Sendable {
    /// `linux.seccomp` for runc and crun.
    case oci
    /// A profile for Docker or Podman, which resolve names, capabilities and architectures first.
    case docker
    /// `linux.seccomp` for runsc.
    case gVisor
  }

  /// An entry of `syscalls`.
  struct Entry: Sendable {
    let node: JSONNode
    /// Names, from `names` and from Docker's old `name`.
    var names: [JSONNode] { (node["names"]?.items ?? []) + [node["name"]].compactMap(\.self) }
    var action: String? { node["action"]?.string }
    var arguments: [JSONNode] { node["args"]?.items ?? [] }
    var lets: Bool { ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG"].contains(action) }

    func names(_ name: String) -> Bool { names.contains { $0.string == name } }
    /// Whether the entry holds for every program and every machine.
    var isUnconditional: Bool {
      arguments.isEmpty && node["includes"]?.members.isEmpty ?? true && node["excludes"]?.members.isEmpty ?? true
    }
  }

  let root: JSONNode
  let dialect: Dialect

  var defaultAction: String? { root["defaultAction"]?.string }
  var isAllowList: Bool { defaultAction != "SCMP_ACT_ALLOW" && defaultAction != "SCMP_ACT_LOG" }
  var entries: [Entry] { (root["syscalls"]?.items ?? []).map(Entry.init) }

  /// Reads and checks a profile that stands alone.
  static func diagnose(_ source: SourceText) -> [Diagnostic] {
    let root: JSONNode
    do throws(InvalidInput) {
      root = try JSONNode(reading: source, limits: .artifact)
    } catch {
      return error.diagnostics
    }
    let shape = SeccompShape.docker.mismatches(in: root)
    guard root.object != nil else { return shape }
    return shape + SeccompRules.all.findings(in: SeccompDocument(root: root, dialect: .docker))
  }
}
