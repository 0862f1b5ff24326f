// Evaluating a polynomial at all roots of unity of an order, and back: how codewords are made.

/// A transform of one size over the Goldilocks field, with its roots worked out once.
public struct NumberTheoreticTransform: Sendable {
  public let log2: Int
  public var size: Int { 1 << log2 }
  /// For each step the powers of its root, in the order in which they are met.
  private let roots: [[UInt64]]
  private let inverseSize: Goldilocks

  /// Nil above the group's largest power of two.
  public init?(log2: Int) {
    guard let root = Goldilocks.root(ofOrderLog2: log2),
      let inverse = Goldilocks(UInt64(1) << UInt64(log2)).inverse
    else { return nil }
    self.log2 = log2
    inverseSize = inverse
    var roots: [[UInt64]] = []
    var power = Goldilocks.one
    var powers: [UInt64] = []
    for _ in 0..<(1 << log2) / 2 {
      powers.append(power.value)
      power *= root
    }
    // Each step's root is the square of the one before: every second power.
    for _ in 0..<log2 {
      roots.append(powers)
      powers = stride(from: 0, to: powers.count, by: 2).map { powers[$0] }
    }
    self.roots = roots
  }

  func powers(of step: Int) -> [UInt64] { roots[step] }

  /// Coefficients become values, in place: the value at the root to the power bitReversed(i)
  /// stands at i (decimation in frequency; Gentleman and Sande, 1966).
  public func forward(_ values: inout [Goldilocks]) {
    precondition(values.count == size)
    values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      forward(UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt64.self))
    }
  }

  /// The same over canonical words.
  public func forward(_ words: UnsafeMutablePointer<UInt64>) {
    let least = PairVector.usesLanes ? 8 : .max
    for step in 0..<log2 {
      let half = 1 << (log2 - step - 1)
      roots[step].withUnsafeBufferPointer { powers in
        guard let powers = powers.baseAddress else { return }
        var start = 0
        while start < size {
          if half >= least {
            NumberTheoreticTransform.butterflies8(words + start, half, powers)
          } else {
            NumberTheoreticTransform.butterflies(words + start, half, powers)
          }
          start += 2 * half
        }
      }
    }
  }

  @inline(__always)
  private static func butterflies8(
    _ words: UnsafeMutablePointer<UInt64>, _ half: Int, _ powers: UnsafePointer<UInt64>
  ) {
    let low = UnsafeMutableRawPointer(words)
    let high = UnsafeMutableRawPointer(words + half)
    let factors = UnsafeRawPointer(powers)
    for place in stride(from: 0, to: half * 8, by: 64) {
      let x = low.loadUnaligned(fromByteOffset: place, as: GoldilocksLanes.self)
      let y = high.loadUnaligned(fromByteOffset: place, as: GoldilocksLanes.self)
      let w = factors.loadUnaligned(fromByteOffset: place, as: GoldilocksLanes.self)
      low.storeBytes(of: x.fieldSum(y), toByteOffset: place, as: GoldilocksLanes.self)
      high.storeBytes(
        of: x.fieldDifference(y).fieldProduct(w), toByteOffset: place, as: GoldilocksLanes.self)
    }
  }

  @inline(__always)
  private static func butterflies(
    _ words: UnsafeMutablePointer<UInt64>, _ half: Int, _ powers: UnsafePointer<UInt64>
  ) {
    for place in 0..<half {
      let x = Goldilocks(canonical: words[place])
      let y = Goldilocks(canonical: words[place + half])
      words[place] = (x + y).value
      words[place + half] = ((x - y) * Goldilocks(canonical: powers[place])).value
    }
  }

  /// Values in bit-reversed order become coefficients: the inverse of `forward`.
  public func backward(_ values: inout [Goldilocks]) {
    precondition(values.count == size)
    for step in (0..<log2).reversed() {
      let half = 1 << (log2 - step - 1)
      for start in stride(from: 0, to: size, by: 2 * half) {
        for place in 0..<half {
          // w^half = −1, so 1/w^place = −w^(half − place).
          let root =
            place == 0
            ? Goldilocks.one : -Goldilocks(canonical: roots[step][half - place])
          let x = values[start + place]
          let y = values[start + place + half] * root
          values[start + place] = x + y
          values[start + place + half] = x - y
        }
      }
    }
    for index in values.indices { values[index] *= inverseSize }
  }

  /// The place whose bits stand the other way round.
  public static func bitReversed(_ index: Int, bits: Int) -> Int {
    bits == 0 ? 0 : Int(UInt64(index).bitReversed >> UInt64(64 - bits))
  }
}

extension UInt64 {
  fileprivate var bitReversed: UInt64 {
    var x = self
    x = (x & 0x5555_5555_5555_5555) << 1 | x >> 1 & 0x5555_5555_5555_5555
    x = (x & 0x3333_3333_3333_3333) << 2 | x >> 2 & 0x3333_3333_3333_3333
    x = (x & 0x0f0f_0f0f_0f0f_0f0f) << 4 | x >> 4 & 0x0f0f_0f0f_0f0f_0f0f
    return x.byteSwapped
  }
}
