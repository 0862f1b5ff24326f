// What one integer step is worth, written without a floating-point number.

public import Primitives

/// The number `mantissa / 2^exponent`, with a mantissa of exactly 31 bits.
///
/// One number has one form, so canonical data holds it without floats. It lies outside every
/// claim: it only tells people what the integers of input and output stand for.
public struct Scale: Fielded, Hashable {
  public static let typeName = "Scale"
  /// 2^30 … 2^31 − 1.
  public var mantissa: UInt32 = 1 << 30
  public var exponent: UInt8 = 30

  /// One.
  public init() {}

  public init(mantissa: UInt32, exponent: UInt8) throws(Refusal) {
    self.mantissa = mantissa
    self.exponent = exponent
    try check()
  }

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("mantissa", &mantissa)
    try v("exponent", &exponent)
  }

  func check() throws(Refusal) {
    guard mantissa >= 1 << 30, mantissa < 1 << 31 else {
      throw Refusal("badScale", ["mantissa": UInt64(mantissa)])
    }
  }
}
