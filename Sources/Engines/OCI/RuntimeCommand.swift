import Glibc
import Linux

/// A runtime's program, called and waited for.
struct RuntimeCommand: Sendable {
  /// What comes before the arguments of each call.
  let prefix: [String]

  /// Descriptors that a call gets as its streams; -1 is nothing.
  struct Streams: Sendable {
    var input: Int32 = -1
    var output: Int32 = -1
    var error: Int32 = -1
  }

  /// Finds a program in PATH.
  static func find(_ program: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"
    return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }

  /// Starts a call.
  ///
  /// - Returns: Its process id.
  func start(_ arguments: [String], streams: Streams = Streams()) throws(EngineFailure) -> Int32 {
    let vector = prefix + arguments
    guard let program = vector.first, !vector.contains(where: { $0.utf8.contains(0) }) else {
      throw EngineFailure("an argument of the runtime holds a NUL")
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (number, descriptor) in [streams.input, streams.output, streams.error].enumerated() {
      if descriptor < 0 {
        posix_spawn_file_actions_addopen(&actions, Int32(number), "/dev/null", O_RDWR, 0)
      } else {
        posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
      }
    }
    // Our own signals are blocked to be waited for; the container's must not be. A session of its own keeps a terminal's
    // Ctrl-C from killing the runtime in the middle of its work.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var defaults = sigset_t()
    sigemptyset(&defaults)
    for signal in [SIGPIPE, SIGXFSZ, SIGTSTP, SIGTTIN, SIGTTOU] { sigaddset(&defaults, signal) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    let newSession: Int16 = 0x80
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | newSession)

    let variables = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]
    var argv = vector.map { strdup($0) } + [nil]
    var envp = variables.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var child = pid_t()
    let error = posix_spawn(&child, program, &actions, &attributes, &argv, &envp)
    guard error == 0 else { throw EngineFailure("cannot start \(program): \(Errno(error).text)") }
    return child
  }

  /// Waits for the end of a call; one that takes too long is killed, which counts as its failure.
  func wait(for child: Int32, milliseconds: Int64 = 60_000) throws(EngineFailure) -> ExitStatus {
    let deadline = Instant.now.advanced(milliseconds: milliseconds)
    var status: Int32 = 0
    while true {
      let waited = waitpid(child, &status, WNOHANG)
      if waited == child { return ExitStatus(raw: status) }
      if waited < 0, errno != EINTR { throw EngineFailure("the runtime's process is not ours") }
      if Instant.now >= deadline {
        kill(child, SIGKILL)
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        throw EngineFailure("the runtime does not answer")
      }
      usleep(500)
    }
  }

  /// Calls the runtime and waits.
  func call(_ arguments: [String], streams: Streams = Streams()) throws(EngineFailure) -> ExitStatus {
    try wait(for: try start(arguments, streams: streams))
  }
}
