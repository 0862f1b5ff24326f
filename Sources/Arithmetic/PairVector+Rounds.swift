// The sums that a prover sends in a round of a sum-check, each in one pass over its vectors.

extension PairVector {
  /// Of Σ l·r, the first variable left open: the value at 0 and the leading coefficient. Vectors
  /// count as 2·`half` long; what lies behind their end is zero.
  public static func innerRound(
    _ left: PairVector, _ right: PairVector, half: Int, lanes: Bool = usesLanes
  ) -> (atZero: GoldilocksPair, leading: GoldilocksPair) {
    precondition(left.count == right.count)
    let lower = min(half, left.count)
    let upper = max(0, left.count - half)
    return left.withReading { l in
      right.withReading { r in
        var zeros = GoldilocksPairLanes.zero
        var leads = GoldilocksPairLanes.zero
        let wide = wide(upper, lanes)
        for index in stride(from: 0, to: wide, by: 8) {
          let (l0, r0) = (l[lanes: index], r[lanes: index])
          zeros = zeros + l0 * r0
          leads = leads + (l[lanes: half + index] - l0) * (r[lanes: half + index] - r0)
        }
        var atZero = zeros.total
        var leading = leads.total
        for index in wide..<upper {
          let (l0, r0) = (l[index], r[index])
          atZero += l0 * r0
          leading += (l[half + index] - l0) * (r[half + index] - r0)
        }
        // Without an upper half both sums gain the same product.
        var rest = GoldilocksPairLanes.zero
        let end = upper + Self.wide(lower - upper, lanes)
        for index in stride(from: upper, to: end, by: 8) {
          rest = rest + l[lanes: index] * r[lanes: index]
        }
        var alone = rest.total
        for index in end..<lower { alone += l[index] * r[index] }
        return (atZero + alone, leading + alone)
      }
    }
  }

  /// Of Σ eq·l·r, eq without the open variable.
  public static func productRound(
    _ weights: PairVector, _ left: PairVector, _ right: PairVector, lanes: Bool = usesLanes
  ) -> (atZero: GoldilocksPair, leading: GoldilocksPair) {
    let half = weights.count
    return weights.withReading { e in
      left.withReading { l in
        right.withReading { r in
          var zeros = GoldilocksPairLanes.zero
          var leads = GoldilocksPairLanes.zero
          let wide = wide(half, lanes)
          for index in stride(from: 0, to: wide, by: 8) {
            let (l0, r0, own) = (l[lanes: index], r[lanes: index], e[lanes: index])
            zeros = zeros + own * (l0 * r0)
            leads =
              leads + own * ((l[lanes: half + index] - l0) * (r[lanes: half + index] - r0))
          }
          var atZero = zeros.total
          var leading = leads.total
          for index in wide..<half {
            let (l0, r0) = (l[index], r[index])
            atZero += e[index] * (l0 * r0)
            leading += e[index] * ((l[half + index] - l0) * (r[half + index] - r0))
          }
          return (atZero, leading)
        }
      }
    }
  }

  /// Sets the first variable of both factors, adds the halves of eq, and gives the sums of the next
  /// round: all in one pass, since long vectors come from memory.
  public static func foldedProductRound(
    _ weights: inout PairVector, _ left: inout PairVector, _ right: inout PairVector,
    _ coordinate: GoldilocksPair, lanes: Bool = usesLanes
  ) -> (atZero: GoldilocksPair, leading: GoldilocksPair) {
    let half = weights.count
    let next = half / 2
    precondition(next > 0 && left.count == 2 * half && right.count == 2 * half)
    let sums: (atZero: GoldilocksPair, leading: GoldilocksPair) = weights.withPointer { e in
      left.withPointer { l in
        right.withPointer { r in
          let many = GoldilocksPairLanes(repeating: coordinate)
          var zeros = GoldilocksPairLanes.zero
          var leads = GoldilocksPairLanes.zero
          let wide = wide(next, lanes)
          for index in stride(from: 0, to: wide, by: 8) {
            let (l0, l1) = (l.set(many, index, half), l.set(many, next + index, half))
            let (r0, r1) = (r.set(many, index, half), r.set(many, next + index, half))
            let own = e[lanes: index] + e[lanes: next + index]
            e[lanes: index] = own
            zeros = zeros + own * (l0 * r0)
            leads = leads + own * ((l1 - l0) * (r1 - r0))
          }
          var sums = (atZero: zeros.total, leading: leads.total)
          for index in wide..<next {
            let (l0, l1) = (l.set(coordinate, index, half), l.set(coordinate, next + index, half))
            let (r0, r1) = (r.set(coordinate, index, half), r.set(coordinate, next + index, half))
            let own = e[index] + e[next + index]
            e[index] = own
            sums.atZero += own * (l0 * r0)
            sums.leading += own * ((l1 - l0) * (r1 - r0))
          }
          return sums
        }
      }
    }
    weights.keepFirst(next)
    left.keepFirst(half)
    right.keepFirst(half)
    return sums
  }

  /// Of Σ eq·x·((2b − 255)·slope + b·(255 − b)·bend): the values at 0 and −1 and the coefficient of
  /// the cube.
  public static func roundingRound(
    _ weights: PairVector, _ excess: PairVector, _ byte: PairVector,
    slope: Goldilocks, bend: GoldilocksPair, lanes: Bool = usesLanes
  ) -> (atZero: GoldilocksPair, atMinusOne: GoldilocksPair, leading: GoldilocksPair) {
    let half = weights.count
    return weights.withReading { e in
      excess.withReading { x in
        byte.withReading { b in
          var sums = (
            GoldilocksPairLanes.zero, GoldilocksPairLanes.zero, GoldilocksPairLanes.zero
          )
          let wide = wide(half, lanes)
          let many = RoundingLanes(slope: slope, bend: bend)
          for index in stride(from: 0, to: wide, by: 8) {
            let (x0, b0, own) = (x[lanes: index], b[lanes: index], e[lanes: index])
            let dx = x[lanes: half + index] - x0
            let db = b[lanes: half + index] - b0
            sums.0 = sums.0 + own * many.value(x0, b0)
            sums.1 = sums.1 + own * many.value(x0 - dx, b0 - db)
            sums.2 = sums.2 + own * (dx * (db * db))
          }
          var atZero = sums.0.total
          var atMinusOne = sums.1.total
          var cubes = sums.2.total
          for index in wide..<half {
            let (x0, b0) = (x[index], b[index])
            let dx = x[half + index] - x0
            let db = b[half + index] - b0
            atZero += e[index] * roundingValue(x0, b0, slope, bend)
            atMinusOne += e[index] * roundingValue(x0 - dx, b0 - db, slope, bend)
            cubes += e[index] * (dx * (db * db))
          }
          return (atZero, atMinusOne, -(bend * cubes))
        }
      }
    }
  }

  /// x·((2b − 255)·slope + b·(255 − b)·bend).
  @inlinable
  public static func roundingValue(
    _ x: GoldilocksPair, _ b: GoldilocksPair, _ slope: Goldilocks, _ bend: GoldilocksPair
  ) -> GoldilocksPair {
    let most = GoldilocksPair(Goldilocks(canonical: 255))
    return x * ((b + b - most) * slope + bend * (b * (most - b)))
  }
}

/// The same for eight elements.
private struct RoundingLanes {
  let slope: GoldilocksLanes
  let bend: GoldilocksPairLanes
  let most = GoldilocksPairLanes(repeating: GoldilocksPair(Goldilocks(canonical: 255)))

  init(slope: Goldilocks, bend: GoldilocksPair) {
    self.slope = GoldilocksLanes(slope)
    self.bend = GoldilocksPairLanes(repeating: bend)
  }

  @_transparent
  func value(_ x: GoldilocksPairLanes, _ b: GoldilocksPairLanes) -> GoldilocksPairLanes {
    x * ((b + b - most) * slope + bend * (b * (most - b)))
  }
}

extension PairVector.Pointer {
  /// Sets the first variable at a place, which it writes.
  @_transparent
  fileprivate func set(
    _ coordinate: GoldilocksPairLanes, _ index: Int, _ half: Int
  ) -> GoldilocksPairLanes {
    let own = self[lanes: index]
    let set = own + coordinate * (self[lanes: half + index] - own)
    self[lanes: index] = set
    return set
  }

  @_transparent
  fileprivate func set(_ coordinate: GoldilocksPair, _ index: Int, _ half: Int) -> GoldilocksPair {
    let own = self[index]
    let set = own + coordinate * (self[half + index] - own)
    self[index] = set
    return set
  }
}
