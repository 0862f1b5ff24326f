// How long things took, counted by bounds: cheap to add to, and enough for a p99.

/// Counts of spans, each within the least bound that holds it.
public struct Histogram: Sendable, Equatable {
  /// Upper bounds in microseconds; what is longer falls beyond the last.
  public static let bounds: [UInt64] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 1_000_000,
    10_000_000,
  ]

  public private(set) var counts = [UInt64](repeating: 0, count: Histogram.bounds.count + 1)
  public private(set) var total: UInt64 = 0
  /// Microseconds of all of them.
  public private(set) var sum: UInt64 = 0

  public init() {}

  public mutating func add(microseconds: UInt64) {
    let place = Histogram.bounds.firstIndex { microseconds <= $0 } ?? Histogram.bounds.count
    counts[place] += 1
    total += 1
    sum &+= microseconds
  }

  /// The bound below which so many parts per thousand lie; nil where nothing was counted.
  public func bound(perMille: UInt64) -> UInt64? {
    guard total > 0 else { return nil }
    let wanted = (total * perMille + 999) / 1000
    var seen: UInt64 = 0
    for (place, count) in counts.enumerated() {
      seen += count
      if seen >= wanted { return place < Histogram.bounds.count ? Histogram.bounds[place] : .max }
    }
    return .max
  }

  /// What came after an earlier state of the same histogram.
  public func since(_ earlier: Histogram) -> Histogram {
    var rest = Histogram()
    for place in counts.indices { rest.counts[place] = counts[place] - earlier.counts[place] }
    rest.total = total - earlier.total
    rest.sum = sum &- earlier.sum
    return rest
  }
}
