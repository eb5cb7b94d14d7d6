package import CanonicalJSON
package import Sandbox

extension DockerSeccompProfile {
  /// What Docker decides the rules of a profile by.
  package struct Circumstances: Sendable {
    package var host: SyscallABI
    /// The bounding set of the container.
    package var capabilities: Set<Capability>
    /// The kernel's version, such as 6.1: what follows does not matter to Docker.
    package var kernel: (major: Int, minor: Int)

    package init(host: SyscallABI = .current, capabilities: Set<Capability>, kernel: (major: Int, minor: Int)) {
      self.host = host
      self.capabilities = capabilities
      self.kernel = kernel
    }
  }

  /// Reads a profile of Docker (moby/profiles) and chooses its rules as Docker does, in `setupSeccomp` of
  /// seccomp/seccomp_linux.go.
  package static func resolve(
    _ node: JSONNode,
    under circumstances: Circumstances
  ) throws(ProfileError) -> SeccompProfile {
    let reader = ProfileReader()
    var architectures = try reader.strings(node["architectures"])
    if let map = node["archMap"], !(try reader.items(map)).isEmpty {
      guard architectures.isEmpty else {
        throw ProfileError(message: "a profile has either architectures or archMap", range: map.range)
      }
      let entry = try reader.items(map).first { ProfileReader.word($0["architecture"]) == circumstances.host.scmpName }
      architectures = try reader.strings(entry?["subArchitectures"])
    }
    var profile = SeccompProfile(
      defaultAction: try reader.action(of: node, "defaultAction", errno: "defaultErrnoRet"),
      architectures: architectures.compactMap(SyscallABI.init(scmpName:)),
      rules: []
    )
    for rule in try reader.items(node["syscalls"]) {
      let names = try reader.names(of: rule)
      let (action, arguments) = (try reader.action(of: rule), try reader.arguments(of: rule))
      guard try circumstances.include(rule, reader) else { continue }
      profile.rules.append(SeccompProfile.Rule(names, action, when: arguments))
    }
    return profile
  }
}

extension DockerSeccompProfile.Circumstances {
  fileprivate func include(_ rule: JSONNode, _ reader: ProfileReader) throws(ProfileError) -> Bool {
    if let excludes = rule["excludes"], !excludes.isNull {
      // Any hit is enough.
      if try reader.strings(excludes["arches"]).contains(host.goName) { return false }
      if try !capabilityNames.isDisjoint(with: reader.strings(excludes["caps"])) { return false }
      if let version = try version(excludes["minKernel"]), isAtLeast(version) { return false }
    }
    if let includes = rule["includes"], !includes.isNull {
      let arches = try reader.strings(includes["arches"])
      if !arches.isEmpty, !arches.contains(host.goName) { return false }
      // All of them are needed.
      if try !capabilityNames.isSuperset(of: reader.strings(includes["caps"])) { return false }
      if let version = try version(includes["minKernel"]), !isAtLeast(version) { return false }
    }
    return true
  }

  private var capabilityNames: Set<String> { Set(capabilities.map(\.prefixedName)) }

  private func isAtLeast(_ version: (major: Int, minor: Int)) -> Bool {
    (kernel.major, kernel.minor) >= (version.major, version.minor)
  }

  private func version(_ node: JSONNode?) throws(ProfileError) -> (major: Int, minor: Int)? {
    guard let node, !node.isNull, node.string != "" else { return nil }
    let parts = (node.string ?? "").split(separator: ".", omittingEmptySubsequences: false)
    let isNumeric = parts.allSatisfy { $0.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } }
    guard isNumeric, parts.count == 2, let major = UInt8(parts[0]), let minor = UInt8(parts[1]), major > 0 || minor > 0
    else {
      throw ProfileError(message: "a version of the kernel has the form 5.10", range: node.range)
    }
    return (Int(major), Int(minor))
  }
}

extension SyscallABI {
  /// The name of a host's architecture in Docker's `arches`.
  fileprivate var goName: String {
    switch self {
    case .x86_64: "amd64"
    case .x86: "x86"
    case .x32: "x32"
    case .aarch64: "arm64"
    case .riscv64: "riscv64"
    }
  }
}
