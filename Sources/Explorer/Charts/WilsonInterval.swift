// How sure a share is: the 95 % interval of Wilson (J. Am. Stat. Assoc. 22, 1927, p. 209), exactly.

/// A share of successes with its interval, in parts per million, worked out in whole numbers and
/// rounded outwards.
struct WilsonInterval: Equatable {
  var good: UInt64
  var count: UInt64
  var low: UInt64 = 0
  var high: UInt64 = 1_000_000

  /// z² for 95 %: 1.96² = 3.8416, in ten-thousandths.
  private static let square: UInt128 = 38_416

  /// - Parameter count: no more than 2^32 of it is looked at.
  init(good: UInt64, of count: UInt64) {
    self.count = min(count, 1 << 32)
    self.good = min(good, self.count)
    guard self.count > 0 else { return }
    let (g, n) = (UInt128(self.good), UInt128(self.count))
    // (2g + z² ± √(z⁴ + 4z²g(n−g)/n)) ÷ 2(n + z²); the root in millionths.
    let z = WilsonInterval.square
    let under = z * z * 10_000 + (4 * z * 100_000_000 * g * (n - g) + n - 1) / n
    let root = WilsonInterval.rootUp(under)
    let middle = 2 * g * 1_000_000 + z * 100
    let below = 2 * (n * 10_000 + z)
    low = middle > root ? UInt64((middle - root) * 10_000 / below) : 0
    high = min(1_000_000, UInt64(((middle + root) * 10_000 + below - 1) / below))
  }

  /// The share itself, to the nearest millionth.
  var share: UInt64 { count == 0 ? 0 : (good * 1_000_000 + count / 2) / count }

  /// The least whole number whose square is no less.
  private static func rootUp(_ x: UInt128) -> UInt128 {
    guard x > 1 else { return x }
    var root = UInt128(1) << UInt128((128 - x.leadingZeroBitCount + 1) / 2)
    while true {
      let next = (root + x / root) / 2
      if next >= root { break }
      root = next
    }
    return root * root < x ? root + 1 : root
  }
}
