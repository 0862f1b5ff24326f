// How a lease ends: used up, left by its buyer, broken by a seat, or starved of its input.

public import Kernel
public import Primitives

extension MarketTables {
  /// A buyer who has had at least one run leaves between two of them; nobody is at fault.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: CloseLease, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let lease = try leases.require(m.lease, else: .unknownLease)
    guard lease.buyer == m.head.from else { throw .notYours }
    guard frozen[m.lease.digest] == nil else { throw .isFrozen }
    guard lease.state == .funded, lease.started > 0 else {
      throw .wrongState(is: lease.state.rawValue, wanted: LeaseState.funded.rawValue)
    }
    try end(m.lease, lease, reason: "leaseLeft", &k)
  }

  /// Ends a lease with no open run: the rest of the price to the buyer, bonds to the seats.
  mutating func end(
    _ id: LeaseID, _ lease: Lease, reason: String, _ k: inout KernelTables
  ) throws(Refusal) {
    let holder = lease.holder(id)
    try k.ledger.post(from: holder, to: .account(lease.buyer), lease.escrow)
    for seat in lease.seats {
      if lease.offer != OfferID() {
        try release(seat, of: lease, id, &k)
      } else {
        try k.ledger.post(from: holder, to: .account(seat.provider), seat.locked)
      }
    }
    for seat in lease.reserve {
      try k.ledger.post(from: holder, to: .account(seat.provider), seat.locked)
    }
    leases[id] = nil
    try endRoute(lease.order, of: lease.buyer, &k)
    k.emit(
      Event(
        reason, subject: id.digest, order: lease.order.digest, lease: id.digest,
        parties: lease.parties,
        objects: lease.seats.map(\.promise),
        numbers: [Number("returned", lease.escrow.units), Number("runs", lease.started)]))
  }

  /// The input of the next run did not come in time: each seat gets a fee for standing idle.
  mutating func starve(
    _ id: LeaseID, _ old: Lease, _ k: inout KernelTables
  ) throws(Refusal) {
    var lease = old
    let verdict = Verdict(
      .inputWithheld,
      seats: lease.seats.map { SeatVerdict(provider: $0.provider, fate: .idle) })
    let key = RunKey(id, lease.started)
    let record = try pay(key, Run(), verdict, &lease, &k)
    conclusions.append(.settled(record))
    try payRoute(record, &k)
    emitSettled(key, record, lease, &k)
    try end(id, lease, reason: "leaseInputWithheld", &k)
  }
}
