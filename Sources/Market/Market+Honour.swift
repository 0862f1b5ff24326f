// Winners lock their seat bonds; who does not is replaced from the reserve.

public import Kernel
public import Primitives

extension MarketTables {
  /// A winner adds what is missing between its bid bond and its seat bond.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: HonourSeat, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var lease = try leases.require(m.lease, else: .unknownLease)
    guard !frozen.contains(m.lease.digest) else { throw .isFrozen }
    guard let place = lease.seatIndex(of: m.head.from) else { throw .notYours }
    guard lease.state == .awarded else {
      throw .wrongState(is: lease.state.rawValue, wanted: LeaseState.awarded.rawValue)
    }
    guard !lease.seats[place].honoured else { throw .alreadyAnswered }
    try requireSealingKey(of: m.head.from, k)
    guard k.now < lease.seats[place].deadline else {
      throw .tooLate(now: k.now, deadline: lease.seats[place].deadline)
    }
    let wanted = try lease.seats[place].stake.multiplied(by: lease.parallel)
    let missing =
      wanted > lease.seats[place].locked
      ? try wanted.subtracting(lease.seats[place].locked) : .zero
    try k.ledger.post(
      from: .account(m.head.from), to: lease.holder(m.lease), missing)
    lease.seats[place].locked = try lease.seats[place].locked.adding(missing)
    lease.seats[place].honoured = true
    lease.seats[place].deputy = m.deputy
    k.emit(
      Event(
        "seatHonoured", subject: m.lease.digest, order: lease.order.digest,
        lease: m.lease.digest, parties: [m.head.from], objects: [lease.seats[place].promise],
        numbers: [Number("locked", lease.seats[place].locked.units)]))
    if lease.seats.allSatisfy(\.honoured) { try fund(m.lease, &lease, &k) }
    leases.put(lease, at: m.lease)
  }

  /// All seats are honoured: the reserve goes home, and so does what the seats cost less than
  /// the limit. Not before: a reserve may be dearer.
  private mutating func fund(
    _ id: LeaseID, _ lease: inout Lease, _ k: inout KernelTables
  ) throws(Refusal) {
    let holder = lease.holder(id)
    for seat in lease.reserve {
      try k.ledger.post(from: holder, to: .account(seat.provider), seat.locked)
    }
    lease.reserve = []
    let terms = k.terms.at(lease.termsVersion)
    let needed = try lease.pricePerRun().adding(try fee(of: lease, terms))
      .multiplied(by: lease.runs)
    let rest = try lease.escrow.subtracting(needed)
    try k.ledger.post(from: holder, to: .account(lease.buyer), rest)
    lease.escrow = needed
    lease.state = .funded
    lease.deadline = try k.now.after(seconds: terms.inputWindow)
    k.timers.set(MarketTimer.lease.key(id.digest), at: lease.deadline)
    k.emit(
      Event(
        "leaseFunded", subject: id.digest, order: lease.order.digest, lease: id.digest,
        parties: lease.parties,
        numbers: [
          Number("escrow", needed.units), Number("deadline", lease.deadline.milliseconds),
        ]))
  }

  /// Seats that were called in vain lose B, all of them before the next in the reserve are called,
  /// each at its own price: where the reserve is too short, nobody who was silent is spared.
  mutating func replaceUnhonoured(
    _ id: LeaseID, _ old: Lease, _ k: inout KernelTables
  ) throws(Refusal) {
    var lease = old
    let terms = k.terms.at(lease.termsVersion)
    let silent = lease.seats.indices.filter {
      !lease.seats[$0].honoured && lease.seats[$0].deadline <= k.now
    }
    for place in silent { try slashUnhonoured(place, id, &lease, &k) }
    guard silent.count <= lease.reserve.count else {
      return try end(id, lease, reason: "leaseNotHonoured", &k)
    }
    for place in silent {
      var next = lease.reserve.removeFirst()
      next.deadline = try k.now.after(seconds: terms.honourWindow)
      lease.seats[place] = next
      k.emit(
        Event(
          "seatCalled", subject: id.digest, order: lease.order.digest, lease: id.digest,
          parties: [next.provider], objects: [next.promise],
          numbers: [Number("deadline", next.deadline.milliseconds)]))
    }
    lease.deadline =
      lease.seats.filter { !$0.honoured }.map(\.deadline).min() ?? k.now
    leases.put(lease, at: id)
    k.timers.set(MarketTimer.lease.key(id.digest), at: lease.deadline)
  }

  private mutating func slashUnhonoured(
    _ place: Int, _ id: LeaseID, _ lease: inout Lease, _ k: inout KernelTables
  ) throws(Refusal) {
    let seat = lease.seats[place]
    try k.ledger.post(from: lease.holder(id), to: .treasury, seat.locked)
    lease.seats[place].locked = .zero
    conclusions.append(
      .fault(.notHonoured, by: seat.provider, order: lease.order, lost: seat.locked))
    k.emit(
      Event(
        "seatNotHonoured", subject: id.digest, order: lease.order.digest, lease: id.digest,
        parties: [seat.provider], objects: [seat.promise],
        numbers: [Number("lost", seat.locked.units)]))
  }
}
