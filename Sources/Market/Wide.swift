// Products of several 64-bit numbers, which refuse instead of wrapping.

import Primitives

/// A number of 128 bits with checked arithmetic.
struct Wide: Hashable, Sendable {
  let value: UInt128

  init(_ value: UInt64) { self.value = UInt128(value) }
  private init(exact value: UInt128) { self.value = value }

  func times(_ factor: UInt64) throws(Refusal) -> Wide {
    let (product, overflow) = value.multipliedReportingOverflow(by: UInt128(factor))
    if overflow { throw .overflow }
    return Wide(exact: product)
  }

  func plus(_ other: Wide) throws(Refusal) -> Wide {
    let (sum, overflow) = value.addingReportingOverflow(other.value)
    if overflow { throw .overflow }
    return Wide(exact: sum)
  }

  /// The quotient rounded up.
  func dividedUp(by divisor: Wide) throws(Refusal) -> Amount {
    guard divisor.value > 0 else { throw .overflow }
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor.value)
    guard let whole = UInt64(exactly: quotient) else { throw .overflow }
    return rest == 0 ? Amount(whole) : try Amount(whole).adding(Amount(1))
  }
}
