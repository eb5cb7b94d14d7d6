import Diagnostics
import Sandbox

/// Decodes a scalar by its shape, and says what is wrong with one that does not fit.
struct ScalarDecoder {
  let key: String
  let range: SourceRange
  let text: String
  let isPlain: Bool

  /// Why there is no value.
  struct Failure: Error {
    let diagnostic: Diagnostic
  }

  func decode(_ shape: Shape.Scalar) throws(Failure) -> Setting.Content {
    if isNothing {
      if case .optionalText = shape { return .nothing }
      throw failure(PolicyRules.wrongType, "`\(key)` has no value", "give it one, or leave the key out for its default")
    }
    if shape.takesUnlimited, isWord("unlimited") { return .unlimited }
    switch shape {
    case .integer(let bounds, _): return .integer(try number(bounds, .count))
    case .size(let bounds, _):
      // Nothing needs no unit.
      if isWord("0") { return .size(ByteCount(bytes: try checked(0, bounds, .size))) }
      return .size(ByteCount(bytes: try number(bounds, .size)))
    case .duration(let bounds, _): return .duration(Milliseconds(try number(bounds, .duration)))
    case .cpus(let bounds, _): return .cpus(MilliCPUs(try number(bounds, .processors)))
    case .boolean: return .boolean(try truth())
    case .word(let words): return .text(try word(of: words))
    case .text(let shape), .optionalText(let shape):
      if let problem = TextCheck.problem(with: text, isPlain: isPlain, as: shape, key: key) {
        throw failure(problem.rule, problem.message, problem.help, suggestion: problem.suggestion)
      }
      return .text(text)
    }
  }

  /// Nothing (`null`, `~` or no value at all), which few keys take.
  private var isNothing: Bool { isPlain && ["", "~", "null", "Null", "NULL"].contains(where: isWord) }

  /// By bytes: Swift's own comparison would normalise a hostile megabyte first.
  private func isWord(_ word: String) -> Bool { text.utf8.elementsEqual(word.utf8) }

  private func failure(
    _ rule: RuleDescription,
    _ message: String,
    notes: [String] = [],
    _ help: String,
    suggestion: String? = nil
  ) -> Failure {
    Failure(
      diagnostic: rule.finding(message, at: range, notes: notes, help: [help], fix: suggestion.map { fix(writing: $0) })
    )
  }

  /// A guess, so never applied unasked. Quotes stay, and what YAML could not read without gets some.
  private func fix(writing word: String) -> Diagnostic.Fix {
    let written = isPlain && word.utf8.first != UInt8(ascii: "@") ? word : "\"\(word)\""
    return Diagnostic.Fix(summary: "write `\(word)`", edits: [.init(range, replacement: written)], isSafe: false)
  }

  private func truth() throws(Failure) -> Bool {
    if isPlain, isWord("true") { return true }
    if isPlain, isWord("false") { return false }
    let meant: String? =
      switch text.utf8.count <= 5 ? text.lowercased() : "" {
      case "yes", "on", "y", "true", "1": "true"
      case "no", "off", "n", "false", "0": "false"
      default: nil
      }
    let help = meant.map { "write \($0), without quotes" } ?? "write true or false"
    throw failure(PolicyRules.wrongType, "`\(key)` is `true` or `false`", help)
  }

  private func word(of words: [String]) throws(Failure) -> String {
    if let word = words.first(where: { $0.utf8.elementsEqual(text.utf8) }) { return word }
    let near = Spelling.nearest(to: text, among: words)
    let help = near.map { "did you mean `\($0)`?" } ?? "one of: \(words.prefix(24).joined(separator: ", "))"
    throw failure(PolicyRules.badText, "\(text.quoted) is not a value of `\(key)`", help, suggestion: near)
  }
}

/// A kind of number, and how it is written.
private enum NumberKind {
  case count
  case size
  case duration
  case processors

  var name: String {
    switch self {
    case .count: "a whole number"
    case .size: "a size"
    case .duration: "a duration"
    case .processors: "a decimal number of processors"
    }
  }

  var example: String {
    switch self {
    case .count: "for instance 64: decimal digits, no sign, no unit, no leading zero"
    case .size: "for instance 256Mi"
    case .duration: "for instance 30s"
    case .processors: "for instance 0.5"
    }
  }

  var smallestUnit: String {
    switch self {
    case .count: "1"
    case .size: "a byte"
    case .duration: "a millisecond"
    case .processors: "0.001"
    }
  }

  var units: [String] {
    switch self {
    case .count, .processors: []
    case .size: Quantity.sizeUnitNames
    case .duration: Quantity.durationUnitNames
    }
  }

  func read(_ text: String) throws(Quantity.Failure) -> Int64 {
    switch self {
    case .count: try Quantity.integer(text)
    case .size: try Quantity.size(text)
    case .duration: try Quantity.duration(text)
    case .processors: try Quantity.thousandths(text)
    }
  }

  func describe(_ value: Int64) -> String {
    switch self {
    case .count: String(value)
    case .size: ByteCount(bytes: value).description
    case .duration: Milliseconds(value).description
    case .processors: MilliCPUs(value).description
    }
  }

  func describe(_ bounds: ClosedRange<Int64>) -> String {
    let least = describe(bounds.lowerBound)
    return bounds.upperBound == .max ? "\(least) or more" : "from \(least) to \(describe(bounds.upperBound))"
  }

  /// What an unknown unit probably stands for.
  func unitMeant(by unit: String) -> String? {
    switch self {
    case .count, .processors: nil
    case .size:
      [
        "k": "Ki", "K": "Ki", "KB": "kB", "kb": "kB", "ki": "Ki", "KiB": "Ki", "m": "Mi", "M": "Mi", "mb": "MB",
        "mi": "Mi", "MiB": "Mi", "g": "Gi", "G": "Gi", "gb": "GB", "gi": "Gi", "GiB": "Gi", "t": "Ti", "T": "Ti",
        "tb": "TB", "ti": "Ti", "TiB": "Ti",
      ][unit]
    case .duration:
      [
        "sec": "s", "secs": "s", "second": "s", "seconds": "s", "S": "s", "min": "m", "mins": "m", "minute": "m",
        "minutes": "m", "M": "m", "hour": "h", "hours": "h", "H": "h", "msec": "ms", "millis": "ms",
      ][unit]
    }
  }
}

extension ScalarDecoder {
  private func number(_ bounds: ClosedRange<Int64>, _ kind: NumberKind) throws(Failure) -> Int64 {
    if !isPlain, kind == .count || kind == .processors {
      throw failure(PolicyRules.wrongType, "`\(key)` is text, but has to be \(kind.name)", "take the quotes off")
    }
    let value: Int64
    do throws(Quantity.Failure) {
      value = try kind.read(text)
    } catch {
      throw failure(error, kind)
    }
    return try checked(value, bounds, kind)
  }

  private func checked(_ value: Int64, _ bounds: ClosedRange<Int64>, _ kind: NumberKind) throws(Failure) -> Int64 {
    if bounds.contains(value) { return value }
    throw failure(PolicyRules.outOfRange, "`\(key)` is out of range", kind.describe(bounds))
  }

  private func failure(_ reason: Quantity.Failure, _ kind: NumberKind) -> Failure {
    let units = "units are \(kind.units.joined(separator: " "))"
    switch reason {
    case .malformed:
      let words = ["max", "infinity", "inf", "none", "-1", "no", "off", "unbounded", "Unlimited"]
      let help = words.contains(text) ? "for no limit write `unlimited`" : kind.example
      return failure(PolicyRules.wrongType, "`\(key)` has to be \(kind.name)", help)
    case .unitMissing:
      let example = kind.units.dropFirst().first ?? ""
      return failure(PolicyRules.missingUnit, "`\(key)` needs a unit", "write for instance \(text + example); \(units)")
    case .unitUnknown(let unit):
      let near = kind.unitMeant(by: unit)
      let isAmbiguous = ["k", "m", "g", "t"].contains(unit.lowercased()) && kind == .size
      let notes = isAmbiguous ? ["Docker, Compose and Kubernetes read `\(unit)` in different ways"] : []
      let help = near.map { "did you mean `\($0)`?" } ?? units
      return failure(PolicyRules.missingUnit, "\(unit.quoted) is not a unit of `\(key)`", notes: notes, help)
    case .tooLarge: return failure(PolicyRules.outOfRange, "`\(key)` does not fit into 63 bits", kind.example)
    case .tooFine:
      return failure(PolicyRules.outOfRange, "`\(key)` is finer than \(kind.smallestUnit)", kind.example)
    }
  }
}

extension Shape.Scalar {
  /// Whether the word `unlimited` stands for no limit.
  var takesUnlimited: Bool {
    switch self {
    case .integer(_, let takes), .size(_, let takes), .duration(_, let takes), .cpus(_, let takes): takes
    case .boolean, .word, .text, .optionalText: false
    }
  }
}
