import CanonicalJSON
import Diagnostics
import Policy
import Sandbox
import Targets
import TestSupport
import Testing

/// The artifacts of a sandbox for a target, written to a folder of their own.
struct Deployment: ~Copyable {
  let folder: String

  init(_ sandbox: Sandbox, for name: TargetName) throws {
    let target = try #require(TargetRegistry.target(named: name))
    let artifacts = try target.lower(sandbox, digest: Samples.digest)
    let path = try TestFile.temporaryFolder()
    _ = try ArtifactDirectory(path: path).write(artifacts)
    folder = path
  }

  deinit { TestFile.removeFolder(folder) }
}

/// A launch script to whose whole process group two signals come, as from a terminal or from an impatient supervisor.
enum SignalledScript {
  private static let program = """
    import os, signal, subprocess, sys, time
    script, first, second = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])
    running = subprocess.Popen([script, "sleep", "1000"], start_new_session=True)
    time.sleep(first)
    os.killpg(running.pid, signal.SIGTERM)
    time.sleep(second)
    try: os.killpg(running.pid, signal.SIGTERM)
    except ProcessLookupError: pass
    sys.exit(running.wait() % 256)
    """

  /// Sends the first signal after `first` seconds, and the second `pause` seconds later.
  static func run(
    _ script: String,
    after first: String,
    pause: String,
    environment: [String: String]
  ) throws -> ChildProcess {
    try ChildProcess.run(["python3", "-c", program, script, first, pause], environment: environment)
  }
}

/// The policies that ship with the program.
enum ShippedSandboxes {
  static let names = [
    "build-offline", "code-tools", "cpp-judge", "hardened", "node-untrusted", "python-untrusted", "shell-offline",
  ]

  static func load(_ name: String) throws -> Sandbox {
    try PolicyLoader(searchPath: [BuiltCommand.folder + "/policies"]).load(reference: name).sandbox
  }
}

/// The engines that Tests/Engines/with-engines provides.
enum TestEngines {
  static let image = "ringfence-test:1"

  /// A small Debian with Python.
  static var rootfs: String? { ChildProcess.inherited("RINGFENCE_TEST_ROOTFS") }

  /// A podman command with a store of its own, which has the image.
  static var podman: String? { ChildProcess.inherited("RINGFENCE_TEST_PODMAN") }

  static var dockerHost: String? { ChildProcess.inherited("RINGFENCE_TEST_DOCKER_HOST") }
}

extension Trait where Self == ConditionTrait {
  /// The test needs the daemon that Tests/Engines/with-engines starts. Without it it is skipped, and fails in CI.
  static func requiresDocker(sourceLocation: SourceLocation = #_sourceLocation) -> ConditionTrait {
    .enabled(
      if: TestEngines.dockerHost != nil || TestHost.isCI,
      "no Docker daemon: run Tests/Engines/with-engines swift test",
      sourceLocation: sourceLocation
    )
  }
}

extension Trait where Self == ConditionTrait {
  /// The test needs the podman of Tests/Engines/with-engines. Without it it is skipped, and fails in CI.
  static func requiresPodman(sourceLocation: SourceLocation = #_sourceLocation) -> ConditionTrait {
    .enabled(
      if: TestEngines.podman != nil || TestHost.isCI,
      "no podman: run Tests/Engines/with-engines swift test",
      sourceLocation: sourceLocation
    )
  }
}

extension Trait where Self == ConditionTrait {
  /// The test needs the root file system that Tests/Engines/with-engines makes. Without it it is skipped, and fails in CI.
  static func requiresRootfs(sourceLocation: SourceLocation = #_sourceLocation) -> ConditionTrait {
    .enabled(
      if: TestEngines.rootfs != nil || TestHost.isCI,
      "no root file system: run Tests/Engines/with-engines swift test",
      sourceLocation: sourceLocation
    )
  }
}

/// What a program finds out about its sandbox from inside, as JSON.
enum Probe {
  static let program = """
    import json, os, resource, socket
    def attempt(action):
        try:
            action()
            return "ok"
        except OSError as error:
            return os.strerror(error.errno)
    def write(path):
        with open(path, "w") as file:
            file.write("x")
    status = {}
    for line in open("/proc/self/status"):
        name, _, value = line.partition(":")
        status[name] = value.strip()
    def size(path):
        data = os.statvfs(path)
        return [data.f_blocks * data.f_frsize, data.f_files]
    print(json.dumps({
        "ids": [os.getuid(), os.geteuid(), os.getgid(), os.getegid()],
        "groups": os.getgroups(),
        "capabilities": [status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd") if name in status],
        "seccomp": status.get("Seccomp"), "no_new_privileges": status.get("NoNewPrivs"),
        "limits": {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name))
                   for name in ("CORE", "CPU", "FSIZE", "NOFILE", "STACK")},
        "directory": os.getcwd(), "host": os.uname().nodename,
        "environment": dict(os.environ),
        "root": attempt(lambda: write("/x")), "usr": attempt(lambda: write("/usr/x")),
        "tmp": attempt(lambda: write("/tmp/x")), "work": attempt(lambda: write("/work/x")),
        "sizes": [size("/tmp"), size("/work")],
        "noexec": attempt(lambda: (write("/tmp/p"), os.chmod("/tmp/p", 0o755), os.execv("/tmp/p", ["p"]))),
        "inet": attempt(lambda: socket.socket(socket.AF_INET)),
        "unix": attempt(lambda: socket.socket(socket.AF_UNIX)),
        "vsock": attempt(lambda: socket.socket(40)),
        "wide": attempt(lambda: socket.socket(38, socket.SOCK_SEQPACKET)),
    }))
    """
}
