// What the court found becomes shares: the arithmetic is Settlement's, the rows are ours.

import Kernel
import Primitives

extension MarketTables {
  /// The payouts of a disputable run. Games that volunteers lost were paid when they ended.
  func disputable(
    _ verdict: Verdict, _ key: RunKey, _ run: Run, _ lease: Lease, _ terms: Terms
  ) throws(Refusal) -> RunShares {
    guard let seat = lease.seats.first, let judged = verdict.seats.first else {
      throw .impossibleCase("seats")
    }
    let asked = try lease.price(of: seat)
    let used = judged.fate == .paid ? try seat.rate.price(of: judged.units) : asked
    let fee = try fee(of: lease, terms)
    let stakes = DisputableStakes(
      price: used, bond: seat.stake, bidBond: seat.bidBond, fee: fee, auditBond: run.auditBond)
    let outcome = try DisputableOutcome(verdict.outcome)
    let finding = RunAudit(verdict.audit)
    // A bond that is tied without any finding goes back whole, beside the settlement.
    let isIdle = finding == .none && run.auditBond > .zero
    let tolls = claims[Claim.id(key, run.output.root)]?.tolls ?? .zero
    let games = games(of: run, finding, tolls: tolls)
    let payouts = try Settlement.disputable(
      stakes, outcome: outcome, audit: finding, games: games, terms: terms)

    var shares = RunShares()
    shares.buyer = try payouts[.buyer].adding(try asked.subtracting(used))
    shares.seats = [payouts[.provider]]
    shares.auditor = isIdle ? run.auditBond : payouts[.auditor]
    if hasVolunteer(run) {
      shares.victor = try payouts[.challenger(0)].subtracting(run.victorBond)
    }
    shares.tolls = payouts[.operator]
    shares.treasury = payouts[.treasury]
    return shares
  }

  private func hasVolunteer(_ run: Run) -> Bool {
    run.victor != Address() && run.victor != run.auditor
  }

  /// The auditor's game, and the one that a volunteer won. The tolls of all games that were not
  /// lost come out of the bond that fell, so they stand in the first of these; where none is
  /// left to carry them, in one without a bond.
  private func games(
    of run: Run, _ finding: RunAudit, tolls: Amount
  ) -> [Settlement.PlayedGame] {
    var games: [Settlement.PlayedGame] = []
    var open = tolls
    if finding == .differs {
      let result: Settlement.GameResult =
        run.auditLost ? .lost : run.victor == run.auditor ? .won : .stopped
      games.append(
        Settlement.PlayedGame(
          by: .auditor, result: result, tolls: run.auditLost ? run.auditTolls : open,
          bond: run.auditBond))
      if !run.auditLost { open = .zero }
    }
    if hasVolunteer(run) {
      games.append(
        Settlement.PlayedGame(
          by: .volunteer(0), result: .won, end: 1, tolls: open, bond: run.victorBond))
    } else if open > .zero {
      games.append(
        Settlement.PlayedGame(by: .volunteer(0), result: .stopped, tolls: open, bond: .zero))
    }
    return games
  }
}

extension DisputableOutcome {
  init(_ outcome: Outcome) throws(Refusal) {
    switch outcome {
    case .stands, .fell: self = .evidence
    case .leftSilent: self = .silent
    case .noEvidence: self = .noEvidence
    case .inputWithheld: self = .inputWithheld
    case .accepted, .silent, .rejected, .majority, .noMajority, .demandExpired, .notHonoured:
      throw .impossibleCase("outcome")
    }
  }
}

extension RunAudit {
  init(_ finding: AuditFinding) {
    switch finding {
    case .none: self = .none
    case .equal: self = .equal
    case .differs: self = .differs
    case .silent: self = .silent
    case .committed: self = .committed
    }
  }
}
