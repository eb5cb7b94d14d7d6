import Testing

@testable import Executor

/// How many programs of a batch run at the same time.
@Suite struct JobLimitTests {
  private func started(_ limit: inout JobLimit, until current: Int, atMost: Int = 100_000) -> Int? {
    for count in 0..<atMost {
      if limit.current == current { return count }
      limit.noteStart()
    }
    return nil
  }

  @Test(arguments: [1, 2, 64]) func itStaysAtWhatWasAskedFor(_ asked: Int) {
    var limit = JobLimit(asked)
    for _ in 0..<10_000 { limit.noteStart() }
    #expect(limit.current == asked)
  }

  @Test func afterAShortageItComesBackOneByOne() throws {
    var limit = JobLimit(8)
    limit.lower(to: 3)
    #expect(limit.current == 3)
    for next in 4...8 { #expect(try #require(started(&limit, until: next)) > 0) }
    for _ in 0..<1000 { limit.noteStart() }
    #expect(limit.current == 8)
  }

  @Test func whereTheShortageStaysItIsTriedLessAndLess() throws {
    var limit = JobLimit(8)
    var last = 0
    for _ in 0..<20 {
      limit.lower(to: 3)
      let starts = try #require(started(&limit, until: 4))
      #expect(starts >= last)
      last = starts
    }
    #expect(last >= 1000)
  }

  @Test func oneShortageIsNoReasonForPatienceHoweverOftenItShows() {
    var once = JobLimit(64)
    once.lower(to: 1)
    var often = JobLimit(64)
    for room in (1...63).reversed() { often.lower(to: room) }
    let starts = started(&once, until: 2)
    #expect(starts != nil)
    #expect(starts == started(&often, until: 2))
  }

  @Test(arguments: [-1, 0, 1]) func oneAtATimeIsTheLeast(_ room: Int) {
    var limit = JobLimit(4)
    limit.lower(to: room)
    #expect(limit.current == 1)
  }

  @Test func aShortageRaisesNothing() {
    var limit = JobLimit(4)
    limit.lower(to: 2)
    limit.lower(to: 4)
    #expect(limit.current == 2)
  }
}
