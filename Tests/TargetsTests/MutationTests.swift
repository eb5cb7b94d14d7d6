import CanonicalJSON
import Diagnostics
import Sandbox
import TestSupport
import Testing

@testable import Targets

@Suite("Changes to good files")
struct MutationTests {
  /// A change of one place in the config.json of `hardened` that some runtime takes without a word, and the rule that
  /// catches it. `RuntimeMutationTests` measures which.
  static let silent: [(String, String, String)] = [
    ("\"readonly\": true", "\"readOnly\": true", "RF8101"),
    ("\"readonly\": true", "\"readonly\": false", "RF8131"),
    ("\"noNewPrivileges\": true", "\"noNewPrivilege\": true", "RF8101"),
    ("\"noNewPrivileges\": true", "\"noNewPrivileges\": false", "RF8114"),
    ("\"uid\": 65534", "\"uid\": 0", "RF8113"),
    ("\"umask\": 63", "\"umask\": 77", "RF8115"),
    ("\"limit\": 134217728", "\"limit\": 0", "RF8170"),
    ("\"limit\": 134217728", "\"limits\": 134217728", "RF8101"),
    ("\"limit\": 640", "\"limit\": -1", "RF8178"),
    ("\"limit\": 640", "\"limit\": 20", "RF8179"),
    ("\"swap\": 134217728", "\"swap\": -1", "RF8172"),
    ("\"quota\": 50000", "\"quota\": -1", "RF8176"),
    ("\"access\": \"rwm\"", "\"access\": \"rwx\"", "RF8180"),
    ("\"allow\": false", "\"allow\": true", "RF8180"),
    ("\"type\": \"pid\"", "\"type\": \"ipc\"", "RF8161"),
    ("\"type\": \"pid\"", "\"type\": \"process\"", "RF8103"),
    ("\"type\": \"network\"", "\"type\": \"uts\"", "RF8160"),
    ("\"rootfsPropagation\": \"private\"", "\"rootfsPropagation\": \"shared\"", "RF8150"),
    ("\"rootfsPropagation\": \"private\"", "\"rootPropagation\": \"private\"", "RF8101"),
    ("\"seccomp\": {", "\"secomp\": {", "RF8183"),
    ("\"dev.gvisor.flag.oci-seccomp\": \"true\"", "\"dev.gvisor.flag.oci-seccomp\": \"yes\"", "RF8184"),
    ("\"dev.gvisor.flag.oci-seccomp\"", "\"dev.gvisor.flag.host-uds\"", "RF8189"),
    ("\"defaultAction\": \"SCMP_ACT_ERRNO\"", "\"defaultAction\": \"SCMP_ACT_LOG\"", "RF8401"),
    ("\"epoll_wait\"", "\"epol_wait\"", "RF8402"),
    ("\"nosuid\"", "\"nosiud\"", "RF8147"),
    ("\"size=16777216\"", "\"sise=16777216\"", "RF8146"),
    ("\"destination\": \"/usr\"", "\"destination\": \"/usr/\"", "RF8140"),
    ("\"destination\": \"/work\"", "\"destination\": \"/tmp\"", "RF8142"),
    ("\"source\": \"/etc/ld.so.cache\"", "\"source\": \"/etc/shadow\"", "RF8144"),
    ("\"type\": \"RLIMIT_NOFILE\"", "\"type\": \"RLIMIT_CORE\"", "RF8120"),
    ("\"hard\": 10,", "\"hard\": 20,", "RF8122"),
    ("\"PATH=/usr/local/bin:/usr/bin:/bin\"", "\"LANG=x\"", "RF8112"),
    ("\"cwd\": \"/work\"", "\"cwd\": \"/work/../\"", "RF8111"),
    ("\"bounding\": []", "\"bounding\": [\"CAP_SYS_ADMIN\"]", "RF8129"),
    ("\"bounding\": []", "\"boundary\": []", "RF8101"),
    ("\"oomScoreAdj\": 500", "\"oomScoreAdj\": -500", "RF8116"),
    ("\"/proc/kcore\"", "\"proc/kcore\"", "RF8187"),
  ]

  @Test("what runtimes take in silence is caught", arguments: silent)
  func caught(text: String, fault: String, rule: String) throws {
    // What only others are told is found in theirs.
    let targets: [any Target] = [GVisorTarget(), RuncTarget()]
    let texts = try targets.map { target in
      String(
        decoding: try #require(try target.lower(Samples.hardened, digest: Samples.digest).first).bytes,
        as: UTF8.self
      )
    }
    let index = try #require(texts.firstIndex { $0.contains(text) }, "there is no \(text)")
    let (target, good) = (targets[index], texts[index])
    let range = try #require(good.firstRange(of: text))
    var bad = good
    bad.replaceSubrange(range, with: fault)
    let found = target.validate(SourceText(name: "config.json", text: bad), as: .ociConfig)
    #expect(found.contains { $0.rule == rule }, "found \(Set(found.map(\.rule)).sorted())")
  }

  @Test("the documentation has the table of them")
  func page() {
    let titles = Dictionary(ValidationRules.all.map { ($0.id, $0.title) }) { first, _ in first }
    var lines = [
      "# What runtimes take in silence", "",
      "Each line is one change to a good `config.json`, what runc 1.1, crun 1.8 and runsc of 2022 do with it, and the rule",
      "by which `ringfence validate` finds it. `ringfence explain RULE` says what happens instead. Silent is a container",
      "that is created and started without a word. Where all three refuse, it is for what else the file says. Made",
      "by MutationTests.swift, which also checks every line, from what RuntimeMutationTests.swift measures.", "",
      "| asked | changed to | \(RuntimeMutationTests.runtimes.joined(separator: " | ")) | found by |",
      "|---|---|---|---|---|---|",
    ]
    let answers = RuntimeMutationTests.answers
    for (text, fault, rule) in Self.silent {
      let answer = (answers[fault] ?? []).map(\.rawValue).joined(separator: " | ")
      let page = "[\(rule)](rules.md#\(rule.lowercased())) \(titles[rule] ?? "")"
      lines.append("| `\(text)` | `\(fault)` | \(answer) | \(page) |")
    }
    let silent = answers.values.count { $0.contains(.silent) }
    lines += ["", "\(silent) of \(Self.silent.count) are taken in silence by one of them at least."]
    Snapshot.expect(lines.joined(separator: "\n") + "\n", matches: "../../../docs/mutations.md")
  }

  @Test("no change of bytes makes a validator crash, or point outside of the file", arguments: Samples.all)
  func random(sandbox: Sandbox) throws {
    var generator = SeededGenerator(seed: 11)
    for target in TargetRegistry.all {
      for artifact in try target.lower(sandbox, digest: Samples.digest) {
        let kind = try #require(ArtifactKind.detect(SourceText(name: artifact.name, bytes: artifact.bytes)))
        // Each reading of a profile of a thousand names costs milliseconds.
        for _ in 0..<(artifact.bytes.count > 20_000 ? 6 : 30) {
          let source = SourceText(name: artifact.name, bytes: Self.mutate(artifact.bytes, using: &generator))
          _ = ArtifactKind.detect(source)
          for finding in target.validate(source, as: kind) {
            guard let range = finding.primary?.range else { continue }
            #expect(range.end <= range.source.bytes.count, "\(artifact.name): \(finding.rule) \(finding.message)")
          }
        }
      }
    }
  }

  private static func mutate(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
      let index = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.remove(at: index)
      case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &generator)], at: index)
      case 3: bytes.replaceSubrange(index..<min(index + 9, bytes.count), with: "9999999999999999999".utf8)
      default: bytes.removeSubrange(index...)
      }
    }
    return bytes
  }

  /// The readers know nothing of the writers: what they agree on is what the files say.
  @Test("the three files for Docker say the same", arguments: Samples.all)
  func agreement(sandbox: Sandbox) throws {
    let artifacts = try DockerTarget().lower(sandbox, digest: Samples.digest)
    func source(_ name: String) throws -> SourceText {
      let artifact = try #require(artifacts.first { $0.name == name })
      return SourceText(name: name, bytes: artifact.bytes)
    }
    let script = try ShellScript.read(source("run.sh"))
    let call = try #require(DockerRunReader.calls(in: script).first)
    #expect(call.diagnostics.isEmpty)
    let body = DockerCreateReader.settings(of: try JSONNode(reading: source("create.json")))
    let compose = try #require(ComposeDocument.services(of: source("compose.yaml")).first)
    var reader = ComposeReader(service: compose)
    reader.read()
    #expect(reader.diagnostics.isEmpty)
    let expected = Summary(body)
    #expect(Summary(call.settings) == expected)
    #expect(Summary(reader.settings) == expected)
  }

  /// What a container is told, without the places and without what only one of the files can say.
  private struct Summary: Equatable, CustomStringConvertible {
    let lines: [String]
    var description: String { lines.joined(separator: "\n") }

    init(_ settings: DockerSettings) {
      var lines = [
        "user \(settings.user?.value ?? "")",
        "hostname \(settings.hostname?.value ?? "")",
        "privileged \(settings.privileged?.value ?? false)",
        "read-only \(settings.readOnlyRoot?.value ?? false)",
        "init \(settings.usesInit?.value ?? false)",
        "add \(settings.addedCapabilities.compactMap(\.value))",
        "drop \(settings.droppedCapabilities.compactMap(\.value))",
        "new privileges \(settings.securityOption("no-new-privileges") == nil)",
        "seccomp \(settings.securityOption("seccomp") != nil)",
        "memory \(settings.memory?.value ?? 0) \(settings.memorySwap?.value ?? 0)",
        "cpus \(settings.nanoCPUs?.value ?? 0)",
        "pids \(settings.pids?.value ?? 0)",
        "score \(settings.scoreAdjustment?.value ?? 0)",
        "log \(settings.logDriver?.value ?? "")",
        "runtime \(settings.runtime?.value ?? "")",
      ]
      for namespace in DockerSettings.Namespace.allCases {
        lines.append("\(namespace) \(settings.namespaces[namespace]?.value ?? "")")
      }
      lines += settings.ulimits.compactMap(\.value).map { "limit \($0.name) \($0.soft) \($0.hard)" }
      lines += settings.tmpfs.compactMap(\.value).map { "tmpfs \($0.path) \($0.options)" }
      lines += settings.mounts.compactMap(\.value).map { "mount \($0.type) \($0.source) \($0.target) \($0.isReadOnly)" }
      // Variables of the caller can be named in two of the three.
      lines += settings.environment.compactMap(\.value).filter { $0.contains("=") }.map { "env \($0)" }
      self.lines = lines
    }
  }
}
