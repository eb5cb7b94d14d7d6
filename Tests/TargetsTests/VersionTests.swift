import Sandbox
import Targets
import Testing

@Suite("What the version of an engine changes")
struct VersionTests {
  @Test(
    "versions are compared by number",
    arguments: [
      ("1.1.5", "1.1.8"), ("1.1.8", "1.1.10"), ("24.0", "25"), ("4.3.1", "4.10"), ("1", "1.0.1"),
    ]
  )
  func order(older: String, newer: String) throws {
    let (older, newer) = (try #require(EngineVersion(older)), try #require(EngineVersion(newer)))
    #expect(older < newer && !(newer < older) && older != newer)
  }

  @Test("zeros at the end say nothing, and are still shown")
  func zeros() throws {
    let (short, long) = (try #require(EngineVersion("25")), try #require(EngineVersion("25.0")))
    #expect(short == long && !(short < long) && !(long < short))
    #expect(Set([short, long]).count == 1)
    #expect(long.description == "25.0")
  }

  @Test(
    "nothing else is a version",
    arguments: [
      "", ".", "1.", ".1", "v1", "1.x", "1.2.3.4", "12345", "-1", "1 ", "１", "latest",
    ]
  )
  func noVersion(text: String) { #expect(EngineVersion(text) == nil) }

  @Test(
    "nothing else is a release",
    arguments: [
      "", "2022", "20221319", "20221200", "2022-12-19", "20221219.0", "release-20221219", "２０２２１２１９",
    ]
  )
  func noRelease(text: String) { #expect(EngineRelease(text) == nil) }

  struct Line: Sendable, CustomTestStringConvertible {
    let target: TargetName
    let version: String?
    let file: String
    let present: String
    let absent: String
    var testDescription: String { "\(target) \(version ?? "any")" }
  }

  static let lines = [
    Line(target: .docker, version: nil, file: "run.sh", present: "case $(\"$docker\" version", absent: "\nrecursive="),
    Line(
      target: .docker,
      version: "24.0",
      file: "run.sh",
      present: "\nrecursive=bind-nonrecursive=true\n",
      absent: "disabled"
    ),
    Line(
      target: .docker,
      version: "25",
      file: "run.sh",
      present: "\nrecursive=bind-recursive=disabled\n",
      absent: "nonrecursive"
    ),
    Line(
      target: .podman,
      version: nil,
      file: "run.sh",
      present: "\nrecursive=bind-nonrecursive=true\n",
      absent: "disabled"
    ),
  ]

  @Test("a line of an artifact", arguments: lines)
  func artifact(line: Line) throws {
    let target = try #require(TargetRegistry.target(named: line.target))
    let sandbox = Self.sandbox(line.target, line.version)
    let artifacts = try target.lower(sandbox, digest: Samples.digest)
    let artifact = try #require(artifacts.first { $0.name == line.file })
    let text = String(decoding: artifact.bytes, as: UTF8.self)
    #expect(text.contains(line.present))
    #expect(!text.contains(line.absent))
  }

  struct Word: Sendable, CustomTestStringConvertible {
    let target: TargetName
    let version: String?
    let control: Control
    let word: String
    let text: String
    var testDescription: String { "\(target) \(version ?? "any") \(control.rawValue)" }
  }

  static let words = [
    Word(target: .gvisor, version: nil, control: .umask, word: "weaker", text: "runsc before 2023"),
    Word(target: .gvisor, version: "20221219", control: .umask, word: "weaker", text: "runsc before 2023"),
    Word(target: .gvisor, version: "20230102", control: .umask, word: "exact", text: "process.user.umask"),
    Word(target: .gvisor, version: nil, control: .cpuTime, word: "weaker", text: "before November 2024"),
    Word(target: .gvisor, version: "20241112", control: .cpuTime, word: "none", text: "ignores RLIMIT_CPU"),
    Word(target: .gvisor, version: "20241118", control: .cpuTime, word: "weaker", text: "by itself"),
    Word(target: .runc, version: nil, control: .tmpfs, word: "exact", text: "before 1.1.8"),
    Word(target: .runc, version: "1.1.7", control: .tmpfs, word: "exact", text: "before 1.1.8"),
    Word(target: .runc, version: "1.1.8", control: .tmpfs, word: "exact", text: "noexec"),
    Word(target: .crun, version: nil, control: .tmpfs, word: "exact", text: "noexec"),
  ]

  @Test("a word of the enforcement", arguments: words)
  func enforcement(item: Word) throws {
    let target = try #require(TargetRegistry.target(named: item.target))
    let found = target.enforcement(of: item.control, in: Self.sandbox(item.target, item.version))
    let text = (found.mechanism ?? "") + (found.reason ?? "")
    #expect(found.word == item.word)
    #expect(text.contains(item.text), "\(text)")
    // What holds only for older ones is not said of the newer.
    if item.version == "1.1.8" { #expect(!text.contains("1.1.8")) }
    if item.version == "20241118" { #expect(!text.contains("2024")) }
  }

  private static func sandbox(_ target: TargetName, _ text: String?) -> Sandbox {
    var sandbox = Samples.mounts
    guard let text else { return sandbox }
    switch target {
    case .docker: sandbox.targets.docker.version = EngineVersion(text)
    case .podman: sandbox.targets.podman.version = EngineVersion(text)
    case .runc: sandbox.targets.runc.version = EngineVersion(text)
    case .crun: sandbox.targets.crun.version = EngineVersion(text)
    case .gvisor: sandbox.targets.gvisor.release = EngineRelease(text)
    case .native, .kubernetes: break
    }
    return sandbox
  }
}
