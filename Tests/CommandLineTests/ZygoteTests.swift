import TestSupport
import Testing

/// The runs of a batch under one policy are copies of a sandbox that was composed once, by a zygote. Nobody may notice.
@Suite(.requiresRoot(), .requires("python3", "mount", "umount")) struct ZygoteTests {
  /// `run(command, policy)` has the batch run it and gives back the result; `zygotes()` are those of its children that are in a
  /// user namespace of their own and in no pid namespace.
  private static let prelude = """
    import json, os, signal, subprocess, sys
    folder = sys.argv[1]
    batch = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    def run(command, policy="hardened"):
      request = {"id": 1, "policy": policy, "command": command}
      batch.stdin.write((json.dumps(request) + "\\n").encode())
      batch.stdin.flush()
      result = json.loads(batch.stdout.readline())
      assert result["success"], result
      return result["stdout"]
    def zygotes():
      found = []
      for name in os.listdir("/proc"):
        try:
          lines = open(f"/proc/{name}/status").read().split("\\n")
          fields = dict(line.split(":\\t", 1) for line in lines if ":\\t" in line)
          if int(fields["PPid"]) == batch.pid and "\\t" not in fields["NSpid"]:
            if os.readlink(f"/proc/{name}/ns/user") != os.readlink("/proc/self/ns/user"): found.append(int(name))
        except (OSError, KeyError):
          pass
      return found
    def write(path, text):
      os.makedirs(os.path.dirname(f"{folder}/{path}"), exist_ok=True)
      with open(f"{folder}/{path}", "w") as file: file.write(text)
    def policy(name, text):
      write(f"{name}.yaml", f"version: 1\\nname: {name}\\nextends: hardened\\n{text}\\n")
      return f"{folder}/{name}.yaml"

    """

  private func drive(_ program: String, jobs: Int = 1) throws {
    let folder = try TestFile.temporaryFolder()
    defer { TestFile.removeFolder(folder) }
    let command = [BuiltCommand.path, "run", "--batch", "--jobs", "\(jobs)"]
    let end = "\nbatch.stdin.close()\nassert batch.wait() == 0\n"
    let result = try ChildProcess.run(["python3", "-c", Self.prelude + program + end, folder] + command)
    #expect(result.exitCode == 0, "\(result.errorText)")
  }

  @Test func runsOfOnePolicyHaveAZygote() throws {
    try drive(
      """
      names = {run(["readlink", "/proc/self/ns/user"]) for _ in range(12)}
      assert zygotes(), "there is none"
      # As many as are ready ahead, run and end at the same time, but for the first run.
      assert len(names) <= 6, names
      for kind in ("mnt", "pid", "ipc", "cgroup"):
        # The kernel gives the number of what is gone to the next: two that follow each other are never both there.
        assert len({run(["readlink", f"/proc/self/ns/{kind}"]) for _ in range(6)}) > 1, kind
      """
    )
  }

  /// The supervisor asks the scheduler for short slices; no program has them, whoever has born its process 1.
  @Test func noProgramHasTheSupervisorsSlices() throws {
    try drive(
      #"""
      look = '''if 1:
        import ctypes, struct
        attributes = ctypes.create_string_buffer(56)
        assert ctypes.CDLL(None).syscall(NUMBER, PID, attributes, 56, 0) == 0
        _, policy, flags, nice, _, slice = struct.unpack_from("=IIQiIQ", attributes.raw)
        print(policy, flags, nice, slice)'''.replace("NUMBER", "315" if os.uname().machine == "x86_64" else "275")
      def slices(pid):
        command = [sys.executable, "-c", look.replace("PID", str(pid))]
        return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
      def programs():
        return {run(["python3", "-c", look.replace("PID", "0")], "python-untrusted") for _ in range(6)}
      usual = slices(0)
      assert programs() == {usual}, usual
      for child in open(f"/proc/{batch.pid}/task/{batch.pid}/children").read().split():
        # The last run's may have ended meanwhile.
        try: os.kill(int(child), signal.SIGKILL)
        except ProcessLookupError: pass
      for _ in range(4):
        # Those that were ready ahead are dead.
        try: run(["true"], "python-untrusted")
        except AssertionError: pass
      assert programs() == {usual}, usual
      # Before Linux 6.12 there are none.
      if usual.split()[3] != "0": assert slices(batch.pid).split()[3] == "100000", slices(batch.pid)
      """#
    )
  }

  @Test func whatAPathLeadsToNowIsWhatTheNextRunSees() throws {
    try drive(
      """
      write("shown/file", "old")
      write("other/file", "new")
      os.mkdir(f"{folder}/other/below")
      shown = policy("shown", f"filesystem: {{read: [/bin, /lib, /lib64, /usr, {{source: {folder}/shown, path: /shown}}]}}")
      look = ["cat", "/shown/file"]
      assert {run(look, shown) for _ in range(6)} == {"old"}
      assert zygotes(), "there is none"
      os.rename(f"{folder}/shown", f"{folder}/gone")
      os.rename(f"{folder}/other", f"{folder}/shown")
      assert {run(look, shown) for _ in range(6)} == {"new"}
      # What was mounted there meanwhile belongs to it.
      subprocess.run(["mount", "-t", "tmpfs", "none", f"{folder}/shown/below"], check=True)
      try:
        write("shown/below/mounted", "")
        assert {run(["ls", "/shown/below"], shown) for _ in range(6)} == {"mounted\\n"}
      finally:
        subprocess.run(["umount", f"{folder}/shown/below"], check=True)
      assert {run(["ls", "/shown/below"], shown) for _ in range(6)} == {""}
      """
    )
  }

  @Test(arguments: [1, 3]) func aBatchOutlivesItsZygotes(_ jobs: Int) throws {
    try drive(
      """
      for _ in range(4):
        for _ in range(4): run(["true"])
        ours = zygotes()
        assert ours, "there is none"
        for process in ours: os.kill(process, signal.SIGKILL)
        for _ in range(4): run(["true"])
      """,
      jobs: jobs
    )
  }

  /// What a zygote cannot give to several runs makes them have none.
  @Test(
    arguments: [
      "filesystem: {root: writable}", "filesystem: {proc: full}", "network: {mode: loopback}", "network: {mode: host}",
      "network: {socket_families: [unix, inet]}", "capabilities: [CHOWN]",
      "syscalls: {allow: [\"@container-default\", keyctl], deny: []}",
    ]
  )
  func somePoliciesHaveNone(_ text: String) throws {
    try drive(
      """
      one = policy("one", '''\(text)''')
      for _ in range(5): run(["true"], one)
      assert not zygotes(), "there are some"
      run(["sh", "-c", "echo left >/tmp/left"], one)
      assert run(["ls", "/tmp"], one) == ""
      """
    )
  }

  /// A directory that the program may write to has the ids of its zygote, and several zygotes have several.
  @Test func whatMayBeWrittenToIsTheProgramsInEveryRun() throws {
    try drive(
      """
      os.mkdir(f"{folder}/shared")
      os.chmod(f"{folder}/shared", 0o700)
      writer = policy("writer", f"filesystem: {{write: [{{source: {folder}/shared, path: /shared}}]}}")
      for number in range(12):
        run(["sh", "-c", f"echo {number} >/shared/{number}; test $(ls /shared | wc -l) = {number + 1}; cat /shared/*"], writer)
      assert zygotes(), "there is none"
      owners = {os.stat(f"{folder}/shared/{number}").st_uid for number in range(12)}
      assert owners == {os.stat(f"{folder}/shared").st_uid}, owners
      """
    )
  }
}
