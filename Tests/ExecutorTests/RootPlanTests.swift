import Foundation
import Sandbox
import Testing

@testable import Executor

/// What the new root is made of, and in which order.
@Suite struct RootPlanTests {
  private static func plan(_ change: (inout Filesystem) -> Void) throws -> RootPlan {
    var sandbox = Sandbox(name: "plan")
    change(&sandbox.filesystem)
    return try RootPlan(sandbox)
  }

  private static func lines(_ plan: RootPlan) -> [String] {
    plan.entries.map { entry in
      let path = entry.path.text
      let foreign = entry.flags & 1 == 0 ? "" : " foreign"
      return switch entry.kind {
      case .directory: "mkdir \(path)"
      case .file: "file \(path)"
      case .symlink(let target): "link \(path) \(String(decoding: target, as: UTF8.self))"
      case .bind(let source, let attributes, _):
        "bind\(attributes & 1 == 1 ? "" : " writable") \(source) \(path)\(foreign)"
      case .mount(let type, _, _): "mount \(type) \(path)\(foreign)"
      case .seal: "seal \(path)\(foreign)"
      }
    }
  }

  /// What one run of a zygote read there, the next would see.
  @Test func devInAnothersRootKeepsNoAccessTimes() throws {
    let plan = try Self.plan { filesystem in
      filesystem.rootfs = "/"
      filesystem.dev = .minimal
    }
    let attributes = plan.entries.compactMap { entry -> UInt64? in
      guard entry.path.text == "/dev", case .mount(_, _, let attributes) = entry.kind else { return nil }
      return attributes
    }
    #expect(attributes.count == 1)
    #expect(attributes.allSatisfy { $0 & MountAttributes.noAccessTimes != 0 })
  }

  /// Through a ring a file gets its mode unseen by the filter.
  @Test(arguments: [[], [BindMount(source: "/srv", destination: "/srv")]])
  func whoeverWritesHasNoRing(_ write: [BindMount]) {
    var sandbox = Sandbox(name: "writes")
    sandbox.filesystem.write = write
    let denied = Execution.withoutSetuidFiles(sandbox).syscalls.deny.contains { $0.selector == .name("io_uring_setup") }
    #expect(denied == !write.isEmpty)
  }

  @Test func systemPathsKeepTheirLinks() throws {
    // Debian's merged /usr: /bin and /lib are links, and what they lead to is in /usr already.
    let plan = try Self.plan { $0.read = [.system("/bin"), .system("/usr"), .system("/lib")] }
    #expect(
      Self.lines(plan) == ["mount tmpfs /", "link /bin usr/bin", "link /lib usr/lib", "mkdir /usr", "bind /usr /usr"]
    )
  }

  @Test func aFileGetsAFileToBindOnto() throws {
    let plan = try Self.plan { $0.read = [.bind(BindMount(source: "/etc/passwd", destination: "/data/users"))] }
    #expect(Self.lines(plan) == ["mount tmpfs /", "mkdir /data", "file /data/users", "bind /etc/passwd /data/users"])
  }

  @Test func whatLiesInAMountComesAfterIt() throws {
    let plan = try Self.plan {
      $0.tmpfs = [TmpfsMount(path: "/work/deep", size: ByteCount(bytes: 1 << 20)), Self.tmpfs("/work")]
      $0.write = [BindMount(source: "/tmp", destination: "/work/deep/out")]
    }
    #expect(
      Self.lines(plan) == [
        "mount tmpfs /", "mkdir /work", "mount tmpfs /work", "mkdir /work/deep", "mount tmpfs /work/deep",
        "mkdir /work/deep/out", "bind writable /tmp /work/deep/out",
      ]
    )
  }

  /// A zygote's root is that of all its runs: what they can write to is mounted over it, and must hold nothing of the policy's.
  @Test func aRootIsRenewableWhereNothingLiesInWhatIsRenewed() throws {
    let into = BindMount(source: "/etc", destination: "/work/etc")
    let cases: [(isRenewable: Bool, change: (inout Filesystem) -> Void)] = [
      (true, { $0.tmpfs = [] }),
      (true, { $0.tmpfs = [Self.tmpfs("/work"), Self.tmpfs("/tmp")] }),
      (true, { ($0.read, $0.tmpfs) = ([.system("/usr")], [Self.tmpfs("/usr/local")]) }),
      (true, { $0.write = [into] }),
      (true, { $0.proc = .none }),
      (false, { ($0.tmpfs, $0.read) = ([Self.tmpfs("/work")], [.bind(into)]) }),
      (false, { ($0.tmpfs, $0.write) = ([Self.tmpfs("/work")], [into]) }),
      (false, { $0.tmpfs = [Self.tmpfs("/work"), Self.tmpfs("/work/deep")] }),
      (false, { ($0.proc, $0.tmpfs) = (.minimal, [Self.tmpfs("/proc/1")]) }),
      (false, { $0.root = .writable }),
      (false, { $0.proc = .full }),
    ]
    for (number, one) in cases.enumerated() {
      #expect(try Self.plan(one.change).isRenewable == one.isRenewable, "case \(number)")
    }
  }

  @Test func aPlaceInsideABindIsForeign() throws {
    let plan = try Self.plan {
      $0.read = [.system("/usr")]
      $0.tmpfs = [Self.tmpfs("/usr/local")]
    }
    #expect(Self.lines(plan) == ["mount tmpfs /", "mkdir /usr", "bind /usr /usr", "mount tmpfs /usr/local foreign"])
  }

  @Test func aDestinationThroughALinkIsPutWhereItLeads() throws {
    let plan = try Self.plan {
      $0.read = [.system("/bin")]
      $0.tmpfs = [Self.tmpfs("/bin/scratch")]
    }
    #expect(Self.lines(plan).last == "mount tmpfs /usr/bin/scratch foreign")
  }

  @Test func devicesAreTheHostsAndTheRestOfDevIsNot() throws {
    let lines = Self.lines(try Self.plan { $0.dev = .minimal })
    #expect(lines.filter { $0.hasPrefix("bind ") }.count == 5)
    #expect(lines.contains("link /dev/fd /proc/self/fd"))
    #expect(!lines.contains { $0.contains("tty") || $0.contains("shm") || $0.contains("pts") })
  }

  @Test func aFullProcHasItsCovers() throws {
    let lines = Self.lines(try Self.plan { $0.proc = .full })
    #expect(lines.contains("seal /proc/sys foreign"))
    #expect(lines.contains("bind /dev/null /proc/kcore foreign"))
  }

  @Test(arguments: [
    (["/usr", "/usr"], "same place"), (["/"], "over the root"), (["/usr", "/usr/"], "same place"),
  ])
  func impossibleMounts(_ paths: [String], _ complaint: String) throws {
    let failure = #expect(throws: SetupFailure.self) {
      try Self.plan { $0.tmpfs = paths.map(Self.tmpfs) }
    }
    #expect(failure?.message.contains(complaint) == true, "\(failure?.message ?? "")")
  }

  @Test func whatReachesOutCannotBeShown() throws {
    for (path, word) in [("/dev/null", "device"), ("/proc/self/exe", "symbolic link")] {
      let failure = #expect(throws: SetupFailure.self) {
        try Self.plan { $0.read = [.bind(BindMount(source: path, destination: "/x"))] }
      }
      #expect(failure?.message.contains(word) == true, "\(failure?.message ?? "")")
    }
  }

  @Test func pathsCompareAsBytes() {
    // Equal to Swift's strings, two names to the kernel.
    #expect(RootPath("/\u{E9}") != RootPath("/e\u{301}"))
    #expect(RootPath("/a/\u{301}b").ancestry.count == 2)
    #expect(RootPath("//a///b/").text == "/a/b")
    #expect(RootPath("/ab").isWithin(RootPath("/a")) == false)
  }

  @Test func linksInALoopAreAnError() throws {
    let folder = "/tmp/ringfence-loop-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createSymbolicLink(atPath: folder + "/a", withDestinationPath: "b")
    try FileManager.default.createSymbolicLink(atPath: folder + "/b", withDestinationPath: "a")
    let failure = #expect(throws: SetupFailure.self) { try Self.plan { $0.read = [.system(folder + "/a")] } }
    #expect(failure?.message.contains("ELOOP") == true)
  }

  private static func tmpfs(_ path: String) -> TmpfsMount { TmpfsMount(path: path, size: ByteCount(bytes: 1 << 20)) }
}
