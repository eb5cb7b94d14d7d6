import Foundation
import TestSupport
import Testing

/// `ringfence doctor` tells the truth about this host, in a form that people can act on.
@Suite struct DoctorTests {
  private static func doctor(_ prefix: [String] = []) throws -> (report: ChildProcess, lines: [String]) {
    let report = try ChildProcess.run(prefix + [BuiltCommand.path, "doctor"], in: "/")
    return (report, report.outputText.split(separator: "\n").map(String.init))
  }

  @Test func everyControlHasALine() throws {
    let (report, lines) = try Self.doctor()
    for name in ["kernel", "user", "control groups", "Landlock", "vsyscall"] {
      #expect(lines.contains { $0.hasPrefix("\(name): ") }, "\(name)")
    }
    for control in [
      "process.user", "environment", "filesystem.root", "network.mode", "resources.memory", "resources.cpu_time",
      "capabilities", "syscalls",
    ] {
      let line = lines.first { $0.hasPrefix("  \(control) ") }
      let words = line?.split(separator: " ").dropFirst().first
      #expect(["exact,", "weaker,", "none:"].contains(words), "\(control): \(line ?? "no line")")
    }
    #expect(report.errorText.hasPrefix("this host "))
    #expect(report.exitCode == (report.errorText == "this host can enforce everything\n" ? 0 : 1))
  }

  /// What doctor promises is what a run reports.
  @Test(.requiresRoot(), .requires("setpriv")) func whatIsLostIsExplained() throws {
    let (_, lines) = try Self.doctor(["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"])
    #expect(lines.contains("user: uid 65534"))
    for (place, line) in lines.enumerated() where line.hasPrefix("  ") && line.contains(" none: ") {
      #expect(lines.dropFirst(place + 1).first?.hasPrefix("      → ") == true, "no advice: \(line)")
    }
  }
}
