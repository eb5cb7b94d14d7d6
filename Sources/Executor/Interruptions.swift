import Linux

/// What ends runs from outside: a signal to us, or the end of whoever called us.
struct Interruptions: ~Copyable {
  private let signals: TerminationSignals
  private let caller = CallerProcess()

  init() throws(Errno) { signals = try TerminationSignals() }

  /// What was there before anybody could wait for it.
  var standing: Observations.Cause? { caller.isGone ? .abandoned : nil }

  /// Adds what to wait for. The result is the first of its places.
  func add(to set: inout PollSet, watchingCaller: Bool) -> Int {
    let first = set.add(signals.descriptor.number, .readable)
    set.add(watchingCaller ? caller.number : -1, .readable)
    return first
  }

  /// What has happened, if anything.
  func cause(_ set: borrowing PollSet, at first: Int) -> Observations.Cause? {
    if !set.events(at: first).isEmpty, let signal = signals.next() { return .interrupted(signal) }
    return set.events(at: first + 1).isEmpty ? nil : .abandoned
  }
}
