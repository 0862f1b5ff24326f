// The field of 2^64 − 2^32 + 1 elements: every proof is made of its numbers.

public import Primitives

/// An element of the Goldilocks field, always in its one canonical form below the modulus.
///
/// 2^64 ≡ 2^32 − 1 and 2^96 ≡ −1, so a product of 128 bits is reduced by two additions. Each sum
/// needs exactly one correction of a carry or borrow, which the compiler turns into a mask; a
/// chain of comparisons in its place becomes branches and costs five times as much.
@frozen
public struct Goldilocks: Hashable, Sendable {
  /// 2^64 − 2^32 + 1, a prime whose multiplicative group has a subgroup of 2^32 elements.
  public static let modulus: UInt64 = 0xffff_ffff_0000_0001
  @usableFromInline static let epsilon: UInt64 = 0xffff_ffff

  public let value: UInt64

  public static let zero = Goldilocks(canonical: 0)
  public static let one = Goldilocks(canonical: 1)

  /// For values that are known to be below the modulus.
  @inlinable
  public init(canonical value: UInt64) {
    assert(value < Goldilocks.modulus)
    self.value = value
  }

  /// The element that a number stands for, reduced.
  @inlinable
  public init(_ value: UInt64) { self.value = Goldilocks.reduce(value) }

  @inlinable
  public init(_ value: Int64) {
    self.value = value >= 0 ? UInt64(value) : Goldilocks.modulus &- value.magnitude
  }

  /// Reads what somebody sent. A number that is not canonical is refused: it would be a second
  /// form of the same proof.
  public init(checking value: UInt64) throws(Refusal) {
    guard value < Goldilocks.modulus else { throw Refusal("notCanonicalElement") }
    self.value = value
  }

  @inlinable @inline(__always)
  static func reduce(_ value: UInt64) -> UInt64 { min(value, value &- modulus) }

  @inlinable @inline(__always)
  public static func + (l: Self, r: Self) -> Self {
    let (sum, carry) = l.value.addingReportingOverflow(r.value)
    // A carry is worth 2^64 ≡ epsilon; both are below the modulus, so this cannot carry again.
    return Self(canonical: reduce(sum &+ (carry ? epsilon : 0)))
  }

  @inlinable @inline(__always)
  public static func - (l: Self, r: Self) -> Self {
    let (difference, borrow) = l.value.subtractingReportingOverflow(r.value)
    return Self(canonical: difference &- (borrow ? epsilon : 0))
  }

  @inlinable @inline(__always)
  public static prefix func - (x: Self) -> Self { zero - x }

  @inlinable @inline(__always)
  public static func * (l: Self, r: Self) -> Self {
    let product = l.value.multipliedFullWidth(by: r.value)
    return Self(canonical: reduce(high: product.high, low: product.low))
  }

  /// high·2^64 + low ≡ low − (high's upper half) + (high's lower half)·(2^32 − 1).
  @inlinable @inline(__always)
  static func reduce(high: UInt64, low: UInt64) -> UInt64 {
    let (first, borrow) = low.subtractingReportingOverflow(high >> 32)
    let start = first &- (borrow ? epsilon : 0)
    let (sum, carry) = start.addingReportingOverflow((high & epsilon) &* epsilon)
    return reduce(sum &+ (carry ? epsilon : 0))
  }

  @inlinable public static func += (l: inout Self, r: Self) { l = l + r }
  @inlinable public static func -= (l: inout Self, r: Self) { l = l - r }
  @inlinable public static func *= (l: inout Self, r: Self) { l = l * r }

  public var squared: Self { self * self }

  public func raised(to exponent: UInt64) -> Self {
    var result = Self.one
    var power = self
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= power }
      power *= power
      rest >>= 1
    }
    return result
  }

  /// 1/x by Fermat; nil for zero.
  public var inverse: Self? {
    self == .zero ? nil : raised(to: Goldilocks.modulus - 2)
  }

  /// 1/2.
  public static let half = Goldilocks(canonical: 0x7fff_ffff_8000_0001)

  /// 7 generates the whole multiplicative group.
  public static let generator = Goldilocks(canonical: 7)
  /// The group has 2^32 as its largest power of two.
  public static let twoAdicity = 32

  /// A root of unity whose order is exactly 2^k; nil above 2^32.
  public static func root(ofOrderLog2 k: Int) -> Goldilocks? {
    guard (0...twoAdicity).contains(k) else { return nil }
    return generator.raised(to: (modulus - 1) >> UInt64(k))
  }
}

extension Goldilocks: CustomStringConvertible {
  public var description: String { String(value) }
}
