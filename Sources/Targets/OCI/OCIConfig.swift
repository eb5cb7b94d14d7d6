import CanonicalJSON
import Diagnostics

/// A `config.json` as its rules look at it. Everything is optional: the shape is checked by other rules.
struct OCIConfig: Sendable {
  let root: JSONNode
  /// Whether the bundle is meant for gVisor.
  let isForGVisor: Bool

  /// Where the caller does not say whom the bundle is for, the file does: only gVisor's bundles carry its annotations.
  init(root: JSONNode, isForGVisor: Bool? = nil) {
    self.root = root
    self.isForGVisor =
      isForGVisor ?? root["annotations"]?.members.contains { $0.name.hasPrefix("dev.gvisor.") } ?? false
  }

  var process: JSONNode? { root["process"] }
  var linux: JSONNode? { root["linux"] }
  var resources: JSONNode? { linux?["resources"] }
  var mounts: [JSONNode] { root["mounts"]?.items ?? [] }
  var namespaces: [JSONNode] { linux?["namespaces"]?.items ?? [] }

  /// Where to point when something of a part is missing: the part's own name, or where the document begins.
  func place(of name: String, in node: JSONNode? = nil) -> SourceRange {
    let node = node ?? root
    return node.member(name)?.nameRange ?? node.head
  }

  /// 0, which is root, when nothing is said: Go and C alike read a missing user so.
  var uid: Int64 { process?["user"]?["uid"]?.integer ?? 0 }

  func namespace(_ type: String) -> JSONNode? { namespaces.first { $0["type"]?.string == type } }

  /// Whether the container gets a namespace of its own, and does not join another.
  func hasOwnNamespace(_ type: String) -> Bool {
    guard let namespace = namespace(type) else { return false }
    return namespace["path"]?.string ?? "" == ""
  }

  func capabilities(_ set: String) -> [JSONNode] { process?["capabilities"]?[set]?.items ?? [] }

  func rlimit(_ type: String) -> JSONNode? {
    process?["rlimits"]?.items.first { $0["type"]?.string == type }
  }
}

/// Mount options as the runtimes read them.
extension JSONNode {
  func hasOption(_ names: String...) -> Bool {
    self["options"]?.items.contains { option in names.contains { option.string == $0 } } ?? false
  }

  /// The value of an option such as `size=64m`.
  func option(_ name: String) -> JSONNode? {
    self["options"]?.items.first { $0.string?.hasPrefix(name + "=") ?? false }
  }

  var isBind: Bool { self["type"]?.string == "bind" || hasOption("bind", "rbind") }
}

/// Paths, as text that an attacker may have written.
enum ContainerPath {
  /// Whether a path is absolute and has no empty part, no `.` and no `..`.
  static func isClean(_ path: String) -> Bool {
    if path == "/" { return true }
    guard path.utf8.first == UInt8(ascii: "/"), path.utf8.last != UInt8(ascii: "/") else { return false }
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
    return !path.utf8.contains(0)
      && !parts.contains { part in part.isEmpty || part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) }
  }

  /// Whether a path is another, or below it.
  static func isAt(_ path: String, orBelow parent: String) -> Bool {
    if parent == "/" { return true }
    let (path, parent) = (Array(path.utf8), Array(parent.utf8))
    return path.starts(with: parent) && (path.count == parent.count || path[parent.count] == UInt8(ascii: "/"))
  }

  /// A clean path and every path that it is below, as UTF-8.
  static func ancestors(of path: String) -> [[UInt8]] {
    let path = Array(path.utf8)
    let ends = path.indices.filter { $0 > 0 && path[$0] == UInt8(ascii: "/") } + [path.count]
    return ends.map { Array(path[..<$0]) } + [Array("/".utf8)]
  }

  /// What gives a program power over the host, or its secrets, when it is mounted: the path that was matched and why.
  static func danger(of source: String) -> String? {
    let name = String(source.split(separator: "/").last ?? "")
    if source == "/" { return "it is the whole host" }
    let sockets = ["docker.sock", "containerd.sock", "crio.sock", "podman.sock", "buildkitd.sock", "dockershim.sock"]
    if sockets.contains(name) { return "whoever can talk to a container engine is root on the host" }
    if name.hasSuffix(".sock") || name.hasSuffix(".socket") {
      return "a socket reaches whatever listens on it, outside of the sandbox"
    }
    let exact = ["/etc", "/root", "/home", "/var", "/var/run", "/run", "/boot", "/dev", "/proc", "/sys", "/var/lib"]
    if exact.contains(source) { return "it holds secrets or controls of the host" }
    let trees = [
      "/proc", "/sys", "/dev", "/boot", "/etc/shadow", "/etc/sudoers", "/etc/ssh", "/etc/kubernetes", "/root/.ssh",
      "/var/lib/docker", "/var/lib/containerd", "/var/lib/kubelet", "/var/lib/containers", "/run/containerd",
      "/var/run/containerd", "/run/docker", "/lib/modules",
    ]
    return trees.contains { isAt(source, orBelow: $0) } ? "it holds secrets or controls of the host" : nil
  }
}
