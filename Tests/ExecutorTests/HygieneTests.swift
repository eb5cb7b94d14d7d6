import Foundation
import TestSupport
import Testing

/// Nothing of the caller's gets in, nothing of a run stays behind, and files belong to whom they should.
@Suite(.requiresRoot(), .requires("python3", "setpriv", "taskset")) struct HygieneTests {
  @Test(arguments: TestUser.allCases) func nothingOfTheCallerIsInside(_ user: TestUser) throws {
    let fixture = try RunFixture(TestUser.acceptances)
    let program = """
      import os, json
      print(json.dumps({
        "files": sorted(os.listdir("/proc/self/fd"))[:-1], "variables": sorted(os.environ), "session": os.getsid(0) == os.getpid(),
        "parent": os.getppid(), "processes": [p for p in os.listdir("/proc") if p.isdigit()],
        "ignored": [l for l in open("/proc/self/status") if l.startswith(("SigBlk", "SigIgn"))], "umask": oct(os.umask(0)),
        "groups": os.getgroups(), "host": os.uname().nodename, "folder": os.getcwd()}))
      """
    // With a file at 9, a secret, a blocked hang-up and a generous umask.
    let command = fixture.command(["env", "-i", "PATH=/usr/bin", "python3", "-IS", "-c", program])
    let quoted = (user.prefix + command).map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
    let shell = "trap '' HUP USR1; umask 0; exec 9</etc; SECRET=hush exec \(quoted)"
    let result = try RunDocument(ChildProcess.run(["sh", "-c", shell]))
    let seen = try #require(
      try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any],
      "\(result.message) \(result.error)"
    )
    #expect(seen["files"] as? [String] == ["0", "1", "2"])
    #expect(seen["session"] as? Bool == true)
    #expect(seen["parent"] as? Int == 1)
    #expect((seen["processes"] as? [String])?.count == 1)
    #expect(seen["umask"] as? String == "0o77")
    #expect(seen["host"] as? String == "sandbox")
    #expect(!result.output.contains("SECRET") && !result.output.contains("hush"))
    // Python itself ignores SIGPIPE and SIGXFSZ.
    #expect((seen["ignored"] as? [String])?.allSatisfy { $0.hasSuffix("0\n") || $0.hasSuffix("1001000\n") } == true)
    if user == .root { #expect(seen["groups"] as? [Int] == []) }
  }

  /// The keeper begins on another processor than its parent; nothing of that may come through to the program.
  @Test(arguments: TestUser.allCases) func theProgramHasTheCallersProcessors(_ user: TestUser) throws {
    let fixture = try RunFixture(TestUser.acceptances)
    let look = ["python3", "-c", "import os; print(sorted(os.sched_getaffinity(0)))"]
    for pinned in [[], ["taskset", "-c", "0"]] {
      let expected = try ChildProcess.run(pinned + look).outputText
      for _ in 0..<5 {
        let result = try RunDocument(ChildProcess.run(pinned + user.prefix + fixture.command(look)))
        #expect(result.output == expected, "\(result.message) \(result.error)")
      }
    }
  }

  @Test func writtenFilesBelongToTheFoldersOwner() throws {
    let fixture = try RunFixture()
    let out = fixture.folder + "/out"
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    chown(out, 1234, 4321)
    try """
    version: 1
    name: tried
    extends: python-untrusted
    filesystem: {write: [{source: ./out, path: /out}]}

    """.write(toFile: fixture.folder + "/tried.yaml", atomically: true, encoding: .utf8)
    let result = try fixture.run([
      "sh", "-c", "echo x > /out/new; chmod 4755 /out/new; stat -c %u:%g /out/new; mknod /out/d c 1 3",
    ])
    #expect(result.output == "65534:65534\n", "\(result.message) \(result.error)")
    var status = stat()
    #expect(lstat(out + "/new", &status) == 0)
    #expect(status.st_uid == 1234 && status.st_gid == 4321)
    #expect(status.st_mode & 0o6000 == 0, "no set-user-ID file on the host")
    #expect(lstat(out + "/d", &status) != 0)
  }

  @Test func readingAsRootGivesNobodyMore() throws {
    let fixture = try RunFixture()
    try "secret".write(toFile: fixture.folder + "/private", atomically: true, encoding: .utf8)
    chmod(fixture.folder + "/private", 0o600)
    try """
    version: 1
    name: tried
    extends: python-untrusted
    filesystem: {read: [/usr, /lib, /lib64, /bin, /etc/ld.so.cache, {source: ., path: /data}]}

    """.write(toFile: fixture.folder + "/tried.yaml", atomically: true, encoding: .utf8)
    let result = try fixture.run(["sh", "-c", "cat /data/tried.yaml | head -n 1; cat /data/private; echo > /data/new"])
    #expect(result.output == "version: 1\n", "\(result.message)")
    #expect(result.error.contains("Permission denied") && result.error.contains("Read-only"), "\(result.error)")
  }

  @Test func aLinkInAWritableFolderLeadsNowhere() throws {
    let fixture = try RunFixture()
    // What an earlier run may have left: a folder that is now a link to the host's.
    try FileManager.default.createDirectory(atPath: fixture.folder + "/out", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(atPath: fixture.folder + "/out/sub", withDestinationPath: "/etc")
    for (source, path) in [("out/sub", "/in"), ("out/sub/ssl", "/in")] {
      try """
      version: 1
      name: tried
      extends: python-untrusted
      filesystem: {write: [{source: \(fixture.folder)/\(source), path: \(path)}]}

      """.write(toFile: fixture.folder + "/tried.yaml", atomically: true, encoding: .utf8)
      let result = try fixture.run(["true"])
      #expect(result.verdict == "setup-failed")
      #expect(result.message.contains("symbolic link"), "\(result.message)")
    }
  }

  /// Whoever made the root may have made links of its folders (CVE-2021-30465 and its like).
  @Test(arguments: ["tmp", "proc", "dev", "data"]) func aLinkInARootLeadsNowhere(_ name: String) throws {
    let fixture = try RunFixture()
    let files = FileManager.default
    for folder in ["outside", "root/usr", "root/tmp", "root/proc", "root/dev", "root/data", "root/etc"] {
      try files.createDirectory(atPath: fixture.folder + "/" + folder, withIntermediateDirectories: true)
      chmod(fixture.folder + "/" + folder, 0o777)
    }
    for folder in ["bin", "lib", "lib64"] {
      try files.createSymbolicLink(atPath: fixture.folder + "/root/" + folder, withDestinationPath: "usr/" + folder)
    }
    try files.removeItem(atPath: fixture.folder + "/root/" + name)
    let outside = fixture.folder + "/outside"
    try files.createSymbolicLink(atPath: fixture.folder + "/root/" + name, withDestinationPath: outside)
    try """
    version: 1
    name: tried
    extends: python-untrusted
    filesystem:
      rootfs: \(fixture.folder)/root
      read: [{source: /usr, path: /usr}, {source: /etc, path: /data}]
      proc: minimal

    """.write(toFile: fixture.folder + "/tried.yaml", atomically: true, encoding: .utf8)
    let result = try fixture.run(["/usr/bin/touch", "/\(name)/x", outside + "/x"])
    #expect(result.verdict == "setup-failed", "\(result.message) \(result.error)")
    #expect(result.message.contains("/\(name)"), "\(result.message)")
    #expect(try files.contentsOfDirectory(atPath: outside).isEmpty)
  }

  @Test(arguments: [
    ("nosuchcommand", 127, "command not found"), ("/etc/ld.so.cache", 126, "cannot be executed"),
    ("/usr", 126, "executed"),
  ])
  func commandsThatCannotRun(_ command: String, _ code: Int32, _ complaint: String) throws {
    let result = try RunFixture().run([command])
    #expect(result.verdict == "setup-failed")
    #expect(result.exitCode == code, "\(result.message)")
    #expect(result.message.contains(complaint), "\(result.message)")
  }

  /// Its program would have the caller's id, and with it root's files.
  @Test func rootWithoutItsCapabilitiesRunsNothing() throws {
    let fixture = try RunFixture()
    let result = try RunDocument(
      ChildProcess.run(["setpriv", "--bounding-set", "-sys_admin"] + fixture.command(["id"]))
    )
    #expect(result.verdict == "setup-failed")
    #expect(result.message.contains("would be root on this host"), "\(result.message)")
  }

  @Test(arguments: TestUser.allCases) func aCallersExceptionsAreNotInherited(_ user: TestUser) throws {
    let fixture = try RunFixture(TestUser.acceptances)
    // PR_GET_TIMERSLACK and PR_SET_TIMERSLACK, in nanoseconds.
    let look = "import ctypes; print(open('/proc/self/personality').read().strip(), ctypes.CDLL(None).prctl(30))"
    let lend = "import ctypes, os, sys; ctypes.CDLL(None).prctl(29, 10**9); os.execvp(sys.argv[1], sys.argv[1:])"
    let command = fixture.command(["python3", "-c", look])
    let result = try RunDocument(
      ChildProcess.run(["setarch", "-R", "python3", "-c", lend] + user.prefix + command)
    )
    #expect(result.output == "00000000 50000\n", "\(result.output)\(result.error)\(result.message)")
  }

  /// Whether their owners live, only their own pid namespace knows.
  @Test func groupsOfOtherPidNamespacesAreLeftAlone() throws {
    let fixture = try RunFixture()
    let memberships = try String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8)
    let parents = memberships.split(separator: "\n").compactMap { line -> String? in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, ["memory", "pids", "cpu", "cpuacct", "cpu,cpuacct"].contains(fields[1]) else {
        return nil
      }
      return "/sys/fs/cgroup/\(fields[1])" + (fields[2] == "/" ? "" : fields[2])
    }
    var status = stat()
    #expect(stat("/proc/self/ns/pid", &status) == 0)
    // No process has this number.
    let own = parents.map { $0 + "/ringfence-\(status.st_ino)-4194305-1-1" }
    let foreign = parents.map { $0 + "/ringfence-1-4194305-1-1" }
    for group in own + foreign { #expect(mkdir(group, 0o755) == 0) }
    defer { for group in own + foreign { rmdir(group) } }
    #expect(try fixture.run(["true"]).verdict == "exited")
    #expect(own.allSatisfy { access($0, F_OK) != 0 })
    #expect(foreign.allSatisfy { access($0, F_OK) == 0 })
  }

  @Test func nobodyIsHeldUpByALease() throws {
    let fixture = try RunFixture()
    let result = try fixture.run(
      python: """
        import errno, fcntl
        with open("/tmp/own", "w") as file:
          try: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
          except OSError as error: print(errno.errorcode[error.errno])
        """
    )
    #expect(result.output == "EPERM\n", "\(result.output)\(result.error)")
  }
}
