// Quantiles of the normal distribution in fixed point.

import Arithmetic

/// The standard normal distribution.
enum Normal {
  /// The x below which a part `p` of the distribution lies; error below 1e-12 for p from 1e-6 to
  /// 1 − 1e-6, and below 1e-15 from 1e-3 to 1 − 1e-3.
  ///
  /// A rational guess, good to 4.5e-4 (Abramowitz, Stegun, 1964, 26.2.23), and Halley's steps on
  /// the distribution function: `x ← x − e/(1 + x e/2)`, `e = (Φ(x) − p)/φ(x)`.
  static func quantile(_ p: Fixed64) -> Fixed64 {
    if p == .half { return .zero }
    if p > .half { return -quantile(.one - p) }
    guard p > .zero else { return Fixed64(-9) }
    let t = (Fixed64(-2) * Fixed64.ln(p)).squareRoot
    let above = part(2_515_517) + t * (part(802_853) + t * part(10_328))
    let below = Fixed64.one + t * (part(1_432_788) + t * (part(189_269) + t * part(1_308)))
    var x = above / below - t
    for _ in 0..<8 {
      let density = Normal.density(x)
      let error = (Normal.below(x) - p) / density
      let step = error / (.one + x * error * .half)
      x = x - step
      if step.magnitude < Fixed64(raw: 1 << 10) { break }
    }
    return x
  }

  private static func part(_ millionths: Int) -> Fixed64 { Fixed64(millionths, over: 1_000_000) }

  static func density(_ x: Fixed64) -> Fixed64 {
    Fixed64.exp(-(x * x) * .half) * rootOf2PiInverse
  }

  /// `Φ(x)` for −9 < x < 0: `½ − φ(x)·(|x| + |x|³/3 + |x|⁵/(3·5) + …)` (26.2.11).
  static func below(_ x: Fixed64) -> Fixed64 {
    let size = x.magnitude
    let square = size * size
    var term = size
    var sum = size
    var odd = 3
    while term > .zero, odd < 400 {
      term = term * square / Fixed64(odd)
      sum += term
      odd += 2
    }
    // The density of the tail has few bits of its own: its power of 2 comes last.
    let power = -(square * .half) * Fixed64.log2e
    let whole = power.raw >> 64
    let fraction = Fixed64.exp2(Fixed64(raw: power.raw - (whole << 64)))
    let part = Fixed64(raw: (fraction * rootOf2PiInverse * sum).raw >> -whole)
    return x < .zero ? .half - part : .half + part
  }

  /// `1 / √(2π)`.
  private static let rootOf2PiInverse = Fixed64(raw: 0x6621_14CF_50D9_4234)
}
