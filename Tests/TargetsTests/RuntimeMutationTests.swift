import CanonicalJSON
import Diagnostics
import Sandbox
import TestSupport
import Testing

@testable import Targets

/// What runc, crun and runsc do with each of the changed files of `MutationTests`, measured: a container is created and
/// started with it. The committed expectation is a column of docs/mutations.md.
@Suite(
  "Changed files, for real",
  .serialized,
  .requires("runc", "crun", "runsc"),
  .requiresRoot(),
  .enabled(if: TestFile.read("/sys/fs/cgroup/memory/cgroup.procs") != nil, "recorded with control groups of version 1")
)
struct RuntimeMutationTests {
  /// What a runtime does with a file.
  enum Answer: String, CaseIterable {
    case silent
    case warns
    case refuses
    /// The word is in no file of its own.
    case none = "-"
  }

  /// runsc refuses the filter of what runc is given.
  private static func reads(_ runtime: String, _ file: String, of good: [String]) -> Bool {
    runtime != "runsc" || file == good.first
  }

  static let runtimes = ["runc", "crun", "runsc"]

  /// Beside the tests, one line a change: the rule, the change, and the answer of each runtime.
  static let record = "runtime-answers.tsv"

  /// The answers of the record by change.
  static var answers: [String: [Answer]] {
    let text = TestFile.text(TestFile.folder(of: #filePath) + "/Snapshots/" + record) ?? ""
    let lines = text.split(separator: "\n").map { $0.split(separator: "\t").map(String.init) }
    return Dictionary(
      lines.filter { $0.count == 5 }.map { ($0[1], $0[2...].compactMap(Answer.init)) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  @Test("each answers as the page of changes says")
  func measured() throws {
    let good = try Self.good()
    for runtime in Self.runtimes {
      let files = good.filter { Self.reads(runtime, $0, of: good) }
      #expect(try files.map { try Self.answer(of: runtime, to: $0) }.allSatisfy { $0 == .silent }, "a good file")
    }
    let recorded = Self.answers
    var lines: [String] = []
    for (text, fault, rule) in MutationTests.silent {
      let file = try #require(good.first { $0.contains(text) })
      var bad = file
      let range = try #require(bad.firstRange(of: text))
      bad.replaceSubrange(range, with: fault)
      var answers = try Self.runtimes.map { runtime in
        Self.reads(runtime, file, of: good) ? try Self.answer(of: runtime, to: bad) : .none
      }
      // Whether root may set it is the host's to say.
      if rule == "RF8116", let known = recorded[fault] { answers = known }
      lines.append(([rule, fault] + answers.map(\.rawValue)).joined(separator: "\t"))
    }
    Snapshot.expect(lines.joined(separator: "\n") + "\n", matches: Self.record)
  }

  @Test("at least 30 are taken in silence by one of them")
  func silence() {
    let answers = Self.answers
    #expect(answers.count == MutationTests.silent.count)
    #expect(answers.values.count { $0.contains(.silent) } >= 30)
  }

  /// What is changed: gVisor's file, or, where that has no such word, runc's.
  private static func good() throws -> [String] {
    let targets: [any Target] = [GVisorTarget(), RuncTarget()]
    return try targets.map { target in
      let config = try #require(try target.lower(Samples.hardened, digest: Samples.digest).first)
      return String(decoding: config.bytes, as: UTF8.self)
    }
  }

  /// Creates, starts and deletes in a mount namespace of its own, so that no mount of a changed file gets out. crun
  /// refuses a host with control groups of both versions, and is shown one without the second.
  private static let script = """
    case $1 in
    crun) [ ! -e /sys/fs/cgroup/unified/cgroup.procs ] || umount /sys/fs/cgroup/unified; set -- "$2" "$3" crun ;;
    runsc) set -- "$2" "$3" runsc --platform=ptrace --network=none ;;
    *) set -- "$2" "$3" "$1" ;;
    esac
    bundle=$1 id=$2
    shift 2
    call() { timeout -s KILL 60 "$@" </dev/null >>"$bundle/said" 2>&1; }
    call "$@" --root "$bundle/state" create --bundle "$bundle" "$id" && call "$@" --root "$bundle/state" start "$id"
    code=$?
    timeout -s KILL 60 "$@" --root "$bundle/state" delete --force "$id" >/dev/null 2>&1
    find /sys/fs/cgroup -depth -type d -name "$id" -exec rmdir {} + 2>/dev/null
    exit $code
    """

  private static func answer(of runtime: String, to config: String) throws -> Answer {
    let bundle = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(bundle) }
    var file = try OCIConfigFile(reading: SourceText(name: "config.json", text: config))
    // The kernel counts the processes of a user over the whole host, so other tests would decide.
    let limits = file.spec.process?.rlimits?.filter { $0.type != "RLIMIT_NPROC" }
    file.spec.process?.rlimits = limits
    try TestFile.write(file.bytes, to: bundle + "/config.json")
    _ = try ChildProcess.run(["mkdir", bundle + "/rootfs", bundle + "/state"])
    let id = "ringfence-mutation-" + (bundle.split(separator: "-").last ?? "")
    let call = try ChildProcess.run(
      ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh", runtime, bundle, id],
      in: bundle
    )
    if call.exitCode != 0 { return .refuses }
    return (TestFile.text(bundle + "/said") ?? "").isEmpty ? .silent : .warns
  }
}
