/// Looks at a program from outside while it runs: once, when its output says that it is ready and before it gets the end
/// of its input, which it waits for.
package struct RunObserver: Sendable {
  /// What the program's output ends with when it is ready to be looked at.
  package let cue: [UInt8]
  /// Gets the program's process id as this host numbers it; nil where it has none on this host.
  package let look: @Sendable (Int32?) -> Void

  package init(cue: [UInt8], look: @escaping @Sendable (Int32?) -> Void) {
    self.cue = cue
    self.look = look
  }

  package func isDue(_ output: [UInt8]) -> Bool { output.suffix(cue.count).elementsEqual(cue) }
}
