import Sandbox
import Targets
import Testing

/// Sandboxes that between them use every part of the model.
enum Samples {
  static let digest = PolicyDigest(value: "sha256:" + String(repeating: "0123456789abcdef", count: 4))

  /// What `hardened` resolves to, near enough: everything denied that a program can do without.
  static let hardened: Sandbox = {
    var sandbox = Sandbox(name: "hardened")
    sandbox.process.command = ["/usr/bin/python3", "-I", "-"]
    sandbox.process.workingDirectory = "/work"
    sandbox.environment.set = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
    sandbox.filesystem.image = ImageReference(reference: "ringfence-test:1")
    sandbox.filesystem.read = ["/bin", "/lib", "/lib64", "/usr", "/etc/ld.so.cache"].map(ReadPath.system)
    sandbox.filesystem.tmpfs = [
      TmpfsMount(path: "/tmp", size: ByteCount(bytes: 16 << 20), inodes: 1024),
      TmpfsMount(path: "/work", size: ByteCount(bytes: 32 << 20)),
    ]
    sandbox.filesystem.proc = .minimal
    sandbox.filesystem.dev = .minimal
    sandbox.network.socketFamilies = [.unix, .inet, .inet6]
    sandbox.resources.memory = .limited(ByteCount(bytes: 128 << 20))
    sandbox.resources.cpus = .limited(MilliCPUs(500))
    sandbox.resources.pids = .limited(32)
    sandbox.resources.openFiles = .limited(128)
    sandbox.syscalls.allow = [SyscallRule(.group("@container-default"))]
    return sandbox
  }()

  /// The defaults, an image and nothing else: no command, no time to spare.
  static let smallest: Sandbox = {
    var sandbox = Sandbox(name: "smallest")
    sandbox.filesystem.image = ImageReference(reference: "debian:12-slim")
    sandbox.resources.wallTime = .limited(Milliseconds(1500))
    // What runc needs beside what a program needs.
    sandbox.syscalls.allow += [SyscallRule(.name("fstatfs")), SyscallRule(.name("getdents64"))]
    return sandbox
  }()

  /// As loose as the language permits.
  static let loosest: Sandbox = {
    var sandbox = Sandbox(name: "loosest")
    sandbox.process.command = ["sh"]
    sandbox.process.user = UserIdentity(uid: 0, gid: 0)
    sandbox.process.noNewPrivileges = false
    sandbox.process.umask = 0o022
    sandbox.filesystem.image = ImageReference(reference: "debian:12")
    sandbox.filesystem.root = .writable
    sandbox.filesystem.proc = .full
    sandbox.filesystem.dev = .minimal
    sandbox.network.mode = .host
    sandbox.network.socketFamilies = Set(SocketFamily.allCases)
    sandbox.resources = Resources()
    sandbox.resources.memory = .unlimited
    sandbox.resources.swap = .unlimited
    sandbox.resources.cpus = .unlimited
    sandbox.resources.cpuTime = .unlimited
    sandbox.resources.wallTime = .unlimited
    sandbox.resources.pids = .unlimited
    sandbox.resources.openFiles = .unlimited
    sandbox.resources.fileSize = .unlimited
    sandbox.resources.stack = .unlimited
    sandbox.resources.core = .unlimited
    sandbox.resources.output = .unlimited
    sandbox.capabilities = [.chown, .netRaw, .sysResource]
    sandbox.syscalls.allow = [SyscallRule(.group("@container-default"))]
    return sandbox
  }()

  /// Everything that a shell, YAML, JSON, CSV or Compose could take for syntax.
  static let hostileText = "a'b\"c\\d$(id)`id`${HOME}$$ #{x}\n- [y]: &z *z !t %p\té😀,=;|&<>"

  /// `hostileText` as Python's `ascii` writes it.
  static let pythonText =
    #"'a\'b"c\\d$(id)`id`${HOME}$$ #{x}\n- [y]: &z *z !t %p\t\xe9\U0001f600,=;|&<>'"#

  static let hostile: Sandbox = {
    var sandbox = hardened
    sandbox.name = "hostile"
    sandbox.process.command = [
      "/usr/bin/python3", "-c", "import os, sys; print(ascii([sys.argv[1:], sorted(os.environ.items())]))",
    ]
    sandbox.process.command += [hostileText, "", "-x", "--", "$1", "'"]
    sandbox.environment.set["HOSTILE"] = hostileText
    sandbox.environment.set["EMPTY"] = ""
    sandbox.environment.inherit = ["CALLER", "ABSENT"]
    return sandbox
  }()

  static let mounts: Sandbox = {
    var sandbox = hardened
    sandbox.name = "mounts"
    sandbox.filesystem.read.append(.bind(BindMount(source: "/srv/da,ta \"x\"", destination: "/data/in put")))
    sandbox.filesystem.write = [BindMount(source: "/srv/out", destination: "/out")]
    sandbox.environment.inherit = ["LANG", "TZ"]
    sandbox.capabilities = [.netBindService]
    sandbox.network.mode = .loopback
    return sandbox
  }()

  static let all = [hardened, smallest, loosest, hostile, mounts]
}

/// A sandbox in the report of a test is its name; all of it would be pages.
extension Sandbox: CustomTestStringConvertible {
  var testDescription: String { name }
}
