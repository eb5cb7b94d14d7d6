import CanonicalJSON
import Diagnostics
import Sandbox
import Targets
import TestSupport
import Testing

@Suite("Artifacts, byte for byte")
struct GoldenTests {
  @Test("as recorded", arguments: Samples.all, TargetRegistry.all.map { type(of: $0).name })
  func recorded(sandbox: Sandbox, name: TargetName) throws {
    let target = try #require(TargetRegistry.target(named: name))
    let artifacts = try target.lower(sandbox, digest: Samples.digest)
    for artifact in artifacts {
      Snapshot.expect(artifact.bytes, matches: "\(sandbox.name)/\(name.rawValue)/\(artifact.name)")
    }
    #expect(try target.lower(sandbox, digest: Samples.digest) == artifacts)
  }

  @Test("every control is answered for, with a reason wherever it is not exact", arguments: Samples.all)
  func enforcement(sandbox: Sandbox) {
    for target in TargetRegistry.all {
      let report = target.enforcementReport(for: sandbox)
      #expect(report.map(\.control) == Control.allCases)
      let lines = report.map { control, enforcement in
        let details = [enforcement.mechanism, enforcement.reason].compactMap(\.self).joined(separator: "; ")
        return "\(control.rawValue): \(enforcement.word): \(details)"
      }
      let name = type(of: target).name.rawValue
      Snapshot.expect(lines.joined(separator: "\n") + "\n", matches: "\(sandbox.name)/\(name)/enforcement")
    }
  }

  @Test("what an engine cannot start is refused, not written", arguments: refusals)
  func refused(refusal: Refusal) throws {
    var sandbox = Samples.hardened
    refusal.change(&sandbox)
    let target = try #require(TargetRegistry.target(named: refusal.target))
    let error = try #require(throws: LoweringError.self) { try target.lower(sandbox, digest: Samples.digest) }
    #expect(error.control == refusal.control)
    #expect(error.message.contains(refusal.word))
  }

  /// What cannot be lowered, the control that is at fault, and a word of the message.
  struct Refusal: CustomTestStringConvertible, Sendable {
    let target: TargetName
    let control: Control?
    let word: String
    let change: @Sendable (inout Sandbox) -> Void
    var testDescription: String { "\(target) \(word)" }

    init(
      _ target: TargetName,
      _ control: Control?,
      _ word: String,
      _ change: @escaping @Sendable (inout Sandbox) -> Void
    ) {
      self.target = target
      self.control = control
      self.word = word
      self.change = change
    }
  }

  static let refusals = [
    Refusal(.docker, .syscalls, "fstatfs") { $0.syscalls.allow = [SyscallRule(.group("@startup"))] },
    Refusal(.docker, nil, "image") { $0.filesystem.image = nil },
    Refusal(.docker, .memory, "6Mi") { $0.resources.memory = .limited(ByteCount(bytes: 1000)) },
    Refusal(.docker, .cpus, "0.01") { $0.resources.cpus = .limited(MilliCPUs(9)) },
    Refusal(.docker, .openFiles, "open files") { $0.resources.openFiles = .limited(19) },
    Refusal(.docker, .tmpfs, "colon") { $0.filesystem.tmpfs[0].path = "/a:b" },
    Refusal(.docker, .environment, "variable") { $0.environment.set["A=B"] = "" },
    Refusal(.docker, nil, "NUL") { $0.process.command = ["a\0b"] },
    Refusal(.docker, .swap, "2^63") {
      $0.resources.memory = .limited(ByteCount(bytes: .max))
      $0.resources.swap = .limited(ByteCount(bytes: 1))
    },
    Refusal(.gvisor, .memory, "32Mi") { $0.resources.memory = .limited(ByteCount(bytes: 31 << 20)) },
    Refusal(.gvisor, .capabilities, "CAP_BPF") { $0.capabilities = [.bpf, .chown] },
    Refusal(.gvisor, .tmpfs, "comma") { $0.filesystem.tmpfs[0].path = "/a,b" },
    Refusal(.gvisor, nil, "NUL") { $0.environment.set["A"] = "\0" },
    Refusal(.gvisor, nil, "systrap") {
      $0.targets.gvisor.platform = .systrap
      $0.targets.gvisor.release = EngineRelease(2022_12_19)
    },
    Refusal(.docker, nil, "20.10") { $0.targets.docker.version = EngineVersion(19, 3) },
    Refusal(.podman, nil, "4.3") { $0.targets.podman.version = EngineVersion(4, 2, 9) },
    Refusal(.podman, nil, "image") { $0.filesystem.image = nil },
    Refusal(.podman, .tmpfs, "colon") { $0.filesystem.tmpfs[0].path = "/a:b" },
    Refusal(.runc, .cpus, "0.01") { $0.resources.cpus = .limited(MilliCPUs(9)) },
    Refusal(.crun, .syscalls, "fstatfs") { $0.syscalls.allow = [SyscallRule(.group("@startup"))] },
    Refusal(.native, .syscalls, "nothing") { $0.syscalls.allow = [SyscallRule(.name("nothing"))] },
  ]
}
