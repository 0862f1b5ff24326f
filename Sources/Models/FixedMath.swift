// Exponentials and error functions in a fixed order of plain operations: the same bits everywhere.

/// What the system's library computes differs from machine to machine in the last bit; tables and
/// float models must not.
enum FixedMath {
  private static let log2 = (high: 0.693_147_180_369_123_8, low: 1.908_214_929_270_587_7e-10)

  /// The exponential, by a power of two and a series (relative error below 2^-50).
  static func exp(_ x: Double) -> Double {
    guard x > -745 else { return 0 }
    guard x < 709 else { return .greatestFiniteMagnitude }
    let power = (x / log2.high).rounded(.toNearestOrEven)
    let rest = x - power * log2.high - power * log2.low
    var sum = 1.0
    for term in stride(from: 14.0, to: 0, by: -1) { sum = 1 + sum * rest / term }
    return Double(sign: .plus, exponent: Int(power), significand: sum)
  }

  static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  static func tanh(_ x: Double) -> Double { 1 - 2 / (exp(2 * x) + 1) }

  /// Abramowitz and Stegun 1964, 7.1.26: within 1.5 · 10^-7.
  static func erf(_ x: Double) -> Double {
    let t = 1 / (1 + 0.3275911 * abs(x))
    var sum = 1.061405429
    for factor in [-1.453152027, 1.421413741, -0.284496736, 0.254829592] {
      sum = factor + sum * t
    }
    let value = 1 - sum * t * exp(-x * x)
    return x < 0 ? -value : value
  }
}
