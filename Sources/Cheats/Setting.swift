// The market in which cheats try their luck: its terms, one job, one call, what a cheat owns.

public import Kernel
import Market
public import Primitives

/// Everything that the profit of a cheat depends on. The blank setting is that of the catalogue:
/// the standard terms, a job of a dollar, a call of a hundredth of a cent.
public struct Setting: Sendable {
  public var terms: Terms = .standard
  /// R, of one seat and one run.
  public var price = Amount(1_000_000)
  /// C, what an honest run costs its provider, and V, what it costs to run it again.
  public var cost = Amount(800_000)
  public var callPrice = Amount(100)
  public var callCost = Amount(80)
  /// The part of all audit bonds that the cheat owns.
  public var owned = Fraction(3, over: 10)
  /// The part of handed traces that are bait.
  public var bait = Fraction(5, over: 100)
  /// How many of the bonds that the rules ask for are really locked, ppm.
  public var seatBondPpm = million
  public var challengeBondPpm = million
  public var sliceBondPpm = million
  /// What a seal that stays shut costs in a topic, in ppm of the stake, and how far two of its
  /// truths may be apart.
  public var topicSlash: UInt64 = 100_000
  public var topicTolerance = "0.01"
  /// The rules that this market has forgotten.
  public var missing: Set<Defence> = []

  public init() {}

  func has(_ defence: Defence) -> Bool { !missing.contains(defence) }

  /// p, of an order that says nothing.
  var audited: Fraction { Fraction(ppm: terms.audit) }
}

extension Setting {
  func seatBond(auditPpm: UInt64) throws -> Amount {
    try Bonds.seatBond(price: price, auditPpm: auditPpm, terms: terms).ppmUp(seatBondPpm)
  }

  func challengeBond(against bond: Amount) throws -> Amount {
    try Bonds.challengeBond(against: bond, terms: terms).ppmUp(challengeBondPpm)
  }

  func bidBond() throws -> Amount { try Bonds.bidBond(limit: price, terms: terms) }

  func auditFee() throws -> Amount { try Bonds.auditFee(price: price, terms: terms) }

  func gameTolls() throws -> Amount { try Toll.game(terms: terms) }

  /// The share of a lost bond that its winner may hope for.
  func reward(of bond: Amount) throws -> Fraction {
    Fraction(try bond.ppmUp(terms.winner))
  }

  /// Tolls of messages of 200 bytes, and of some of 400.
  func tolls(_ messages: UInt64, long: UInt64 = 0) throws -> Fraction {
    guard has(.tolls) else { return 0 }
    return Fraction(
      try Toll.price(bytes: 200, terms: terms).multiplied(by: messages).adding(
        try Toll.price(bytes: 400, terms: terms).multiplied(by: long)))
  }
}

/// What a liar offers a strange auditor who could convict it.
enum Bribe: Sendable {
  case nothing
  /// The winner's whole share of the bond: what the seat bond is computed for.
  case reward
  /// The least that leaves the auditor no worse off: it would win that share less the tolls of
  /// the game, but has the fee and saves the work when it confirms.
  case least
}

extension Setting {
  func disputableStakes(auditPpm: UInt64? = nil) throws -> DisputableStakes {
    let bond = try seatBond(auditPpm: auditPpm ?? terms.audit)
    return DisputableStakes(
      price: price, bond: bond, bidBond: try bidBond(), fee: try auditFee(),
      auditBond: try challengeBond(against: bond))
  }

  func disputable(
    _ outcome: DisputableOutcome = .evidence, audit: RunAudit = .none,
    games: [Settlement.PlayedGame] = [], auditPpm: UInt64? = nil
  ) throws -> Payouts {
    try Settlement.disputable(
      try disputableStakes(auditPpm: auditPpm), outcome: outcome, audit: audit, games: games,
      terms: terms)
  }

  /// A game about a run, with the bond and the tolls that the rules ask for.
  func game(
    _ by: Settlement.Challenger, against: Bytes32 = .zero, _ result: Settlement.GameResult,
    end: UInt64 = 0, auditPpm: UInt64? = nil
  ) throws -> Settlement.PlayedGame {
    let bond = try seatBond(auditPpm: auditPpm ?? terms.audit)
    return Settlement.PlayedGame(
      by: by, against: against, result: result, end: end, tolls: try gameTolls(),
      bond: try challengeBond(against: bond))
  }

  /// A drawn auditor who differs from a lie.
  func caughtByAuditor() throws -> Payouts {
    try disputable(audit: .differs, games: [try game(.auditor, .won)])
  }

  /// Three seats with these answers. With audits any seat may challenge; `games` says which did.
  func replicated(
    _ acts: [ReplicaAct], auditPpm: UInt64, audit: ReplicaAct? = nil,
    games: [Settlement.PlayedGame] = []
  ) throws -> Payouts {
    let bond = try seatBond(auditPpm: auditPpm)
    let held = try bidBond()
    let auditor = try audit.map {
      ReplicaAudit(act: $0, bond: try challengeBond(against: bond))
    }
    return try Settlement.replicated(
      auditPpm: auditPpm, fee: auditPpm == 0 ? .zero : try auditFee(),
      seats: acts.map {
        ReplicatedSeat(price: price, bond: max(bond, held), bidBond: held, act: $0)
      }, audit: auditor, games: games, terms: terms)
  }

  func open(_ outcome: OpenOutcome) throws -> Payouts {
    if outcome == .rejected && !has(.burn) {
      // A free rejection pays like an input that never came and costs nothing.
      var free = terms
      free.idle = 0
      return try Settlement.open(
        price: price, bidBond: try bidBond(), outcome: .inputWithheld, terms: free)
    }
    return try Settlement.open(
      price: price, bidBond: try bidBond(), outcome: outcome, terms: terms)
  }
}

extension Payouts {
  /// What some parties have more than they put in.
  func net(of parties: Party...) -> Fraction {
    var sum: Fraction = 0
    for party in parties { sum += Fraction(self[party]) }
    for stake in stakes where parties.contains(stake.party) { sum -= Fraction(stake.amount) }
    return sum
  }
}
