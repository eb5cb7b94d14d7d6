import Glibc
import Sandbox
import Seccomp

// How long it takes to compile a filter, and to prove it: one line for each of two policies, in nanoseconds.
//
//   compile-times [ROUNDS]

/// The nanoseconds that a piece of work takes: the median of some rounds, after one that fills the caches.
func median<Result>(of rounds: Int, _ work: () throws -> Result) rethrows -> Int {
  func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
  _ = try work()
  let times = try (0..<rounds).map { _ in
    let start = now()
    _ = try work()
    return now() - start
  }
  return times.sorted()[rounds / 2]
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 200
for architectures in [[SyscallArchitecture.x86_64], [.x86_64, .x86, .x32]] {
  var sandbox = Sandbox(name: "docker")
  sandbox.syscalls.allow = [SyscallRule(.group("@container-default"))]
  sandbox.syscalls.architectures = architectures
  sandbox.network.socketFamilies = [.unix, .inet, .inet6]
  let filter = try SeccompFilter.compile(for: sandbox)
  let whole = try median(of: rounds) { try SeccompFilter.compile(for: sandbox) }
  let proof = try median(of: rounds) { try FilterProof.verify(filter.program, against: filter.policy) }
  print(architectures.count, filter.program.instructions.count, whole, proof, separator: "\t")
}
