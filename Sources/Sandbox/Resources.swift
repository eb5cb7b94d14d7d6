/// How much the program may use. Limits are of the whole sandbox; those that the kernel knows only by process are marked.
package struct Resources: Sendable, Equatable {
  package var memory: Limit<ByteCount> = .limited(ByteCount(bytes: 64 << 20))
  /// Beyond `memory`.
  package var swap: Limit<ByteCount> = .limited(ByteCount(bytes: 0))
  package var cpus: Limit<MilliCPUs> = .limited(MilliCPUs(1000))
  /// Processor time of the whole process tree.
  package var cpuTime: Limit<Milliseconds> = .limited(Milliseconds(10_000))
  package var wallTime: Limit<Milliseconds> = .limited(Milliseconds(30_000))
  /// Processes and threads.
  package var pids: Limit<Int64> = .limited(16)
  /// By process (RLIMIT_NOFILE).
  package var openFiles: Limit<Int64> = .limited(64)
  /// By file that a process writes (RLIMIT_FSIZE).
  package var fileSize: Limit<ByteCount> = .limited(ByteCount(bytes: 16 << 20))
  /// Of a process's main thread (RLIMIT_STACK).
  package var stack: Limit<ByteCount> = .limited(ByteCount(bytes: 8 << 20))
  /// Of a process's core dump (RLIMIT_CORE).
  package var core: Limit<ByteCount> = .limited(ByteCount(bytes: 0))
  /// Standard output and error together; past it the run is ended, and what was read is kept.
  package var output: Limit<ByteCount> = .limited(ByteCount(bytes: 1 << 20))

  package init() {}
}
