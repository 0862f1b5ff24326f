// Buying by auction with a wallet: it signs the order and the draw at once, and the input for the
// seats that were drawn half a minute later.

import Agents
import Chain
import Explorer
import Kernel
import Market
import NetworkRoom
import Primitives

/// What an auction needs again once its seats are known.
struct PreparedAuction: Sendable {
  var order: OrderID
  var contentKey: Bytes32
  var input: Content
  /// Where the wallet's next message stands.
  var place: WalletPlace
  var next: UInt64
}

extension CounterDesk {
  /// The order with its draw. The draw's salt is known to the counter alone until the beacon is
  /// there, as the market's own buyers do it.
  func auction(
    _ ware: CounterWare, _ craft: Craft, _ chunks: ContentChunks, _ contentKey: Bytes32,
    _ place: WalletPlace, from offset: UInt64, _ wallet: Address, _ shop: Shop
  ) async throws -> (messages: [Message], auction: PreparedAuction) {
    // Until the wallet has signed, the blob is the counter's: nobody fills another's shelf.
    let kept = try await shop.blobs.put(
      BlobDelivery(bytes: chunks.blob, owner: deputy.address, readers: []))
    let salt = CounterDesk.randomBytes()
    var m = PlaceOrder()
    m.head = place.head(offset, wallet)
    m.request.work = "inference"
    m.request.spec = craft.spec
    m.request.check = ware.check
    m.request.limit = Rate(ware.price)
    m.request.bidWindow = CounterShelf.bidWindow
    m.request.revealWindow = CounterShelf.revealWindow
    // The check protects this buyer, not the bidder's record.
    m.request.lists.maxRejection = million
    m.saltCommitment = SaltCommitment.of(salt)
    m.input = Content(
      chunks, custody: Custody(custodian: kept.custodian, signature: kept.signature))
    // A message's id is the hash of its bytes, signed or not.
    let order = OrderID(SignedMessage(.placeOrder(m), Authorisation()).id)
    var draw = DrawSeats()
    draw.head = place.head(offset + 1, wallet)
    draw.order = order
    draw.salt = salt
    return (
      [.placeOrder(m), .drawSeats(draw)],
      PreparedAuction(
        order: order, contentKey: contentKey, input: m.input, place: place, next: offset + 2)
    )
  }

  /// Follows an order by the events of its blocks, from the bids to the settlement.
  func bidding(
    _ name: String, _ messages: [SignedMessage], _ prepared: PreparedTake,
    _ auction: PreparedAuction, _ shop: Shop
  ) async {
    do {
      _ = try await shop.blobs.put(
        BlobDelivery(bytes: prepared.blob, owner: prepared.wallet, readers: []))
      guard let draw = messages.last else { return }
      var height = shop.gate.height
      for message in messages.dropLast() where !(try await isTaken(message, name, shop)) { return }
      change(name) { ticket in
        ticket.road = auction.order.digest
        ticket.stage = .underway
      }
      var road = WalletRoad(order: auction.order)
      let end = now.milliseconds + 7_200_000
      while now.milliseconds < end {
        try Task.checkCancellation()
        while height < shop.gate.height, let news = try await shop.market.block(height + 1) {
          height = news.height
          for event in news.events { road.learn(event) }
        }
        if try await step(name, &road, draw, prepared, auction, shop) { return }
        _ = await shop.gate.wait(for: height + 1, upTo: NodeWalk.patience)
      }
      fail(name, .away)
    } catch let error as ClientError {
      guard let problem = error.problem else { return fail(name, .away) }
      fail(
        name, Missing(problem.status, problem.code, problem.message, hint: problem.hint))
    } catch { fail(name, .away) }
  }

  /// What is due now; true when the purchase is over.
  private func step(
    _ name: String, _ road: inout WalletRoad, _ draw: SignedMessage, _ prepared: PreparedTake,
    _ auction: PreparedAuction, _ shop: Shop
  ) async throws -> Bool {
    if let end = road.end {
      fail(name, .noMatch(end))
      return true
    }
    guard let id = road.lease else {
      if !road.hasDrawn, let tender = try await shop.market.order(auction.order)?.tender,
        tender.state == .drawing
      {
        road.hasDrawn = true
        guard try await isTaken(draw, name, shop) else { return true }
      }
      return false
    }
    let key = RunKey(id, 0)
    if let settled = try await shop.market.settled(key) {
      try await look(name, key, prepared.wallet, shop)
      finish(name, settled, shop)
      return true
    }
    if !road.hasAsked, let lease = try await shop.market.lease(id), lease.state == .funded,
      lease.started == 0
    {
      road.hasAsked = true
      let input = try await self.input(for: lease, key, prepared.wallet, auction, shop)
      var again = prepared
      again.messages = [input]
      again.auction = nil
      book.ask(name, again, at: now)
      change(name) { ticket in
        ticket.stage = .handing
        ticket.documents = [input.typedData(domain: shop.genesis.domain)]
      }
    }
    return false
  }

  /// The input of the run, its key wrapped to every seat.
  private func input(
    for lease: Lease, _ run: RunKey, _ wallet: Address, _ auction: PreparedAuction, _ shop: Shop
  ) async throws -> Message {
    var m = SendInput()
    m.head = auction.place.head(auction.next, wallet)
    m.run = run
    m.input = auction.input
    for seat in lease.seats {
      m.keys.append(
        WrappedKey(
          auction.contentKey, to: seat.provider,
          publishing: try await shop.market.sealingKey(of: seat.provider),
          by: sealer(for: wallet), network: shop.genesis.network))
    }
    return .sendInput(m)
  }

  /// Hands in what the wallet signed the second time.
  func handIn(_ name: String, _ messages: [SignedMessage], _ shop: Shop) async {
    do {
      for message in messages where !(try await isTaken(message, name, shop)) { return }
      change(name) { ticket in
        ticket.stage = .underway
        ticket.documents = []
      }
    } catch { fail(name, .away) }
  }

  /// Whether a block holds the message and carried it out; otherwise the ticket says why not.
  func isTaken(
    _ message: SignedMessage, _ name: String, _ shop: Shop
  ) async throws -> Bool {
    guard let refusal = try await shop.market.client.submit(message).outcome.refusal else {
      return true
    }
    fail(name, Missing(refusal))
    return false
  }
}

/// How far a wallet's order is.
private struct WalletRoad {
  let order: OrderID
  var lease: LeaseID?
  /// The event that ended it without a run.
  var end: String?
  var hasDrawn = false
  var hasAsked = false

  init(order: OrderID) { self.order = order }

  private static let ends: Set = [
    "orderNoMatch", "orderCancelled", "orderSaltWithheld", "orderReleased", "leaseNotHonoured",
    "leaseReleased",
  ]

  mutating func learn(_ event: Event) {
    guard event.order == order.digest else { return }
    if event.lease != .zero { lease = LeaseID(event.lease) }
    if WalletRoad.ends.contains(event.name) { end = event.name }
  }
}

extension Missing {
  static func noMatch(_ end: String) -> Missing {
    Missing(
      409, "noMatch",
      end == "orderNoMatch"
        ? "too few providers bid for it" : "the order ended without a run (\(end))",
      hint: "your money is back but the tolls; try again, or choose another way")
  }
}
