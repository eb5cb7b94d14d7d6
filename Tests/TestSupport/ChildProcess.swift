import Glibc

/// A program run to its end, for tests that use what users use: the built command, an engine, a shell.
package struct ChildProcess: Sendable {
  /// 0...255, or 128+N when signal N ended it, as a shell says it.
  package let exitCode: Int32
  package let standardOutput: [UInt8]
  package let standardError: [UInt8]

  package init(exitCode: Int32, standardOutput: [UInt8], standardError: [UInt8]) {
    self.exitCode = exitCode
    self.standardOutput = standardOutput
    self.standardError = standardError
  }

  package var outputText: String { String(decoding: standardOutput, as: UTF8.self) }
  package var errorText: String { String(decoding: standardError, as: UTF8.self) }

  package struct Failure: Error, Sendable {
    package let program: String
    package let errno: Int32
  }

  /// Runs a program with an environment of its own.
  ///
  /// - Parameters:
  ///   - arguments: The argument vector; the first is looked up in PATH.
  ///   - input: What it reads from standard input.
  ///   - directory: Where it starts; nil is where the tests run.
  ///   - environment: Added to PATH, HOME and LANG, which are all it has otherwise.
  /// - Returns: How it ended and what it wrote.
  /// - Throws: `Failure` when it cannot be started.
  package static func run(
    _ arguments: [String],
    input: [UInt8] = [],
    in directory: String? = nil,
    environment: [String: String] = [:]
  ) throws(Failure) -> ChildProcess {
    let program = arguments.first ?? ""
    // Regular files in memory, not pipes: neither side can block on the other, whatever the sizes.
    let files = [memoryFile(), memoryFile(), memoryFile()]
    defer { for file in files { close(file) } }
    guard files.allSatisfy({ $0 >= 0 }) else { throw Failure(program: program, errno: errno) }
    var offset = 0
    while offset < input.count {
      let count = input[offset...].withUnsafeBytes { write(files[0], $0.baseAddress, $0.count) }
      guard count > 0 else { throw Failure(program: program, errno: errno) }
      offset += count
    }
    lseek(files[0], 0, SEEK_SET)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (descriptor, file) in files.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, file, Int32(descriptor))
    }

    var variables = ["PATH": inherited("PATH") ?? "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
    variables["HOME"] = inherited("HOME") ?? "/root"
    variables.merge(environment) { _, new in new }
    // Glibc hides posix_spawn_file_actions_addchdir_np from Swift; coreutils' env does the same.
    let command = directory.map { ["env", "-C", $0] + arguments } ?? arguments
    var argv = command.map { strdup($0) } + [nil]
    var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }

    // The test process blocks nearly every signal on its threads, and a shell without SIGCHLD waits for ever.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    var child = pid_t()
    let error = posix_spawnp(&child, command.first ?? program, &actions, &attributes, &argv, &envp)
    guard error == 0 else { throw Failure(program: program, errno: error) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7F
    return ChildProcess(
      exitCode: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
      standardOutput: content(of: files[1]),
      standardError: content(of: files[2])
    )
  }

  /// A variable of the test process.
  package static func inherited(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  private static func memoryFile() -> Int32 {
    var template = Array("/tmp/ringfence-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    return descriptor
  }

  private static func content(of file: Int32) -> [UInt8] {
    lseek(file, 0, SEEK_SET)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(file, &buffer, buffer.count)
      guard count > 0 else { return bytes }
      bytes += buffer[..<count]
    }
  }
}
