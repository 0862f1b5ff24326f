// Moments as people read them: the date and the time of day in UTC, without any library.

import Primitives

enum UTC {
  /// `2026-11-21 18:04:09`, from milliseconds since 1970.
  static func text(_ time: Time) -> String {
    let seconds = time.milliseconds / 1_000
    let clock = seconds % 86_400
    return "\(day(time)) \(two(clock / 3_600)):\(two(clock % 3_600 / 60)):\(two(clock % 60))"
  }

  /// `2026-11-21`. Days are turned into dates as H. Hinnant does it, "chrono-compatible low-level
  /// date algorithms", 2013: years begin in March, so that the leap day is a year's last.
  static func day(_ time: Time) -> String {
    let days = time.milliseconds / 86_400_000 + 719_468
    let era = days / 146_097
    let ofEra = days % 146_097
    let year = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * year + year / 4 - year / 100)
    let shifted = (5 * ofYear + 2) / 153
    let day = ofYear - (153 * shifted + 2) / 5 + 1
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let calendar = year + era * 400 + (month <= 2 ? 1 : 0)
    return "\(calendar)-\(two(month))-\(two(day))"
  }

  private static func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
