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
    let stakes = DisputableStakes(
      price: used, bond: seat.stake, bidBond: seat.bidBond, fee: try fee(of: lease, terms),
      auditBond: run.auditBond)
    let finding = RunAudit(verdict.audit)
    var court = CourtGames()
    for answer in run.game.check.answers {
      gather(key, answer, against: .zero, run, lease, into: &court)
    }
    let payouts = try Settlement.disputable(
      stakes, outcome: try DisputableOutcome(verdict.outcome), audit: finding,
      games: court.games, terms: terms)

    var shares = RunShares()
    shares.buyer = try payouts[.buyer].adding(try asked.subtracting(used))
    shares.seats = [payouts[.provider]]
    // A bond that is tied without any finding goes back whole, beside the settlement.
    shares.auditor = finding == .none ? run.auditBond : payouts[.auditor]
    try enter(payouts, court, into: &shares)
    return shares
  }

  /// All seats at once, since whether one is paid depends on the others.
  func replicated(
    _ verdict: Verdict, _ key: RunKey, _ run: Run, _ lease: Lease, _ terms: Terms
  ) throws(Refusal) -> RunShares {
    var settled: [ReplicatedSeat] = []
    settled.reserveCapacity(verdict.seats.count)
    var unused = Amount()
    for (seat, judged) in zip(lease.seats, verdict.seats) {
      let asked = try lease.price(of: seat)
      let used = judged.fate == .paid ? try seat.rate.price(of: judged.units) : asked
      unused = try unused.adding(try asked.subtracting(used))
      settled.append(
        ReplicatedSeat(
          price: used, bond: seat.stake, bidBond: seat.bidBond,
          act: try ReplicaAct(judged)))
    }
    var court = CourtGames()
    for answer in claims.count > 0 ? run.game.check.answers : [] {
      guard let judged = verdict.seats.first(where: { $0.output == answer }) else { continue }
      gather(key, answer, against: judged.digest, run, lease, into: &court)
    }
    let audit = audit(of: run, verdict)
    let payouts = try Settlement.replicated(
      auditPpm: lease.auditPpm, fee: try fee(of: lease, terms), seats: settled, audit: audit,
      games: court.games, terms: terms)
    var shares = RunShares()
    shares.buyer = try payouts[.buyer].adding(unused)
    shares.seats = settled.indices.map { payouts[.seat($0)] }
    shares.auditor = audit == nil ? run.auditBond : payouts[.auditor]
    try enter(payouts, court, into: &shares)
    return shares
  }

  /// What a drawn auditor of a replicated run answered.
  private func audit(of run: Run, _ verdict: Verdict) -> ReplicaAudit? {
    guard case .replicated(let game) = run.game, verdict.audit != .none else { return nil }
    let act: ReplicaAct = game.auditAnswer == .zero ? .silent : .answer(game.auditAnswer)
    return ReplicaAudit(act: act, bond: run.auditBond)
  }

  private func enter(
    _ payouts: Payouts, _ court: CourtGames, into shares: inout RunShares
  ) throws(Refusal) {
    for (place, volunteer) in court.volunteers.enumerated() {
      let prize = try payouts[.challenger(place)].subtracting(volunteer.bond)
      if prize > .zero { shares.prizes.append((volunteer.account, prize)) }
    }
    shares.tolls = payouts[.operator]
    shares.treasury = payouts[.treasury]
  }

  // MARK: - Games

  /// The games about one answer that are settled with the run: the auditor's, those of other
  /// seats, and the one that felled it. Its tolls are those of all games that were not lost.
  private func gather(
    _ key: RunKey, _ answer: Bytes32, against: Bytes32, _ run: Run, _ lease: Lease,
    into court: inout CourtGames
  ) {
    guard let claim = claims[Claim.id(key, answer)] else { return }
    var tolls = claim.tolls
    func add(_ by: Settlement.Challenger, _ game: Dispute?, _ bond: Amount, won: Bool) {
      let isLost = game?.isLost ?? false
      court.games.append(
        Settlement.PlayedGame(
          by: by, against: against, result: isLost ? .lost : won ? .won : .stopped,
          end: game?.endedAt ?? claim.fellAt, tolls: isLost ? game?.tolls ?? .zero : tolls,
          bond: bond))
      if !isLost { tolls = .zero }
    }
    var isKnown = false
    if let game = disputes[GameKey(key, answer, run.auditor).id], game.isAuditor {
      add(.auditor, game, run.auditBond, won: claim.victor == run.auditor)
      isKnown = claim.victor == run.auditor
    }
    for (place, seat) in lease.seats.enumerated() {
      guard let game = disputes[GameKey(key, answer, seat.provider).id], game.isSeat else {
        continue
      }
      add(.seat(place), game, game.bond, won: claim.victor == seat.provider)
      if claim.victor == seat.provider { isKnown = true }
    }
    if claim.fell && !isKnown {
      let game = disputes[GameKey(key, answer, claim.victor).id]
      let by = Settlement.Challenger.volunteer(court.volunteers.count)
      court.volunteers.append((claim.victor, claim.victorBond))
      add(by, game, claim.victorBond, won: true)
    } else if tolls > .zero {
      // Nobody is left to carry the tolls of volunteers whose games were stopped.
      let by = Settlement.Challenger.volunteer(court.volunteers.count)
      court.volunteers.append((Address(), .zero))
      add(by, nil, .zero, won: false)
    }
  }
}

/// The games of a settlement, and who the volunteers in it are.
private struct CourtGames {
  var games: [Settlement.PlayedGame] = []
  var volunteers: [(account: Address, bond: Amount)] = []
}

extension DisputableOutcome {
  init(_ outcome: Outcome) throws(Refusal) {
    switch outcome {
    case .stands, .fell: self = .evidence
    case .leftSilent: self = .silent
    case .noEvidence: self = .noEvidence
    case .inputWithheld: self = .inputWithheld
    case .accepted, .silent, .rejected, .majority, .noMajority, .demandExpired, .notHonoured,
      .proved, .disproved, .otherInput, .judged, .goldWithheld, .tooFew, .unjudged:
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
