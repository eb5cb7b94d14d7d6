import Diagnostics
import Seccomp
import Targets
import TestSupport
import Testing

@Suite("Rules of native profiles, filters and scripts for OCI runtimes")
struct OtherRuleTests {
  struct Example: CustomTestStringConvertible, Sendable {
    let kind: ArtifactKind
    let example: RuleCase
    var testDescription: String { example.testDescription }
  }

  @Test("found where they have to be, and nowhere else", arguments: all.filter { $0.kind != .bpf })
  func text(example: Example) throws { try example.example.check(as: example.kind) }

  @Test("filters", arguments: filters)
  func program(filter: Filter) throws {
    let target = try #require(TargetRegistry.validator(for: .bpf))
    let source = SourceText(name: "filter.bpf", bytes: filter.bytes)
    let found = target.validate(source, as: .bpf).map(\.rule)
    #expect(found.contains(filter.rule) == filter.isBad, "\(found)")
  }

  static let all =
    profiles.map { Example(kind: .nativeProfile, example: $0) }
    + scripts.map { Example(kind: .runscScript, example: $0) }
    + runtimeScripts.map { Example(kind: .runtimeScript, example: $0) }
    + filters.map { Example(kind: .bpf, example: RuleCase($0.rule, $0.isBad ? "«»" : "")) }

  private static func control(_ rule: String, _ name: String, _ value: String) -> RuleCase {
    RuleCase(rule, #"{"schema":"ringfence.native/1","controls":{""# + name + #"":{"value":"# + value + "}}}")
  }

  static let profiles = [
    RuleCase("RF8104", #"«{»"schema":"ringfence.native/1","policy":"x","policy_digest":"x","controls":{}}"#),
    RuleCase("RF8502", #"{"policy_digest":«"sha256:xyz"»,"filter":{"digest":«"md5:0"»}}"#),
    RuleCase("RF8502", #"{"policy_digest":"\#(Samples.digest.value)"}"#),
    RuleCase("RF8504", #"{"controls":{"network.allow":{"enforcement":«"none"»},"syscalls":{"enforcement":"exact"}}}"#),
    RuleCase("RF8504", #"{"controls":{"syscalls":{"enforcement":"stricter"}}}"#),
    control("RF8510", "filesystem.read", #"["/usr",«"/etc"»,{"source":«"/proc"»,"path":"/p"}]"#),
    control("RF8512", "capabilities", #"["CAP_KILL",«"CAP_SYS_ADMIN"»,«"KILL"»]"#),
    control("RF8513", "syscalls", #"{"allow":["read",«"raed"»,«"@nothing"»],"deny":[{"name":«"x"»}]}"#),
    control("RF8513", "syscalls", #"{"allow":["@container-default"]}"#),
  ]

  static let scripts = [
    RuleCase("RF8801", "«»echo runsc"),
    RuleCase("RF8801", "\"$runsc\" run x"),
    RuleCase("RF8802", "runsc «run» x"),
    RuleCase("RF8803", "sudo runsc «--ignore-cgroups» run x"),
    RuleCase("RF8803", "runsc --ignore-cgroups=false run x"),
    RuleCase("RF8804", "runsc --oci-seccomp run x"),
    RuleCase("RF8806", "/usr/bin/runsc «--host-uds=open» «-TESTONLY-unsafe-nonroot» run x"),
    RuleCase("RF8808", "runsc --platform \"$p\" --platform=ptrace run x"),
  ]

  static let runtimeScripts = [
    RuleCase("RF8821", "«»echo runc"),
    RuleCase("RF8821", "view \"$crun\" run x"),
    RuleCase("RF8822", "sudo /usr/sbin/runc run «--no-pivot» x"),
    RuleCase("RF8822", "runc run --no-pivot=false x"),
    RuleCase("RF8823", "crun create «--no-new-keyring» x"),
    RuleCase("RF8823", "crun create x"),
    RuleCase("RF8824", "runc run «--preserve-fds» 3 x; crun run «--preserve-fds=1» x"),
    RuleCase("RF8824", "runc run --preserve-fds 0 x"),
    RuleCase("RF8825", "\"$crun\" «--cgroup-manager=disabled» run x; crun «--cgroup-manager» disabled run x"),
    RuleCase("RF8825", "crun --cgroup-manager=cgroupfs run x"),
  ]

  struct Filter: CustomTestStringConvertible, Sendable {
    let rule: String
    let isBad: Bool
    let bytes: [UInt8]
    var testDescription: String { "\(rule) \(isBad)" }

    init(_ rule: String, isBad: Bool, _ instructions: [BPFInstruction]) {
      self.rule = rule
      self.isBad = isBad
      bytes = instructions.flatMap { instruction in
        withUnsafeBytes(of: instruction.code) { Array($0) } + [instruction.jt, instruction.jf]
          + withUnsafeBytes(of: instruction.k) { Array($0) }
      }
    }
  }

  private static let jeq: UInt16 = 0x15
  private static let jge: UInt16 = 0x35
  private static let architecture = SyscallABI.current.auditArchitecture

  private static func number(_ name: String) -> UInt32 {
    Syscall(named: name).flatMap { $0.number(on: .current) } ?? 0
  }

  /// Kills other architectures, then answers to listed numbers with allow and to others with an error.
  private static func allowing(_ names: [String], other: FilterAction = .errno(38)) -> [BPFInstruction] {
    var instructions = [
      BPFInstruction.load(word: 1), BPFInstruction(code: jeq, jt: 1, jf: 0, k: architecture), .ret(.killProcess),
      .load(word: 0),
    ]
    for name in names {
      instructions += [BPFInstruction(code: jeq, jt: 0, jf: 1, k: number(name)), .ret(.allow)]
    }
    return instructions + [.ret(other)]
  }

  private static let fine = allowing(["execve", "exit_group", "read"])

  static let filters = [
    Filter("RF8701", isBad: true, []),
    Filter("RF8701", isBad: true, [.load(word: 0)]),
    Filter("RF8701", isBad: true, [BPFInstruction(code: 0xFFFF), .ret(.allow)]),
    Filter("RF8701", isBad: false, fine),
    Filter("RF8702", isBad: true, [.ret(.killProcess), .ret(.allow)]),
    Filter("RF8702", isBad: false, fine),
    Filter("RF8703", isBad: true, Array(fine.dropFirst(3))),
    Filter("RF8703", isBad: false, fine),
    Filter("RF8704", isBad: true, allowing([], other: .allow)),
    Filter("RF8704", isBad: false, fine),
    Filter("RF8705", isBad: true, allowing([], other: .allow)),
    Filter("RF8705", isBad: false, fine),
    Filter("RF8706", isBad: true, allowing(["bpf"])),
    Filter("RF8706", isBad: false, fine),
    // socket: a family of 64 bits is compared with 40, so the upper half passes by.
    Filter(
      "RF8707",
      isBad: true,
      Array(allowing([]).dropLast()) + [
        BPFInstruction(code: jeq, jt: 0, jf: 4, k: number("socket")), .load(word: 5),
        BPFInstruction(code: jge, jt: 0, jf: 1, k: 1), .ret(.allow), .ret(.errno(1)), .ret(.errno(38)),
      ]
    ),
    Filter("RF8707", isBad: false, fine),
    Filter("RF8708", isBad: true, allowing(["read"])),
    Filter("RF8708", isBad: false, fine),
    Filter("RF8709", isBad: true, allowing(["clone3"])),
    Filter("RF8709", isBad: true, allowing(["read"], other: .errno(1))),
    Filter("RF8709", isBad: false, fine),
    Filter("RF8710", isBad: true, [BPFInstruction(code: 0x06, k: 0x1234_0000)]),
    Filter("RF8710", isBad: false, fine),
    Filter("RF8711", isBad: true, [.load(word: 4)] + fine),
    Filter("RF8711", isBad: false, fine),
  ]
}
