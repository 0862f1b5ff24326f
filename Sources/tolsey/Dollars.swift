// Dollars as people write them, from and to millionths, without floating point.

import Primitives

/// An amount in text: `$12.50`, `$0.000004`.
enum Dollars {
  /// At least two decimals, and as many of the six as are needed.
  static func text(_ amount: Amount) -> String {
    "$" + digits(amount)
  }

  /// The same without the sign, for JSON and for columns headed in dollars.
  static func digits(_ amount: Amount) -> String {
    let (whole, rest) = amount.units.quotientAndRemainder(dividingBy: million)
    var decimals = String(String(million + rest).dropFirst())
    while decimals.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
    return "\(whole).\(decimals)"
  }

  /// A change with its sign: `+$0.25`, `-$1.00`.
  static func change(from before: Amount, to after: Amount) -> String {
    after >= before
      ? "+" + text(Amount(after.units - before.units))
      : "-" + text(Amount(before.units - after.units))
  }

  /// Reads `12`, `12.5`, `$0.000004`. A seventh decimal would be lost, so it is an error.
  static func parse(_ text: String) -> Amount? {
    let parts = (text.hasPrefix("$") ? text.dropFirst() : text[...])
      .split(separator: ".", omittingEmptySubsequences: false)
    guard
      let whole = parts.first, parts.count <= 2,
      isDigits(whole), let dollars = UInt64(whole)
    else { return nil }
    var units: UInt64 = 0
    if parts.count == 2 {
      guard isDigits(parts[1]), parts[1].count <= 6 else { return nil }
      let padded = parts[1] + String(repeating: "0", count: 6 - parts[1].count)
      guard let decimals = UInt64(padded) else { return nil }
      units = decimals
    }
    let (scaled, overflow) = dollars.multipliedReportingOverflow(by: million)
    let (sum, overflowed) = scaled.addingReportingOverflow(units)
    return overflow || overflowed ? nil : Amount(sum)
  }

  private static func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
