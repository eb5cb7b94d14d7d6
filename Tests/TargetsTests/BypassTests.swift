import CanonicalJSON
import Diagnostics
import Policy
import Sandbox
import Seccomp
import Targets
import TestSupport
import Testing

/// The ways around filters that are known to work on others, tried inside of what really runs: `socket(0x100000028, …)`
/// is AF_VSOCK to the kernel and something else to a comparison of 64 bits.
@Suite("Bypasses of filters, for real", .serialized, .requiresRoot(), .enabled(if: SyscallABI.current == .x86_64))
struct BypassTests {
  private static let script = TestFile.folder(of: #filePath) + "/Checks/bypass.py"

  /// Families at both ends of what a filter might take for a range, and one family.
  static let families: [Set<SocketFamily>] = [[.unix, .inet, .inet6], [.unix], [.unix, .netlink]]

  private static func sandbox(_ families: Set<SocketFamily>) -> Sandbox {
    var sandbox = Samples.hardened
    sandbox.network.socketFamilies = families
    // Without a network the targets take the internet's families away.
    sandbox.network.mode = families.contains(.inet) ? .loopback : .none
    sandbox.resources.pids = .limited(64)
    return sandbox
  }

  private static func command(_ families: Set<SocketFamily>) throws -> [String] {
    let program = try #require(TestFile.text(script))
    return ["/usr/bin/python3", "-I", "-c", program] + families.map { String($0.number) }.sorted()
  }

  /// What got by; nil when the program did not come to its end.
  private func surprises(_ result: ChildProcess) -> [Substring]? {
    let lines = result.outputText.split(separator: "\n")
    guard result.exitCode == 0, let last = lines.last, last.hasPrefix("made 15") else { return nil }
    return Array(lines.dropLast())
  }

  private func expectContained(_ result: ChildProcess, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(
      surprises(result) == [],
      "\(result.exitCode) \(result.outputText.suffix(2000))\(result.errorText.suffix(500))",
      sourceLocation: sourceLocation
    )
  }

  /// A bundle with this filter and little else: what holds has to be the filter.
  private static func bundle(_ seccomp: JSON, _ command: [String]) -> [UInt8] {
    let namespaces = ["pid", "mount", "ipc", "uts", "network"].map { JSON.object(JSONObject([("type", .string($0))])) }
    let config: JSON = [
      "ociVersion": "1.0.2",
      "process": [
        "terminal": false, "user": ["uid": 0, "gid": 0], "cwd": "/", "noNewPrivileges": true,
        "args": .array(command.map(JSON.string)), "env": ["PATH=/usr/bin:/bin"],
      ],
      "root": ["path": .string(TestEngines.rootfs ?? "/"), "readonly": true],
      "mounts": [["destination": "/proc", "type": "proc", "source": "proc"]],
      "linux": ["namespaces": .array(namespaces), "seccomp": seccomp],
    ]
    return config.encoded(.indented)
  }

  private func runBundle(_ seccomp: JSON, _ command: [String], runtime: String) throws -> ChildProcess {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    try TestFile.write(Self.bundle(seccomp, command), to: folder + "/config.json")
    let name = "ringfence-bypass-\(UInt32.random(in: 0 ... .max))"
    let run = "exec \(runtime) --root \(folder)/state run --bundle \(folder) \(name)"
    // crun refuses a host that has both versions of cgroups.
    let prepare = "! mountpoint -q /sys/fs/cgroup/unified || umount /sys/fs/cgroup/unified; "
    let line = runtime == "crun" ? "unshare -m sh -c '\(prepare)\(run)'" : run
    return try ChildProcess.run(["sh", "-c", line])
  }

  @Test("runc and crun", .requires("runc", "crun"), .requiresRootfs(), arguments: ["runc", "crun"], families)
  func runtimes(_ runtime: String, _ families: Set<SocketFamily>) throws {
    let seccomp = try OCISeccompProfile.export(for: Self.sandbox(families))
    expectContained(try runBundle(seccomp, Self.command(families), runtime: runtime))
  }

  /// The filter that runc really installed, read from the kernel. Its libseccomp may not know the newest calls that the
  /// policy allows, and then refuses them; nothing may pass that the policy refuses.
  @Test("what runc has installed is no looser than the policy", .requires("runc"), .requiresRootfs())
  func installedFilter() throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    try TestFile.write(Array("version: 1\nname: installed\nextends: hardened\n".utf8), to: folder + "/installed.yaml")
    let sandbox = try PolicyLoader(searchPath: [BuiltCommand.folder + "/policies"])
      .load(reference: folder + "/installed.yaml").sandbox
    try TestFile.write(
      Self.bundle(OCISeccompProfile.export(for: sandbox), ["/usr/bin/sleep", "30"]),
      to: folder + "/config.json"
    )
    let script = """
      runc --root "$1/state" run --detach --bundle "$1" "$2" </dev/null >"$1/log" 2>&1 || { cat "$1/log" >&2; exit 9; }
      process=$(runc --root "$1/state" state "$2" | sed -n 's/.*"pid": \\([0-9]*\\).*/\\1/p')
      # The filter is there when the program is.
      until grep -q sleep "/proc/$process/comm"; do sleep 0.01; done
      "$3" validate --pid "$process" --policy "$1/installed.yaml" --format concise
      runc --root "$1/state" delete --force "$2"
      """
    let name = "ringfence-bypass-\(UInt32.random(in: 0 ... .max))"
    let result = try ChildProcess.run(["sh", "-c", script, "sh", folder, name, BuiltCommand.path])
    #expect(result.exitCode == 0, "\(result.errorText)")
    #expect(result.errorText.contains("the filter equals") || result.errorText.contains("is stricter than"))
    #expect(!result.outputText.contains("RF8712"), "\(result.outputText)")
  }

  /// Docker's rules for sockets, as moby/profiles has them: 64 bits are compared.
  private static let compared64: JSON = [
    "defaultAction": "SCMP_ACT_ALLOW",
    "syscalls": [
      ["names": ["socket"], "action": "SCMP_ACT_ERRNO", "args": [["index": 0, "value": 40, "op": "SCMP_CMP_EQ"]]],
      ["names": ["socket"], "action": "SCMP_ACT_ERRNO", "args": [["index": 0, "value": 38, "op": "SCMP_CMP_EQ"]]],
    ],
  ]

  /// What the tests above would say if there were something to say.
  @Test("runc with rules that compare 64 bits", .requires("runc"), .requiresRootfs())
  func theProgramFindsTheHole() throws {
    let result = try runBundle(Self.compared64, Self.command([.unix]), runtime: "runc")
    let found = try #require(surprises(result), "\(result.errorText)")
    #expect(found.contains { $0.hasPrefix("socket(0x100000028, 5)") })
    #expect(!found.contains { $0.hasPrefix("socket(0x28, 5)") })
  }

  @Test("docker", .requiresDocker(), arguments: families)
  func docker(_ families: Set<SocketFamily>) throws {
    let deployment = try Deployment(Self.sandbox(families), for: .docker)
    expectContained(
      try ChildProcess.run(
        [deployment.folder + "/run.sh"] + Self.command(families),
        environment: ["DOCKER_HOST": TestEngines.dockerHost ?? "", "IMAGE": TestEngines.image]
      )
    )
  }

  @Test("docker with its own profile", .requiresDocker())
  func dockersOwnProfile() throws {
    let profile = TestFile.folder(of: #filePath) + "/Corpus/seccomp-moby.json"
    let result = try ChildProcess.run(
      ["docker", "run", "--rm", "--network=none", "--security-opt", "seccomp=\(profile)", TestEngines.image]
        + Self.command([.unix]),
      environment: ["DOCKER_HOST": TestEngines.dockerHost ?? ""]
    )
    let found = try #require(surprises(result), "\(result.errorText)")
    #expect(found.contains { $0.hasPrefix("socket(0x100000028, 5)") })
    #expect(!found.contains { $0.hasPrefix("socket(0x28, 5)") })
  }

  @Test("gVisor", .requires("runsc"), arguments: families)
  func gVisor(_ families: Set<SocketFamily>) throws {
    let deployment = try Deployment(Self.sandbox(families), for: .gvisor)
    let script = deployment.folder + "/runsc.sh"
    expectContained(
      try ChildProcess.run(
        // gVisor takes the numbers of a 32-bit entry for those of x86_64, and so does its filter.
        ["sh", "-c", "\"$@\" | cat", script, script] + Self.command(families) + ["no-i386"],
        environment: ["RUNSC_PLATFORM": "ptrace", "TMPDIR": deployment.folder]
      )
    )
  }

  @Test("native", arguments: families)
  func native(_ families: Set<SocketFamily>) throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let names = families.map(\.rawValue).sorted().joined(separator: ", ")
    let policy = """
      version: 1
      name: bypass
      extends: hardened
      network: {mode: \(families.contains(.inet) ? "loopback" : "none"), socket_families: [\(names)]}
      resources: {pids: 64}
      """
    try TestFile.write(Array(policy.utf8), to: folder + "/bypass.yaml")
    expectContained(
      try ChildProcess.run([BuiltCommand.path, "run", folder + "/bypass.yaml", "--"] + Self.command(families))
    )
  }
}
