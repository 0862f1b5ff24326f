// Sixteen shares side by side in 32 bits each: sums, products and quotients as an epoch needs them.

/// Shares of one whole in 2^32nds, a lane each; the whole itself, 2^32, does not fit and is what
/// the rules around these functions look after.
typealias Lanes = SIMD16<UInt32>

/// Every second lane in 64 bits: what products need.
typealias LanePairs = SIMD8<UInt64>

extension SIMD16<UInt32> {
  @inline(__always)
  var evenLanes: LanePairs { unsafeBitCast(self, to: LanePairs.self) & 0xFFFF_FFFF }

  @inline(__always)
  var oddLanes: LanePairs { unsafeBitCast(self, to: LanePairs.self) &>> 32 }

  /// The upper halves of what was computed from every second lane, in their places again.
  @inline(__always)
  init(upperOf even: LanePairs, _ odd: LanePairs) {
    self = unsafeBitCast((even &>> 32) | (odd & 0xFFFF_FFFF_0000_0000), to: Lanes.self)
  }

  /// The product with a share, rounded down.
  @inline(__always)
  func scaled(by share: UInt32) -> Lanes {
    let factor = LanePairs(repeating: UInt64(share))
    return Lanes(upperOf: evenLanes &* factor, oddLanes &* factor)
  }

  /// The products with shares lane by lane, rounded down.
  @inline(__always)
  func scaled(by shares: Lanes) -> Lanes {
    Lanes(upperOf: evenLanes &* shares.evenLanes, oddLanes &* shares.oddLanes)
  }

  /// The product with a share, rounded up.
  @inline(__always)
  func scaledUp(by share: UInt32) -> Lanes {
    let factor = LanePairs(repeating: UInt64(share))
    let rest = LanePairs(repeating: 0xFFFF_FFFF)
    return Lanes(upperOf: evenLanes &* factor &+ rest, oddLanes &* factor &+ rest)
  }

  /// Written lane by lane: the compiler makes one instruction of it, and calls of the library's.
  @inline(__always)
  init(widening s: SIMD16<UInt16>) {
    self.init(
      UInt32(s[0]), UInt32(s[1]), UInt32(s[2]), UInt32(s[3]), UInt32(s[4]),
      UInt32(s[5]), UInt32(s[6]), UInt32(s[7]), UInt32(s[8]), UInt32(s[9]),
      UInt32(s[10]), UInt32(s[11]), UInt32(s[12]), UInt32(s[13]), UInt32(s[14]),
      UInt32(s[15]))
  }

  /// The lower halves.
  @inline(__always)
  var narrowed: SIMD16<UInt16> {
    @inline(__always)
    func low(_ lane: UInt32) -> UInt16 { UInt16(truncatingIfNeeded: lane) }
    return SIMD16<UInt16>(
      low(self[0]), low(self[1]), low(self[2]), low(self[3]), low(self[4]), low(self[5]),
      low(self[6]), low(self[7]), low(self[8]), low(self[9]), low(self[10]), low(self[11]),
      low(self[12]), low(self[13]), low(self[14]), low(self[15]))
  }

  /// The lesser of each pair of lanes.
  @inline(__always)
  func least(_ other: Lanes) -> Lanes { replacing(with: other, where: other .< self) }

  /// The greater of each pair of lanes.
  @inline(__always)
  func greatest(_ other: Lanes) -> Lanes { replacing(with: other, where: other .> self) }

  /// Whether all lanes are 0. `any` and `all` of the standard library look at lanes one by one.
  @inline(__always)
  var areZero: Bool {
    let eight = lowHalf | highHalf
    let four = eight.lowHalf | eight.highHalf
    let two = four.lowHalf | four.highHalf
    return two.x | two.y == 0
  }

  /// The sum of all lanes.
  var laneSum: UInt64 { (evenLanes &+ oddLanes).wrappedSum() }
}

/// What stands for one positive divisor `s` of at most 2^32, where shares `x` of at most `s` are
/// divided by it: the quotient is `floor(x · 2^32 / s)`, and 0 where the divisor is 0.
///
/// With `s' = s · 2^t` in 2^31+1…2^32, `x' = x · 2^t` and `R = ceil(2^96 / s')`, which is
/// `2^64 + r`, the quotient is `floor(x' · R / 2^64)`: `R` is too great by less than 1, so the
/// product is too great by less than `x' / 2^64 <= 2^−32 <= 1 / s'`, and no multiple of `1 / s'`
/// lies nearer below a whole number (Granlund, Montgomery, PLDI 1994, theorem 4.2). So there is
/// nothing to correct. `x = s` gives 2^32, which is 0 in a lane.
struct ShareDivisor {
  let shift: UInt32
  /// `r`, in halves.
  let high: UInt32
  let low: UInt32

  init(_ divisor: UInt64) {
    // A share of 1 is then 1 whole, or the only one there is.
    guard divisor > 1 else {
      (shift, high, low) = (0, 0, 0)
      return
    }
    let shift = (divisor &- 1).leadingZeroBitCount &- 32
    let scaled = divisor &<< UInt64(truncatingIfNeeded: shift)
    // r = 2^64 (2^32 − s') / s', digit by digit in base 2^32, rounded up. With the first digit
    // 2^32 / s' is known well enough for the second to be right or one too small without division.
    let first = ((1 &<< 32) &- scaled) &<< 32
    let high = first / scaled
    let rest = first &- high &* scaled
    var low = rest &+ ((rest &* high) &>> 32)
    var left = (rest &<< 32) &- low &* scaled
    if left >= scaled { (low, left) = (low &+ 1, left &- scaled) }
    let inverse = (high &<< 32) &+ low &+ (left == 0 ? 0 : 1)
    self.shift = UInt32(truncatingIfNeeded: shift)
    self.high = UInt32(truncatingIfNeeded: inverse &>> 32)
    self.low = UInt32(truncatingIfNeeded: inverse)
  }

  /// Sixteen shares by this one divisor.
  @inline(__always)
  func quotients(_ x: Lanes) -> Lanes {
    let x = x &<< Lanes(repeating: shift)
    let (high, low) = (
      LanePairs(repeating: UInt64(high)), LanePairs(repeating: UInt64(low))
    )
    let (even, odd) = (x.evenLanes, x.oddLanes)
    return x
      &+ Lanes(
        upperOf: even &* high &+ ((even &* low) &>> 32), odd &* high &+ ((odd &* low) &>> 32))
  }
}

/// The same division for sixteen shares side by side, each by a divisor of its own.
struct LaneDivisor {
  private(set) var shift = Lanes.zero
  private(set) var high = Lanes.zero
  private(set) var low = Lanes.zero

  /// Divisors that are sums of shares: one of 0 is 2^32 where anything was added at all.
  init(_ sums: Lanes, greatest: Lanes) {
    // Numbers go in and out by memory: lanes one by one would each move a vector.
    withUnsafeBytes(of: sums) { sums in
      withUnsafeBytes(of: greatest) { greatest in
        withUnsafeMutableBytes(of: &self) { own in
          for lane in 0..<16 {
            let sum = sums.load(fromByteOffset: 4 &* lane, as: UInt32.self)
            let most = greatest.load(fromByteOffset: 4 &* lane, as: UInt32.self)
            let one = ShareDivisor(sum == 0 && most > 0 ? 1 << 32 : UInt64(sum))
            own.storeBytes(of: one.shift, toByteOffset: 4 &* lane, as: UInt32.self)
            own.storeBytes(of: one.high, toByteOffset: 64 &+ 4 &* lane, as: UInt32.self)
            own.storeBytes(of: one.low, toByteOffset: 128 &+ 4 &* lane, as: UInt32.self)
          }
        }
      }
    }
  }

  @inline(__always)
  func quotients(_ x: Lanes) -> Lanes {
    let x = x &<< shift
    let (even, odd) = (x.evenLanes, x.oddLanes)
    return x
      &+ Lanes(
        upperOf: even &* high.evenLanes &+ ((even &* low.evenLanes) &>> 32),
        odd &* high.oddLanes &+ ((odd &* low.oddLanes) &>> 32))
  }
}
