// The extension of the Goldilocks field in which challenges lie: 128 bits, too many to guess.

public import Primitives

/// a + b·x with x² = 7, which is no square in the field below.
@frozen
public struct GoldilocksPair: Hashable, Sendable {
  public let a: Goldilocks
  public let b: Goldilocks

  /// x².
  public static let nonResidue = Goldilocks(canonical: 7)
  public static let zero = GoldilocksPair(.zero)
  public static let one = GoldilocksPair(.one)

  @inlinable @inline(__always)
  public init(_ a: Goldilocks, _ b: Goldilocks = .zero) {
    self.a = a
    self.b = b
  }

  /// Reads what somebody sent: two canonical numbers.
  public init(checking a: UInt64, _ b: UInt64) throws(Refusal) {
    self.init(try Goldilocks(checking: a), try Goldilocks(checking: b))
  }

  @inlinable @inline(__always)
  public static func + (l: Self, r: Self) -> Self { Self(l.a + r.a, l.b + r.b) }

  @inlinable @inline(__always)
  public static func - (l: Self, r: Self) -> Self { Self(l.a - r.a, l.b - r.b) }

  @inlinable @inline(__always)
  public static prefix func - (x: Self) -> Self { Self(-x.a, -x.b) }

  /// Three products instead of four (Karatsuba and Ofman, 1962).
  @inlinable @inline(__always)
  public static func * (l: Self, r: Self) -> Self {
    let low = l.a * r.a
    let high = l.b * r.b
    let middle = (l.a + l.b) * (r.a + r.b) - low - high
    return Self(low + nonResidue * high, middle)
  }

  @inlinable @inline(__always)
  public static func * (l: Self, r: Goldilocks) -> Self { Self(l.a * r, l.b * r) }

  @inlinable public static func += (l: inout Self, r: Self) { l = l + r }
  @inlinable public static func -= (l: inout Self, r: Self) { l = l - r }
  @inlinable public static func *= (l: inout Self, r: Self) { l = l * r }

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

  /// (a − bx) / (a² − 7b²); nil for zero, since 7 is no square and the norm vanishes only there.
  public var inverse: Self? {
    guard let norm = (a * a - Self.nonResidue * (b * b)).inverse else { return nil }
    return Self(a * norm, -b * norm)
  }

  /// 1/x for every element with one inversion (Montgomery, 1987); nil when any is zero.
  public static func inverses(of elements: [Self]) -> [Self]? {
    var products: [Self] = []
    products.reserveCapacity(elements.count)
    var product = Self.one
    for element in elements {
      products.append(product)
      product *= element
    }
    guard var rest = product.inverse else { return nil }
    var inverses = elements
    for index in elements.indices.reversed() {
      inverses[index] = rest * products[index]
      rest *= elements[index]
    }
    return inverses
  }
}
