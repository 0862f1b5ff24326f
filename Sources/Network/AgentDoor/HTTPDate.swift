// Reads the `Date` of a reply: RFC 9110 §5.6.7, the one form that is still written.

/// `Sun, 06 Nov 1994 08:49:37 GMT`
enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Seconds since 1970; nil for what is no such date.
  static func seconds(_ text: String) -> UInt64? {
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 6, words[5] == "GMT",
      let day = number(words[1], 1...31), let place = months.firstIndex(of: String(words[2])),
      let year = number(words[3], 1_970...9_999)
    else { return nil }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = number(clock[0], 0...23),
      let minute = number(clock[1], 0...59), let second = number(clock[2], 0...60)
    else { return nil }
    return ((days(year, place + 1, day) * 24 + hour) * 60 + minute) * 60 + second
  }

  private static func number(_ word: Substring, _ range: ClosedRange<UInt64>) -> UInt64? {
    guard word.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt64(word) else {
      return nil
    }
    return range.contains(value) ? value : nil
  }

  /// Days from 1970 to a date of the Gregorian calendar; a year begins with March here, so that
  /// the leap day is its last.
  private static func days(_ year: UInt64, _ month: Int, _ day: UInt64) -> UInt64 {
    let years = month > 2 ? year : year - 1
    let months = UInt64(month > 2 ? month - 3 : month + 9)
    return years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day
      - 719_469
  }
}
