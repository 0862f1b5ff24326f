// Objects whose timer could not be carried out: nothing moves until the operator returns escrows.

public import Kernel
public import Primitives

extension MarketTables {
  /// Freezes the object of a timer that was refused. Every test fails on this event.
  public mutating func freeze(
    _ key: TimerKey, because refusal: Refusal, _ k: inout KernelTables
  ) {
    var row = Frozen()
    row.code = refusal.code
    row.height = k.height
    let object = lease(of: key) ?? key.id
    frozen[object] = row
    k.emit(Event("stuck", subject: object, numbers: refusal.numbers))
  }

  /// The lease that a game or a claim belongs to: it holds the money.
  private func lease(of key: TimerKey) -> Bytes32? {
    switch MarketTimer(rawValue: key.kind) {
    case .game: disputes[GameID(key.id)]?.key.run.lease.digest
    case .claim: claims[key.id]?.run.lease.digest
    case .tender, .lease, .run, .auditor, nil: nil
    }
  }

  /// Frees what the court holds of a run that nobody will judge any more.
  private mutating func abandon(_ key: RunKey, _ k: inout KernelTables) throws(Refusal) {
    guard let run = runs[key] else { return }
    if run.auditBond > .zero {
      try untie(run.auditBond, of: run.auditor, lost: .zero, to: .treasury, &k)
    }
    if case .panel(let game) = run.game {
      for judge in game.bench {
        try untie(game.bond, of: judge.account, lost: .zero, to: .treasury, &k)
      }
    }
    for answer in run.game.check.answers { closeClaim(key, answer, &k) }
    runs[key] = nil
  }

  /// Returns each escrow of a frozen object to who paid it in.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: ReleaseFrozen, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    guard m.head.from == k.charter.operator else { throw .notYours }
    guard frozen[m.object] != nil else { throw .notFrozen }
    frozen[m.object] = nil
    if let order = orders[OrderID(m.object)], let tender = tenders[OrderID(m.object)] {
      try dissolve(OrderID(m.object), of: order.buyer, tender, reason: "orderReleased", &k)
    } else if let lease = leases[LeaseID(m.object)] {
      for index in 0..<lease.started { try abandon(RunKey(LeaseID(m.object), index), &k) }
      try end(LeaseID(m.object), lease, reason: "leaseReleased", &k)
    }
  }
}

extension Refusal {
  static var notFrozen: Refusal { Refusal("notFrozen") }
}
