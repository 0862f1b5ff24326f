// Eight Goldilocks elements at once, the same results as one by one.

/// Lanes of canonical elements. The operations are written so that every step is one vector
/// instruction: products of 32-bit halves, comparisons as masks, no lane ever branches.
public typealias GoldilocksLanes = SIMD8<UInt64>

extension SIMD8<UInt64> {
  @inlinable @inline(__always)
  public init(_ element: Goldilocks) { self.init(repeating: element.value) }

  @usableFromInline @inline(__always)
  static var epsilon: Self { Self(repeating: Goldilocks.epsilon) }

  @usableFromInline @inline(__always)
  static var modulus: Self { Self(repeating: Goldilocks.modulus) }

  @inlinable @inline(__always)
  func canonical() -> Self {
    replacing(with: self &- Self.modulus, where: self .>= Self.modulus)
  }

  @inlinable @inline(__always)
  public func fieldSum(_ other: Self) -> Self {
    let sum = self &+ other
    return sum.replacing(with: sum &+ Self.epsilon, where: sum .< self).canonical()
  }

  @inlinable @inline(__always)
  public func fieldDifference(_ other: Self) -> Self {
    let difference = self &- other
    return difference.replacing(with: difference &- Self.epsilon, where: self .< other)
  }

  @inlinable @inline(__always)
  public func fieldProduct(_ other: Self) -> Self {
    let mask = Self.epsilon
    let (l0, l1) = (self & mask, self &>> 32)
    let (r0, r1) = (other & mask, other &>> 32)
    let (low, mixed, other1, top) = (l0 &* r0, l0 &* r1, l1 &* r0, l1 &* r1)
    let carried = other1 &+ (low &>> 32)
    let middle = mixed &+ (carried & mask)
    let lowWord = (middle &<< 32) | (low & mask)
    let highWord = top &+ (carried &>> 32) &+ (middle &>> 32)
    return Self.reduce(high: highWord, low: lowWord)
  }

  @inlinable @inline(__always)
  static func reduce(high: Self, low: Self) -> Self {
    let upper = high &>> 32
    let lower = high & epsilon
    let first = low &- upper
    let start = first.replacing(with: first &- epsilon, where: low .< upper)
    // lower·(2^32 − 1) without a multiplication.
    let added = (lower &<< 32) &- lower
    let sum = start &+ added
    return sum.replacing(with: sum &+ epsilon, where: sum .< added).canonical()
  }
}

/// Eight elements of the extension at once.
@frozen
public struct GoldilocksPairLanes: Sendable, Equatable {
  public var a: GoldilocksLanes
  public var b: GoldilocksLanes

  @inlinable @inline(__always)
  public init(_ a: GoldilocksLanes, _ b: GoldilocksLanes) {
    self.a = a
    self.b = b
  }

  @inlinable @inline(__always)
  public init(repeating element: GoldilocksPair) {
    self.init(GoldilocksLanes(element.a), GoldilocksLanes(element.b))
  }

  public static let zero = GoldilocksPairLanes(.zero, .zero)

  @inlinable @inline(__always)
  public static func + (l: Self, r: Self) -> Self {
    Self(l.a.fieldSum(r.a), l.b.fieldSum(r.b))
  }

  @inlinable @inline(__always)
  public static func - (l: Self, r: Self) -> Self {
    Self(l.a.fieldDifference(r.a), l.b.fieldDifference(r.b))
  }

  @inlinable @inline(__always)
  public static func * (l: Self, r: Self) -> Self {
    let low = l.a.fieldProduct(r.a)
    let high = l.b.fieldProduct(r.b)
    let middle = l.a.fieldSum(l.b).fieldProduct(r.a.fieldSum(r.b))
    return Self(
      low.fieldSum(high.times7), middle.fieldDifference(low).fieldDifference(high))
  }

  @inlinable @inline(__always)
  public static func * (l: Self, r: GoldilocksLanes) -> Self {
    Self(l.a.fieldProduct(r), l.b.fieldProduct(r))
  }

  /// The sum of the eight lanes.
  @inlinable
  public var total: GoldilocksPair {
    var sum = GoldilocksPair.zero
    for lane in 0..<8 {
      sum += GoldilocksPair(Goldilocks(canonical: a[lane]), Goldilocks(canonical: b[lane]))
    }
    return sum
  }
}

extension SIMD8<UInt64> {
  /// 8x − x: three doublings are cheaper than a product.
  @inlinable @inline(__always)
  var times7: Self {
    let twice = fieldSum(self)
    let four = twice.fieldSum(twice)
    return four.fieldSum(four).fieldDifference(self)
  }
}
