// Roads: begun by an order or a taken offer, moved on by their events, ended by the last of them.

import Inference
import Kernel
import Market
import Primitives

/// What the work of a spec is done with: for inference the model, else the spec by its hash.
func subject(of work: String, _ spec: [UInt8]) -> Bytes32 {
  if work == InferenceWork.name, let own = try? CBOR.decode(InferenceSpec.self, from: spec) {
    return own.model
  }
  return Subject.of(work: work, spec: spec)
}

extension Projection {
  mutating func openAccount(_ event: Event) throws {
    if let account = event.parties.first { try open(account) }
  }

  /// An order is placed.
  mutating func place(_ event: Event) throws -> Bytes32 {
    guard let message = body.orders[event.order] else { throw fault("an order of no message") }
    let request = message.request
    var road = Road()
    road.id = event.order
    road.buyer = message.head.from
    road.work = request.work
    road.subject = subject(of: request.work, request.spec)
    road.check = request.check
    road.limit = try request.limitPerRun().units
    road.units = request.units
    road.runs = request.runs
    road.state = .bidding
    road.escrow = event.number("escrow") ?? 0
    return try begin(road)
  }

  /// An offer is taken.
  mutating func take(_ event: Event) throws -> Bytes32 {
    guard let (id, message) = body.takes[event.lease] else {
      throw fault("a taken offer of no message")
    }
    let offer = try change(offer: event.subject) { $0.taken += 1 }
    var road = Road()
    road.id = id
    road.buyer = message.head.from
    road.offer = event.subject
    road.lease = event.lease
    road.work = offer.work
    road.subject = offer.subject
    road.check = offer.check
    road.limit = try offer.rate.price(of: message.units).units
    road.units = message.units
    road.runs = message.runs
    road.state = .funded
    road.escrow = event.number("escrow") ?? 0
    road.seats = [offer.provider]
    changes.leases[event.lease] = id
    return try begin(road)
  }

  private mutating func begin(_ made: Road) throws -> Bytes32 {
    var road = made
    count { $0.roads += 1 }
    road.number = progress.totals.roads
    road.placedHeight = height
    road.placedAt = time
    changes.roads.put(road, as: road.id)
    for provider in road.seats { seat(provider, on: road.number) }
    move(from: .over, to: road.state)
    try change(party: road.buyer) { $0.roads += 1 }
    try change(subject: road.subject, work: road.work) { $0.roads += 1 }
    return road.id
  }

  private mutating func seat(_ provider: Address, on road: UInt64, isSeated: Bool = true) {
    changes.seatings.append(Seating(road: road, provider: provider, isSeated: isSeated))
  }

  /// Everything between the order and the first run, and every end.
  mutating func enterAuction(_ event: Event, _ road: Bytes32) throws {
    switch event.name {
    case "bidPlaced": try change(road: road) { $0.bids += 1 }
    case "bidDisplaced": try change(road: road) { $0.bids.lessen() }
    case "bidNotRevealed", "judgeFined":
      try lose(event.number("lost") ?? 0, of: event.parties.first, on: road)
    case "orderRevealing": try change(road: road) { $0.state = .revealing }
    case "orderClosed": try change(road: road) { $0.state = .closed }
    case "orderDrawing": try change(road: road) { $0.state = .drawing }
    case "leaseAwarded": try award(event, road)
    case "seatNotHonoured": try vacate(event, road)
    case "seatCalled": try fill(event, road)
    case "leaseFunded": try change(road: road) { $0.state = .funded }
    case "orderCancelled", "orderNoMatch", "orderSaltWithheld", "orderReleased", "leaseServed",
      "leaseBroken", "leaseLeft", "leaseNotHonoured", "leaseInputWithheld", "leaseReleased":
      try end(event, road)
    default: break
    }
  }

  private mutating func award(_ event: Event, _ id: Bytes32) throws {
    let seats = Array(event.parties.dropFirst())
    let road = try change(road: id) {
      $0.state = .awarded
      $0.lease = event.lease
      $0.seats = seats
    }
    changes.leases[event.lease] = id
    for provider in seats { seat(provider, on: road.number) }
  }

  /// A seat was not honoured: its bond is lost, and the next in the reserve may be called to it.
  private mutating func vacate(_ event: Event, _ id: Bytes32) throws {
    try lose(event.number("lost") ?? 0, of: event.parties.first, on: id)
    let seats = try road(id)?.seats ?? []
    guard let provider = event.parties.first, let place = seats.firstIndex(of: provider) else {
      throw fault("a seat that nobody has")
    }
    vacant[event.lease, default: []].append(place)
  }

  private mutating func fill(_ event: Event, _ id: Bytes32) throws {
    guard let next = event.parties.first, let place = vacant[event.lease]?.first else {
      throw fault("a seat that is not vacant")
    }
    vacant[event.lease]?.removeFirst()
    var left = Address()
    let road = try change(road: id) {
      left = $0.seats[place]
      $0.seats[place] = next
    }
    seat(left, on: road.number, isSeated: false)
    seat(next, on: road.number)
  }

  private mutating func end(_ event: Event, _ id: Bytes32) throws {
    let (now, at) = (time, height)
    try change(road: id) {
      $0.state = .over
      $0.ending = event.name
      $0.closedHeight = at
      $0.closedAt = now
    }
    // Runs that were under way when the operator released the lease will never be settled.
    guard event.name == "leaseReleased", let road = try road(id) else { return }
    for index in 0..<road.started {
      let run = RunID.of(LeaseID(road.lease), index: index).digest
      guard try openRun(run) != nil else { continue }
      changes.openRuns.put(nil, as: run)
      try stopGames(ofRun: run)
    }
  }

  /// A bond is lost.
  mutating func lose(_ amount: UInt64, of party: Address?, on road: Bytes32) throws {
    guard amount > 0 else { return }
    try change(road: road) { $0.slashed.gain(amount) }
    count { $0.slashed.gain(amount) }
    if let party { try change(party: party) { $0.slashed.gain(amount) } }
  }
}

// MARK: - Offers and models

extension Projection {
  mutating func enterOffer(_ event: Event) throws {
    switch event.name {
    case "offerPosted": try post(event)
    case "offerToppedUp":
      guard let slots = body.slots[event.subject]?.first else {
        throw fault("a top-up of no message")
      }
      body.slots[event.subject]?.removeFirst()
      try change(offer: event.subject) { $0.capacity += slots }
    default:
      let offer = try change(offer: event.subject) { $0.isWithdrawn = true }
      count { $0.offers.lessen() }
      try change(subject: offer.subject, work: offer.work) { $0.offers.lessen() }
    }
  }

  private mutating func post(_ event: Event) throws {
    guard let message = body.offers[event.subject] else { throw fault("an offer of no message") }
    var offer = OfferLine()
    offer.number = nextOfferNumber()
    offer.offer = event.subject
    offer.provider = message.head.from
    offer.work = message.work
    offer.subject = subject(of: message.work, message.spec)
    offer.check = message.check
    offer.rate = message.rate
    offer.maxUnits = message.maxUnits
    offer.capacity = message.capacity
    offer.postedHeight = height
    offer.postedAt = time
    changes.offers.put(offer, as: offer.offer)
    count { $0.offers += 1 }
    try change(subject: offer.subject, work: offer.work) { $0.offers += 1 }
  }

  mutating func publish(_ event: Event) throws {
    let message = body.models[event.subject] ?? .zero
    let publisher = event.parties.first ?? .zero
    try change(subject: event.subject, work: InferenceWork.name) {
      $0.published = message
      $0.publisher = publisher
    }
  }
}
