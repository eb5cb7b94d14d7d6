import Sandbox

/// The order of limits, with the first amount beyond the old one that the new one allows.
enum LimitOrder {
  static func bytes(_ verb: String, _ what: String, _ old: Limit<ByteCount>, _ new: Limit<ByteCount>) -> String? {
    gain(verb, what, old, new, amount: \.bytes, steps: [1 << 40, 1 << 30, 1 << 20, 1 << 10, 1]) {
      ByteCount(bytes: $0).description
    }
  }

  static func time(_ verb: String, _ what: String, _ old: Limit<Milliseconds>, _ new: Limit<Milliseconds>) -> String? {
    gain(verb, what, old, new, amount: \.count, steps: [3_600_000, 60_000, 1000, 1]) { Milliseconds($0).description }
  }

  static func cpus(_ old: Limit<MilliCPUs>, _ new: Limit<MilliCPUs>) -> String? {
    gain("use", "CPUs at once", old, new, amount: \.count, steps: [1000, 100, 10, 1]) { MilliCPUs($0).description }
  }

  static func count(_ verb: String, _ what: String, _ old: Limit<Int64>, _ new: Limit<Int64>) -> String? {
    gain(verb, what, old, new, amount: \.self, steps: [1]) { String($0) }
  }

  private static func gain<Value>(
    _ verb: String,
    _ what: String,
    _ old: Limit<Value>,
    _ new: Limit<Value>,
    amount: (Value) -> Int64,
    steps: [Int64],
    describe: (Int64) -> String
  ) -> String? {
    guard old < new, let limit = old.value.map(amount) else { return nil }
    // In the coarsest unit that both are written in: beyond 256Mi comes 257Mi.
    let ceiling = new.value.map(amount)
    let step = steps.first { limit % $0 == 0 && (ceiling ?? 0) % $0 == 0 } ?? 1
    let (next, overflow) = limit.addingReportingOverflow(step)
    let words = [verb, overflow ? "any amount" : describe(next), what].filter { !$0.isEmpty }.joined(separator: " ")
    return ceiling == nil && !overflow ? words + ", and any amount beyond" : words
  }
}
