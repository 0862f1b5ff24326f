// What silence does: one switch from a timer to the rule that its row's state asks for.

public import Kernel
public import Primitives

extension MarketTables {
  /// Carries out a deadline. The row is the truth: an entry that it does not confirm is stale,
  /// does nothing and must not count against the timers of a block.
  @discardableResult
  public mutating func fire<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ key: TimerKey, at deadline: Time, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) -> Bool {
    guard let kind = MarketTimer(rawValue: key.kind), try isAwake(key, kind, deadline) else {
      return false
    }
    switch kind {
    case .tender:
      let id = OrderID(key.id)
      let tender = try tenders.require(id, else: .unknownOrder)
      switch tender.state {
      case .bidding: try endBidding(id, tender, &k)
      case .revealing: try close(id, tender, &k, standing)
      case .closed: try takeBeacon(id, tender, &k)
      case .drawing: try forfeitSalt(id, tender, &k)
      }
    case .lease:
      let id = LeaseID(key.id)
      let lease = try leases.require(id, else: .unknownLease)
      switch lease.state {
      case .awarded: try replaceUnhonoured(id, lease, &k)
      case .funded: try starve(id, lease, &k)
      case .running: return false
      }
    case .run:
      let id = RunKey(LeaseID(key.id), key.sub)
      try expireRun(id, try runs.require(id, else: .unknownRun), &k)
      try hear(id, &k, works)
    case .game:
      let id = GameID(key.id)
      try expireGame(id, try disputes.require(id, else: .unknownGame), &k)
    case .claim:
      try clear(key.id, try claims.require(key.id, else: .unknownGame), &k)
    case .auditor:
      let account = Address(lastBytesOf: key.id)
      try returnAuditBond(account, try auditors.require(account, else: .notAnAuditor), &k)
    }
    return true
  }

  /// Whether the row still has that deadline and is not frozen.
  private func isAwake(
    _ key: TimerKey, _ kind: MarketTimer, _ deadline: Time
  ) throws(Refusal) -> Bool {
    guard !frozen.contains(key.id) else { return false }
    switch kind {
    case .tender: return try tenders.read(OrderID(key.id)) { $0.deadline } == deadline
    case .lease: return try leases.read(LeaseID(key.id)) { $0.deadline } == deadline
    case .run:
      return try runs.read(RunKey(LeaseID(key.id), key.sub)) { $0.deadline } == deadline
    case .game:
      guard let game = disputes[GameID(key.id)], game.deadline == deadline,
        claims[Claim.id(game.key.run, game.key.answer)]?.fell == false
      else { return false }
      return runs.contains(game.key.run) && !frozen.contains(game.key.run.lease.digest)
    case .claim:
      guard let claim = claims[key.id] else { return false }
      return claim.isOver && claim.clearsAt == deadline
    case .auditor: return auditors[Address(lastBytesOf: key.id)]?.leaves == deadline
    }
  }

  /// Sets every timer anew from the rows, after a restart.
  public func rebuildTimers(into k: inout KernelTables) {
    var due: [(key: TimerKey, at: Time)] = []
    tenders.forEach { due.append((MarketTimer.tender.key($0.digest), $1.deadline)) }
    leases.forEach {
      if $1.state != .running { due.append((MarketTimer.lease.key($0.digest), $1.deadline)) }
    }
    runs.forEach {
      due.append((MarketTimer.run.key($0.lease.digest, $0.index), $1.deadline))
    }
    disputes.forEach { due.append((MarketTimer.game.key($0.digest), $1.deadline)) }
    claims.forEach { if $1.isOver { due.append((MarketTimer.claim.key($0), $1.clearsAt)) } }
    auditors.forEach { due.append((MarketTimer.auditor.key($0.padded), $1.leaves)) }
    for timer in due where timer.at != .never { k.timers.set(timer.key, at: timer.at) }
  }
}
