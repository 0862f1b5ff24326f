// Cheats inside a subnet: who judges itself, copies, snipes, fills seats, passes answers on, or
// takes its stake away before it is slashed.

import Kernel
import Primitives
import Subnets

/// Each is played over epochs by the ledger's own rules, as they are every time. Where a row counts
/// against an honest party, that party has the same stake and the same seats in the same season.
enum SubnetMembers {
  /// Of the stake that a cabal has, in percent.
  private static let shares = [10, 20, 30, 40, 50, 60]

  static let cheats: [Cheat] =
    shares.map(cabal)
    + [copier, sniper, sybils, relay, blindRelay, twoKeys, flight, owner]

  private enum Plot: Hashable, Sendable {
    case cabal(Int), copier, sniper, sybils, relay, blindRelay, twoKeys, flight, owner

    static let all: [Plot] =
      shares.map(Plot.cabal)
      + [.copier, .sniper, .sybils, .relay, .blindRelay, .twoKeys, .flight, .owner]
  }

  /// Played once: nothing of a setting moves them but what a message costs.
  private static let hauls: [Plot: Haul] = {
    var found: [Plot: Haul] = [:]
    // One that cannot be played has no outcomes, and the chances of its row no sum.
    for plot in Plot.all { found[plot] = try? play(plot) }
    return found
  }()

  /// What came of a season, before the tolls of the messages that it took.
  private struct Haul {
    var gross: Fraction
    var messages: UInt64 = 0
  }

  private static func row(
    _ name: String, _ variant: String = "", by family: Cheat.Family, _ does: String,
    _ plot: Plot, vsHonest: Bool = false, _ defence: String, _ bound: Cheat.Bound? = nil
  ) -> Cheat {
    Cheat("subnet.\(name)", variant, by: family, does, figure: nil) { s in
      guard let haul = hauls[plot] else { return [] }
      return .certain(haul.gross - (try s.tolls(haul.messages)))
    }.with {
      $0.measure = .once
      $0.isAgainstHonest = vsHonest
      $0.defence = defence
      $0.bound = bound
    }
  }

  /// A sponsor pays $10 an epoch, for so many; miners have half of it.
  private static let perEpoch: UInt64 = 10
  private static let epochs: UInt64 = 12

  private static func dollars(_ count: UInt64) -> Fraction { Fraction(SubnetSeason.dollars(count)) }

  private static let budget = Cheat.Bound("all that the epochs paid while it judged") { _ in
    dollars(perEpoch * epochs)
  }

  // MARK: Validators

  private static func cabal(_ percent: Int) -> Cheat {
    let holds = percent < 50
    return row(
      "cabal", "\(percent) % of the stake", by: .coalition,
      "a validator gives all weight to a miner of its own that does nothing, for twelve epochs",
      .cabal(percent), vsHonest: true,
      holds
        ? "what is above the weighted median is cut, and lost to who gave it"
        : "none: who has half of a subnet's stake decides who is paid",
      holds ? nil : budget)
  }

  private static let copier = row(
    "copier", by: .checker,
    "a validator with 30 % of the stake seals what the others opened, an epoch late, for sixty",
    .copier, vsHonest: true, "weights are sealed; bonds are of who was first")

  private static let flight = row(
    "flight", by: .checker,
    "a delegator of $100 asks its stake back when its validator keeps a seal shut", .flight,
    "stake that leaves waits, and is slashed with the rest")

  private static let owner = row(
    "owner", by: .coalition,
    "an owner with 40 % of the stake pays its own miner out of a sponsor's money", .owner,
    vsHonest: true, "no cut, no permit by right, no weight for itself; the weighted median")

  // MARK: Miners

  private static let sniper = row(
    "sniper", by: .provider,
    "takes over the uid of a good miner while weights for it are on their way", .sniper,
    "weights and bonds from before a registration do not count; the price of a seat")

  private static let sybils = row(
    "sybils", by: .provider, "nineteen seats at once that do nothing, for twelve epochs",
    .sybils, "the price jumps with each seat; who earns is not displaced by who does not")

  private static let relay = row(
    "relay", "validators compare answers", by: .provider,
    "passes the best miner's answers on, for twelve epochs", .relay,
    "an answer is paid once, to whom it came from first")

  private static let blindRelay = row(
    "relay", "nobody compares", by: .provider, "the same", .blindRelay,
    "none by the ledger: validators must compare answers",
    Cheat.Bound("half of what the miners have, while nobody compares") { _ in
      dollars(perEpoch * epochs) / 2
    })

  private static let twoKeys = row(
    "two.keys", by: .provider,
    "one miner answers nearly the same under two keys, where validators compare", .twoKeys,
    vsHonest: true, "nearly the same answers earn one share; the price of a second seat")
}

// MARK: - Seasons

extension SubnetMembers {
  /// Epochs of a minute.
  private static var quick: SubnetParameters {
    var rules = SubnetParameters()
    (rules.tempo, rules.immunity, rules.halfLife, rules.unbonding) = (60, 180, 60, 180)
    return rules
  }

  private static func begin(
    _ validators: [(name: String, dollars: UInt64)], _ others: [String],
    rules: SubnetParameters = quick, epochs: UInt64 = epochs
  ) throws -> SubnetSeason {
    try SubnetSeason(
      rules, validators: validators, others: others,
      perEpoch: SubnetSeason.dollars(perEpoch), epochs: epochs)
  }

  private static func play(_ plot: Plot) throws -> Haul {
    switch plot {
    case .cabal(let percent):
      try compared { isHonest in try judgedItself(isHonest, percent, as: "cabal") }
    case .owner:
      try compared { isHonest in try judgedItself(isHonest, 40, as: SubnetSeason.owner) }
    case .copier: try compared(copied)
    case .twoKeys: try compared(twoKeys)
    case .relay: try relayed([2: 1])
    case .blindRelay: try relayed([2: 1, 3: 1])
    case .sniper: try sniped()
    case .sybils: try filled()
    case .flight: try fled()
    }
  }

  /// What it has more than who plays the same part honestly; both send as many messages.
  private static func compared(_ play: (_ isHonest: Bool) throws -> Fraction) throws -> Haul {
    Haul(gross: try play(false) - play(true))
  }

  /// Two honest validators share the rest of the stake. Uid 3 works, uid 4 is the cabal's.
  private static func judgedItself(
    _ isHonest: Bool, _ percent: Int, as name: String
  ) throws -> Fraction {
    let own = UInt64(percent) * 10
    var season = try begin(
      [("ann", 500 - own / 2), ("bob", 500 - own / 2), (name, own)], ["good", "fake"])
    for _ in 0..<epochs {
      try season.epoch([
        ("ann", [3: 1]), ("bob", [3: 1]), (name, isHonest ? [3: 1] : [4: 1]),
      ])
    }
    return try season.gainAtTheEnd(of: [name, "fake"], staked: [name])
  }

  /// Another of four miners is the best in every third epoch, which the copier learns an epoch
  /// later.
  private static func copied(_ isHonest: Bool) throws -> Fraction {
    func seen(_ epoch: UInt64) -> [UInt64: UInt64] {
      var row: [UInt64: UInt64] = [3: 100, 4: 100, 5: 100, 6: 100]
      row[3 + epoch / 3 % 4] = 1_000
      return row
    }
    var season = try begin(
      [("ann", 350), ("bob", 350), ("cid", 300)], ["m", "n", "o", "p"], epochs: 60)
    for epoch in UInt64(1)...60 {
      let late: [UInt64: UInt64] = epoch > 1 ? seen(epoch - 1) : [:]
      try season.epoch([
        ("ann", seen(epoch)), ("bob", seen(epoch)), ("cid", isHonest ? seen(epoch) : late),
      ])
    }
    return try season.gainAtTheEnd(of: ["cid"], staked: ["cid"])
  }

  /// The two keys together are given what the one would have been given.
  private static func twoKeys(_ isHonest: Bool) throws -> Fraction {
    var season = try begin([("ann", 500), ("bob", 500)], ["other", "key"])
    if !isHonest { try season.join("key2", in: 1) }
    let row: [UInt64: UInt64] = isHonest ? [2: 2, 3: 2] : [2: 2, 3: 1, 4: 1]
    for _ in 0..<epochs { try season.epoch([("ann", row), ("bob", row)]) }
    return try season.gainAtTheEnd(of: ["key", "key2"], staked: [])
  }

  private static func relayed(_ row: [UInt64: UInt64]) throws -> Haul {
    var season = try begin([("ann", 500), ("bob", 500)], ["good", "relay"])
    for _ in 0..<epochs { try season.epoch([("ann", row), ("bob", row)]) }
    return Haul(
      gross: try season.gainAtTheEnd(of: ["relay"], staked: []),
      messages: season.sent(["relay"]))
  }

  /// The subnet is full; its first miner is the worse one for four epochs, and then the better one.
  private static func sniped() throws -> Haul {
    var rules = quick
    rules.members = 3
    var season = try begin([("ann", 100)], ["m", "n"], rules: rules)
    for _ in 0..<4 { try season.epoch([("ann", [1: 1, 2: 9])]) }
    try season.seal("ann", [1: 9, 2: 1])
    try season.join("sniper", in: 1)
    try season.endEpoch(1)
    try season.epoch([("ann", [:])])
    for _ in 0..<2 { try season.endEpoch(1) }
    return Haul(gross: try season.gain(["sniper"]), messages: season.sent(["sniper"]))
  }

  private static func filled() throws -> Haul {
    var season = try begin([("ann", 500), ("bob", 500)], ["good"])
    let sybils = (0..<19).map { "sybil \($0)" }
    for name in sybils { try season.join(name, in: 1) }
    for _ in 0..<epochs { try season.epoch([("ann", [2: 1]), ("bob", [2: 1])]) }
    return Haul(gross: try season.gain(sybils), messages: season.sent(sybils))
  }

  private static func fled() throws -> Haul {
    var season = try begin([("ann", 100)], ["good"])
    try season.delegate("del", to: "ann", SubnetSeason.dollars(100))
    try season.seal("ann", [1: 1])
    try season.endEpoch(1)
    try season.flee("del", from: "ann")
    for _ in 0..<4 { try season.endEpoch(1) }
    return Haul(gross: try season.gain(["del"]), messages: season.sent(["del"]))
  }
}
