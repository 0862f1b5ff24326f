// A few columns of a matrix at a time, eight to a vector, as the passes of an epoch work on them.

/// Sixteen columns: for each row a vector of the first eight, then for each row one of the rest.
struct YumaTile {
  typealias Lanes = SIMD8<Int64>

  let rows: Int
  private var vectors: [Lanes]

  init(rows: Int) {
    self.rows = rows
    vectors = Array(repeating: .zero, count: rows * YumaTile.halves)
  }

  static let halves = YumaEpoch.tileWidth / 8

  mutating func clear(to value: Int64 = 0) {
    vectors.withUnsafeMutableBufferPointer { $0.update(repeating: Lanes(repeating: value)) }
  }

  /// The vectors of one half, a row after the other.
  @inline(__always)
  mutating func withHalf<R>(
    _ half: Int, _ body: (UnsafeMutableBufferPointer<Lanes>) -> R
  ) -> R {
    let range = half * rows..<(half + 1) * rows
    return vectors.withUnsafeMutableBufferPointer {
      body(UnsafeMutableBufferPointer(rebasing: $0[range]))
    }
  }

  /// The numbers one by one; `place` finds them.
  @inline(__always)
  mutating func withCells(_ body: (UnsafeMutablePointer<Int64>) -> Void) {
    vectors.withUnsafeMutableBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      body(base.assumingMemoryBound(to: Int64.self))
    }
  }

  @inline(__always)
  static func place(row: Int, column: Int, rows: Int) -> Int {
    ((column >> 3) &* rows &+ row) &* 8 &+ (column & 7)
  }
}

extension UnsafeMutableBufferPointer<SIMD8<Int64>> {
  /// Divides each column, a lane of all vectors, by a divisor of its own.
  @inline(__always)
  func divideColumns(by divisors: SIMD8<Int64>) {
    let divisor = LaneDivisor(divisors)
    for row in indices { self[row] = divisor.quotients(self[row]) }
  }

  /// Divides each row, a vector, by a divisor of its own.
  @inline(__always)
  func divideRows(by divisors: [LaneDivisor]) {
    divisors.withUnsafeBufferPointer { divisors in
      for row in indices { self[row] = divisors[row].quotients(self[row]) }
    }
  }

  /// The sum of each column.
  @inline(__always)
  var columnSums: SIMD8<Int64> {
    var sum = SIMD8<Int64>.zero
    for row in indices { sum &+= self[row] }
    return sum
  }
}

extension SIMD8<Int64> {
  /// The lesser of each pair of lanes.
  @inline(__always)
  func least(_ other: SIMD8<Int64>) -> SIMD8<Int64> {
    replacing(with: other, where: other .< self)
  }

  /// The product with a share from 0 to 1, where each lane holds one too; rounded down.
  @inline(__always)
  func scaled(by share: Int64) -> SIMD8<Int64> {
    // 1 times 1 is the one product that does not fit 64 bits.
    if share >> 32 != 0 { return self }
    let product = unsafeBitCast(self &* SIMD8(repeating: share), to: SIMD8<UInt64>.self)
    return unsafeBitCast(product &>> 32, to: SIMD8<Int64>.self)
  }

  /// Products of shares lane by lane, rounded down.
  @inline(__always)
  func scaled(by shares: SIMD8<Int64>) -> SIMD8<Int64> {
    let product = unsafeBitCast(self &* shares, to: SIMD8<UInt64>.self)
    let small = unsafeBitCast(product &>> 32, to: SIMD8<Int64>.self)
    return small.replacing(with: self, where: shares .== SIMD8(repeating: 1 << 32))
  }

  /// One bit for each lane that is positive. `any` and `all` of the standard library, and
  /// comparisons with a scalar, look at lanes one by one; this stays in vectors.
  @inline(__always)
  var positiveLanes: Int64 {
    let bits = SIMD8<Int64>(1, 2, 4, 8, 16, 32, 64, 128)
    return SIMD8<Int64>.zero.replacing(with: bits, where: self .> SIMD8<Int64>.zero).lanesSum
  }

  /// The sum of the lanes.
  @inline(__always)
  var lanesSum: Int64 {
    let four = lowHalf &+ highHalf
    let two = four.lowHalf &+ four.highHalf
    return two.x &+ two.y
  }
}
