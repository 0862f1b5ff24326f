// Rounds and sums over elements of the field below: a product with one of them is two products in
// the place of three, and two of them make one.

extension PairVector {
  /// The first round of Σ eq·x·((2b − 255)·slope + b·(255 − b)·bend), x and b of the field below.
  public struct RoundingStart {
    /// Σ eq·x·(2b − 255)·slope over the lower half, and over the upper one.
    public var lower = GoldilocksPair.zero
    public var upper = GoldilocksPair.zero
    /// As `roundingRound` gives them.
    public var atZero = GoldilocksPair.zero
    public var atMinusOne = GoldilocksPair.zero
    public var leading = GoldilocksPair.zero
  }

  /// - Parameters:
  ///   - weights: eq without the open variable.
  ///   - excess: x, twice as many.
  ///   - byte: b, likewise.
  public static func roundingStart(
    _ weights: PairVector, excess: [UInt64], byte: [UInt64], slope: Goldilocks,
    bend: GoldilocksPair, lanes: Bool = usesLanes
  ) -> RoundingStart {
    let half = weights.count
    precondition(excess.count == 2 * half && byte.count == 2 * half)
    var sums = RoundingSums<GoldilocksPair>(.zero)
    excess.withUnsafeBytes { x in
      byte.withUnsafeBytes { b in
        weights.withReading { e in
          var many = RoundingSums<GoldilocksPairLanes>(.zero)
          let wide = wide(half, lanes)
          var index = 0
          while index < wide {
            many.add(
              e[lanes: index], x.lanes(index), x.lanes(half + index), b.lanes(index),
              b.lanes(half + index))
            index += 8
          }
          sums = many.total
          for index in wide..<half {
            sums.add(
              e[index], x.element(index), x.element(half + index), b.element(index),
              b.element(half + index))
          }
        }
      }
    }
    let lower = sums.lower * slope
    return RoundingStart(
      lower: lower, upper: sums.upper * slope, atZero: lower + bend * sums.bend,
      atMinusOne: sums.minusOne * slope + bend * sums.minusOneBend, leading: -(bend * sums.cube))
  }

  /// The first variable of elements of the field below, set.
  public init(base words: [UInt64], set coordinate: GoldilocksPair, lanes: Bool = usesLanes) {
    let half = words.count / 2
    self.init(uninitialized: half) { v in
      words.withUnsafeBytes { words in
        let many = GoldilocksPairLanes(repeating: coordinate)
        let wide = PairVector.wide(half, lanes)
        for index in stride(from: 0, to: wide, by: 8) {
          let own = words.lanes(index)
          let step = many * words.lanes(half + index).fieldDifference(own)
          v[lanes: index] = GoldilocksPairLanes(step.a.fieldSum(own), step.b)
        }
        for index in wide..<half {
          let own = words.element(index)
          v[index] = GoldilocksPair(own) + coordinate * (words.element(half + index) - own)
        }
      }
    }
  }

  /// Adds a multiple of a part of another vector from `offset` on.
  public mutating func add(
    _ other: PairVector, _ part: Range<Int>, times scale: GoldilocksPair, at offset: Int,
    lanes: Bool = usesLanes
  ) {
    precondition(part.lowerBound >= 0 && part.upperBound <= other.count)
    precondition(offset >= 0 && offset + part.count <= count)
    withPointer { v in
      other.withReading { w in
        let many = GoldilocksPairLanes(repeating: scale)
        let (first, wide) = (part.lowerBound, PairVector.wide(part.count, lanes))
        var index = 0
        while index < wide {
          v[lanes: offset + index] = v[lanes: offset + index] + many * w[lanes: first + index]
          index += 8
        }
        for index in wide..<part.count {
          v[offset + index] = v[offset + index] + scale * w[first + index]
        }
      }
    }
  }

  /// Σ self[part.lowerBound + i]·words[first + i] over a part, the words of the field below.
  public func inner(
    _ part: Range<Int>, base words: [UInt64], from first: Int, lanes: Bool = usesLanes
  ) -> GoldilocksPair {
    precondition(part.lowerBound >= 0 && part.upperBound <= count)
    precondition(first >= 0 && first + part.count <= words.count)
    return words.withUnsafeBytes { words in
      withReading { v in
        var sums = GoldilocksPairLanes.zero
        let wide = PairVector.wide(part.count, lanes)
        var index = 0
        while index < wide {
          sums = sums + v[lanes: part.lowerBound + index] * words.lanes(first + index)
          index += 8
        }
        var sum = sums.total
        for index in wide..<part.count {
          sum += v[part.lowerBound + index] * words.element(first + index)
        }
        return sum
      }
    }
  }
}

/// Sums of one element, or of eight beside each other.
private struct RoundingSums<Value> {
  var lower: Value
  var upper: Value
  var bend: Value
  var minusOne: Value
  var minusOneBend: Value
  var cube: Value

  @_transparent
  init(_ zero: Value) {
    (lower, upper, bend, minusOne, minusOneBend, cube) = (zero, zero, zero, zero, zero, zero)
  }
}

extension RoundingSums<GoldilocksPair> {
  mutating func add(
    _ e: GoldilocksPair, _ x0: Goldilocks, _ x1: Goldilocks, _ b0: Goldilocks, _ b1: Goldilocks
  ) {
    let most = Goldilocks(canonical: 255)
    let (dx, db) = (x1 - x0, b1 - b0)
    let (x, b) = (x0 - dx, b0 - db)
    lower += e * (x0 * (b0 + b0 - most))
    upper += e * (x1 * (b1 + b1 - most))
    bend += e * (x0 * (b0 * (most - b0)))
    minusOne += e * (x * (b + b - most))
    minusOneBend += e * (x * (b * (most - b)))
    cube += e * (dx * (db * db))
  }
}

extension RoundingSums<GoldilocksPairLanes> {
  @_transparent
  mutating func add(
    _ e: GoldilocksPairLanes, _ x0: GoldilocksLanes, _ x1: GoldilocksLanes, _ b0: GoldilocksLanes,
    _ b1: GoldilocksLanes
  ) {
    let most = GoldilocksLanes(repeating: 255)
    let (dx, db) = (x1.fieldDifference(x0), b1.fieldDifference(b0))
    let (x, b) = (x0.fieldDifference(dx), b0.fieldDifference(db))
    lower = lower + e * x0.fieldProduct(b0.fieldSum(b0).fieldDifference(most))
    upper = upper + e * x1.fieldProduct(b1.fieldSum(b1).fieldDifference(most))
    bend = bend + e * x0.fieldProduct(b0.fieldProduct(most.fieldDifference(b0)))
    minusOne = minusOne + e * x.fieldProduct(b.fieldSum(b).fieldDifference(most))
    minusOneBend = minusOneBend + e * x.fieldProduct(b.fieldProduct(most.fieldDifference(b)))
    cube = cube + e * dx.fieldProduct(db.fieldProduct(db))
  }

  var total: RoundingSums<GoldilocksPair> {
    var sums = RoundingSums<GoldilocksPair>(.zero)
    (sums.lower, sums.upper, sums.bend) = (lower.total, upper.total, bend.total)
    (sums.minusOne, sums.minusOneBend) = (minusOne.total, minusOneBend.total)
    sums.cube = cube.total
    return sums
  }
}

extension UnsafeRawBufferPointer {
  /// Of canonical words.
  @_transparent
  fileprivate func lanes(_ index: Int) -> GoldilocksLanes {
    loadUnaligned(fromByteOffset: 8 * index, as: GoldilocksLanes.self)
  }

  @_transparent
  fileprivate func element(_ index: Int) -> Goldilocks {
    Goldilocks(canonical: loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
  }
}
