// The arithmetic under an epoch, number by number: exp, sigmoid, median, top k, liquid alpha.

import Primitives
import Testing

@testable import Subnets

@Suite struct YumaPrimitiveTests {
  let vectors: JSONValue

  init() throws { vectors = try VectorFile.json("yuma/primitives.json") }

  private func cases(_ name: String) throws -> [JSONValue] {
    try #require(vectors[name]?["cases"]?.array)
  }

  private func fixed(_ json: JSONValue?) throws -> Fixed32 {
    let value = try #require(json?.fixed)
    // A float becomes the nearest; ties do not occur in these files.
    return Fixed32(raw: Int64((value.raw + (1 << 31)) >> 32))
  }

  /// Upstream's tests hold these numbers in single precision.
  private func singles(_ json: JSONValue?) throws -> [Fixed32] {
    try #require(json?.array).map {
      let single = Float(try #require($0.fixed).double)
      return Fixed32(raw: Int64((Double(single) * 4_294_967_296).rounded(.toNearestOrEven)))
    }
  }

  private func fixeds(_ json: JSONValue?) throws -> [Fixed32] {
    try #require(json?.array).map { try fixed($0) }
  }

  @Test func exponentials() throws {
    for one in try cases("exp") {
      let x = Fixed32(raw: try #require(one["x_raw"]?.int64))
      #expect(Fixed32.exp(x).raw == one["exp_raw"]?.int64)
    }
  }

  @Test func sigmoids() throws {
    for one in try cases("sigmoid") {
      let x = Fixed32(raw: try #require(one["x_raw"]?.int64))
      let result = Fixed32.sigmoid(x, rho: try fixed(one["rho"]), kappa: try fixed(one["kappa"]))
      #expect(result.raw == one["expected_raw"]?.int64)
    }
  }

  @Test func productsAndQuotients() throws {
    for one in try #require(vectors["rounding"]?["examples"]?.array) {
      let a = Fixed32(raw: try #require(one["a_raw"]?.int64))
      let b = Fixed32(raw: try #require(one["b_raw"]?.int64))
      #expect((one["op"]?.string == "mul" ? a * b : a / b).raw == one["r"]?.int64)
    }
    #expect(Fixed32.one / .zero == .zero)
    #expect(Fixed32(raw: .max) * Fixed32(2) == Fixed32(raw: .max))
    #expect(Fixed32(raw: .max) + .one == Fixed32(raw: .max))
    #expect(Fixed32(raw: .min) - .one == Fixed32(raw: .min))
  }

  /// The short way of a quotient gives what the long one gives, on both sides of its bounds.
  @Test func quotientsAreThoseOf128Bits() {
    var random = Seeded(state: 21)
    let edges: [Int64] = [.min, -1, 0, 1, 2, 3, (1 << 31) + 1, (1 << 32) - 1, 1 << 32, .max]
    for _ in 0..<3_000 {
      func number() -> Int64 {
        if random.below(3) == 0 { return edges[Int(random.below(10))] }
        return Int64(bitPattern: random.next()) >> Int64(random.below(64))
      }
      let (l, r) = (number(), number())
      guard r != 0 else { continue }
      let wanted = Int64(exactly: (Int128(l) << 32) / Int128(r)) ?? 0
      #expect((Fixed32(raw: l) / Fixed32(raw: r)).raw == wanted, "\(l) / \(r)")
    }
  }

  /// A list is divided as its numbers are one by one: by what they are shares of, and by what is
  /// less, nothing or negative.
  @Test func listsAreDividedAsNumbersAre() {
    var random = Seeded(state: 23)
    for round in 0..<600 {
      let size = Int64(1 + random.below(62))
      var list = (0..<8).map { _ in Fixed32(raw: Int64(random.next() >> 1) >> size) }
      if round % 5 == 0 { list[3] = Fixed32(raw: -list[3].raw) }
      let greatest = list.max() ?? .zero
      let divisors = [
        greatest, list.sum, Fixed32(raw: .max), Fixed32(raw: 1), .zero, .one, list[3], list[5],
        Fixed32(raw: greatest.raw &+ Int64(random.below(9)) &- 4),
      ]
      for divisor in divisors {
        #expect(list.divided(by: divisor) == list.map { $0 / divisor }, "\(list) / \(divisor)")
      }
    }
  }

  @Test func topK() throws {
    for one in try cases("topk_nonzero") {
      var input = YumaInput(count: try #require(one["v"]?.array?.count))
      input.maxValidators = Int(try #require(one["k"]?.int64))
      let permits = YumaEpoch.permits(try fixeds(one["v"]), input)
      #expect(permits.map { $0 ? "1" : "0" }.joined() == one["expected"]?.string)
    }
  }

  @Test func upscaling() throws {
    for one in try cases("max_upscale_u16") {
      let shares = try #require(one["v"]?.array).map { UInt16($0.uint64 ?? 0) }
      let expected = try #require(one["expected"]?.array).map { UInt16($0.uint64 ?? 0) }
      #expect(YumaWeights.upscaled(shares) == expected)
    }
  }

  @Test func liquidAlphas() throws {
    for one in try cases("liquid_alpha") {
      var input = YumaInput(count: 0)
      input.alphaLow = UInt16(try #require(one["low_u16"]?.uint64))
      input.alphaHigh = UInt16(try #require(one["high_u16"]?.uint64))
      let rate = LiquidAlpha(input).rate(
        consensus: try fixed(one["consensus"]), weight: try fixed(one["weight"]),
        bond: try fixed(one["bond"]))
      #expect(rate.raw == one["alpha_raw"]?.int64)
    }
  }

  /// The medians of columns by lanes, where a score of 1 stands for itself as the greatest.
  private func medians(_ median: WeightedMedian, _ rows: [[Int64]]) -> [Int64] {
    let lanes = rows.map { row in
      var lanes = Lanes.zero
      for (lane, score) in row.enumerated() { lanes[lane] = UInt32(clamping: score) }
      return lanes
    }
    var votes = lanes
    var range = WeightedMedian.Range()
    for row in lanes { range.extend(to: row) }
    let found = lanes.withUnsafeBufferPointer { lanes in
      votes.withUnsafeMutableBufferPointer {
        median.medians(lanes.baseAddress!, in: range, $0.baseAddress!)
      }
    }
    return (0..<16).map { found[$0] == .max ? 1 << 32 : Int64(found[$0]) }
  }

  @Test(arguments: ["weighted_median", "weighted_median_exact_ties"])
  func medians(_ name: String) throws {
    for one in try cases(name) {
      let stake = try fixeds(one["stake"])
      let majority = try fixed(one["majority"])
      let median = WeightedMedian(stake, rows: Array(stake.indices), majority: majority)
      let scores = try singles(one["score"])
      let found = medians(median, scores.map { Array(repeating: $0.raw, count: 16) })
      let wanted = try one["reference_raw"]?.int64 ?? singles([one["expected"] ?? .null])[0].raw
      #expect(found == Array(repeating: wanted, count: 16))
      let plain = PlainMedian.median(
        of: zip(stake, scores).map { ($0, $1) }, absent: [], majority: majority)
      #expect(plain.raw == wanted)
    }
  }

  @Test func mediansByColumn() throws {
    for one in try cases("weighted_median_columns") {
      let stake = try fixeds(one["stake"])
      let median = WeightedMedian(
        stake, rows: Array(stake.indices), majority: try fixed(one["majority"]))
      let rows = try #require(one["rows"]?.array).map { try fixeds($0).map(\.raw) }
      let found = medians(median, rows)
      #expect(Array(found[..<3]) == (try fixeds(one["expected"]).map(\.raw)))
    }
  }

  /// The search by halves finds what the published quick-select finds, whatever the stakes: lanes
  /// side by side with scores of their own, few and many different ones.
  @Test func medianIsTheQuickSelects() {
    var random = Seeded(state: 7)
    for _ in 0..<300 {
      let count = Int(random.below(12)) + 1
      let stake = (0..<count).map { _ in
        Fixed32(raw: Int64(random.below(4)) * Int64(random.below(1 << 31)))
      }
      let majority = Fixed32(share: [0, 1, 20_000, 32_767, 65_535][Int(random.below(5))])
      let rows = (0..<count).map { _ in
        (0..<16).map { lane in
          lane < 8 ? Int64(random.below(6)) << 29 : Int64(random.next() >> (32 + random.below(31)))
        }
      }
      let median = WeightedMedian(stake, rows: Array(0..<count), majority: majority)
      let found = medians(median, rows)
      for lane in 0..<16 {
        let scores = rows.map { $0[lane] == Int64(UInt32.max) ? 1 << 32 : $0[lane] }
        #expect(found[lane] == QuickSelect.median(stake, scores, majority))
        let plain = PlainMedian.median(
          of: zip(stake, scores).map { ($0, Fixed32(raw: $1)) }, absent: [], majority: majority)
        #expect(found[lane] == plain.raw)
      }
    }
  }

  @Test func reciprocalsAreExact() {
    var random = Seeded(state: 3)
    for _ in 0..<3_000 {
      let divisor = Int64(random.next() >> (1 + random.below(62))) | 1
      let x = Int64(random.below(UInt64(divisor) + 1))
      let expected = (Int128(x) << 32) / Int128(divisor)
      #expect(Int128(Reciprocal(divisor).quotient(x)) == expected)
    }
    #expect(Reciprocal(0).quotient(0) == 0)
    #expect(Reciprocal(1).quotient(1) == 1 << 32)
  }
}

/// `weighted_median` as subtensor writes it, for comparison.
enum QuickSelect {
  static func median(_ stake: [Fixed32], _ scores: [Int64], _ majority: Fixed32) -> Int64 {
    let holding = stake.indices.filter { stake[$0] > .zero }
    guard !holding.isEmpty else { return 0 }
    let shares = holding.map { stake[$0] }.normalised.map(\.raw)
    let values = holding.map { scores[$0] }
    let sum = shares.reduce(0, +)
    let minority = sum - majority.raw
    var (low, high) = (Int64(0), sum)
    var open = Array(values.indices)
    while true {
      let pivot = values[open[open.count / 2]]
      let lower = open.filter { values[$0] < pivot }
      let upper = open.filter { values[$0] > pivot }
      let below = lower.reduce(0) { $0 + shares[$1] }
      let above = upper.reduce(0) { $0 + shares[$1] }
      if minority < low + below, !lower.isEmpty {
        (high, open) = (low + below, lower)
      } else if high - above <= minority, !upper.isEmpty {
        (low, open) = (high - above, upper)
      } else {
        return pivot
      }
    }
  }
}
