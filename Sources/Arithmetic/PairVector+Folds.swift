// Setting variables, evaluating, adding up: the linear operations on long vectors.

extension PairVector {
  /// eq(point, x) for every x of the cube, as `Multilinear.weights` gives it.
  ///
  /// - Parameters:
  ///   - scale: what all are multiplied with, for nothing.
  ///   - count: entries of the vector, if there are zeros behind the cube's.
  public static func weights(
    at point: some BidirectionalCollection<GoldilocksPair>, times scale: GoldilocksPair = .one,
    count: Int = 0, lanes: Bool = usesLanes
  ) -> PairVector {
    let size = 1 << point.count
    return PairVector(uninitialized: max(count, size)) { v in
      v[0] = scale
      var filled = 1
      // The last variable is the lowest bit, so it comes first and each next one fills an upper
      // half.
      for coordinate in point.reversed() {
        let wide = wide(filled, lanes)
        let many = GoldilocksPairLanes(repeating: coordinate)
        for index in stride(from: 0, to: wide, by: 8) {
          let own = v[lanes: index]
          let high = own * many
          v[lanes: filled + index] = high
          v[lanes: index] = own - high
        }
        for index in wide..<filled {
          let high = v[index] * coordinate
          v[filled + index] = high
          v[index] = v[index] - high
        }
        filled *= 2
      }
      for index in size..<max(count, size) { v[index] = .zero }
    }
  }

  /// Sets the first variable of a vector that counts as 2·`half` long: what lies behind its end is
  /// zero.
  public mutating func fold(
    half: Int, _ coordinate: GoldilocksPair, lanes: Bool = usesLanes
  ) {
    let upper = max(0, count - half)
    let lower = min(count, half)
    withPointer { v in
      let many = GoldilocksPairLanes(repeating: coordinate)
      let wide = PairVector.wide(upper, lanes)
      for index in stride(from: 0, to: wide, by: 8) {
        let own = v[lanes: index]
        v[lanes: index] = own + many * (v[lanes: half + index] - own)
      }
      for index in wide..<upper {
        let own = v[index]
        v[index] = own + coordinate * (v[half + index] - own)
      }
      let rest = GoldilocksPair.one - coordinate
      let manyRest = GoldilocksPairLanes(repeating: rest)
      let end = upper + PairVector.wide(lower - upper, lanes)
      for index in stride(from: upper, to: end, by: 8) {
        v[lanes: index] = v[lanes: index] * manyRest
      }
      for index in end..<lower { v[index] = v[index] * rest }
    }
    keepFirst(count - upper)
  }

  /// The upper half added to the lower: eq(p, x) of one variable less.
  public mutating func addHalves(lanes: Bool = usesLanes) {
    let half = count / 2
    withPointer { v in
      let wide = PairVector.wide(half, lanes)
      for index in stride(from: 0, to: wide, by: 8) {
        v[lanes: index] = v[lanes: index] + v[lanes: half + index]
      }
      for index in wide..<half { v[index] = v[index] + v[half + index] }
    }
    keepFirst(count - half)
  }

  /// Adds a multiple of another vector from `offset` on.
  public mutating func add(
    _ other: PairVector, times scale: GoldilocksPair, at offset: Int = 0, lanes: Bool = usesLanes
  ) {
    precondition(offset + other.count <= count)
    withPointer { v in
      other.withReading { w in
        let many = GoldilocksPairLanes(repeating: scale)
        let wide = PairVector.wide(other.count, lanes)
        for index in stride(from: 0, to: wide, by: 8) {
          v[lanes: offset + index] = v[lanes: offset + index] + many * w[lanes: index]
        }
        for index in wide..<other.count {
          v[offset + index] = v[offset + index] + scale * w[index]
        }
      }
    }
  }

  /// Adds a multiple of canonical words of the field below.
  public mutating func add(
    base words: [UInt64], times scale: GoldilocksPair, lanes: Bool = usesLanes
  ) {
    precondition(words.count <= count)
    let wide = PairVector.wide(words.count, lanes)
    withPointer { v in
      words.withUnsafeBytes { raw in
        let many = GoldilocksPairLanes(repeating: scale)
        for index in stride(from: 0, to: wide, by: 8) {
          let own = raw.loadUnaligned(fromByteOffset: 8 * index, as: GoldilocksLanes.self)
          v[lanes: index] = v[lanes: index] + many * own
        }
      }
      for index in wide..<words.count {
        v[index] = v[index] + scale * Goldilocks(canonical: words[index])
      }
    }
  }

  /// Σ self[i]·other[i] over the shorter of both.
  public func inner(_ other: PairVector, lanes: Bool = usesLanes) -> GoldilocksPair {
    let length = min(count, other.count)
    return withReading { v in
      other.withReading { w in
        var sums = GoldilocksPairLanes.zero
        let wide = PairVector.wide(length, lanes)
        for index in stride(from: 0, to: wide, by: 8) {
          sums = sums + v[lanes: index] * w[lanes: index]
        }
        var sum = sums.total
        for index in wide..<length { sum += v[index] * w[index] }
        return sum
      }
    }
  }

  /// c − self[i].
  public func subtracted(
    from constant: GoldilocksPair, lanes: Bool = usesLanes
  ) -> PairVector {
    var result = self
    let count = count
    result.withPointer { v in
      let wide = PairVector.wide(count, lanes)
      let many = GoldilocksPairLanes(repeating: constant)
      for index in stride(from: 0, to: wide, by: 8) { v[lanes: index] = many - v[lanes: index] }
      for index in wide..<count { v[index] = constant - v[index] }
    }
    return result
  }

  /// The products of the lower half with the upper: one level of a tree of products.
  public func halvesMultiplied(lanes: Bool = usesLanes) -> PairVector {
    let half = count / 2
    return PairVector(uninitialized: half) { out in
      withReading { v in
        let wide = PairVector.wide(half, lanes)
        for index in stride(from: 0, to: wide, by: 8) {
          out[lanes: index] = v[lanes: index] * v[lanes: half + index]
        }
        for index in wide..<half { out[index] = v[index] * v[half + index] }
      }
    }
  }

  /// self[i]·other[i], over as many as both have.
  public func multiplied(by other: PairVector, lanes: Bool = usesLanes) -> PairVector {
    precondition(other.count == count)
    let length = count
    return PairVector(uninitialized: length) { out in
      withReading { v in
        other.withReading { w in
          let wide = PairVector.wide(length, lanes)
          for index in stride(from: 0, to: wide, by: 8) {
            out[lanes: index] = v[lanes: index] * w[lanes: index]
          }
          for index in wide..<length { out[index] = v[index] * w[index] }
        }
      }
    }
  }

  /// Σ scale·vector, as long as the longest. Done by parts that stay in the cache.
  public static func combination(
    _ vectors: [PairVector], times scales: [GoldilocksPair], lanes: Bool = usesLanes
  ) -> PairVector {
    precondition(vectors.count == scales.count)
    let length = vectors.map(\.count).max() ?? 0
    return PairVector(uninitialized: length) { out in
      for start in stride(from: 0, to: length, by: 1024) {
        let most = min(length, start + 1024)
        out.a.advanced(by: start).initialize(repeating: 0, count: most - start)
        out.b.advanced(by: start).initialize(repeating: 0, count: most - start)
        for (vector, scale) in zip(vectors, scales) where vector.count > start {
          let end = min(most, vector.count)
          vector.withReading { v in
            let many = GoldilocksPairLanes(repeating: scale)
            let wide = start + PairVector.wide(end - start, lanes)
            for index in stride(from: start, to: wide, by: 8) {
              out[lanes: index] = out[lanes: index] + many * v[lanes: index]
            }
            for index in wide..<end { out[index] = out[index] + scale * v[index] }
          }
        }
      }
    }
  }
}
