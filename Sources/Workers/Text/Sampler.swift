// Chooses the next symbol from what a model gives for each.

/// A choice by temperature and nucleus, from a seed: the same seed chooses the same text.
///
/// Nothing here is claimed: a run claims the numbers of all symbols, and whoever has them chooses.
public struct Sampler: Sendable {
  /// 0 takes the likeliest, always.
  public var temperature: Double
  /// Only the likeliest symbols that together have this probability are chosen from.
  public var topP: Double
  private var state: UInt64

  public init(temperature: Double = 1, topP: Double = 1, seed: UInt64) {
    self.temperature = temperature
    self.topP = topP
    state = seed
  }

  /// - Parameter logits: one finite number a symbol, at least one of them.
  public mutating func choose(_ logits: [Float]) -> Int {
    let order = logits.indices.sorted {
      logits[$0] == logits[$1] ? $0 < $1 : logits[$0] > logits[$1]
    }
    guard temperature > 0, topP > 0 else { return order[0] }
    let top = Double(logits[order[0]])
    var weights = order.map { Exponential.of((Double(logits[$0]) - top) / temperature) }
    let sum = weights.reduce(0, +)
    var kept = 0.0
    for place in weights.indices {
      if kept >= topP * sum { weights[place] = 0 }
      kept += weights[place]
    }
    var left = unit() * weights.reduce(0, +)
    for place in order.indices where weights[place] > 0 {
      left -= weights[place]
      if left < 0 { return order[place] }
    }
    return order[0]
  }

  /// At least 0 and less than 1, by SplitMix64 (Steele, Lea and Flood 2014).
  private mutating func unit() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}
