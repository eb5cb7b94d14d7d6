import Glibc

/// Runs git, without a shell and without anything that git would ask a user, a network or a hook for.
struct GitCommand: Sendable {
  /// Why git did not answer.
  struct Failure: Error {
    /// One line for people: what git said, or why it could not be started.
    let message: String
  }

  /// Where git looks for the repository.
  let folder: String

  /// What a run of git writes to its standard output.
  ///
  /// - Parameters:
  ///   - arguments: The words after `git`. What a user wrote stands behind `--end-of-options` or `--`.
  ///   - limit: More output than this, in bytes, is a failure.
  /// - Returns: All of its standard output.
  /// - Throws: When it cannot be started, or says no.
  func output(_ arguments: [String], limit: Int = 16 << 20) throws(Failure) -> [UInt8] {
    guard !arguments.contains(where: { $0.utf8.contains(0) }) else { throw Failure(message: "a name holds NUL") }
    var output = try Self.pipe()
    defer { output.close() }
    var errors = try Self.pipe()
    defer { errors.close() }
    let child = try start(arguments, output: output.writing, errors: errors.writing)
    output.closeWriting()
    errors.closeWriting()
    let (answer, complaint) = Self.drain(output.reading, errors.reading, limit: limit)
    if answer == nil { kill(child, SIGKILL) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    guard let answer else { throw Failure(message: "git answered with more than \(limit >> 20) MiB") }
    guard status == 0 else {
      let line = complaint.split(separator: UInt8(ascii: "\n")).first.map { String(decoding: $0, as: UTF8.self) }
      throw Failure(message: line ?? "git ended with status \(status >> 8 & 0xFF)")
    }
    return answer
  }

  private struct Pipe {
    let reading: Int32
    var writing: Int32

    mutating func closeWriting() {
      Glibc.close(writing)
      writing = -1
    }

    func close() {
      Glibc.close(reading)
      if writing >= 0 { Glibc.close(writing) }
    }
  }

  private static func pipe() throws(Failure) -> Pipe {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw Failure(message: String(cString: strerror(errno))) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return Pipe(reading: ends[0], writing: ends[1])
  }

  private func start(_ arguments: [String], output: Int32, errors: Int32) throws(Failure) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
    var argv = (["git", "-C", folder, "--no-pager", "--literal-pathspecs"] + arguments).map { strdup($0) } + [nil]
    var envp = Self.environment.map { strdup($0) } + [nil]
    defer { for word in argv + envp { free(word) } }
    var child = pid_t()
    let error = posix_spawnp(&child, "git", &actions, nil, &argv, &envp)
    guard error == 0 else {
      throw Failure(message: error == ENOENT ? "git is not installed" : String(cString: strerror(error)))
    }
    return child
  }

  /// The caller's without git's own variables, which a hook has set for another command: they would name another
  /// repository or index, or add configuration. Nothing is asked of a user, and nothing fetched.
  private static var environment: [String] {
    var variables: [String] = []
    var next = environ
    while let variable = next.pointee {
      let text = String(cString: variable)
      if !text.utf8.starts(with: "GIT_".utf8), !text.utf8.starts(with: "LC_ALL=".utf8) { variables.append(text) }
      next += 1
    }
    return variables + [
      "LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "GIT_NO_LAZY_FETCH=1", "GIT_NO_REPLACE_OBJECTS=1",
    ]
  }

  /// Reads both streams to their ends, side by side, so that neither fills up. The answer is nil past the limit.
  private static func drain(_ output: Int32, _ errors: Int32, limit: Int) -> (answer: [UInt8]?, complaint: [UInt8]) {
    var texts: [[UInt8]] = [[], []]
    var polls = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var buffer = [UInt8](repeating: 0, count: 65536)
    while polls.contains(where: { $0.fd >= 0 }) {
      guard poll(&polls, 2, -1) >= 0 || errno == EINTR else { break }
      for index in polls.indices where polls[index].fd >= 0 && polls[index].revents != 0 {
        let count = read(polls[index].fd, &buffer, buffer.count)
        if count > 0 {
          texts[index] += buffer[..<count]
          // A complaint is one line; the rest of it is read and forgotten.
          if index == 1, texts[1].count > 65536 { texts[1].removeLast(texts[1].count - 65536) }
          if texts[0].count > limit { return (nil, texts[1]) }
        } else if count == 0 || errno != EINTR {
          polls[index].fd = -1
        }
      }
    }
    return (texts[0], texts[1])
  }
}
