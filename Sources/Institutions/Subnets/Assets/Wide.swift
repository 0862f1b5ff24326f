// A number of 128 bits as a row keeps it: sums and averages that a product of two amounts fits in.

public import Primitives

/// 128 bits in two halves.
public struct Wide: Fielded, Hashable {
  public static let typeName = "Wide"
  public var high: UInt64 = 0
  public var low: UInt64 = 0

  public init() {}

  public init(_ value: UInt128) {
    high = UInt64(truncatingIfNeeded: value >> 64)
    low = UInt64(truncatingIfNeeded: value)
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("high", &high)
    try v("low", &low)
  }

  public var value: UInt128 { UInt128(high) << 64 | UInt128(low) }
}
