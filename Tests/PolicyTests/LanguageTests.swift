import CanonicalJSON
import Diagnostics
import Glibc
import Policy
import Sandbox
import TestSupport
import Testing

/// What each key comes to, and the schema that editors use.
@Suite struct LanguageTests {
  @Test func everyKeyReachesTheSandbox() throws {
    let policy = try Loading.policy(Self.everything)
    let sandbox = policy.sandbox
    #expect(sandbox.summary == "All of it.")
    #expect(sandbox.process.command == ["sh", "-c", "ls", "1"])
    #expect(sandbox.process.user == UserIdentity(uid: 7, gid: 8))
    #expect(sandbox.process.workingDirectory == "/work")
    #expect(sandbox.process.umask == 0o027)
    #expect(sandbox.process.hostname == "box")
    #expect(sandbox.process.noNewPrivileges == false)
    #expect(sandbox.environment.inherit == ["LANG", "TERM"])
    #expect(sandbox.environment.set == ["A": "b=c", "D": ""])
    #expect(sandbox.filesystem.image?.reference == "debian:12")
    #expect(sandbox.filesystem.rootfs == "/srv/root")
    #expect(sandbox.filesystem.root == .writable)
    #expect(sandbox.filesystem.read == [.system("/usr"), .bind(BindMount(source: "/data", destination: "/data"))])
    #expect(sandbox.filesystem.write == [BindMount(source: "/nonexistent/out", destination: "/out")])
    let tmpfs = TmpfsMount(path: "/tmp", size: ByteCount(bytes: 1 << 20), inodes: 9, executable: true)
    #expect(sandbox.filesystem.tmpfs == [tmpfs])
    #expect(sandbox.filesystem.proc == .full)
    #expect(sandbox.filesystem.dev == .minimal)
    #expect(sandbox.network.mode == .allowlist)
    #expect(sandbox.network.allow == [AllowedHost(host: "a.com", ports: [80, 443])])
    #expect(sandbox.network.socketFamilies == [.inet, .unix])
    let limits = sandbox.resources
    #expect(limits.memory == .limited(ByteCount(bytes: 1_000_000_000)))
    #expect(limits.swap == .limited(ByteCount(bytes: 0)))
    #expect(limits.cpus == .limited(MilliCPUs(1500)))
    #expect(limits.cpuTime == .limited(Milliseconds(2500)))
    #expect(limits.wallTime == .limited(Milliseconds(3_600_000)))
    #expect(limits.pids == .unlimited)
    #expect(limits.openFiles == .limited(99))
    #expect(limits.fileSize == .limited(ByteCount(bytes: 2048)))
    #expect(limits.stack == .limited(ByteCount(bytes: 1 << 20)))
    #expect(limits.core == .limited(ByteCount(bytes: 1000)))
    #expect(limits.output == .limited(ByteCount(bytes: 3 << 20)))
    #expect(sandbox.capabilities == [.netRaw, .kill])
    #expect(sandbox.syscalls.defaultAction == .kill)
    #expect(sandbox.syscalls.unknownAction == .errno(.eperm))
    #expect(sandbox.syscalls.architectures == [.native, .x86])
    #expect(
      sandbox.syscalls.allow == [
        SyscallRule(.group("@container-default")), SyscallRule(.name("kcmp"), reason: "why"),
        SyscallRule(.name("kill"), when: .argument(index: 1, .equals(9))),
      ]
    )
    let denied: ArgumentCondition = .all([
      .argument(index: 0, .equals(38)), .argument(index: 1, .masked(mask: 0xF, equals: 2)),
      .any([.argument(index: 2, .isOneOf([1, 2])), .not(.argument(index: 2, .range(5...9)))]),
      .all([.argument(index: 2, .less(than: 7)), .argument(index: 2, .greater(than: 1))]),
    ])
    #expect(sandbox.syscalls.deny == [SyscallRule(.name("socket"), when: denied, reason: "no")])
    #expect(sandbox.targets.docker.runtime == "runsc")
    #expect(sandbox.targets.docker.version == EngineVersion(24, 0))
    #expect(sandbox.targets.podman.version == EngineVersion(4, 3, 1))
    #expect(sandbox.targets.runc.version == EngineVersion(1, 1, 5))
    #expect(sandbox.targets.crun.version == EngineVersion(1, 8))
    #expect(sandbox.targets.gvisor.release == EngineRelease(2022_12_19))
    #expect(sandbox.targets.gvisor.platform == .ptrace)
    #expect(sandbox.targets.kubernetes.namespace == "n")
    #expect(sandbox.targets.kubernetes.runtimeClass == "r")
    #expect(sandbox.alerts.memory == ByteCount(bytes: 1 << 20))
    #expect(sandbox.alerts.wallTime == Milliseconds(1000))
    #expect(sandbox.alerts.cpuTime == Milliseconds(500))
    #expect(sandbox.alerts.pids == 3)
    #expect(policy.accepted.map(\.control) == [.pids])
    #expect(policy.accepted.first?.target == .docker)
    #expect(policy.suppressions.map(\.rule) == ["RF3003"])
    #expect(policy.suppressions.first?.path == "filesystem.write")
    #expect(policy.suppressions.first?.owner == "me")
    #expect(policy.suppressions.first?.expires == CalendarDate(year: 2027, month: 6, day: 30))
    let test = try #require(policy.tests.first)
    #expect(test.command == ["sh"])
    #expect(test.input == "in\n")
    #expect(test.expectation.verdict == .signaled)
    #expect(test.expectation.success == false)
    #expect(test.expectation.exitCode == 3)
    #expect(test.expectation.signal == "SIGKILL")
    #expect(test.expectation.standardOutput == "o")
    #expect(test.expectation.standardError == "e")
    #expect(test.expectation.standardOutputPart == "p")
    #expect(test.expectation.standardErrorPart == "q")
  }

  /// A key that is declared and used in no test would be a key that nobody knows to work.
  @Test func everyDeclaredKeyIsTested() throws {
    let origins = try Loading.policy(Self.everything).origins.keys.map { path in
      path.utf8.split(separator: UInt8(ascii: "["), omittingEmptySubsequences: false).map { part in
        part.split(separator: UInt8(ascii: "]"), omittingEmptySubsequences: false).last.map { String(Substring($0)) }
          ?? ""
      }.joined()
    }
    let used = Set(origins)
    for path in Self.paths(of: Language.keys, below: "")
    where !["extends", "within", "syscalls.default.errno"].contains(path) {
      #expect(used.contains(path), "\(path) is in no test")
    }
  }

  private static func paths(of keys: [Shape.Key], below path: String) -> [String] {
    keys.flatMap { [path + $0.name] + paths(in: $0.shape, below: path + $0.name) }
  }

  private static func paths(in shape: Shape, below path: String) -> [String] {
    switch shape {
    case .map(let keys), .scalarOrMap(_, let keys): paths(of: keys, below: path + ".")
    case .list(let item): paths(in: item, below: path)
    case .scalar, .dictionary, .scalarOrList, .conditions: []
    }
  }

  @Test func anEmptyPolicyDeniesEverything() throws {
    let sandbox = try Loading.policy("").sandbox
    #expect(sandbox == Sandbox(name: "p"))
    #expect(sandbox.network.mode == .none && sandbox.network.socketFamilies.isEmpty && sandbox.capabilities.isEmpty)
  }

  @Test(.requires(pythonModules: "yaml", "jsonschema"))
  func theSchemaAgrees() throws {
    var texts = ShippedPolicies.all.map { ($0.text, true) }
    texts.append((PolicyCase.header + Self.everything, true))
    texts += [
      "name: p\n", "version: 2\nname: p\n", "version: 1\nname: P\n", PolicyCase.header + "nets: {}\n",
      PolicyCase.header + "network: {mode: off}\n", PolicyCase.header + "resources: {memory: 256}\n",
      PolicyCase.header + "resources: {memory: 256m}\n", PolicyCase.header + "resources: {pids: 0}\n",
      PolicyCase.header + "resources: {pids: \"7\"}\n", PolicyCase.header + "resources: {wall_time: 30}\n",
      PolicyCase.header + "capabilities: NET_RAW\n", PolicyCase.header + "filesystem: {tmpfs: [{path: /t}]}\n",
      PolicyCase.header + "filesystem: {read: [usr]}\n", PolicyCase.header + "process: {umask: 077}\n",
      PolicyCase.header + "syscalls: {default: {errno: EPREM}}\n", PolicyCase.header + "accept: [{target: all}]\n",
    ].map { ($0, false) }
    let script = """
      import json, sys, yaml, jsonschema
      class Loader(yaml.SafeLoader): pass
      Loader.yaml_implicit_resolvers = {
          key: [(tag, pattern) for tag, pattern in found if "timestamp" not in tag]
          for key, found in yaml.SafeLoader.yaml_implicit_resolvers.items()}
      schema = json.load(open("\(BuiltCommand.folder)/policies/schema.json"))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      for text in sys.stdin.read().split("\\0"):
          print("valid" if validator.is_valid(yaml.load(text, Loader)) else "invalid")
      """
    let input = texts.map(\.0).joined(separator: "\0")
    let result = try PythonHost.run(script, input: Array(input.utf8))
    let judged = result.outputText.split(separator: "\n").map { $0 == "valid" }
    #expect(judged == texts.map(\.1), "\(result.errorText.suffix(600))")
  }

  @Test(arguments: ShippedPolicies.all.map(\.name)) func theTemplateIsAPolicy(_ parent: String) throws {
    let source = SourceText(name: "mine.yaml", text: PolicyTemplate.text(name: "mine", from: parent))
    let policy = try Loading.result(of: source).get()
    #expect(policy.warnings.isEmpty, "\(ConciseRenderer.render(policy.warnings))")
    #expect(policy.tests.count == 2)
  }

  @Test(arguments: ["../x", "X", "a b", "", "x\ny: z", "-x"]) func theTemplateRefusesNames(_ name: String) {
    let found = Loading.diagnostics(
      of: SourceText(name: "<init>", text: PolicyTemplate.text(name: name, from: "hardened"))
    )
    #expect(found.contains { $0.severity == .error })
  }

  private static let everything = """
    description: All of it.
    process: {command: [sh, -c, ls, 1], user: "7:8", working_dir: /work/, umask: "027", hostname: box, no_new_privileges: false}
    environment: {inherit: [TERM, LANG], set: {A: b=c, D: ""}}
    filesystem:
      image: debian:12
      rootfs: /srv/root
      root: writable
      read: [/usr, {source: /data, path: /data}]
      write: [{source: ./out, path: /out}]
      tmpfs: [{path: /tmp, size: 1Mi, inodes: 9, exec: true}]
      proc: full
      dev: minimal
    network: {mode: allowlist, allow: [{host: a.com, ports: [443, 80]}], socket_families: [unix, inet]}
    resources:
      memory: 1GB
      swap: 0
      cpus: 1.5
      cpu_time: 2.5s
      wall_time: 1h
      pids: unlimited
      open_files: 99
      file_size: 2Ki
      stack: 1Mi
      core: 1kB
      output: 3Mi
    capabilities: [NET_RAW, CAP_KILL]
    syscalls:
      default: kill
      unknown: {errno: EPERM}
      architectures: [native, x86]
      allow: ["@container-default", {name: kcmp, reason: why}, {name: kill, args: [{name: sig, equals: 9}]}]
      deny:
        - name: socket
          reason: "no"
          args:
            - {name: family, equals: AF_ALG}
            - {index: 1, masked: {mask: 0xF, equals: 2}}
            - any: [{index: 2, in: [1, 2]}, {not: {index: 2, range: [5, 9]}}]
            - all: [{index: 2, less: 7}, {index: 2, greater: 1}]
    targets:
      docker: {runtime: runsc, version: "24.0"}
      podman: {version: "4.3.1"}
      runc: {version: "1.1.5"}
      crun: {version: "1.8"}
      gvisor: {platform: ptrace, release: 20221219}
      kubernetes: {namespace: n, runtime_class: r}
    accept: [{target: docker, control: resources.pids, reason: x, expires: 2027-06-30}]
    lint: {suppress: [{rule: RF3003, path: filesystem.write, reason: x, owner: me, expires: 2027-06-30}]}
    alerts: {memory: 1Mi, wall_time: 1s, cpu_time: 500ms, pids: 3}
    tests:
      - name: t
        run: [sh]
        stdin: "in\\n"
        expect:
          verdict: signaled
          success: false
          exit_code: 3
          signal: SIGKILL
          stdout: o
          stderr: e
          stdout_contains: p
          stderr_contains: q
    """
}
