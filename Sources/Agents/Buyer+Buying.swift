// How a want becomes an order or takes an offer, within the budget.

import Chain
import Inference
import Kernel
public import Market
public import Primitives

extension Buyer {
  /// Begins as many purchases as may run side by side. What fails now is tried again with the
  /// next block.
  func buy(_ news: BlockNews) async -> [SignedMessage] {
    var sent: [SignedMessage] = []
    var later: [Int] = []
    var market: OfferShelf?
    while open.count < parallel, !queue.isEmpty {
      let want = queue.removeFirst()
      do {
        switch wants[want].road {
        case .auction:
          guard try await canBeJudged(wants[want]) else {
            later.append(want)
            continue
          }
          sent.append(try await order(want, news))
        case .offer:
          var shelf: OfferShelf
          if let market {
            shelf = market
          } else {
            shelf = OfferShelf(try await client.offers(of: nil))
          }
          let found = try shelf.take(for: wants[want], by: address, refusing: refused)
          market = shelf
          guard let found else {
            later.append(want)
            continue
          }
          sent.append(try await take(want, found, news))
        }
      } catch is UselessSealingKey {
        // Its seller is turned away: the next one is taken at once.
        queue.insert(want, at: 0)
      } catch let refusal as Refusal {
        refusals[want] = refusal
      } catch {
        later.append(want)
        break
      }
    }
    queue = later + queue
    return sent
  }

  /// Under a check with a court, and under proofs, the ledger takes orders for published models
  /// only; whoever sells one is about to publish it.
  private func canBeJudged(_ want: Want) async throws -> Bool {
    guard want.isJudged, want.work == InferenceWork.name,
      let spec = try? CBOR.decode(InferenceSpec.self, from: want.spec)
    else { return true }
    return try await client.isPublished(model: spec.model)
  }

  private func order(_ index: Int, _ news: BlockNews) async throws -> SignedMessage {
    let want = wants[index]
    let most = try want.most(terms: terms)
    return try await begin(index, most: most, readers: want.readers, news) {
      head, content, secrets in
      var m = PlaceOrder()
      m.head = head
      m.request.work = want.work
      m.request.spec = want.spec
      m.request.check = want.check
      m.request.limit = want.limit
      m.request.units = want.units
      m.request.runs = want.runs
      m.request.parallel = want.parallelRuns
      m.request.runTime = want.runTime
      m.request.bidWindow = want.bidWindow
      m.request.revealWindow = want.revealWindow
      m.request.acceptWindow = want.acceptWindow
      m.request.lists = want.lists
      m.request.lists.refuse += fallen.filter { !want.lists.refuse.contains($0) }
      m.deputy = want.deputy
      m.saltCommitment = SaltCommitment.of(secrets.seats)
      m.input = content
      return .placeOrder(m)
    }
  }

  private func take(
    _ index: Int, _ found: OfferShelf.Found, _ news: BlockNews
  ) async throws -> SignedMessage {
    let want = wants[index]
    let offer = found.offer
    let most = try want.most(at: offer.rate.price(of: want.units), terms: terms)
    let isAudited = want.auditPpm > 0
    let readers = [offer.provider] + want.readers
    return try await begin(index, most: most, readers: readers, news) {
      head, content, secrets in
      var m = TakeOffer()
      m.head = head
      m.offer = found.id
      m.units = want.units
      m.runs = want.runs
      m.parallel = found.parallel
      m.acceptWindow = want.acceptWindow
      m.input = content
      m.key = try await wrap(
        secrets.inputKey(0, of: want.input), to: [offer.provider], inClear: want.isPublished)[0]
      guard want.postsKeys || m.key.holdsKey else {
        // It could only demand the key, which it would not get: somebody else sells, too.
        if !refused.contains(offer.provider) { refused.append(offer.provider) }
        throw UselessSealingKey()
      }
      if isAudited { m.auditSalt = SaltCommitment.of(secrets.audit(0)) }
      m.deputy = want.deputy
      return .takeOffer(m)
    }
  }

  /// Reserves money and a place, stores the input, and signs.
  private func begin(
    _ index: Int, most: Amount, readers: [Address], _ news: BlockNews,
    _ write: (Head, Content, PurchaseSecrets) async throws -> Message
  ) async throws -> SignedMessage {
    try budget.reserve(most)
    guard var outbox else { throw CancellationError() }
    let head = try outbox.head(at: news.time)
    self.outbox = outbox
    do {
      let secrets = PurchaseSecrets(salts, network: outbox.network, head)
      let input = wants[index].input
      let content = try await client.shelve(
        try ContentChunks(input: input, key: secrets.inputKey(0, of: input)), readers: readers,
        owner: key, at: news.time)
      let signed = outbox.sign(try await write(head, content, secrets))
      purchases[signed.id] = Purchase(
        want: index, head: head, message: signed.id, road: wants[index].road, most: most,
        input: content, runs: wants[index].runs, unseen: signed)
      open.append(signed.id)
      rechecks.append((news.height + Attempts<BuyerAction>.pause, signed.id))
      tried[index, default: 0] += 1
      return signed
    } catch {
      self.outbox?.giveBack(head)
      try budget.settle(reserved: most, cost: .zero)
      throw error
    }
  }
}

/// A seller has published a key under which nothing can be hidden.
struct UselessSealingKey: Error {}

/// The offers at one moment, with what was taken of them in the meantime.
public struct OfferShelf {
  private var offers: [(id: OfferID, offer: Offer)]

  /// An offer to take, and how many runs may be open under it at once.
  struct Found {
    let id: OfferID
    let offer: Offer
    let parallel: UInt64
  }

  public init(_ offers: [(id: OfferID, offer: Offer)]) { self.offers = offers }

  /// Whether one of them serves a want.
  public func serves(_ want: Want, _ buyer: Address) -> Bool {
    var copy = self
    return ((try? copy.take(for: want, by: buyer, refusing: [])) ?? nil) != nil
  }

  /// The cheapest offer that serves a want, and as many slots less of it as the want takes. Where
  /// fewer are free its runs go one after the other.
  mutating func take(
    for want: Want, by buyer: Address, refusing refused: [Address]
  ) throws(Refusal) -> Found? {
    let limit = try want.limit.price(of: want.units)
    var best: (place: Int, price: Amount)?
    for (place, entry) in offers.enumerated() {
      let offer = entry.offer
      guard offer.free > 0, !offer.withdrawn, offer.provider != buyer else { continue }
      guard offer.work == want.work, offer.spec == want.spec, offer.check == want.check else {
        continue
      }
      guard offer.maxUnits >= want.units, offer.runTime <= want.runTime else { continue }
      guard !refused.contains(offer.provider), !want.lists.refuse.contains(offer.provider)
      else { continue }
      let only = want.lists.only
      guard only.isEmpty || only.contains(offer.provider) else { continue }
      let price = try offer.rate.price(of: want.units)
      guard price <= limit else { continue }
      if let best, (best.price, offers[best.place].id) < (price, entry.id) { continue }
      best = (place, price)
    }
    guard let best else { return nil }
    let (id, offer) = offers[best.place]
    let parallel = min(want.parallelRuns, offer.free)
    offers[best.place].offer.free -= parallel
    return Found(id: id, offer: offer, parallel: parallel)
  }
}
