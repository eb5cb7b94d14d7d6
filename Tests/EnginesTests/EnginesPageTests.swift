import CanonicalJSON
import Diagnostics
import Policy
import Sandbox
import TestSupport
import Testing

/// `docs/engines.md` and the measurement that it is made of, which is committed beside it.
@Suite("The comparison of the engines")
struct EnginesPageTests {
  private static let measurement = BuiltCommand.folder + "/docs/engines.json"

  @Test("the page is what was measured", .enabled(if: TestHost.isCI || TestHost.find("python3") != nil))
  func page() throws {
    let result = try ChildProcess.run(
      ["python3", "Tests/Engines/page", "docs/engines.json"],
      in: BuiltCommand.folder,
      environment: ["PYTHONUTF8": "1"]
    )
    #expect(result.exitCode == 0, "\(result.errorText)")
    #expect(
      result.outputText == TestFile.text(BuiltCommand.folder + "/docs/engines.md"),
      "out of date: Tests/Engines/page docs/engines.json >docs/engines.md"
    )
  }

  @Test("every policy was probed on every engine, for every control, and nothing failed")
  func isComplete() throws {
    let bytes = try #require(TestFile.read(Self.measurement))
    let root = try JSONNode(reading: SourceText(name: Self.measurement, bytes: bytes))
    #expect(root["schema"]?.string == "ringfence.engines/1")
    let probes = root["probes"]?.items ?? []
    let found = Set(probes.map { "\($0["policy"]?.string ?? "") on \($0["engine"]?.string ?? "")" })
    let wanted = ShippedPolicies.all.flatMap { policy in
      ["native", "docker", "gvisor", "runc", "crun"].map { "\(policy.name) on \($0)" }
    }
    #expect(found == Set(wanted))
    for probe in probes {
      let rows = probe["controls"]?.items ?? []
      #expect(rows.map { $0["control"]?.string } == Control.allCases.map(\.rawValue))
      let findings = Set(rows.compactMap { $0["finding"]?.string })
      #expect(findings.isSubset(of: ["same", "stricter", "accepted"]), "\(findings)")
    }
  }

  @Test("a debug build is not measured", .enabled(if: TestHost.isCI || TestHost.find("python3") != nil))
  func debug() throws {
    let result = try ChildProcess.run(
      ["python3", "Tests/Engines/measure", "/bin/sh"],
      in: BuiltCommand.folder,
      environment: ["RINGFENCE_TEST_DOCKER_HOST": "unix:///nowhere", "RINGFENCE_TEST_ROOTFS": "/nowhere"]
    )
    #expect(result.exitCode == 1)
    #expect(result.errorText.contains("this is a debug build"))
    #expect(result.outputText == "")
  }
}
