import Sandbox

/// Sandboxes over a few values each, so that two random ones are often comparable.
struct RandomSandbox {
  static func make(_ random: inout some RandomNumberGenerator) -> Sandbox {
    var sandbox = Sandbox(name: "random")
    sandbox.process.user = UserIdentity(uid: pick([0, 1, 2], &random), gid: pick([0, 1], &random))
    sandbox.process.umask = pick([0, 0o022, 0o077, 0o027], &random)
    sandbox.process.noNewPrivileges = Bool.random(using: &random)
    sandbox.environment.inherit = subset(["A", "B"], &random)
    for name in subset(["A", "C"], &random) { sandbox.environment.set[name] = "1" }
    sandbox.filesystem = filesystem(&random)
    sandbox.network.mode = pick(Network.Mode.allCases, &random)
    sandbox.network.allow = subset(["a.test", "*.a.test", "10.0.0.0/8", "10.1.0.0/16", "::/0"], &random).map {
      AllowedHost(host: $0, ports: pick([[80], [443], [80, 443]], &random))
    }
    sandbox.network.socketFamilies = Set(subset([.unix, .inet, .packet], &random))
    sandbox.resources.memory = pick(
      [.limited(ByteCount(bytes: 1 << 20)), .limited(ByteCount(bytes: 1500)), .unlimited],
      &random
    )
    sandbox.resources.pids = pick([.limited(1), .limited(.max), .unlimited], &random)
    sandbox.resources.wallTime = pick([.limited(Milliseconds(0)), .limited(Milliseconds(1500)), .unlimited], &random)
    sandbox.capabilities = Set(subset([.chown, .sysAdmin], &random))
    // Filters take longer to compare than all the rest: most sandboxes share one.
    if Int.random(in: 0..<20, using: &random) == 0 { sandbox.syscalls = syscalls(&random) }
    return sandbox
  }

  private static func filesystem(_ random: inout some RandomNumberGenerator) -> Filesystem {
    let places = ["/", "/a", "/a/b", "/a/b/c", "/d"]
    var filesystem = Filesystem()
    filesystem.rootfs = pick([nil, nil, "/a", "/a/b"], &random)
    filesystem.root = pick(Filesystem.RootMode.allCases, &random)
    filesystem.read = subset(places, &random).map { place in
      Bool.random(using: &random)
        ? .system(place) : .bind(BindMount(source: pick(places, &random), destination: place))
    }
    filesystem.write = subset(["/a/b", "/w"], &random).map {
      BindMount(source: pick(places, &random), destination: $0)
    }
    filesystem.tmpfs = subset(["/a", "/a/b/c", "/t"], &random).map {
      TmpfsMount(
        path: $0,
        size: ByteCount(bytes: pick([1024, 2048], &random)),
        inodes: pick([1, 2], &random),
        executable: Bool.random(using: &random)
      )
    }
    filesystem.proc = pick(Filesystem.ProcMode.allCases, &random)
    filesystem.dev = pick(Filesystem.DevMode.allCases, &random)
    return filesystem
  }

  private static func syscalls(_ random: inout some RandomNumberGenerator) -> SyscallPolicy {
    var policy = SyscallPolicy()
    policy.defaultAction = pick([.kill, .errno(.eperm)], &random)
    policy.unknownAction = pick([.kill, .errno(.enosys)], &random)
    policy.architectures = pick([[.native], [.native, .x86]], &random)
    policy.allow = subset(["read", "socket"], &random).map { rule($0, &random) }
    policy.deny = subset(["socket", "write"], &random).map { rule($0, &random) }
    return policy
  }

  private static func rule(_ name: String, _ random: inout some RandomNumberGenerator) -> SyscallRule {
    SyscallRule(.name(name), when: pick([nil, .argument(index: 0, .equals(1))], &random))
  }

  private static func pick<Value>(_ values: [Value], _ random: inout some RandomNumberGenerator) -> Value {
    values[Int.random(in: values.indices, using: &random)]
  }

  private static func subset<Value>(_ values: [Value], _ random: inout some RandomNumberGenerator) -> [Value] {
    values.filter { _ in Bool.random(using: &random) }
  }
}
