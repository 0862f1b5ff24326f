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
    frozen[key.id] = row
    k.emit(Event("stuck", subject: key.id, numbers: refusal.numbers))
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
      try dissolve(OrderID(m.object), order, tender, reason: "orderReleased", &k)
    } else if let lease = leases[LeaseID(m.object)] {
      for index in 0..<lease.started { runs[RunKey(LeaseID(m.object), index)] = nil }
      try end(LeaseID(m.object), lease, reason: "leaseReleased", &k)
    }
  }
}

extension Refusal {
  static var notFrozen: Refusal { Refusal("notFrozen") }
}
