package import CanonicalJSON
package import Sandbox

/// What a runtime is given to run one program in a container: its `config.json`, and what has to be in the root file
/// system before it is started.
package struct RuntimeBundle: Sendable {
  /// A place of the root file system that something is mounted on.
  package struct MountPoint: Sendable {
    /// Absolute, inside.
    package let path: String
    /// What of the host is mounted there, so that the place can be a directory or a file like it; nil is a directory.
    package let source: String?
  }

  package let config: JSON
  /// The root file system that the policy names; nil is to be an empty directory `rootfs` of the bundle.
  package let rootfs: String?
  /// Parents before what is mounted into them.
  package let mountPoints: [MountPoint]
  /// What the runtime is told on its command line, before the subcommand.
  package let options: [String]

  /// - Throws: When the sandbox has no form that the runtime takes.
  package init(_ sandbox: Sandbox, for runtime: OCIRuntime, digest: PolicyDigest) throws(LoweringError) {
    let bundle = try OCIBundle(sandbox, for: runtime, digest: digest)
    config = bundle.config.json
    rootfs = bundle.rootfs
    var points = bundle.binds.map { MountPoint(path: $0.destination, source: $0.source) }
    points += bundle.directories.map { MountPoint(path: $0, source: nil) }
    mountPoints = points.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    switch runtime {
    case .runc, .crun: options = []
    case .gvisor:
      options =
        (sandbox.targets.gvisor.platform.map { ["--platform=\($0.rawValue)"] } ?? []) + [
          sandbox.network.mode == .host ? "--network=host" : "--network=none", "--oci-seccomp",
        ] + (sandbox.capabilities.contains(.netRaw) ? ["--net-raw"] : [])
    }
  }
}

extension RuntimeBundle {
  /// The same in a control group of this path, absolute in every hierarchy.
  package func replacing(cgroupsPath: String) -> RuntimeBundle {
    guard var spec = OCISpec(json: config) else { return self }
    spec.linux?.cgroupsPath = cgroupsPath
    return RuntimeBundle(
      config: spec.json,
      rootfs: rootfs,
      mountPoints: mountPoints,
      options: options
    )
  }

  private init(config: JSON, rootfs: String?, mountPoints: [MountPoint], options: [String]) {
    self.config = config
    self.rootfs = rootfs
    self.mountPoints = mountPoints
    self.options = options
  }
}
