package import Linux

/// Tells a fork bomb from a program that is refused a fork now and then and goes on, by how the count of refusals grows.
///
/// A bomb would go on until its time is up, at the cost of everybody on the machine. Its refusals keep coming; those of a
/// program that starts far too many threads at once, or tries again after a pause, do not. The kernel does not say each
/// time that it refused one (version 1 says nothing at all), so the count is looked at.
package struct RefusedForks: Sendable {
  /// In milliseconds, between two looks.
  private static let interval: Int64 = 200
  /// Far below what a bomb has on a small share of a busy processor, and more than tries with a pause of 10 ms between
  /// them come to.
  private static let perSecond: Int64 = 100
  /// How many looks in a row have to find so many: a burst falls into two at the most.
  private static let looksInARow = 3

  /// When to look at the latest.
  package private(set) var nextLook: Instant
  private var last: (count: Int64, at: Instant)
  private var fastLooks = 0

  package init(at start: Instant) {
    last = (0, start)
    nextLook = start.advanced(milliseconds: Self.interval)
  }

  /// Notes how many there were so far. Whether the program is a bomb.
  package mutating func isBomb(_ count: Int64, at now: Instant) -> Bool {
    guard now >= nextLook else { return false }
    let isFast = (count - last.count) * 1_000_000 > Self.perSecond * now.microseconds(since: last.at)
    fastLooks = isFast ? fastLooks + 1 : 0
    last = (count, now)
    nextLook = now.advanced(milliseconds: Self.interval)
    return fastLooks >= Self.looksInARow
  }
}
