/// What of the file system exists inside the sandbox. Nothing else does.
package struct Filesystem: Sendable, Equatable {
  package enum RootMode: String, Sendable, CaseIterable {
    case readOnly = "read-only"
    case writable
  }

  package enum ProcMode: String, Sendable, CaseIterable {
    /// No /proc.
    case none
    /// The program's own processes and nothing of the machine (`subset=pid,hidepid=…`).
    case minimal
    /// The usual /proc of a container, with its masked and read-only paths.
    case full
  }

  package enum DevMode: String, Sendable, CaseIterable {
    /// No /dev.
    case none
    /// null, zero, full, random and urandom; no terminal, no shared memory.
    case minimal
  }

  /// The image that container engines start from.
  package var image: ImageReference?
  /// A directory for the native engine and for OCI bundles, absolute; nil composes a root from the paths of the host.
  package var rootfs: String?
  package var root = RootMode.readOnly
  package var read: [ReadPath] = []
  package var write: [BindMount] = []
  package var tmpfs: [TmpfsMount] = []
  package var proc = ProcMode.none
  package var dev = DevMode.none

  package init() {}
}

/// A container image by name, with a tag or a digest: `python:3.12-slim@sha256:…`, already checked for shape.
package struct ImageReference: Hashable, Sendable {
  package let reference: String
  /// Whether the reference names its content (`@sha256:`), so that the same policy starts the same bytes for ever.
  package var isPinned: Bool { reference.utf8.count > 71 && reference.contains("@sha256:") }

  package init(reference: String) { self.reference = reference }
}

/// A path that can be read.
package enum ReadPath: Hashable, Sendable {
  /// A part of the system root: bound from the host where a root is composed, the image's own where there is one.
  case system(String)
  /// A directory or file of the host at a place inside, on every engine.
  case bind(BindMount)

  /// Where it appears inside.
  package var destination: String {
    switch self {
    case .system(let path): path
    case .bind(let mount): mount.destination
    }
  }
}

/// A directory or file of the host that appears inside. Both paths are absolute and normalised.
package struct BindMount: Hashable, Sendable {
  package var source: String
  package var destination: String

  package init(source: String, destination: String) {
    self.source = source
    self.destination = destination
  }
}

/// A directory in memory, empty at the start and gone at the end; its content counts as memory of the sandbox.
package struct TmpfsMount: Hashable, Sendable {
  package var path: String
  package var size: ByteCount
  package var inodes: Int64
  /// Whether programs may be started from it.
  package var executable: Bool

  package init(path: String, size: ByteCount, inodes: Int64 = 4096, executable: Bool = false) {
    self.path = path
    self.size = size
    self.inodes = inodes
    self.executable = executable
  }
}
