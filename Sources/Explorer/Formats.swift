// How money, time and ids are written on a page.

import Chain
import Primitives

/// Text of values, the same on every page.
enum Formats {
  /// A moment by the calendar and the clock, in UTC.
  struct Moment {
    let (year, month, day): (UInt64, UInt64, UInt64)
    let (hour, minute, second): (UInt64, UInt64, UInt64)

    init(_ time: Time) {
      let seconds = time.milliseconds / 1000
      let rest = seconds % 86_400
      (year, month, day) = Formats.date(days: seconds / 86_400)
      (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    }
  }

  /// Milliseconds since 1970 as `2026-11-21 17:05:09 UTC`.
  static func utc(_ time: Time) -> String {
    let moment: Markup = "\(utc: Moment(time))"
    return moment.text
  }

  /// `21 Nov 17:05`, where the year is plain.
  static func day(_ time: Time) -> String {
    let seconds = time.milliseconds / 1000
    let (_, month, day) = date(days: seconds / 86_400)
    let names = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let clock = "\(two(seconds % 86_400 / 3600)):\(two(seconds / 60 % 60))"
    return "\(day)\u{A0}\(names[Int(month - 1)])\u{A0}\(clock)"
  }

  /// `3 minutes ago`, `in 12 seconds`.
  static func age(_ time: Time, now: Time) -> String {
    if time.milliseconds > now.milliseconds {
      return "in " + span(time.milliseconds - now.milliseconds)
    }
    let text = span(now.milliseconds - time.milliseconds)
    return text == "a moment" ? "just now" : text + " ago"
  }

  static func span(_ milliseconds: UInt64) -> String {
    let seconds = milliseconds / 1000
    switch seconds {
    case 0: return "a moment"
    case 1..<120: return plural(seconds, "second")
    case 120..<7_200: return plural(seconds / 60, "minute")
    case 7_200..<172_800: return plural(seconds / 3600, "hour")
    default: return plural(seconds / 86_400, "day")
    }
  }

  static func plural(_ count: UInt64, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  /// `12 345 678`, with spaces that do not break.
  static func grouped(_ number: UInt64) -> String {
    if number < 10_000 { return String(number) }
    let digits = String(number).utf8
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "\u{A0}" }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return text
  }

  /// Money where there is little room: `$9.48`, `$12 345`, `$1.2 million`.
  static func rounded(_ units: UInt64) -> String {
    let dollars = units / million
    switch dollars {
    case 0..<1_000:
      if units == 0 { return "$0" }
      if units < 10_000 { return Formats.dollars(units) }
      let cents = (units + 5_000) / 10_000
      return "$\(cents / 100).\(two(cents % 100))"
    case 1_000..<1_000_000: return "$" + grouped(dollars)
    case 1_000_000..<1_000_000_000: return "$" + tenths(dollars / 100_000) + "\u{A0}million"
    default: return "$" + tenths(dollars / 100_000_000) + "\u{A0}billion"
    }
  }

  private static func tenths(_ number: UInt64) -> String {
    number % 10 == 0 ? grouped(number / 10) : grouped(number / 10) + ".\(number % 10)"
  }

  /// Money in full: `$9.48`, `$0.000003`.
  static func dollars(_ units: UInt64) -> String {
    let money: Markup = "\(dollars: units)"
    return money.text
  }

  /// Parts per million as `97.3 %`.
  static func percent(ppm: UInt64) -> String {
    let tenths = ppm / 1000 + (ppm % 1000 >= 500 ? 1 : 0)
    return tenths % 10 == 0 ? "\(tenths / 10)\u{A0}%" : "\(tenths / 10).\(tenths % 10)\u{A0}%"
  }

  /// Parts per million with all their digits: `0.25 %`.
  static func exactPercent(ppm: UInt64) -> String {
    var text = String(ppm / 10_000)
    var rest = String(ppm % 10_000 + 10_000).dropFirst()
    while rest.last == "0" { rest.removeLast() }
    if !rest.isEmpty { text += "." + rest }
    return text + "\u{A0}%"
  }

  private static func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }

  /// The civil date of a day since 1970 (Howard Hinnant, chrono-compatible date algorithms, 2013).
  private static func date(days: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted % 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
  }
}
