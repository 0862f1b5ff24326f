// Numbers, money and moments straight into a page: a text of each on the way would cost more than
// what is written.

import Primitives

extension Markup {
  mutating func append(number: UInt64) { append(number: number, least: 1) }

  /// - Parameter least: digits at least, filled with noughts in front.
  mutating func append(number: UInt64, least: Int) {
    // Twenty digits at most.
    var digits = (UInt64.zero, UInt64.zero, UInt64.zero)
    withUnsafeMutableBytes(of: &digits) { raw in
      let letters = raw.assumingMemoryBound(to: UInt8.self)
      var (rest, place) = (number, letters.count)
      while place > 4, rest > 0 || letters.count - place < least {
        let (tens, digit) = rest.quotientAndRemainder(dividingBy: 10)
        place -= 1
        letters[place] = 0x30 + UInt8(truncatingIfNeeded: digit)
        rest = tens
      }
      append(UnsafeBufferPointer(rebasing: letters[place...]))
    }
  }

  mutating func append(literal: StaticString) { literal.withUTF8Buffer { append($0) } }

  /// `2026-11-21T17:05:09Z` and the like.
  mutating func append(_ moment: Formats.Moment, between: StaticString, zone: StaticString) {
    append(number: moment.year)
    append(literal: "-")
    append(number: moment.month, least: 2)
    append(literal: "-")
    append(number: moment.day, least: 2)
    append(literal: between)
    append(number: moment.hour, least: 2)
    append(literal: ":")
    append(number: moment.minute, least: 2)
    append(literal: ":")
    append(number: moment.second, least: 2)
    append(literal: zone)
  }

  /// Millionths of a dollar: `$9.48`, `$0.000003`, `$12 345.00` with a space that does not break.
  mutating func append(dollars units: UInt64) {
    append(literal: "$")
    append(grouped: units / million)
    append(literal: ".")
    var (rest, length) = (units % million, 6)
    while length > 2, rest % 10 == 0 {
      rest /= 10
      length -= 1
    }
    append(number: rest, least: length)
  }

  /// As `Formats.grouped` has it.
  mutating func append(grouped number: UInt64) {
    if number < 10_000 { return append(number: number) }
    var scale: UInt64 = 1
    while number / scale >= 1_000 { scale *= 1_000 }
    append(number: number / scale)
    while scale > 1 {
      scale /= 1_000
      append(literal: "\u{A0}")
      append(number: number / scale % 1_000, least: 3)
    }
  }
}

extension Markup.StringInterpolation {
  public mutating func appendInterpolation(dollars units: UInt64) {
    piece.append(dollars: units)
  }

  public mutating func appendInterpolation(grouped number: UInt64) {
    piece.append(grouped: number)
  }

  mutating func appendInterpolation(iso moment: Formats.Moment) {
    piece.append(moment, between: "T", zone: "Z")
  }

  mutating func appendInterpolation(utc moment: Formats.Moment) {
    piece.append(moment, between: " ", zone: " UTC")
  }
}
