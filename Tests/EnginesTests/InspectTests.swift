import CanonicalJSON
import Diagnostics
import Policy
import Sandbox
import Targets
import TestSupport
import Testing

@testable import Engines

@Suite("What Docker was asked for, beside what it says it made")
struct InspectTests {
  private static func compare(_ asked: JSON, _ shown: JSON) -> [String] {
    InspectComparison(asked: asked, inspected: shown).differences.map(\.key)
  }

  @Test("a value that is dropped, changed or added is a difference")
  func differences() {
    let asked: JSON = [
      "User": "1:1", "Env": ["A=1"], "Entrypoint": [""], "Tty": false,
      "HostConfig": [
        "PidsLimit": 64, "CapDrop": ["ALL"], "Tmpfs": ["/tmp": "size=1"], "RestartPolicy": ["Name": ""],
        "Ulimits": [["Name": "core", "Soft": 0, "Hard": 0]],
        "Mounts": [["Type": "bind", "Target": "/a", "ReadOnly": true, "BindOptions": ["NonRecursive": true]]],
      ],
    ]
    func host(_ change: (inout JSONObject) -> Void) -> JSON {
      var host = asked["HostConfig"]?.object ?? JSONObject()
      change(&host)
      return ["Config": ["User": "1:1", "Env": ["A=1", "PATH=/bin"]], "HostConfig": .object(host)]
    }
    #expect(Self.compare(asked, host { _ in }) == [])
    #expect(Self.compare(asked, host { $0["RestartPolicy"] = ["Name": "no", "MaximumRetryCount": 0] }) == [])
    #expect(Self.compare(asked, host { $0["RestartPolicy"] = ["Name": "always"] }) == ["HostConfig.RestartPolicy"])
    #expect(Self.compare(asked, host { $0["PidsLimit"] = nil }) == ["HostConfig.PidsLimit"])
    #expect(Self.compare(asked, host { $0["PidsLimit"] = 65 }) == ["HostConfig.PidsLimit"])
    #expect(Self.compare(asked, host { $0["CapDrop"] = ["NET_RAW"] }) == ["HostConfig.CapDrop"])
    #expect(Self.compare(asked, host { $0["Tmpfs"] = ["/tmp": "size=1", "/x": ""] }) == [])
    #expect(Self.compare(asked, host { $0["Tmpfs"] = ["/tmp": "size=1", "/x": "size=2"] }) == ["HostConfig.Tmpfs"])
    #expect(
      Self.compare(asked, host { $0["Ulimits"] = [["Name": "core", "Hard": 1, "Soft": 0]] }) == ["HostConfig.Ulimits"]
    )
    #expect(
      Self.compare(
        asked,
        host { $0["Mounts"] = [["Type": "bind", "Target": "/a", "BindOptions": ["NonRecursive": true]]] }
      )
        == ["HostConfig.Mounts"]
    )
    #expect(Self.compare(["Env": ["A=1"]], ["Config": ["Env": ["A=2"]]]) == ["Config.Env"])
    #expect(Self.compare(["Entrypoint": [""]], ["Config": ["Entrypoint": ["/init"]]]) == ["Config.Entrypoint"])
    #expect(Self.compare(["Labels": ["a": "b"]], ["Config": ["Labels": ["a": "c"]]]) == ["Config.Labels"])
    #expect(Self.compare(["Tty": false], ["Config": ["Tty": true]]) == ["Config.Tty"])
    #expect(Self.compare(asked, [:]).contains("HostConfig.PidsLimit"))
    let objection = InspectComparison(asked: ["HostConfig": ["PidsLimit": 64]], inspected: [:]).objection
    #expect(objection == "the engine has not made what it was asked for: HostConfig.PidsLimit is null, not 64")
  }

  /// What of a policy each key is; nil is the same for every policy.
  private static let clauses: [String: String] = [
    "Config.Image": "filesystem.image", "Config.Entrypoint": "process.command", "Config.Cmd": "process.command",
    "Config.User": "process.user", "Config.WorkingDir": "process.working_dir", "Config.Hostname": "process.hostname",
    "Config.Env": "environment", "HostConfig.NetworkMode": "network.mode", "HostConfig.Privileged": "capabilities",
    "HostConfig.ReadonlyRootfs": "filesystem.root", "HostConfig.CapDrop": "capabilities",
    "HostConfig.CapAdd": "capabilities", "HostConfig.SecurityOpt": "process.no_new_privileges, syscalls",
    "HostConfig.Memory": "resources.memory", "HostConfig.MemorySwap": "resources.memory and swap",
    "HostConfig.NanoCpus": "resources.cpus", "HostConfig.PidsLimit": "resources.pids",
    "HostConfig.Ulimits": "resources: core, cpu_time, file_size, open_files, stack",
    "HostConfig.Tmpfs": "filesystem.tmpfs", "HostConfig.Mounts": "filesystem.read and write",
    "HostConfig.LogConfig": "resources.output",
    "HostConfig.Runtime": "targets.docker.runtime",
  ]

  @Test(
    "every container of the shipped policies is what was asked for, and the page shows it",
    .enabled(
      if: ChildProcess.inherited("RINGFENCE_TEST_DOCKER_HOST") != nil || TestHost.isCI,
      "no Docker daemon: run Tests/Engines/with-engines swift test"
    )
  )
  func shipped() throws {
    let api = try DockerAPI(host: ChildProcess.inherited("RINGFENCE_TEST_DOCKER_HOST") ?? "")
    var page = """
      # What Docker was asked for, and what it says it made

      Each container of a shipped policy as `docker inspect` shows it before it starts, beside the create body and the line
      of the policy that it comes from. `ringfence run --engine docker` makes the same comparison at each run, and starts
      nothing that differs. Made by InspectTests.swift with Docker 20.10, with an image of the tests.

      """
    for entry in ShippedPolicies.all {
      let policy = try PolicyLoader(searchPath: []).load(reference: entry.name)
      var sandbox = policy.sandbox
      sandbox.filesystem.image = ImageReference(reference: "ringfence-test:1")
      // Of those without a command the caller gives one.
      if sandbox.process.command.isEmpty { sandbox.process.command = ["true"] }
      let body = try DockerTarget().createBody(for: sandbox, digest: PolicyDigest(value: policy.digest))
      let name = "ringfence-inspect-\(entry.name)"
      try api.remove(name)
      _ = try api.create(name: name, body: body)
      let inspected: JSON
      do {
        inspected = try api.inspect(name).json
      } catch {
        try api.remove(name)
        throw error
      }
      try api.remove(name)
      let comparison = InspectComparison(asked: body, inspected: inspected)
      #expect(comparison.objection == nil, "\(entry.name)")
      #expect(comparison.lines.count >= 35, "\(entry.name)")
      page += "\n## \(entry.name)\n\n| of the policy | key | asked | inspect | same |\n|---|---|---|---|---|\n"
      for line in comparison.lines {
        let clause = Self.clauses[line.key].map { "`\($0)`" } ?? "always"
        page += "| \(clause) | \(line.key) | \(Self.cell(line.asked)) | \(Self.cell(line.shown ?? .null)) | "
        page += line.isSame ? "yes |\n" : "**no** |\n"
      }
    }
    Snapshot.expect(page, matches: "../../../docs/inspect.md")
  }

  /// A value in a cell of a table; filters and long lists by their size.
  private static func cell(_ value: JSON) -> String {
    var value = value
    if let items = value.array {
      value = .array(
        items.map { item in
          guard let option = item.string, option.hasPrefix("seccomp={") else { return item }
          return .string("seccomp= and a profile of \(option.utf8.count - 8) bytes")
        }
      )
    }
    let text = value.text(.compact).replacing("|", with: "\\|")
    return "`\(text.utf8.count <= 300 ? text : text.prefix(280) + "…")`"
  }
}
