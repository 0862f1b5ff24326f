// Offers: posted with a bond for each slot, topped up, taken at once, withdrawn.

public import Kernel
public import Primitives

extension MarketTables {
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: PostOffer, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    let terms = k.terms.current
    let shape = try Game.shape(of: m.check)
    guard shape.offered else { throw .notOffered }
    try checkRange("per", m.rate.per, 1...terms.maxUnits)
    try checkRange("maxUnits", m.maxUnits, 1...terms.maxUnits)
    try checkRange("runTime", m.runTime, 1...terms.maxRunTime)
    try checkRange("capacity", m.capacity, 1...terms.maxCapacity)
    try check(spec: m.spec, m.lists)
    try works.admit(m.spec, of: m.work, under: m.check)
    try requireSealingKey(of: m.head.from, k)
    let largest = try m.rate.price(of: m.maxUnits)
    guard largest > .zero else { throw .outOfRange("rate", is: 0, least: 1, most: .max) }

    var offer = Offer()
    offer.provider = m.head.from
    offer.work = m.work
    offer.spec = m.spec
    offer.check = m.check
    offer.rate = m.rate
    offer.maxUnits = m.maxUnits
    offer.runTime = m.runTime
    offer.lists = m.lists
    offer.termsVersion = k.terms.version
    offer.deputy = m.deputy
    let stakes = try stakes(price: largest, limit: largest, shape: shape, terms: terms, 1)
    offer.slotBond = stakes.stake
    offer.bidBond = stakes.bidBond
    try add(m.capacity, to: &offer, OfferID(id), &k)
    offers[OfferID(id)] = offer
    k.emit(
      Event(
        "offerPosted", subject: id, parties: [m.head.from],
        numbers: [
          Number("amount", m.rate.amount.units), Number("per", m.rate.per),
          Number("capacity", m.capacity),
        ]))
  }

  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: TopUpOffer, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var offer = try offers.require(m.offer, else: .unknownOffer)
    guard offer.provider == m.head.from else { throw .notYours }
    guard !offer.withdrawn else { throw .offerWithdrawn }
    let terms = k.terms.at(offer.termsVersion)
    try checkRange("slots", m.slots, 1...terms.maxCapacity)
    try checkRange("capacity", offer.free + offer.tied + m.slots, 1...terms.maxCapacity)
    try add(m.slots, to: &offer, m.offer, &k)
    offers[m.offer] = offer
    k.emit(
      Event(
        "offerToppedUp", subject: m.offer.digest, parties: [m.head.from],
        numbers: [Number("free", offer.free)]))
  }

  /// Locks the bond of so many slots.
  private func add(
    _ slots: UInt64, to offer: inout Offer, _ id: OfferID, _ k: inout KernelTables
  ) throws(Refusal) {
    let bond = try offer.slotBond.multiplied(by: slots)
    try k.ledger.post(from: .account(offer.provider), to: .escrow(id.digest), bond)
    offer.free += slots
  }

  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: WithdrawOffer, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var offer = try offers.require(m.offer, else: .unknownOffer)
    guard offer.provider == m.head.from else { throw .notYours }
    guard !offer.withdrawn else { throw .offerWithdrawn }
    let back = try offer.slotBond.multiplied(by: offer.free)
    try k.ledger.post(from: .escrow(m.offer.digest), to: .account(offer.provider), back)
    offer.free = 0
    offer.withdrawn = true
    offers[m.offer] = offer.tied == 0 ? nil : offer
    k.emit(
      Event(
        "offerWithdrawn", subject: m.offer.digest, parties: [m.head.from],
        numbers: [Number("returned", back.units), Number("tied", offer.tied)]))
  }

  /// Takes an offer at its price: the lease is made, and its first run starts at once.
  public mutating func apply<W: Works & ~Copyable, S: Standing & ~Copyable>(
    _ m: TakeOffer, as id: Bytes32, _ k: inout KernelTables, _ works: borrowing W,
    _ standing: borrowing S
  ) throws(Refusal) {
    var offer = try offers.require(m.offer, else: .unknownOffer)
    let buyer = m.head.from
    let terms = k.terms.at(offer.termsVersion)
    guard !offer.withdrawn else { throw .offerWithdrawn }
    guard offer.provider != buyer else { throw .ownOrder }
    try checkRange("units", m.units, 1...offer.maxUnits)
    try checkRange("runs", m.runs, 1...terms.maxRuns)
    try checkRange("parallel", m.parallel, 1...min(m.runs, terms.maxParallel))
    // The provider never saw a longer one: its slots and its price would wait for days.
    try checkRange("acceptWindow", m.acceptWindow, 60...terms.acceptWindow)
    guard m.parallel <= offer.free else {
      throw .noCapacity(wanted: m.parallel, free: offer.free)
    }
    let price = try offer.rate.price(of: m.units)
    try offer.lists.admit(buyer, price: price, standing)
    try check(m.input, k)
    try requireSealingKey(of: buyer, k)

    let leaseID = LeaseID.of(take: id)
    var lease = Lease(of: offer, m, id)
    let shape = try Game.shape(of: offer.check)
    lease.takeWork(offer.work, offer.spec)
    if shape.keepsWork { try admit(m.input, for: lease, works) }
    if shape.auditPpm > 0 {
      lease.shunned = shunned(lease, bidders: [], k)
      try requireAuditors(for: offer.work, offer.spec, terms)
    }
    lease.escrow = try price.adding(try fee(of: lease, terms)).multiplied(by: m.runs)
    let bond = lease.seats[0].locked
    try k.ledger.post(from: .account(buyer), to: .escrow(leaseID.digest), lease.escrow)
    try k.ledger.post(from: .escrow(m.offer.digest), to: .escrow(leaseID.digest), bond)
    offer.free -= m.parallel
    offer.tied += m.parallel
    offers[m.offer] = offer
    k.emit(
      Event(
        "offerTaken", subject: m.offer.digest, lease: leaseID.digest,
        parties: [buyer, offer.provider],
        numbers: [Number("escrow", lease.escrow.units), Number("free", offer.free)]))
    let first = RunKey(leaseID, 0)
    try start(first, m.input, [m.key], auditSalt: m.auditSalt, by: id, &lease, &k)
    leases.put(lease, at: leaseID)
  }

  /// The slots of a lease that ends: back to the offer, or home when it was withdrawn.
  mutating func release(
    _ seat: Seat, of lease: Lease, _ id: LeaseID, _ k: inout KernelTables
  ) throws(Refusal) {
    var offer = try offers.require(lease.offer, else: .unknownOffer)
    offer.tied -= lease.parallel
    let slots = offer.slotBond == .zero ? 0 : seat.locked.units / offer.slotBond.units
    if offer.withdrawn {
      try k.ledger.post(from: lease.holder(id), to: .account(seat.provider), seat.locked)
    } else {
      try k.ledger.post(
        from: lease.holder(id), to: .escrow(lease.offer.digest), seat.locked)
      offer.free += slots
    }
    offers[lease.offer] = offer.withdrawn && offer.tied == 0 ? nil : offer
  }
}

extension Lease {
  /// The lease that taking an offer makes: one seat, which its bond has honoured already.
  init(of offer: Offer, _ m: TakeOffer, _ id: Bytes32) {
    self.init()
    self.offer = m.offer
    buyer = m.head.from
    deputy = m.deputy
    request = id
    check = offer.check
    termsVersion = offer.termsVersion
    units = m.units
    runTime = offer.runTime
    acceptWindow = m.acceptWindow
    runs = m.runs
    parallel = m.parallel
    state = .funded
    var seat = Seat()
    seat.provider = offer.provider
    seat.promise = m.offer.digest
    seat.rate = offer.rate
    seat.stake = offer.slotBond
    seat.bidBond = offer.bidBond
    seat.deputy = offer.deputy
    // No overflow: the bonds of all slots were locked, and these are some of them.
    seat.locked = Amount(offer.slotBond.units &* m.parallel)
    seat.honoured = true
    seats = [seat]
  }
}

extension Refusal {
  /// The check needs an auction; an offer cannot be sold under it.
  static var notOffered: Refusal { Refusal("notOffered") }
  static var offerWithdrawn: Refusal { Refusal("offerWithdrawn") }
  static func noCapacity(wanted: UInt64, free: UInt64) -> Refusal {
    Refusal("noCapacity", ["wanted": wanted, "free": free])
  }
}
