import Sandbox

/// Reads numbers with units from text, exactly: decimals are scaled by the unit and must come out whole.
enum Quantity {
  enum Failure: Error {
    /// Not a number at all.
    case malformed
    case unitMissing
    /// The unit is not one of the language's.
    case unitUnknown(String)
    /// The number does not fit in 63 bits.
    case tooLarge
    /// The number is not whole in the smallest unit.
    case tooFine
  }

  private static let sizeUnits: [(String, Int64)] = [
    ("Ki", 1 << 10), ("Mi", 1 << 20), ("Gi", 1 << 30), ("Ti", 1 << 40),
    ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
  ]

  private static let durationUnits: [(String, Int64)] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]

  static let sizeUnitNames = sizeUnits.map(\.0)
  static let durationUnitNames = durationUnits.map(\.0)

  static func size(_ text: String) throws(Failure) -> Int64 { try measure(text, sizeUnits) }
  static func duration(_ text: String) throws(Failure) -> Int64 { try measure(text, durationUnits) }

  /// A decimal in thousandths.
  static func thousandths(_ text: String) throws(Failure) -> Int64 {
    let (digits, unit) = split(text)
    guard unit.isEmpty, !digits.isEmpty else { throw .malformed }
    return try scale(digits, by: 1000)
  }

  /// Decimal digits only: no sign, no underscore, no other script's digits, no leading zero.
  static func integer(_ text: String) throws(Failure) -> Int64 {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { throw .malformed }
    guard text.utf8.count == 1 || text.utf8.first != UInt8(ascii: "0") else { throw .malformed }
    guard let value = Int64(text) else { throw .tooLarge }
    return value
  }

  private static func measure(_ text: String, _ units: [(String, Int64)]) throws(Failure) -> Int64 {
    let (digits, unit) = split(text)
    guard !digits.isEmpty else { throw .malformed }
    guard !unit.isEmpty else { throw .unitMissing }
    guard let factor = units.first(where: { $0.0.utf8.elementsEqual(unit.utf8) })?.1 else { throw .unitUnknown(unit) }
    return try scale(digits, by: factor)
  }

  private static func split(_ text: String) -> (digits: String, unit: String) {
    let digits = text.utf8.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    return (String(Substring(digits)), String(Substring(text.utf8.dropFirst(digits.count))))
  }

  private static func scale(_ digits: String, by factor: Int64) throws(Failure) -> Int64 {
    let parts = digits.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Substring.init)
    guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty }) else { throw .malformed }
    let whole = try integer(String(parts[0]))
    let (scaled, overflow) = whole.multipliedReportingOverflow(by: factor)
    guard !overflow else { throw .tooLarge }
    guard parts.count == 2 else { return scaled }
    // Ten to the twelfth times the largest factor would not fit either; no smallest unit needs as many digits.
    guard parts[1].utf8.count <= 12, let fraction = Int64(parts[1]) else { throw .tooFine }
    let power = parts[1].utf8.reduce(Int64(1)) { power, _ in power * 10 }
    let (product, tooLarge) = fraction.multipliedReportingOverflow(by: factor)
    guard !tooLarge, product % power == 0 else { throw .tooFine }
    let (sum, wrapped) = scaled.addingReportingOverflow(product / power)
    guard !wrapped else { throw .tooLarge }
    return sum
  }
}
