import Diagnostics
import Sandbox

/// What is wrong with what a policy puts into the file system.
struct MountCheck {
  private let root: Setting
  private var findings: SettingFindings

  static func diagnostics(of root: Setting, _ sandbox: Sandbox) -> [Diagnostic] {
    var check = MountCheck(root: root, findings: SettingFindings(root: root))
    let mounts = check.mounts()
    for mount in mounts { check.checkPlace(mount) }
    check.checkOverlaps(mounts)
    check.checkSources()
    if let rootfs = root["filesystem"]?["rootfs"], let path = sandbox.filesystem.rootfs {
      let help = "leave it out to compose a root from `read`, or unpack an image"
      if path == "/" {
        check.findings.report(PolicyRules.badPath, "the host's own root as rootfs", at: rootfs.range, help: help)
      }
      // /proc/1/root is the host's root by another name.
      check.checkOutsideKernel(path, ["/proc", "/sys", "/dev"], rootfs.range)
    }
    if let directory = root["process"]?["working_dir"] {
      check.checkOutsideKernel(sandbox.process.workingDirectory, ["/proc", "/sys"], directory.range)
      if let written = directory.text { check.checkForm(written, directory.range) }
    }
    return check.findings.diagnostics
  }

  private struct Mount {
    /// In its shortest form.
    let path: String
    let written: String
    let range: SourceRange
  }

  private func mounts() -> [Mount] {
    ["read", "write", "tmpfs"].flatMap { key in
      (root["filesystem"]?[key]?.items ?? []).compactMap { item in
        let setting = item["path"] ?? item
        return setting.text.map {
          Mount(path: PathCheck.normalised($0), written: $0, range: setting.range)
        }
      }
    }
  }

  private mutating func checkPlace(_ mount: Mount) {
    if mount.path == "/" {
      let help = "use `filesystem.rootfs`, or name what is below it"
      findings.report(PolicyRules.badPath, "`/` is the root itself", at: mount.range, help: help)
    } else {
      checkOutsideKernel(mount.path, ["/proc", "/sys", "/dev"], mount.range)
    }
    checkForm(mount.written, mount.range)
  }

  private mutating func checkForm(_ written: String, _ range: SourceRange) {
    let path = PathCheck.normalised(written)
    if written.utf8.elementsEqual(path.utf8) { return }
    let message = "\(written.quoted) is taken as \(path.quoted)"
    findings.report(PolicyRules.notNormalised, message, at: range, help: "write it so")
  }

  /// In the order of paths a folder comes right before what is below it, so one pass with the open folders is enough.
  private mutating func checkOverlaps(_ mounts: [Mount]) {
    let sorted = mounts.enumerated().sorted {
      PathCheck.precedes($0.element.path, $1.element.path)
        || !PathCheck.precedes($1.element.path, $0.element.path) && $0.offset < $1.offset
    }.map(\.element)
    var open: [Mount] = []
    for mount in sorted {
      while let folder = open.last, !PathCheck.contains(folder.path, mount.path) { open.removeLast() }
      if let folder = open.last {
        if folder.path.utf8.elementsEqual(mount.path.utf8) {
          findings.report(
            PolicyRules.conflict,
            "\(mount.path.quoted) is given twice",
            at: mount.range,
            earlier: (folder.range, "first here"),
            help: "keep one of the two"
          )
          continue
        }
      }
      open.append(mount)
    }
  }

  private mutating func checkSources() {
    for item in root["filesystem"]?["read"]?.items ?? [] {
      // A plain path is bound from the same place of the host, where the engine composes the root.
      if let path = item.text { checkRuntimeSocket(PathCheck.normalised(path), item.range) }
      if let source = item["source"] { checkSource(source, isWritable: false) }
    }
    for item in root["filesystem"]?["write"]?.items ?? [] {
      if let source = item["source"] { checkSource(source, isWritable: true) }
    }
  }

  private static let systemFolders: Set<String> = [
    "/bin", "/boot", "/etc", "/home", "/lib", "/lib64", "/opt", "/root", "/run", "/sbin", "/srv", "/usr", "/var",
  ]

  private mutating func checkSource(_ setting: Setting, isWritable: Bool) {
    guard let text = setting.text else { return }
    let path = PathCheck.normalised(text)
    if checkRuntimeSocket(path, setting.range) || text.utf8.first != UInt8(ascii: "/") { return }
    if path == "/" {
      findings.report(PolicyRules.badPath, "the whole host", at: setting.range, help: "name what is needed")
    }
    checkOutsideKernel(path, ["/proc", "/sys", "/dev"], setting.range)
    if isWritable, Self.systemFolders.contains(path) {
      let message = "\(path.quoted) of the host would be writable"
      findings.report(PolicyRules.badPath, message, at: setting.range, help: "bind a folder of its own")
    }
  }

  private static let sockets: Set<String> = [
    "docker.sock", "containerd.sock", "containerd.sock.ttrpc", "podman.sock", "crio.sock", "cri-dockerd.sock",
    "buildkitd.sock", "dockershim.sock",
  ]

  /// Folders that hold such sockets. A read-only bind is no help: connecting is not writing.
  private static let socketFolders: Set<String> = [
    "/run", "/var/run", "/run/docker", "/var/run/docker", "/run/containerd", "/var/run/containerd", "/run/podman",
    "/var/run/podman", "/run/crio", "/var/run/crio", "/run/buildkit", "/var/run/buildkit",
  ]

  @discardableResult
  private mutating func checkRuntimeSocket(_ path: String, _ range: SourceRange) -> Bool {
    let isSocket = PathCheck.components(path).last.map(Self.sockets.contains) ?? false
    guard isSocket || Self.socketFolders.contains(path) else { return false }
    findings.report(
      PolicyRules.runtimeSocket,
      isSocket
        ? "whoever reaches a container runtime's socket owns the host"
        : "\(path.quoted) holds sockets of container runtimes, and whoever reaches one owns the host",
      at: range,
      help: isSocket ? "leave it out" : "name what is needed of it"
    )
    return true
  }

  private mutating func checkOutsideKernel(_ path: String, _ folders: [String], _ range: SourceRange) {
    for folder in folders where PathCheck.contains(folder, path) {
      let message = "\(path.quoted) is in \(folder), which belongs to the kernel"
      findings.report(PolicyRules.badPath, message, at: range, help: "see `filesystem.proc` and `filesystem.dev`")
    }
  }
}
