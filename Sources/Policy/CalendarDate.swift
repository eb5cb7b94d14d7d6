import Glibc

/// A day of the Gregorian calendar, without a time and a place.
package struct CalendarDate: Hashable, Comparable, Sendable {
  package let year: Int
  /// 1...12.
  package let month: Int
  /// 1...31.
  package let day: Int

  /// nil when there is no such day in the years 1...9999.
  package init?(year: Int, month: Int, day: Int) {
    guard 1...9999 ~= year, 1...12 ~= month, day >= 1, day <= Self.days(in: month, of: year) else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// `2027-06-30` (ISO 8601, extended format), and nothing else.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-") else { return nil }
    func number(_ range: Range<Int>) -> Int? {
      let digits = bytes[range]
      guard digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
      return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10) else { return nil }
    self.init(year: year, month: month, day: day)
  }

  package var description: String {
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  /// Today by Coordinated Universal Time: what expires does so everywhere at once.
  package static func today() -> CalendarDate {
    // A clock beyond the calendar: everything has expired, which is the safe answer.
    CalendarDate(secondsSince1970: time(nil)) ?? CalendarDate(lastDayOf: 9999)
  }

  /// By our own arithmetic: gmtime_r(3) reads the files of the time zone, which a short run would feel. Counts in cycles of
  /// 400 years of 146 097 days, from the first of March of the year 0, so that the leap day comes last in its year.
  ///
  /// - Returns: nil outside the years 1...9999.
  package init?(secondsSince1970 seconds: Int) {
    guard 0..<253_402_300_800 ~= seconds else { return nil }
    let days = seconds / 86400 + 719_468
    let (cycle, day) = days.quotientAndRemainder(dividingBy: 146_097)
    let year = (day - day / 1460 + day / 36524 - day / 146_096) / 365
    let dayOfYear = day - (365 * year + year / 4 - year / 100)
    let month = (5 * dayOfYear + 2) / 153
    self.init(
      year: 400 * cycle + year + (month < 10 ? 0 : 1),
      month: month < 10 ? month + 3 : month - 9,
      day: dayOfYear - (153 * month + 2) / 5 + 1
    )
  }

  private init(lastDayOf year: Int) {
    (self.year, month, day) = (year, 12, 31)
  }

  package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// A later day; the last of the calendar when there is none so late.
  package func adding(days: Int) -> CalendarDate {
    var date = self
    for _ in 0..<days { date = date.next ?? date }
    return date
  }

  private var next: CalendarDate? {
    CalendarDate(year: year, month: month, day: day + 1)
      ?? CalendarDate(year: year, month: month + 1, day: 1)
      ?? CalendarDate(year: year + 1, month: 1, day: 1)
  }

  private static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}
