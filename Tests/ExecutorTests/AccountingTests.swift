import CanonicalJSON
import Linux
import TestSupport
import Testing

@testable import Executor

/// What is told apart by counting: fork bombs from programs that are refused a fork, and memory that no page of a
/// program's shows.
@Suite struct AccountingTests {
  /// How many forks were refused by each moment, in milliseconds, and when that is a bomb.
  static let courses: [(what: String, course: [(at: Int64, count: Int64)], bombAt: Int64?)] = [
    ("none", [(200, 0), (400, 0), (600, 0), (5000, 0)], nil),
    ("a bomb on a share of a processor", [(200, 0), (400, 30), (600, 60), (800, 90)], 800),
    ("a fast bomb", [(210, 9000), (420, 20000), (640, 30000)], 640),
    ("far too many threads at once", [(200, 50000), (400, 50000), (600, 50000), (800, 50000)], nil),
    ("and again later", [(200, 5000), (400, 5000), (600, 9000), (800, 9000), (1000, 14000), (1200, 14000)], nil),
    ("a burst over two looks", [(200, 100), (400, 200), (600, 200), (800, 300), (1000, 400), (1200, 400)], nil),
    ("one now and then for an hour", (1...18000).map { (Int64($0) * 200, Int64($0)) }, nil),
    ("tries every 20 ms", (1...100).map { (Int64($0) * 200, Int64($0) * 10) }, nil),
    ("looks too early do not count", [(50, 100), (100, 200), (150, 300), (200, 400), (250, 500), (300, 600)], nil),
    ("late looks on a busy host", [(2000, 100), (4000, 150), (6000, 199)], nil),
  ]

  @Test(arguments: courses.indices) func bombsAreToldFromBursts(_ index: Int) {
    let (what, course, expected) = Self.courses[index]
    let start = Instant(nanoseconds: 1_000_000_000)
    var forks = RefusedForks(at: start)
    let found = course.first { forks.isBomb($0.count, at: start.advanced(milliseconds: $0.at)) }
    #expect(found?.at == expected, "\(what)")
  }

  /// A second is far from the minute that it may use.
  @Test(.requiresRoot(), .requires("python3")) func aBombThatIgnoresRefusalsIsEnded() throws {
    let fixture = try RunFixture("resources: {pids: 20, cpu_time: 1m, wall_time: 2m}\n")
    let document = try fixture.run(
      python: """
        import os
        while True:
          try: os.fork()
          except OSError: pass
        """
    )
    #expect(document.verdict == "pids-limit", "\(document.message)")
    #expect(document.limits.contains("resources.pids"))
  }

  @Test(.requiresRoot(), .requires("python3")) func aProgramThatIsRefusedNowAndThenGoesOn() throws {
    let fixture = try RunFixture("resources: {pids: 8, cpu_time: 1m, wall_time: 2m}\n")
    let document = try fixture.run(
      python: """
        import os, time
        refused = 0
        for count in range(60):
          try:
            if os.fork() == 0: time.sleep(100)
          except OSError: refused += 1
          time.sleep(0.03)
        print(refused)
        """
    )
    #expect(document.verdict == "exited", "\(document.message)")
    #expect(document.output == "53\n")
  }

  /// Page tables over the kernel's one page of zeros: 128 MiB of them, of which no page of the program's tells.
  @Test(.requiresRoot(), .requires("python3", "setpriv")) func pageTablesCountWithoutControlGroups() throws {
    let fixture = try RunFixture("resources: {memory: 64Mi}\n" + TestUser.acceptances)
    let document = try fixture.run(
      python: """
        import mmap, time
        step, count = 2 << 20, 32768
        memory = mmap.mmap(-1, step * count, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000)
        memory.madvise(mmap.MADV_NOHUGEPAGE)
        for place in range(0, step * count, step):
          memory[place]
        time.sleep(2)
        """,
      as: .nobody
    )
    #expect(document.verdict == "memory-limit", "\(document.message) \(document.error)")
  }

  /// Nothing but a look now and then counts processes there, and such a look may miss any of them.
  @Test(.requiresRoot(), .requires("setpriv")) func withoutAGroupItIsSaidThatForksWereNotCounted() throws {
    let fixture = try RunFixture(TestUser.acceptances)
    let result = try fixture.run(["true"], as: .nobody)
    #expect(result.verdict == "exited", "\(result.message)")
    #expect((result.json["usage"]?["pids_peak"]?.integer ?? 0) >= 1)
    let notMeasured = result.json["enforcement"]?["not_measured"]?.array?.compactMap(\.string)
    #expect(notMeasured == ["resources.pids"])
  }
}
