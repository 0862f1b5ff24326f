// A verdict becomes postings, once, for every check: the only place that pays for a run.

public import Kernel
public import Primitives

extension MarketTables {
  /// Settles a run and ends its lease when nothing more can come of it.
  mutating func settle(
    _ key: RunKey, _ run: Run, _ verdict: Verdict, _ lease: inout Lease,
    _ k: inout KernelTables
  ) throws(Refusal) {
    let record = try pay(key, run, verdict, &lease, &k)
    conclusions.append(.settled(record))
    try payRoute(record, &k)
    if claims.count > 0 {
      for answer in run.game.check.answers { closeClaim(key, answer, &k) }
    }
    runs[key] = nil
    lease.open -= 1
    emitSettled(key, record, lease, &k)
    guard lease.open == 0 else { return }
    if lease.broken || lease.started == lease.runs {
      let reason = lease.broken ? "leaseBroken" : "leaseServed"
      return try end(key.lease, lease, reason: reason, &k)
    }
    lease.state = .funded
    let terms = k.terms.at(lease.termsVersion)
    lease.deadline = try k.now.after(seconds: terms.inputWindow)
    k.timers.set(MarketTimer.lease.key(key.lease.digest), at: lease.deadline)
  }

  /// Moves the money of one run out of the escrow, and says what was moved.
  mutating func pay(
    _ key: RunKey, _ run: Run, _ verdict: Verdict, _ lease: inout Lease,
    _ k: inout KernelTables
  ) throws(Refusal) -> SettledRun {
    let terms = k.terms.at(lease.termsVersion)
    let holder = lease.holder(key.lease)
    let fee = try fee(of: lease, terms)
    let asked = try lease.pricePerRun().adding(fee)
    let shares = try shares(of: verdict, key, run, lease, terms)
    // Bonds stay where nobody opened anything, and a next run would come to nothing, too.
    if verdict.outcome == .tooFew && verdict.isUnanswered { lease.broken = true }
    var record = SettledRun(key, run.startedBy, verdict, lease)
    record.fee = fee.units
    if case .panel(let game) = run.game {
      record.promises += game.bench.filter { $0.state == .opened }.map(\.evidence.digest)
    }
    record.auditBond = run.auditBond.units
    if run.auditBond > .zero {
      // What it lost comes into the escrow first, since others are paid from it.
      let lost = Amount(run.auditBond.units - min(run.auditBond.units, shares.auditor.units))
      try untie(run.auditBond, of: run.auditor, lost: lost, to: holder, &k)
    }

    try dismiss(key, run, verdict, lease, &k)
    try k.ledger.post(from: holder, to: .account(lease.buyer), shares.buyer)
    record.payouts.reserveCapacity(shares.seats.count + 4)
    record.prices.reserveCapacity(shares.seats.count)
    record.stakes.reserveCapacity(shares.seats.count)
    record.payouts.append(Payout(to: lease.buyer, shares.buyer))
    for (place, share) in shares.seats.enumerated() {
      let seat = lease.seats[place]
      record.prices.append(try lease.price(of: seat).units)
      record.stakes.append(seat.stake.units)
      record.payouts.append(Payout(to: seat.provider, share))
      if share >= seat.stake {
        // The bond stays for the next run; `end` returns it.
        try k.ledger.post(
          from: holder, to: .account(seat.provider), try share.subtracting(seat.stake))
      } else {
        try k.ledger.post(from: holder, to: .account(seat.provider), share)
        lease.seats[place].locked = try seat.locked.subtracting(seat.stake)
        lease.broken = true
      }
    }
    try payCourt(shares, run, from: holder, &record, &k)
    try k.ledger.post(from: holder, to: .treasury, shares.treasury)
    record.payouts.append(Payout(treasury: shares.treasury))
    lease.escrow = try lease.escrow.subtracting(asked)
    return record
  }

  /// The auditor's earnings beyond its bond, the winner's prize, and the tolls of the games.
  private mutating func payCourt(
    _ shares: RunShares, _ run: Run, from holder: Holder, _ record: inout SettledRun,
    _ k: inout KernelTables
  ) throws(Refusal) {
    if run.auditBond > .zero {
      if shares.auditor > run.auditBond {
        try k.ledger.post(
          from: holder, to: .account(run.auditor),
          try shares.auditor.subtracting(run.auditBond))
      }
      record.payouts.append(Payout(to: run.auditor, shares.auditor))
    }
    for prize in shares.prizes {
      try k.ledger.post(from: holder, to: .account(prize.victor), prize.amount)
      record.payouts.append(Payout(to: prize.victor, prize.amount))
    }
    if shares.tolls > .zero {
      try k.ledger.post(from: holder, to: .operator, shares.tolls)
      record.payouts.append(Payout(tolls: shares.tolls))
    }
  }

  func emitSettled(
    _ key: RunKey, _ record: SettledRun, _ lease: Lease, _ k: inout KernelTables
  ) {
    k.emit(
      Event(
        "runSettled", subject: record.run.digest, order: lease.order.digest,
        lease: key.lease.digest, parties: lease.parties,
        objects: lease.seats.map(\.promise),
        numbers: [
          Number("index", key.index), Number("outcome", UInt64(record.verdict.outcome.rawValue)),
        ] + record.payouts.map { Number("paid", $0.amount.units) }))
  }
}

/// Who gets what of one run, stakes included.
struct RunShares {
  var buyer = Amount()
  var seats: [Amount] = []
  /// Of the auditor, its bond included; of volunteers who won, theirs left out.
  var auditor = Amount()
  var prizes: [(victor: Address, amount: Amount)] = []
  var tolls = Amount()
  var treasury = Amount()
}

extension MarketTables {
  /// The payouts of the rule that the verdict falls under, at the units that were used.
  private func shares(
    of verdict: Verdict, _ key: RunKey, _ run: Run, _ lease: Lease, _ terms: Terms
  ) throws(Refusal) -> RunShares {
    // By the lease: a run that never began has no game.
    switch lease.check.known {
    case .disputable: return try disputable(verdict, key, run, lease, terms)
    case .proved: return try proved(verdict, lease, terms)
    case .panel where verdict.outcome != .inputWithheld:
      return try panel(verdict, run, lease, terms)
    case .replicated where verdict.outcome == .majority || verdict.outcome == .noMajority:
      return try replicated(verdict, key, run, lease, terms)
    case .judged where verdict.outcome.isJudged || verdict.outcome == .tooFew:
      return try judged(verdict, run, lease, terms)
    case .open, .replicated, .judged, .panel: return try open(verdict, lease, terms)
    case nil: throw .unknownCheck
    }
  }

  /// Rules that judge each seat by itself: `open`, and an input that was withheld.
  private func open(
    _ verdict: Verdict, _ lease: Lease, _ terms: Terms
  ) throws(Refusal) -> RunShares {
    var shares = RunShares()
    // Nobody was audited.
    shares.buyer = try fee(of: lease, terms)
    for (seat, judged) in zip(lease.seats, verdict.seats) {
      let asked = try lease.price(of: seat)
      let used =
        judged.fate == .paid || judged.fate == .rejected
        ? try seat.rate.price(of: judged.units) : asked
      let payouts = try Settlement.open(
        price: used, bidBond: seat.stake, outcome: try OpenOutcome(verdict.outcome), terms: terms)
      shares.buyer = try shares.buyer.adding(payouts[.buyer])
        .adding(try asked.subtracting(used))
      shares.seats.append(payouts[.provider])
      shares.treasury = try shares.treasury.adding(payouts[.treasury])
    }
    return shares
  }
}

extension SettledRun {
  init(_ key: RunKey, _ startedBy: Bytes32, _ verdict: Verdict, _ lease: Lease) {
    self.init()
    request = lease.offer == OfferID() ? lease.request : .zero
    order = lease.offer == OfferID() ? lease.order.digest : lease.request
    promises = lease.seats.map(\.promise)
    self.lease = key.lease
    seed = lease.seed
    buyer = lease.buyer
    check = lease.check
    run = key.id
    index = key.index
    self.startedBy = startedBy
    self.verdict = verdict
  }
}
