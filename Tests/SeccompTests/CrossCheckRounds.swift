import TestSupport

/// How often cross-checks with random inputs are made: a few times in every test run, and many times with
/// `RINGFENCE_FUZZ=N`, from another seed each time if `RINGFENCE_SEED` says so (`make fuzz`).
enum CrossCheckRounds {
  /// The seeds of a test: `few` of them, or N / `share` where more are asked for.
  static func seeds(few: Int, share: Int = 100) -> Range<UInt64> {
    let asked = Int(number("RINGFENCE_FUZZ") ?? 0)
    let first = asked > 0 ? UInt64(number("RINGFENCE_SEED") ?? 0) &* 0x1_0000 : 0
    return first..<first + UInt64(max(few, asked / share))
  }

  private static func number(_ variable: String) -> UInt32? {
    ChildProcess.inherited(variable).flatMap { UInt32($0) }
  }
}
