import Foundation
import Linux
import Testing

/// Where groups can be made, on trees of folders that look like the kernel's.
@Suite struct ControlGroupHostTests {
  /// A folder that stands for /sys/fs/cgroup.
  final class Hierarchy {
    let path = "/tmp/ringfence-groups-\(UUID().uuidString.lowercased())"

    init(folders: [String] = [], files: [String: String] = [:]) throws {
      for folder in [""] + folders {
        try FileManager.default.createDirectory(atPath: path + "/" + folder, withIntermediateDirectories: true)
      }
      for (name, text) in files {
        let place = path + "/" + name
        let folder = place.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: place, atomically: true, encoding: .utf8)
      }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func discover(
      _ version: ControlGroupHost.Version,
      _ memberships: String,
      parent: String? = nil
    ) -> [Controller: String] {
      let host = ControlGroupHost.discover(in: path, version: version, memberships: memberships, parent: parent)
      return Dictionary(
        uniqueKeysWithValues: Controller.allCases.compactMap { controller in
          host.parents[controller].map { (controller, String($0.dropFirst(path.utf8.count))) }
        }
      )
    }
  }

  /// A group of version 2 that hands these controllers down.
  private static func group(_ name: String, handingDown: String) -> [String: String] {
    let prefix = name.isEmpty ? "" : name + "/"
    return [
      prefix + "cgroup.procs": "", prefix + "cgroup.controllers": handingDown,
      prefix + "cgroup.subtree_control": handingDown,
    ]
  }

  @Test func versionOneIsFoundByController() throws {
    let hierarchy = try Hierarchy(folders: ["memory/job/7", "cpu,cpuacct", "cpuset", "pids", "unified/job"])
    let memberships = """
      12:pids:/elsewhere/on/the/host
      6:cpuset:/
      5:cpu,cpuacct:/
      4:memory:/job/7
      3:cpuset:/
      1:name=systemd:/job
      0::/job

      """
    #expect(
      hierarchy.discover(.one, memberships) == [
        .memory: "/memory/job/7",
        .cpu: "/cpu,cpuacct",
        .cpuAccounting: "/cpu,cpuacct",
        // In a container the path is the host's, and the mount is the container's own group.
        .pids: "/pids",
      ]
    )
  }

  @Test func aPathMayHoldColonsAndAControllerHaveAMountOfItsOwn() throws {
    let hierarchy = try Hierarchy(folders: ["memory/a:b", "cpu", "cpuacct"])
    let memberships = "4:memory:/a:b\n3:cpu,cpuacct:/\n"
    #expect(
      hierarchy.discover(.one, memberships) == [.memory: "/memory/a:b", .cpu: "/cpu", .cpuAccounting: "/cpuacct"]
    )
  }

  @Test func whatIsNotMountedIsNamed() throws {
    let hierarchy = try Hierarchy(folders: ["memory"])
    let host = ControlGroupHost.discover(in: hierarchy.path, version: .one, memberships: "4:memory:/\n", parent: nil)
    #expect(Controller.allCases.filter { host.parents[$0] != nil } == [.memory])
    #expect(host.obstacles[.pids] == "no pids control group hierarchy is mounted in \(hierarchy.path)")
    let nothing = ControlGroupHost.discover(in: hierarchy.path, version: .one, memberships: "", parent: nil)
    #expect(Controller.allCases.allSatisfy { nothing.parents[$0] == nil && nothing.obstacles[$0] != nil })
  }

  @Test func versionTwoTakesTheNearestGroupThatHandsEverythingDown() throws {
    let files = Self.group("", handingDown: "cpu io memory pids")
      .merging(Self.group("user", handingDown: "cpu memory pids")) { $1 }
      .merging(Self.group("user/me", handingDown: "memory pids")) { $1 }
      .merging(Self.group("user/me/scope", handingDown: "")) { $1 }
    let hierarchy = try Hierarchy(files: files)
    #expect(Set(hierarchy.discover(.two, "0::/user/me/scope\n").values) == ["/user"])
    #expect(Set(hierarchy.discover(.two, "0::/user\n").values) == ["/user"])
    #expect(Set(hierarchy.discover(.two, "0::/\n").values) == [""])
    // Processor time is counted in every group.
    #expect(Set(hierarchy.discover(.two, "0::/user\n").keys) == Set(Controller.allCases))
  }

  @Test func theCallerMayNameTheGroup() throws {
    let files = Self.group("", handingDown: "cpu memory pids")
      .merging(Self.group("mine", handingDown: "memory")) { $1 }
    let hierarchy = try Hierarchy(files: files)
    for name in ["mine", "/mine", hierarchy.path + "/mine"] {
      let found = hierarchy.discover(.two, "0::/\n", parent: name)
      #expect(found == [.memory: "/mine", .cpuAccounting: "/mine"], "\(name)")
    }
    #expect(hierarchy.discover(.two, "0::/\n", parent: "absent").isEmpty)
  }

  @Test func aGroupThatHandsNothingDownIsOfNoUse() throws {
    let hierarchy = try Hierarchy(files: Self.group("", handingDown: ""))
    let host = ControlGroupHost.discover(in: hierarchy.path, version: .two, memberships: "0::/\n", parent: nil)
    #expect(Controller.allCases.allSatisfy { host.parents[$0] == nil })
    #expect(host.obstacles[.memory] == "no group hands the controller down")
  }
}
