// A token bucket: what may be done now, and how long to wait where it may not.

/// Fills at a rate up to a brim, and is emptied by what is done. The level is kept in billionths,
/// so that a short time fills something.
struct TokenBucket: Sendable {
  private static let scale: UInt64 = 1_000_000_000
  private var level: UInt64
  private(set) var touched: ContinuousClock.Instant

  /// A full one.
  init(_ rate: RequestLimits.Rate, now: ContinuousClock.Instant) {
    level = TokenBucket.brim(rate)
    touched = now
  }

  private static func brim(_ rate: RequestLimits.Rate) -> UInt64 {
    let (brim, overflow) = rate.atOnce.multipliedReportingOverflow(by: scale)
    return overflow ? .max : brim
  }

  mutating func fill(_ rate: RequestLimits.Rate, now: ContinuousClock.Instant) {
    let passed = TokenBucket.nanoseconds(now - touched)
    guard passed > 0 else { return }
    touched = now
    let (gain, overflow) = passed.multipliedReportingOverflow(by: rate.perSecond)
    let brim = TokenBucket.brim(rate)
    level = overflow || gain >= brim - level ? brim : level + gain
  }

  /// Takes `count`, or says how many milliseconds it takes until there is enough. What is more
  /// than the brim is let through when the bucket is full, else it could never be.
  mutating func take(
    _ count: UInt64, _ rate: RequestLimits.Rate, now: ContinuousClock.Instant
  ) -> UInt64? {
    fill(rate, now: now)
    let brim = TokenBucket.brim(rate)
    let (product, overflow) = count.multipliedReportingOverflow(by: TokenBucket.scale)
    let wanted = min(overflow ? .max : product, brim)
    guard level < wanted else {
      level -= wanted
      return nil
    }
    return (wanted - level) / max(1, rate.perSecond) / 1_000_000 + 1
  }

  /// Whether it is as good as new.
  func isFull(_ rate: RequestLimits.Rate, now: ContinuousClock.Instant) -> Bool {
    var filled = self
    filled.fill(rate, now: now)
    return filled.level == TokenBucket.brim(rate)
  }

  private static func nanoseconds(_ span: Duration) -> UInt64 {
    let parts = span.components
    guard parts.seconds >= 0, parts.seconds < 1_000_000_000 else {
      return parts.seconds < 0 ? 0 : .max
    }
    return UInt64(parts.seconds) * 1_000_000_000 + UInt64(max(0, parts.attoseconds) / 1_000_000_000)
  }
}
