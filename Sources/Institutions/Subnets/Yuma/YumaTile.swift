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

/// Divides the columns of a half, each by a divisor of its own.
struct LaneDivisors {
  private var lanes: [Reciprocal]

  init(_ divisors: SIMD8<Int64>) { lanes = (0..<8).map { Reciprocal(divisors[$0]) } }

  @inline(__always)
  func divide(_ vector: inout SIMD8<Int64>) {
    lanes.withUnsafeBufferPointer { lanes in
      for lane in 0..<8 { vector[lane] = lanes[lane].quotient(vector[lane]) }
    }
  }
}

extension SIMD8<Int64> {
  /// The product with a share from 0 to 1, where each lane holds one too; rounded down.
  @inline(__always)
  func scaled(by share: Int64) -> SIMD8<Int64> {
    // 1 times 1 is the one product that does not fit 64 bits.
    if share >> 32 != 0 { return self }
    let product =
      SIMD8<UInt64>(truncatingIfNeeded: self)
      &* SIMD8<UInt64>(repeating: UInt64(bitPattern: share))
    return SIMD8<Int64>(truncatingIfNeeded: product &>> 32)
  }
}
