/// How many programs of a batch run at the same time: fewer than was asked for once open files have run short, and one by
/// one more again, as the shortage may have been somebody else's.
struct JobLimit {
  private let asked: Int
  private(set) var current: Int
  /// How many programs have to start before one more is tried. A try that fails costs what has been made ready.
  private var patience = 32
  private var startsLeft = 0
  private var isTrying = false

  /// - Parameter asked: At least 1.
  init(_ asked: Int) {
    self.asked = asked
    current = asked
  }

  /// There was room for `count` and for no more.
  mutating func lower(to count: Int) {
    current = max(1, min(count, current))
    if isTrying { patience = min(patience * 2, 4096) }
    isTrying = false
    startsLeft = patience
  }

  /// A program has been started.
  mutating func noteStart() {
    guard current < asked else { return }
    startsLeft -= 1
    guard startsLeft <= 0 else { return }
    current += 1
    isTrying = true
    startsLeft = patience
  }
}
