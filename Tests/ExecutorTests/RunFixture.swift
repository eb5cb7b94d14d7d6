import CanonicalJSON
import Diagnostics
import Foundation
import TestSupport
import Testing

/// A folder with a policy in it, to run programs under with the built command.
struct RunFixture: ~Copyable {
  let folder: String

  /// `changes` is what the policy says beyond `python-untrusted`, as YAML.
  init(_ changes: String = "") throws {
    folder = "/tmp/ringfence-run-\(UUID().uuidString.lowercased())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // A user without privilege has to reach it.
    chmod(folder, 0o755)
    // Longer than the policy's own: other tests run beside these.
    let text = "version: 1\nname: tried\nextends: python-untrusted\n" + changes
    try text.write(toFile: folder + "/tried.yaml", atomically: true, encoding: .utf8)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// The command line that runs a program and writes the result as JSON.
  func command(_ program: [String]) -> [String] {
    [BuiltCommand.path, "run", "--json", folder + "/tried.yaml", "--"] + program
  }

  func run(_ program: [String], input: [UInt8] = [], as user: TestUser = .root) throws -> RunDocument {
    try RunDocument(ChildProcess.run(user.prefix + command(program), input: input, in: folder))
  }

  func run(python program: String, input: [UInt8] = [], as user: TestUser = .root) throws -> RunDocument {
    try run(["python3", "-c", program], input: input, as: user)
  }
}

/// Who starts the command.
enum TestUser: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case root
  case nobody

  var prefix: [String] {
    switch self {
    case .root: []
    case .nobody: ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    }
  }

  var testDescription: String { rawValue }

  /// What a user without control groups has to accept, as a part of a policy.
  static let acceptances =
    "accept:\n"
    + ["memory", "cpus", "cpu_time"].map {
      "  - {target: native, control: resources.\($0), reason: no control groups in this test}\n"
    }.joined()
}

/// What `ringfence run --json` wrote.
struct RunDocument {
  let json: JSON
  let exitCode: Int32

  init(_ process: ChildProcess) throws {
    json = try JSONNode(reading: SourceText(name: "result", bytes: process.standardOutput)).json
    exitCode = process.exitCode
  }

  var verdict: String { json["verdict"]?.string ?? "" }
  var message: String { json["message"]?.string ?? "" }
  var output: String { json["stdout"]?.string ?? "" }
  var error: String { json["stderr"]?.string ?? "" }
  var wallMilliseconds: Double? {
    guard case .number(let number)? = json["usage"]?["wall_ms"] else { return nil }
    return Double(number.lexeme)
  }
  var limits: [String] { json["limits_hit"]?.array?.compactMap(\.string) ?? [] }
}

/// What runs could leave behind on this machine.
enum Leftovers {
  /// Directories of control groups of ours.
  static var controlGroups: [String] {
    var found: [String] = []
    guard let all = FileManager.default.enumerator(atPath: "/sys/fs/cgroup") else { return [] }
    while let path = all.nextObject() as? String {
      if path.split(separator: "/").last?.hasPrefix("ringfence-") == true { found.append(path) }
    }
    return found
  }

  /// Processes that have a word in their command line.
  static func processes(with word: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { name in
      guard Int32(name) != nil, let data = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") else {
        return false
      }
      return String(decoding: data, as: UTF8.self).contains(word)
    }
  }
}
