// Eight Goldilocks elements at once, the same results as one by one.

/// Lanes of canonical elements. The operations are written so that every step is one vector
/// instruction: products of 32-bit halves, comparisons as masks, no lane ever branches.
public typealias GoldilocksLanes = SIMD8<UInt64>

extension SIMD8<UInt64> {
  @_transparent
  public init(_ element: Goldilocks) { self.init(repeating: element.value) }

  @_transparent
  @usableFromInline static var epsilon: Self { Self(repeating: Goldilocks.epsilon) }

  @_transparent
  @usableFromInline static var modulus: Self { Self(repeating: Goldilocks.modulus) }

  @_transparent
  @usableFromInline func canonical() -> Self {
    let less = self &- Self.modulus
    return less.replacing(with: self, where: self .< less)
  }

  @_transparent
  public func fieldSum(_ other: Self) -> Self {
    fieldDifference(Self.modulus &- other)
  }

  @_transparent
  public func fieldDifference(_ other: Self) -> Self {
    let difference = self &- other
    return difference.replacing(with: difference &- Self.epsilon, where: self .< other)
  }

  @_transparent
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

  @_transparent
  @usableFromInline static func reduce(high: Self, low: Self) -> Self {
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

  @_transparent
  public init(_ a: GoldilocksLanes, _ b: GoldilocksLanes) {
    self.a = a
    self.b = b
  }

  @_transparent
  public init(repeating element: GoldilocksPair) {
    self.init(GoldilocksLanes(element.a), GoldilocksLanes(element.b))
  }

  public static let zero = GoldilocksPairLanes(.zero, .zero)

  @_transparent
  public static func + (l: Self, r: Self) -> Self {
    Self(l.a.fieldSum(r.a), l.b.fieldSum(r.b))
  }

  @_transparent
  public static func - (l: Self, r: Self) -> Self {
    Self(l.a.fieldDifference(r.a), l.b.fieldDifference(r.b))
  }

  @_transparent
  public static func * (l: Self, r: Self) -> Self {
    let low = l.a.fieldProduct(r.a)
    let high = l.b.fieldProduct(r.b)
    let middle = l.a.fieldSum(l.b).fieldProduct(r.a.fieldSum(r.b))
    return Self(
      low.fieldSum(high.times7), middle.fieldDifference(low).fieldDifference(high))
  }

  @_transparent
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
  @_transparent
  @usableFromInline var times7: Self {
    let twice = fieldSum(self)
    let four = twice.fieldSum(twice)
    return four.fieldSum(four).fieldDifference(self)
  }
}
