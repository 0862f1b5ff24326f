// Round numbers along an axis.

import Chain
import Primitives

/// Steps of 1, 2 or 5 times a power of ten, from nothing to at least the greatest value.
struct Ticks {
  let step: UInt64
  let count: UInt64

  /// At most five steps, at least one.
  init(upTo greatest: UInt64) {
    let wanted = max(greatest, 1)
    var step: UInt64 = 1
    var turn = 0
    while (wanted - 1) / step >= 5 {
      let (next, overflow) = step.multipliedReportingOverflow(by: turn % 3 == 1 ? 5 : 2)
      // 1, 2, 5, 10: a step of 2 becomes 5 by the half of its fivefold.
      if overflow { break }
      step = turn % 3 == 1 ? next / 2 : next
      turn += 1
    }
    self.step = step
    count = (wanted - 1) / step + 1
  }

  var top: UInt64 {
    let (top, overflow) = step.multipliedReportingOverflow(by: count)
    return overflow ? .max : top
  }

  var values: [UInt64] { (0...count).map { step.multipliedReportingOverflow(by: $0).partialValue } }

  /// A tick as money: in cents where dollars would be all noughts.
  func money(_ value: UInt64) -> String {
    if value == 0 { return "0" }
    if top >= 1_000 * million { return Formats.rounded(value) }
    guard top < 10_000 else { return Formats.dollars(value) }
    return String(
      Formats.dollars(value.multipliedReportingOverflow(by: 100).partialValue).dropFirst())
      + "\u{A0}¢"
  }
}
