/// A number of bytes, 0...2^63-1: what the kernel's files and rlimits take without wrapping.
package struct ByteCount: Hashable, Comparable, Sendable {
  package let bytes: Int64

  package init(bytes: Int64) { self.bytes = bytes }

  package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

  /// As a policy writes it, in the largest unit that divides it: `256Mi`, `1536Ki`, `1MB`, `1.5kB`.
  package var description: String {
    if bytes == 0 { return "0" }
    for (unit, size) in [("Ti", 1 << 40), ("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)] as [(String, Int64)]
    where bytes % size == 0 {
      return "\(bytes / size)\(unit)"
    }
    for (unit, size) in [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000)] as [(String, Int64)]
    where bytes % size == 0 {
      return "\(bytes / size)\(unit)"
    }
    var fraction = String(bytes % 1000 + 1000).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    return String(bytes / 1000) + (fraction.isEmpty ? "" : "." + fraction) + "kB"
  }
}

/// A length of time in whole milliseconds, 0...2^53-1.
package struct Milliseconds: Hashable, Comparable, Sendable {
  package let count: Int64

  package init(_ count: Int64) { self.count = count }

  package static func < (left: Milliseconds, right: Milliseconds) -> Bool { left.count < right.count }

  /// As a policy writes it, in the largest unit that divides it: `30s`, `2m`, `1500ms`.
  package var description: String {
    for (unit, size) in [("h", 3_600_000), ("m", 60_000), ("s", 1000)] as [(String, Int64)]
    where count >= size && count % size == 0 {
      return "\(count / size)\(unit)"
    }
    return "\(count)ms"
  }

  /// Rounded up, for kernel interfaces that know only whole seconds (RLIMIT_CPU).
  package var wholeSeconds: Int64 { (count + 999) / 1000 }
}

/// A share of processor time: 1000 is one processor all the time.
package struct MilliCPUs: Hashable, Comparable, Sendable {
  package let count: Int64

  package init(_ count: Int64) { self.count = count }

  package static func < (left: MilliCPUs, right: MilliCPUs) -> Bool { left.count < right.count }

  /// As a policy writes it: `0.5`, `2`.
  package var description: String {
    var fraction = String(count % 1000 + 1000).dropFirst()
    while fraction.last == "0" { fraction.removeLast() }
    return String(count / 1000) + (fraction.isEmpty ? "" : "." + fraction)
  }
}

/// An upper bound. `unlimited` is the loosest there is; a policy has to spell it out, and the linter objects.
package enum Limit<Value: Hashable & Comparable & Sendable>: Hashable, Sendable {
  case limited(Value)
  case unlimited

  package var value: Value? {
    switch self {
    case .limited(let value): value
    case .unlimited: nil
    }
  }
}

extension Limit: Comparable {
  package static func < (left: Limit, right: Limit) -> Bool {
    switch (left, right) {
    case (.limited(let left), .limited(let right)): left < right
    case (.limited, .unlimited): true
    case (.unlimited, _): false
    }
  }
}
