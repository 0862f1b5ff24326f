// Cheats around own assets: who pumps a price before it is read, gets between another and the pool,
// leaves with the holders' dollars, farms what it issues itself, or trades with itself.

import Kernel
import Primitives
import Subnets

/// Each is played over a season that is the same every time. What the root draws into a subnet
/// counts as its owner's, who may be all of it.
enum AssetTraders {
  static let cheats: [Cheat] =
    [
      pumpedReading, pumpedByOwner, heldPump, rootFarm, sandwich, tightSandwich, drain, sleepers,
      selfIssue, selfIssueSold, selfIssueSlept, wash, washByOwner,
    ]

  private enum Plot: CaseIterable, Sendable {
    case pumpedReading, pumpedByOwner, heldPump, rootFarm, sandwich, tightSandwich, drain, sleepers
    case selfIssue, selfIssueSold, selfIssueSlept, wash, washByOwner
  }

  /// What came of a season, before the tolls of the messages that it took.
  private struct Haul {
    var gross: Fraction
    var messages: UInt64
  }

  /// Played once: nothing of a setting moves them but what a message costs.
  private static let hauls: [Plot: Haul] = {
    var found: [Plot: Haul] = [:]
    // One that cannot be played has no outcomes, and the chances of its row no sum.
    for plot in Plot.allCases { found[plot] = try? play(plot) }
    return found
  }()

  private static func row(
    _ name: String, _ variant: String = "", by family: Cheat.Family = .coalition, _ does: String,
    _ plot: Plot, _ defence: String, _ bound: Cheat.Bound? = nil
  ) -> Cheat {
    Cheat("asset.\(name)", variant, by: family, does, figure: nil) { s in
      guard let haul = hauls[plot] else { return [] }
      return .certain(haul.gross - (try s.tolls(haul.messages)))
    }.with {
      $0.measure = .once
      $0.defence = defence
      $0.bound = bound
    }
  }

  private static func dollars(_ count: UInt64) -> Fraction { Fraction(SubnetSeason.dollars(count)) }

  // MARK: The root

  private static let readings = 10
  private static let weeks: UInt64 = 4
  private static let hours: UInt64 = weeks * 7 * 24

  private static let pumpedReading = row(
    "pump.reading", "by a trader",
    "puts $1,000 into a pool of $1,000 a second before each of ten readings, and takes it out",
    .pumpedReading, "the value is averaged by time between readings; two fees")

  private static let pumpedByOwner = row(
    "pump.reading", "by the pool's owner",
    "the same, of whom the fees are", .pumpedByOwner,
    "the value is averaged by time between readings; tolls")

  private static let heldPump = row(
    "pump.held", by: .coalition,
    "puts $1,000 more into its own pool of twelve weeks for four, vs a neighbour who does not",
    .heldPump, "none: a price that is held up is a price; in its first weeks a pool has none",
    Cheat.Bound("a thousandth an hour of the dollars that it holds there") { _ in
      dollars(1_000) * Fraction(Int128(hours), over: 1_000)
    })

  private static let rootFarm = row(
    "root.farm", by: .coalition,
    "has a subnet that does nothing, and a pool of $1,000 for four weeks",
    .rootFarm, "no subnet draws more than a thousandth of its pool an hour",
    Cheat.Bound("a thousandth an hour of the dollars that it holds there") { _ in
      dollars(1_000) * Fraction(Int128(hours), over: 1_000)
    })

  private static let wash = row(
    "wash", "by a trader", "trades $100 with itself twenty times, so that its subnet draws more",
    .wash, "volume counts nowhere; two fees")

  private static let washByOwner = row(
    "wash", "by the pool's owner", "the same, of whom the fees are", .washByOwner,
    "volume counts nowhere; tolls")

  // MARK: Holders

  private static let sandwich = row(
    "sandwich", "the victim bears 1 %",
    "buys before another's $100 as much as it bears, and sells after", .sandwich,
    "a trade says the least that it takes",
    // p = (x + v)(Q − Q′) / (y − Q′) of the shortfall Q − Q′, and y / (y − Q) = (x + v) / x.
    Cheat.Bound("a hundredth of the victim's $100, at the price that they make") { _ in
      dollars(1) * Fraction(11, over: 10)
    })

  private static let tightSandwich = row(
    "sandwich", "the victim bears nothing", "buys $10 before another's $100, and sells after",
    .tightSandwich, "a trade says the least that it takes; two fees")

  private static let drain = row(
    "drain", "holders sell",
    "asks its pool back when others have bought for $5,000, and they sell in time", .drain,
    "liquidity leaves with notice",
    Cheat.Bound("the fees of both ways, as any seeder has them") { _ in
      2 * dollars(5_000) * Fraction(ppm: 3_000)
    })

  private static let sleepers = row(
    "drain", "holders sleep",
    "asks its pool back when others have bought for $5,000, and they miss the notice", .sleepers,
    "a seeder has its own part of the pool; the rest buys back for a year",
    Cheat.Bound("the fees of the way in") { _ in dollars(5_000) * Fraction(ppm: 3_000) })

  private static let selfIssue = row(
    "self.issue", "nobody buys",
    "an owner who is all of its subnet pays itself for ten epochs, and sells it to its own pool",
    .selfIssue, "there is nobody's money in it but its own; seats are burnt")

  private static let selfIssueSold = row(
    "self.issue", "others bought for $200", "the same", .selfIssueSold,
    "none: who buys an asset trusts its stake majority",
    Cheat.Bound("what others paid for it") { _ in dollars(200) })

  private static let selfIssueSlept = row(
    "self.issue", "they sleep through the notice",
    "the same, and sells when the pool only buys back", .selfIssueSlept,
    "none: what was paid sells like what was bought",
    Cheat.Bound("what others paid for it") { _ in dollars(200) })
}

// MARK: - Seasons

extension AssetTraders {
  private static func play(_ plot: Plot) throws -> Haul {
    switch plot {
    case .pumpedReading: try trade("trader", sum: 1_000, times: readings, overReadings: true)
    case .pumpedByOwner:
      try trade(SubnetSeason.owner, sum: 1_000, times: readings, overReadings: true)
    case .wash: try trade("trader", sum: 100, times: 2 * readings, overReadings: false)
    case .washByOwner:
      try trade(SubnetSeason.owner, sum: 100, times: 2 * readings, overReadings: false)
    case .heldPump: try held()
    case .rootFarm: try farmed()
    case .sandwich: try between(bearing: 100)
    case .tightSandwich: try between(bearing: nil)
    case .drain: try drained(sleeping: false)
    case .sleepers: try drained(sleeping: true)
    case .selfIssue: try issued(sold: 0, sleeping: false)
    case .selfIssueSold: try issued(sold: 200, sleeping: false)
    case .selfIssueSlept: try issued(sold: 200, sleeping: true)
    }
  }

  /// Into the first pool and out again: over a reading, or between two of them.
  private static func trade(
    _ name: String, sum: UInt64, times: Int, overReadings: Bool
  ) throws -> Haul {
    var season = try SubnetSeason()
    for _ in 0..<times {
      if overReadings { try season.passToReading() }
      try season.buy(name, SubnetSeason.dollars(sum))
      if overReadings { try season.passReading() }
      try season.sellAll(name)
      if !overReadings { try season.passReading() }
    }
    let drawn = season.fed(1) - season.fed(2)
    return try compared(&season, by: name, drawn)
  }

  /// What somebody has, and its subnet drew, above what the neighbour has who did nothing. Owners
  /// have their pools back before it is counted.
  private static func compared(
    _ season: inout SubnetSeason, by name: String, _ drawn: Fraction
  ) throws -> Haul {
    guard name == SubnetSeason.owner else {
      return Haul(gross: try season.gain([name]) + drawn, messages: season.sent([name]))
    }
    try season.drain(2, by: SubnetSeason.neighbour)
    try season.leave()
    let own = try season.gain([name]) + season.deposit(1)
    let other = try season.gain([SubnetSeason.neighbour]) + season.deposit(2)
    let messages = season.sent([name]) - season.sent([SubnetSeason.neighbour])
    return Haul(gross: own - other + drawn, messages: messages)
  }

  private static func held() throws -> Haul {
    // Until its average is half of its seed, a reading is cut at the seed.
    var season = try SubnetSeason(weeks: 12)
    try season.buy(SubnetSeason.owner, SubnetSeason.dollars(1_000))
    try season.pass(seconds: weeks * 604_800)
    try season.sellAll(SubnetSeason.owner)
    return try compared(&season, by: SubnetSeason.owner, season.fed(1) - season.fed(2))
  }

  private static func farmed() throws -> Haul {
    var season = try SubnetSeason()
    try season.pass(seconds: weeks * 604_800)
    let drawn = season.fed(1)
    try season.leave()
    let owner = [SubnetSeason.owner]
    return Haul(
      gross: try season.gain(owner) + season.deposit(1) + drawn, messages: season.sent(owner))
  }

  /// - Parameter bearing: which part of what it was quoted the victim gives up at most, as one of
  ///   so many; nil for nothing.
  private static func between(bearing part: UInt64?) throws -> Haul {
    var season = try SubnetSeason()
    let sum = SubnetSeason.dollars(100)
    let quote = try season.market().bought(for: sum)
    let least = part.map { Amount(quote.units - quote.units / $0) } ?? quote
    let first =
      part == nil
      ? SubnetSeason.dollars(10) : try most(before: sum, least: least, in: season.market())
    try season.buy("trader", first)
    do { try season.buy("victim", sum, least: least) } catch let refusal as Refusal {
      guard part == nil, refusal.code == "lessThanLeast" else { throw refusal }
    }
    try season.sellAll("trader")
    return Haul(gross: try season.gain(["trader"]), messages: season.sent(["trader"]))
  }

  /// The most that can be bought before, so that a trade still gives its least.
  private static func most(
    before sum: Amount, least: Amount, in pool: AssetPool
  ) throws -> Amount {
    var (low, high) = (UInt64(1), sum.units)
    while low < high {
      let middle = high - (high - low) / 2
      var moved = pool
      moved.own = try pool.own.subtracting(pool.bought(for: Amount(middle)))
      moved.dollars = try pool.dollars.adding(Amount(middle))
      if try moved.bought(for: sum) >= least { low = middle } else { high = middle - 1 }
    }
    return Amount(low)
  }

  private static func drained(sleeping: Bool) throws -> Haul {
    var season = try SubnetSeason()
    try season.buy("holder", SubnetSeason.dollars(5_000))
    try season.drain(2, by: SubnetSeason.neighbour)
    try season.drain()
    if !sleeping { try season.sellAll("holder") }
    try season.pass(seconds: 3 * 604_800 + 1)
    let own = try season.gain([SubnetSeason.owner]) + season.deposit(1)
    return Haul(gross: own, messages: season.sent([SubnetSeason.owner]))
  }

  /// A subnet of one who is its owner, its validator and its member.
  private static func issued(sold: UInt64, sleeping: Bool) throws -> Haul {
    var season = try SubnetSeason()
    var rules = SubnetParameters()
    (rules.tempo, rules.immunity, rules.halfLife, rules.unbonding) = (60, 180, 60, 180)
    let own: UInt64 = 3
    try season.found(own, by: "farmer", rules, .init(perEpoch: 50_000_000, halving: 5))
    try season.join("farmer", in: own, stake: SubnetSeason.dollars(100))
    try season.join("hand", in: own)
    try season.endEpoch(own)
    try season.judge("farmer", for: 1, in: own)
    if sold > 0 { try season.buy("buyer", SubnetSeason.dollars(sold), in: own) }
    for _ in 0..<10 { try season.judge("farmer", for: 1, in: own) }
    try season.collect("farmer", in: own)
    if !sleeping {
      try season.sellAll("hand", in: own)
      try season.sellAll("farmer", in: own)
    }
    try season.close(own, by: "farmer")
    try season.unstake("farmer", in: own)
    try season.pass(seconds: 400)
    // The first of them takes all that is left there.
    if sleeping { try season.sellAll("hand", in: own) }
    let owners = ["farmer", "hand"]
    return Haul(gross: try season.gain(owners), messages: season.sent(owners))
  }
}
