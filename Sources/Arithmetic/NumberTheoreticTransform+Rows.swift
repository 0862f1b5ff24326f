// Eight transforms side by side: a place of all eight is one vector, so that no step needs its
// elements in another order.

extension NumberTheoreticTransform {
  /// Rows that are transformed at once.
  public static let rowsAtOnce = 8

  /// `forward` for eight rows: element i of row r stands at 8·i + r.
  ///
  /// - Parameter log2Count: all but the first 2^log2Count elements of each row are zero, so that
  ///   the first steps have nothing to add.
  public func forwardRows(
    _ words: UnsafeMutablePointer<UInt64>, log2Count: Int, lanes: Bool = PairVector.usesLanes
  ) {
    forwardRows(words, log2Count: log2Count, lanes: lanes, cached: Self.cached)
  }

  /// log2 of the places of eight rows that stay in the first cache: 32 KiB.
  private static let cached = 9

  func forwardRows(
    _ words: UnsafeMutablePointer<UInt64>, log2Count: Int, lanes: Bool, cached: Int
  ) {
    precondition((0...log2).contains(log2Count))
    guard lanes else { return forwardOneByOne(words) }
    part(UnsafeMutableRawPointer(words), from: 0, spreads: log2 - log2Count, cached)
  }

  /// All steps from one on over a block of that step. What the cache does not hold is halved first:
  /// the halves have nothing to do with each other any more.
  ///
  /// - Parameter spreads: the first steps, whose upper halves are zero.
  private func part(
    _ block: UnsafeMutableRawPointer, from step: Int, spreads: Int, _ cached: Int
  ) {
    guard step < log2 else { return }
    let half = 1 << (log2 - step - 1)
    guard log2 - step > cached else {
      for own in step..<log2 { self.step(own, block, of: 2 * half, spreads: spreads) }
      return
    }
    self.step(step, block, of: 2 * half, spreads: spreads)
    part(block, from: step + 1, spreads: spreads, cached)
    part(block + 64 * half, from: step + 1, spreads: spreads, cached)
  }

  /// One step over a block of so many places.
  @inline(__always)
  private func step(
    _ step: Int, _ block: UnsafeMutableRawPointer, of places: Int, spreads: Int
  ) {
    let half = 1 << (log2 - step - 1)
    powers(of: step).withUnsafeBufferPointer { powers in
      guard let powers = powers.baseAddress else { return }
      for start in stride(from: 0, to: places, by: 2 * half) {
        let own = block + 64 * start
        if step < spreads {
          Self.spread(own, half, count: 1 << (log2 - spreads), powers)
        } else if half == 1 {
          Self.last(own, own + 64)
        } else {
          Self.butterflies(own, half, powers)
        }
      }
    }
  }

  /// The upper halves are zero: the butterfly leaves the lower one and turns it for the upper.
  @inline(__always)
  private static func spread(
    _ block: UnsafeMutableRawPointer, _ half: Int, count: Int, _ powers: UnsafePointer<UInt64>
  ) {
    let upper = block + 64 * half
    for place in 0..<count {
      let x = block.loadUnaligned(fromByteOffset: 64 * place, as: GoldilocksLanes.self)
      let turned = x.fieldProduct(GoldilocksLanes(repeating: powers[place]))
      upper.storeBytes(of: turned, toByteOffset: 64 * place, as: GoldilocksLanes.self)
    }
  }

  @inline(__always)
  private static func butterflies(
    _ block: UnsafeMutableRawPointer, _ half: Int, _ powers: UnsafePointer<UInt64>
  ) {
    let upper = block + 64 * half
    // The first power is one.
    last(block, upper)
    for place in 1..<half {
      let x = block.loadUnaligned(fromByteOffset: 64 * place, as: GoldilocksLanes.self)
      let y = upper.loadUnaligned(fromByteOffset: 64 * place, as: GoldilocksLanes.self)
      let turned = x.fieldDifference(y)
        .fieldProduct(GoldilocksLanes(repeating: powers[place]))
      block.storeBytes(of: x.fieldSum(y), toByteOffset: 64 * place, as: GoldilocksLanes.self)
      upper.storeBytes(of: turned, toByteOffset: 64 * place, as: GoldilocksLanes.self)
    }
  }

  /// The butterfly whose power is one: in the last step there is no other.
  @inline(__always)
  private static func last(_ lower: UnsafeMutableRawPointer, _ upper: UnsafeMutableRawPointer) {
    let x = lower.loadUnaligned(as: GoldilocksLanes.self)
    let y = upper.loadUnaligned(as: GoldilocksLanes.self)
    lower.storeBytes(of: x.fieldSum(y), as: GoldilocksLanes.self)
    upper.storeBytes(of: x.fieldDifference(y), as: GoldilocksLanes.self)
  }

  /// The plain way: each row by itself.
  private func forwardOneByOne(_ words: UnsafeMutablePointer<UInt64>) {
    var row = [Goldilocks](repeating: .zero, count: size)
    for own in 0..<Self.rowsAtOnce {
      for place in 0..<size { row[place] = Goldilocks(canonical: words[8 * place + own]) }
      forward(&row)
      for place in 0..<size { words[8 * place + own] = row[place].value }
    }
  }
}
