import Foundation
import TestSupport
import Testing

/// `validate --policy` on files, and `validate --pid` on processes that really run.
@Suite struct FilterValidationTests {
  private let place: CommandTests.Workplace

  init() throws {
    place = try CommandTests.Workplace()
    for (name, syscalls) in [
      ("base", "deny: [ptrace]"), ("open", "allow: [\"@container-default\", bpf]"),
      ("closed", "deny: [ptrace, getppid]"),
      ("mixed", "allow: [\"@container-default\", bpf], deny: [ptrace, getppid]"), ("other", "default: {errno: EACCES}"),
    ] {
      let parent = name == "base" ? "hardened" : "base"
      try place.write(
        "version: 1\nname: \(name)\nextends: \(parent)\nsyscalls: {\(syscalls)}\n",
        to: "policies/\(name).yaml"
      )
    }
    let compilation = try place.ringfence("compile", "policies", "--target", "native,docker", "-o", "out")
    #expect(compilation.exitCode == 0, "\(compilation.errorText)")
  }

  @Test(arguments: ["native/filter.bpf", "docker/seccomp.json"])
  func artifactsAreTheirPolicies(_ file: String) throws {
    let result = try place.ringfence("validate", "out/base/\(file)", "--policy", "base")
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
    #expect(result.errorText.contains("equals the filter of base for every call"))
    #expect(!result.outputText.contains("RF8712") && !result.outputText.contains("RF8713"))
  }

  @Test(
    arguments: ["native/filter.bpf", "docker/seccomp.json"],
    [
      ("open", ["RF8712"], "is looser than"), ("closed", ["RF8713"], "is stricter than"),
      ("mixed", ["RF8712", "RF8713"], "for others"), ("other", ["RF8714"], "answers other errors"),
    ]
  )
  func otherFilesAreTold(_ file: String, _ row: (String, [String], String)) throws {
    let (policy, rules, words) = row
    let result = try place.ringfence("validate", "out/\(policy)/\(file)", "--policy", "base", "--format", "json")
    #expect(result.exitCode == 1)
    for rule in ["RF8712", "RF8713", "RF8714"] {
      #expect(result.outputText.contains(rule) == rules.contains(rule), "\(file) \(policy) \(rule)")
    }
    #expect(result.errorText.contains(words), "\(result.errorText)")
  }

  /// Any two filters, whatever their form.
  @Test(
    arguments: ["native/filter.bpf", "docker/seccomp.json"],
    [
      ("base", [], "equals that of"), ("open", ["RF8712"], "is looser than that of"),
      ("closed", ["RF8713"], "is stricter than that of"), ("mixed", ["RF8712", "RF8713"], "for others"),
      ("other", ["RF8714"], "answers other errors"),
    ]
  )
  func filesAreComparedWithFiles(_ file: String, _ row: (String, [String], String)) throws {
    let (policy, rules, words) = row
    for other in ["native/filter.bpf", "docker/seccomp.json"] {
      let result = try place.ringfence(
        "validate",
        "out/\(policy)/\(file)",
        "--against",
        "out/base/\(other)",
        "--format",
        "json"
      )
      #expect(result.exitCode == (rules.isEmpty ? 0 : 1), "\(result.outputText)\(result.errorText)")
      for rule in ["RF8712", "RF8713", "RF8714"] {
        #expect(result.outputText.contains(rule) == rules.contains(rule), "\(file) \(policy) \(other) \(rule)")
      }
      #expect(result.errorText.contains(words), "\(result.errorText)")
    }
    let human = try place.ringfence("validate", "out/\(policy)/\(file)", "--against", "out/base/native/filter.bpf")
    if policy == "open" { #expect(human.outputText.contains("out/base/native/filter.bpf answers: errno 1 (EPERM)")) }
    let none = try place.ringfence("validate", "out/\(policy)/\(file)", "--against", "policies/base.yaml")
    #expect(none.exitCode == 2)
  }

  @Test func aWitnessIsShownWhereTheFilterDecides() throws {
    let result = try place.ringfence("validate", "out/open/native/filter.bpf", "--policy", "base")
    #expect(result.outputText.contains("bpf(0x0"))
    #expect(result.outputText.contains("the filter answers: allow"))
    #expect(result.outputText.contains("the policy base answers: errno 1 (EPERM)"))
    // The line of the listing that lets it pass.
    #expect(result.outputText.contains("ret   allow"))
  }

  @Test func whatHoldsNoFilterIsRefused() throws {
    let script = try place.ringfence("validate", "out/base/docker/run.sh", "--policy", "base")
    #expect(script.exitCode == 2)
    #expect(script.errorText.contains("holds no filter"))
    #expect(try place.ringfence("validate", "out/base/native/filter.bpf", "--policy", "none").exitCode == 2)
    #expect(try place.ringfence("validate").exitCode == 64)
    #expect(try place.ringfence("validate", "--pid", "0").exitCode == 64)
    #expect(try place.ringfence("validate", "out/base/native/filter.bpf", "--output", "x").exitCode == 64)
    try place.write("{\"defaultAction\": \"SCMP_ACT_NOTHING\"}", to: "seccomp.json")
    #expect(try place.ringfence("validate", "seccomp.json", "--policy", "base").exitCode != 0)
  }

  /// Starts a child that installs filters, one of them in a second thread alone where that is asked for, runs the command
  /// with the child's id in the place of PID, and has the child say afterwards that it still runs.
  private static let script = """
    import ctypes, os, struct, subprocess, sys, threading
    filters, thread_filters, uid, command = eval(sys.argv[1]), eval(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    libc = ctypes.CDLL(None, use_errno=True)
    class Program(ctypes.Structure):
        _fields_ = [('length', ctypes.c_ushort), ('filter', ctypes.c_void_p)]
    def install(code):
        buffer = ctypes.create_string_buffer(code, len(code))
        program = Program(len(code) // 8, ctypes.addressof(buffer))
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
            os._exit(3)
    def load(name):
        # Allows everything but getppid, which fails with the error that is asked for.
        if name.isdigit():
            steps = [(0x20, 0, 0, 0), (0x15, 0, 1, 110), (6, 0, 0, 0x50000 + int(name)), (6, 0, 0, 0x7fff0000)]
            return b''.join(struct.pack('<HBBI', *step) for step in steps)
        return open(name, 'rb').read()
    codes, thread_codes = [load(name) for name in filters], [load(name) for name in thread_filters]
    ready, go, done = os.pipe(), os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        installed, end = threading.Event(), threading.Event()
        def other():
            for code in thread_codes: install(code)
            installed.set()
            end.wait()
        if thread_codes:
            threading.Thread(target=other).start()
            installed.wait()
        for code in codes: install(code)
        os.write(ready[1], b'x')
        os.read(go[0], 1)
        os.write(done[1], b'alive')
        os._exit(0)
    if os.read(ready[0], 1) != b'x': sys.exit(9)
    def drop():
        if uid: os.setgid(uid); os.setuid(uid)
    result = subprocess.run([part.replace('PID', str(child)) for part in command], preexec_fn=drop)
    os.write(go[1], b'x')
    assert os.read(done[0], 5) == b'alive'
    assert os.waitpid(child, 0)[1] == 0
    sys.exit(result.returncode)
    """

  private func validate(
    _ filters: [String],
    thread: [String] = [],
    uid: Int = 0,
    _ arguments: String...
  ) throws -> ChildProcess {
    func list(_ names: [String]) -> String { "[" + names.map { "'\($0)'" }.joined(separator: ", ") + "]" }
    return try ChildProcess.run(
      ["python3", "-c", Self.script, list(filters), list(thread), String(uid), BuiltCommand.path, "validate"]
        + ["--pid", "PID"] + arguments,
      in: place.path
    )
  }

  private let base = "out/base/native/filter.bpf"

  @Test(.requires("python3"), .requiresRoot())
  func theFilterOfAProcessIsProven() throws {
    let result = try validate([base], "--policy", "base", "--output", "dump")
    #expect(result.exitCode == 0, "\(result.outputText)\(result.errorText)")
    #expect(result.errorText.contains("the filter equals the filter of base for every call"))
    #expect(result.outputText.contains("load  architecture"))
    let dumped = try Data(contentsOf: URL(fileURLWithPath: place.path + "/dump/filter-1.bpf"))
    #expect(try dumped == Data(contentsOf: URL(fileURLWithPath: place.path + "/" + base)))
  }

  @Test(.requires("python3"), .requiresRoot())
  func severalFiltersAreCombined() throws {
    let refused = try validate([base, "1"], "--policy", "closed")
    #expect(refused.exitCode == 0, "\(refused.outputText)\(refused.errorText)")
    #expect(refused.errorText.contains("the combination of the 2 filters equals the filter of closed"))
    #expect(refused.outputText.contains("filter 1 of 2") && refused.outputText.contains("filter 2 of 2"))
    #expect(try validate(["1", base], "--policy", "closed").exitCode == 0)

    let stricter = try validate([base, "1"], "--policy", "base")
    #expect(stricter.exitCode == 1)
    #expect(stricter.outputText.contains("RF8713") && stricter.outputText.contains("getppid("))
    #expect(stricter.outputText.contains("filter 2 of 2"))
    // Of two errors the kernel takes that of the filter that was installed last.
    #expect(try validate(["13", base, "1"], "--policy", "closed").exitCode == 0)
    let other = try validate([base, "1", "13"], "--policy", "closed")
    #expect(other.exitCode == 1 && other.outputText.contains("RF8714"))
    #expect(other.outputText.contains("errno 13 (EACCES)"))
  }

  @Test(.requires("python3"), .requiresRoot())
  func everyThreadIsLookedAt() throws {
    let same = try validate([base], thread: [base], "--policy", "base")
    #expect(same.exitCode == 0, "\(same.outputText)\(same.errorText)")
    #expect(same.outputText.contains("(2 threads)"))
    let different = try validate([base], thread: ["1"], "--policy", "base")
    #expect(different.exitCode == 1)
    #expect(different.errorText.contains("the filter equals the filter of base"))
    #expect(different.errorText.contains("the filter is looser than the filter of base"))
  }

  @Test(.requires("python3"))
  func aProcessWithoutAFilterIsLooser() throws {
    let result = try validate([], "--policy", "base")
    #expect(result.exitCode == 1)
    #expect(result.outputText.contains("has no filter"))
    #expect(result.outputText.contains("RF8712"))
    #expect(result.errorText.contains("no filter is looser than the filter of base"))
    #expect(try validate([]).exitCode == 0)
  }

  @Test(.requires("python3"), .requiresRoot())
  func withoutPrivilegesTheReasonIsSaid() throws {
    let result = try validate([base], uid: 65534, "--policy", "/dev/null")
    #expect(result.exitCode == 2)
    let refused = try validate([base], uid: 65534)
    #expect(refused.exitCode == 2)
    #expect(refused.errorText.contains("as root"), "\(refused.errorText)")
    let missing = try place.ringfence("validate", "--pid", "4194305")
    #expect(missing.exitCode == 2)
    #expect(missing.errorText.contains("no such process"))
  }

  /// The program that `run` starts has the filter of its policy, and nothing else.
  @Test(.requires("python3"), .requiresRoot())
  func aRunHasItsFilter() throws {
    let result = try ChildProcess.run(
      [
        "sh", "-c",
        """
        mkfifo ready
        "$0" run base -- sh -c 'echo $$ >&2; read x' <ready 2>pid & exec 3>ready
        for try in $(seq 1000); do ! grep -q . pid || break; sleep 0.01; done
        for process in /proc/[0-9]*; do
          grep -qs '^Seccomp_filters:.*1$' "$process/status" && grep -qs 'echo $$ >&2; read x' "$process/cmdline" &&
            grep -qs '^Name:.*sh$' "$process/status" && "$0" validate --pid "${process#/proc/}" --policy base --format concise
        done
        """, BuiltCommand.path,
      ],
      in: place.path
    )
    #expect(result.errorText.contains("the filter equals the filter of base for every call"), "\(result.errorText)")
  }
}
