import CanonicalJSON
import Foundation
import TestSupport
import Testing

/// `run --explain-denials`: refused calls are named, and nothing else changes.
@Suite(.requiresRoot(), .requires("python3", "setpriv")) struct DenialTests {
  private static let start = """
    import ctypes, os, signal, socket, sys, threading
    libc = ctypes.CDLL(None, use_errno=True)
    def call(*numbers):
        result = libc.syscall(*numbers)
        return ctypes.get_errno() if result < 0 else 0

    """

  private static func run(
    _ program: String,
    under changes: String = "",
    as user: TestUser = .root,
    explaining: Bool = true
  ) throws -> (document: RunDocument, denied: [JSON]) {
    let fixture = try RunFixture((user == .root ? "" : TestUser.acceptances) + changes)
    var command = fixture.command(["python3", "-c", start + program])
    if explaining { command.insert("--explain-denials", at: 2) }
    let document = try RunDocument(ChildProcess.run(user.prefix + command, in: fixture.folder))
    return (document, document.json["denied"]?.array ?? [])
  }

  @Test(arguments: TestUser.allCases) func refusedCallsAreNamed(_ user: TestUser) throws {
    let program = """
      print(call(250, 0, 0, 0, 0, 0), call(600))
      for _ in range(3):
          try: socket.socket()
          except PermissionError: print("refused")
      """
    let (result, denied) = try Self.run(program, as: user)
    #expect(result.verdict == "exited" && result.exitCode == 0, "\(result.message)")
    #expect(result.output == "1 38\nrefused\nrefused\nrefused\n", "\(result.error)")
    #expect(denied.map { $0["syscall"]?.string } == ["keyctl", "syscall_600", "socket"], "\(denied)")
    #expect(denied.map { $0["count"]?.integer } == [1, 1, 3])
    #expect(denied.map { $0["action"]?.string } == ["errno EPERM", "errno ENOSYS", "errno EPERM"])
    #expect(
      denied.map { $0["setting"]?.string } == ["syscalls.deny[1]", "syscalls.unknown", "network.socket_families"]
    )
    #expect(denied[0]["location"]?.string?.contains("hardened.yaml:") == true)
    #expect(denied[0]["to_allow"] == ["take @keyring out of syscalls.deny", "add keyctl to syscalls.allow"])
    #expect(denied[1]["to_allow"] == [])
    #expect(denied[2]["to_allow"] == ["add inet to network.socket_families"])
    #expect(denied[2]["arguments"]?.array?.first == ["name": "family", "value": "0x2"])
  }

  @Test func whatIsAskedForIsEnough() throws {
    let changes = "network: {socket_families: [unix, inet]}\nsyscalls: {allow: ['@container-default', keyctl]}\n"
    let program = "socket.socket(); print(call(250, 0, 0, 0, 0, 0))"
    #expect(try Self.run(program, under: changes).denied.map { $0["syscall"]?.string } == ["keyctl"])
    #expect(try Self.run(program, under: changes + "\n", explaining: false).denied.isEmpty)
  }

  /// Each as the kernel itself would end it, in every way that a program could prepare for.
  @Test(
    "A call that kills ends the same with and without names",
    arguments: [
      "call(250, 0, 0, 0, 0, 0)",
      "signal.signal(signal.SIGSYS, signal.SIG_IGN); call(250, 0, 0, 0, 0, 0); print('survived')",
      "signal.signal(signal.SIGSYS, lambda *_: print('caught')); call(250, 0, 0, 0, 0, 0); print('survived')",
      "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGSYS]); call(250, 0, 0, 0, 0, 0); print('survived')",
      "t = threading.Thread(target=lambda: call(250, 0, 0, 0, 0, 0)); t.start(); t.join(); print('survived')",
      """
      child = os.fork()
      if child == 0:
          call(250, 0, 0, 0, 0, 0)
          os._exit(7)
      print(os.WTERMSIG(os.waitpid(child, 0)[1]))
      """,
    ],
    TestUser.allCases
  )
  func killing(_ program: String, as user: TestUser) throws {
    let changes = "syscalls: {default: kill, deny: [keyctl]}\n"
    let (plain, _) = try Self.run(program, under: changes, as: user, explaining: false)
    let (named, denied) = try Self.run(program, under: changes, as: user)
    for field in ["verdict", "signal", "exit_code", "stdout", "message"] {
      #expect(plain.json[field] == named.json[field], "\(field)")
    }
    #expect(plain.exitCode == named.exitCode)
    #expect(!named.output.contains("survived"))
    #expect(denied.contains { $0["syscall"]?.string == "keyctl" && $0["action"]?.string == "kill" }, "\(denied)")
  }

  @Test func aProgramThatMayNotBeStartedSaysSo() throws {
    let changes = "syscalls: {deny: [execve]}\n"
    let (plain, _) = try Self.run("", under: changes, explaining: false)
    let (named, denied) = try Self.run("", under: changes)
    #expect(named.verdict == "setup-failed" && named.message == plain.message, "\(named.message)")
    #expect(denied.isEmpty)
  }

  @Test(arguments: TestUser.allCases) func aFloodIsAnsweredButNotRemembered(_ user: TestUser) throws {
    let program = """
      def flood(first):
          for number in range(first, first + 5000): call(number, 0)
      for i in range(4): threading.Thread(target=flood, args=(100000 * (i + 1),)).start()
      """
    let changes = "resources: {wall_time: 2m}\n"
    let (result, denied) = try Self.run(program, under: changes, as: user)
    #expect(result.verdict == "exited", "\(result.message)")
    #expect(denied.count == 256)
    let others = result.json["denied_others"]?.integer ?? 0
    #expect(denied.compactMap { $0["count"]?.integer }.reduce(0, +) + others >= 20_000)
  }

  @Test func argumentsAreToldApartOnlySoFar() throws {
    let program = "for family in range(2, 40): call(41, family, 1, 0)"
    let (_, denied) = try Self.run(program)
    #expect(denied.count == 8)
    #expect(denied.compactMap { $0["count"]?.integer }.reduce(0, +) == 38)
  }

  /// Whoever waits for an answer dies meanwhile, again and again.
  @Test func theDeadNeedNoAnswer() throws {
    let program = """
      for _ in range(100):
          child = os.fork()
          if child == 0:
              while True: call(250, 0, 0, 0, 0, 0)
          os.kill(child, 9)
          os.waitpid(child, 0)
      print("done")
      """
    let (result, _) = try Self.run(program)
    #expect(result.verdict == "exited" && result.output == "done\n", "\(result.message) \(result.error)")
  }

  @Test func timeIsStillKept() throws {
    let program = "while True: call(250, 0, 0, 0, 0, 0)"
    #expect(try Self.run(program, under: "resources: {cpu_time: 2m, wall_time: 1s}\n").document.verdict == "wall-limit")
  }

  @Test func aSecondListenerIsRefused() throws {
    // SECCOMP_SET_MODE_FILTER with NEW_LISTENER and a filter that asks about getpid (39).
    let program = """
      import struct
      code = struct.pack('HBBI' * 4, 0x20, 0, 0, 0, 0x15, 0, 1, 250, 6, 0, 0, 0x7fc00000, 6, 0, 0, 0x7fff0000)
      memory = ctypes.create_string_buffer(code)
      program = ctypes.create_string_buffer(struct.pack('HxxxxxxQ', 4, ctypes.addressof(memory)))
      print(call(317, 1, 8, ctypes.c_void_p(ctypes.addressof(program))), call(250, 0, 0, 0, 0, 0))
      """
    let changes = "syscalls: {allow: ['@container-default'], deny: [keyctl]}\n"
    let (result, _) = try Self.run(program, under: changes)
    #expect(result.output == "16 1\n", "\(result.error)")
  }

  @Test func peopleReadItOnStandardError() throws {
    let fixture = try RunFixture()
    let policy = fixture.folder + "/tried.yaml"
    let program = Self.start + "print('hello'); call(250, 0, 0, 0, 0, 0)"
    let command = [BuiltCommand.path, "run", "--explain-denials", policy, "--", "python3", "-c", program]
    let result = try ChildProcess.run(command)
    #expect(result.exitCode == 0 && result.outputText == "hello\n")
    #expect(result.errorText.contains("ringfence: refused: keyctl(option=0x0, "), "\(result.errorText)")
    #expect(result.errorText.contains("to allow it: take @keyring out of syscalls.deny"))
    let quiet = try ChildProcess.run([BuiltCommand.path, "run", "--explain-denials", policy, "--", "true"])
    #expect(quiet.errorText == "ringfence: no system call was refused\n")
    let elsewhere = try ChildProcess.run([BuiltCommand.path, "run", "--engine", "docker", "--explain-denials", policy])
    #expect(elsewhere.exitCode == 64)
  }
}
