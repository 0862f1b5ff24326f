// Settlement of `disputable`: one provider, a drawn auditor, and games about its claim.

public import Kernel
public import Primitives

/// How far the provider of a disputable run came.
public enum DisputableOutcome: String, CaseIterable, Hashable, Sendable {
  /// It showed evidence and answered all that was asked.
  case evidence
  case noEvidence
  /// It fell silent after its evidence.
  case silent
  case inputWithheld
}

/// What came of the audit of a disputable run.
public enum RunAudit: String, CaseIterable, Hashable, Sendable {
  /// Not drawn, or nobody could be called.
  case none
  case equal
  case differs
  /// The auditor said nothing to the end.
  case silent
  /// The auditor had sealed its trace when the provider fell silent.
  case committed
}

/// The numbers of a disputable run.
public struct DisputableStakes: Hashable, Sendable {
  public var price: Amount
  /// S, of which B is a part.
  public var bond: Amount
  public var bidBond: Amount
  /// F, escrowed beside the price.
  public var fee: Amount
  /// D of the auditor; staked when one took part.
  public var auditBond: Amount

  public init(
    price: Amount, bond: Amount, bidBond: Amount, fee: Amount, auditBond: Amount
  ) {
    self.price = price
    self.bond = bond
    self.bidBond = bidBond
    self.fee = fee
    self.auditBond = auditBond
  }
}

extension Settlement {
  /// Games run side by side: those the provider won stay settled, the first it loses fells the
  /// claim, and the others stop with their bonds back.
  public static func disputable(
    _ run: DisputableStakes, outcome: DisputableOutcome, audit: RunAudit,
    games: [PlayedGame] = [], terms: Terms
  ) throws(Refusal) -> Payouts {
    try require(possible: run, outcome, audit, games)
    var pot = Pot()
    let escrow = try run.price.adding(run.fee)
    try pot.stake(.buyer, escrow)
    try pot.stake(.provider, run.bond)
    if audit != .none { try pot.stake(.auditor, run.auditBond) }
    for game in games where game.by != .auditor { try pot.stake(game.by.party, game.bond) }
    try payLostGames(games, &pot, terms)

    switch outcome {
    case .noEvidence:
      try pot.pay(.buyer, escrow)
      try pot.pay(.provider, try run.bond.subtracting(min(run.bond, run.bidBond)))
      if audit != .none { try pot.pay(.auditor, run.auditBond) }
    case .inputWithheld:
      let fee = try Bonds.idle(price: run.price, terms: terms)
      try pot.pay(.buyer, try escrow.subtracting(fee))
      try pot.pay(.provider, try run.bond.adding(fee))
    case .silent:
      try settleSilence(run, audit, games, &pot)
    case .evidence:
      if let victor = victor(of: games) {
        try settleFall(run, audit, games, to: victor, &pot, terms)
      } else {
        try settleStanding(run, audit, games, &pot, terms)
      }
    }
    return pot.close()
  }

  /// A challenger who lost pays the tolls of its game, and the provider gets its share.
  private static func payLostGames(
    _ games: [PlayedGame], _ pot: inout Pot, _ terms: Terms
  ) throws(Refusal) {
    for game in games where game.result == .lost {
      try pot.pay(.operator, min(game.bond, game.tolls))
      try pot.pay(.provider, try prize(of: game.bond, less: game.tolls, terms))
    }
  }

  /// Tolls of the games that the provider did not win, at most its bond.
  private static func tolls(
    of games: [PlayedGame], atMost bond: Amount
  ) throws(Refusal) -> Amount {
    var sum = Amount.zero
    for game in games where game.result != .lost { sum = try sum.adding(game.tolls) }
    return min(sum, bond)
  }

  private static func returnOpenBonds(
    _ games: [PlayedGame], _ pot: inout Pot
  ) throws(Refusal) {
    for game in games where game.result != .lost && game.by != .auditor {
      try pot.pay(game.by.party, game.bond)
    }
  }

  private static func settleSilence(
    _ run: DisputableStakes, _ audit: RunAudit, _ games: [PlayedGame], _ pot: inout Pot
  ) throws(Refusal) {
    try pot.pay(.buyer, try run.price.adding(run.fee))
    let tolls = try tolls(of: games, atMost: run.bond)
    try pot.pay(.operator, tolls)
    try returnOpenBonds(games, &pot)
    guard audit != .none, !lost(.auditor, games) else { return }
    if audit == .silent { return try payWithoutFee(run, &pot) }
    try pot.pay(.auditor, run.auditBond)
    guard audit == .committed else { return }
    try pot.pay(.auditor, min(run.fee, try run.bond.subtracting(tolls)))
  }

  private static func settleFall(
    _ run: DisputableStakes, _ audit: RunAudit, _ games: [PlayedGame], to victor: Challenger,
    _ pot: inout Pot, _ terms: Terms
  ) throws(Refusal) {
    try pot.pay(.buyer, try run.price.adding(run.fee))
    let tolls = try tolls(of: games, atMost: run.bond)
    try pot.pay(.operator, tolls)
    try pot.pay(victor.party, try prize(of: run.bond, less: tolls, terms))
    try returnOpenBonds(games, &pot)
    switch audit {
    case .none, .committed: break
    case .silent: try payWithoutFee(run, &pot)
    case .differs:
      if !lost(.auditor, games) { try pot.pay(.auditor, run.auditBond) }
    case .equal:
      // It confirmed what fell: its bond is lost like the liar's.
      try pot.pay(victor.party, try prize(of: run.auditBond, less: .zero, terms))
    }
  }

  private static func settleStanding(
    _ run: DisputableStakes, _ audit: RunAudit, _ games: [PlayedGame], _ pot: inout Pot,
    _ terms: Terms
  ) throws(Refusal) {
    try pot.pay(.provider, try paid(run.price, terms))
    try pot.pay(.provider, run.bond)
    switch audit {
    case .equal:
      try pot.pay(.auditor, try run.auditBond.adding(run.fee))
    case .silent:
      try pot.pay(.buyer, run.fee)
      try payWithoutFee(run, &pot)
    case .none, .differs, .committed:
      try pot.pay(.buyer, run.fee)
    }
  }

  /// An auditor who kept silent loses its fee from its bond.
  private static func payWithoutFee(
    _ run: DisputableStakes, _ pot: inout Pot
  ) throws(Refusal) {
    try pot.pay(.auditor, try run.auditBond.subtracting(min(run.auditBond, run.fee)))
  }

  private static func lost(_ who: Challenger, _ games: [PlayedGame]) -> Bool {
    games.contains { $0.by == who && $0.result == .lost }
  }

  /// Refuses what no run can come to, so that no sum is ever computed from it.
  private static func require(
    possible run: DisputableStakes, _ outcome: DisputableOutcome, _ audit: RunAudit,
    _ games: [PlayedGame]
  ) throws(Refusal) {
    let audits = games.filter { $0.by == .auditor }
    if audits.count != (audit == .differs ? 1 : 0) { throw .impossibleCase("audit") }
    var seen: Set<Challenger> = []
    for game in games {
      if case .seat = game.by { throw .impossibleCase("by") }
      if game.by == .auditor && game.bond != run.auditBond { throw .impossibleCase("bond") }
      if !seen.insert(game.by).inserted { throw .impossibleCase("by") }
    }
    let fell = games.contains { $0.result == .won }
    let stopped = games.contains { $0.result == .stopped }
    switch outcome {
    case .evidence:
      if audit == .committed || (stopped && !fell) { throw .impossibleCase("games") }
    case .silent:
      if fell { throw .impossibleCase("games") }
    case .noEvidence, .inputWithheld:
      if !games.isEmpty { throw .impossibleCase("games") }
      if outcome == .inputWithheld && audit != .none { throw .impossibleCase("audit") }
    }
  }
}
