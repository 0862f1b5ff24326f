// Exact rational numbers: an expectation judged by its sign must not be rounded on the way.

public import Primitives

/// A reduced fraction. Numbers of a catalogue stay far below 128 bits; one that does not traps,
/// since a wrapped expectation would be worse than none.
public struct Fraction: Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral {
  public let numerator: Int128
  /// Above zero, and without a common divisor with the numerator.
  public let denominator: Int128

  public init(_ numerator: Int128, over denominator: Int128) {
    precondition(denominator != 0, "a fraction needs a denominator")
    let divisor = Fraction.divisor(numerator.magnitude, denominator.magnitude)
    let sign: Int128 = denominator < 0 ? -1 : 1
    self.numerator = sign * numerator / Int128(divisor)
    self.denominator = sign * denominator / Int128(divisor)
  }

  public init(integerLiteral value: Int) { self.init(Int128(value), over: 1) }
  public init(_ value: Int) { self.init(Int128(value), over: 1) }
  public init(_ amount: Amount) { self.init(Int128(amount.units), over: 1) }

  /// A share in parts per million.
  public init(ppm: UInt64) { self.init(Int128(ppm), over: Int128(million)) }

  /// Euclid's greatest common divisor; one where both are zero.
  private static func divisor(_ a: UInt128, _ b: UInt128) -> UInt128 {
    var (x, y) = (a, b)
    while y != 0 { (x, y) = (y, x % y) }
    return max(x, 1)
  }

  public static func + (l: Fraction, r: Fraction) -> Fraction {
    if l.denominator == r.denominator {
      return Fraction(l.numerator + r.numerator, over: l.denominator)
    }
    // The common part of the denominators is taken out first, so that sums stay small.
    let common = Int128(divisor(l.denominator.magnitude, r.denominator.magnitude))
    let (left, right) = (r.denominator / common, l.denominator / common)
    return Fraction(l.numerator * left + r.numerator * right, over: l.denominator * left)
  }

  public static func * (l: Fraction, r: Fraction) -> Fraction {
    let first = Fraction(l.numerator, over: r.denominator)
    let second = Fraction(r.numerator, over: l.denominator)
    return Fraction(
      first.numerator * second.numerator, over: first.denominator * second.denominator)
  }

  public static func / (l: Fraction, r: Fraction) -> Fraction {
    l * Fraction(r.denominator, over: r.numerator)
  }

  public static prefix func - (f: Fraction) -> Fraction {
    Fraction(-f.numerator, over: f.denominator)
  }
  public static func - (l: Fraction, r: Fraction) -> Fraction { l + -r }
  public static func += (l: inout Fraction, r: Fraction) { l = l + r }
  public static func -= (l: inout Fraction, r: Fraction) { l = l - r }

  public static func < (l: Fraction, r: Fraction) -> Bool { (l - r).numerator < 0 }

  public var magnitude: Fraction { numerator < 0 ? -self : self }

  public func power(_ exponent: Int) -> Fraction {
    var result: Fraction = 1
    for _ in 0..<exponent { result = result * self }
    return result
  }
}

extension Fraction {
  /// The nearest whole number, halves away from zero.
  public var rounded: Int128 {
    let (quotient, rest) = numerator.magnitude.quotientAndRemainder(
      dividingBy: denominator.magnitude)
    let nearest = Int128(quotient) + (2 * rest >= denominator.magnitude ? 1 : 0)
    return numerator < 0 ? -nearest : nearest
  }

  /// As a decimal with that many places, rounded, with its sign.
  public func text(places: Int) -> String {
    let scaled = (self * Fraction(10).power(places)).rounded
    var digits = String(scaled.magnitude)
    while digits.count <= places { digits = "0" + digits }
    let split = digits.index(digits.endIndex, offsetBy: -places)
    let body = places == 0 ? digits : "\(digits[..<split]).\(digits[split...])"
    return (scaled < 0 ? "−" : scaled > 0 ? "+" : "") + body
  }

  /// With as many places as show three digits that count, six at most.
  public var text: String {
    let size = magnitude
    if size == 0 { return "0" }
    var places = 0
    while places < 6 && size * Fraction(10).power(places) < 100 { places += 1 }
    return text(places: places)
  }
}
