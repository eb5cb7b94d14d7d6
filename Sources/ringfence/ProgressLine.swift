import Diagnostics
import Linux

/// What is being worked on, in one line on a terminal, once the work has lasted a while. Nothing anywhere else.
///
/// It is drawn between steps: whoever writes something else clears it first.
struct ProgressLine: ~Copyable {
  private let isWanted = Terminal.error.isTerminal && Terminal.error.usesColor(.auto)
  private let begin: Instant
  private var isShown = false

  /// - Parameter delay: In milliseconds; 0 where a single step can take long.
  init(after delay: Int64 = 1000) { begin = .now.advanced(milliseconds: delay) }

  deinit { if isShown { Self.erase() } }

  mutating func show(_ step: String) {
    guard isWanted, Instant.now >= begin else { return }
    Self.erase()
    // A line that wraps could not be erased. A terminal that does not know its width has the usual one.
    let columns = Terminal.error.columns
    Terminal.error.write(String(DisplayText.escaped(step).prefix((columns > 0 ? columns : 80) - 1)))
    isShown = true
  }

  mutating func clear() {
    if isShown { Self.erase() }
    isShown = false
  }

  private static func erase() { Terminal.error.write("\r\u{1B}[K") }
}
