// Offers: posted from the catalogue, topped up after a loss, withdrawn at the end.

import Agents
import Chain
import Inference
import Kernel
import Market
import Primitives

extension Provider {
  /// Brings the offers on the ledger to what the catalogue says.
  func tendOffers(_ news: BlockNews) async throws -> [Message] {
    let own = try await client.offers(of: address).filter { !$0.offer.withdrawn }
    var sent: [Message] = []
    if stops {
      hasWithdrawn = own.isEmpty
      for entry in own where attempts.begin(.withdraw(entry.id), at: news.height) {
        var m = WithdrawOffer()
        m.head = try head(news)
        m.offer = entry.id
        sent.append(.withdrawOffer(m))
      }
      return sent
    }
    for ware in catalogue.wares {
      if ware.isJudged, !(try await isPublished(ware)) {
        if let m = try publish(ware, news) { sent.append(m) }
        continue
      }
      guard ware.capacity > 0 else { continue }
      let rate = try ware.policy.offer()
      let posted = own.first {
        $0.offer.spec == ware.spec && $0.offer.rate == rate && $0.offer.check == ware.check
      }
      if let posted {
        if let m = try topUp(posted.id, posted.offer, ware, news) { sent.append(m) }
      } else if attempts.begin(.post(ware.model.id.digest, ware.check), at: news.height) {
        sent.append(try post(ware, rate, news))
      }
    }
    return sent
  }

  private func post(_ ware: Ware, _ rate: Rate, _ news: BlockNews) throws -> Message {
    var m = PostOffer()
    m.head = try head(news)
    m.work = "inference"
    m.spec = ware.spec
    m.check = ware.check
    m.rate = rate
    m.maxUnits = ware.maxUnits
    m.runTime = ware.runTime
    m.capacity = ware.capacity
    m.lists = ware.lists
    m.deputy = ware.deputy
    return .postOffer(m)
  }

  private func isPublished(_ ware: Ware) async throws -> Bool {
    if published.contains(ware.model.id.digest) { return true }
    guard try await client.isPublished(model: ware.model.id.digest) else { return false }
    published.insert(ware.model.id.digest)
    return true
  }

  /// Nobody could judge a run of a model whose manifest is not on the ledger.
  private func publish(_ ware: Ware, _ news: BlockNews) throws -> Message? {
    guard attempts.begin(.publish(ware.model.id.digest), at: news.height) else { return nil }
    return .publishModel(PublishModel(try head(news), manifest: ware.model.manifest.encoded))
  }

  /// A slot whose bond was lost is missing until it is replaced.
  private func topUp(
    _ id: OfferID, _ offer: Offer, _ ware: Ware, _ news: BlockNews
  ) throws -> Message? {
    let slots = offer.free + offer.tied
    guard slots < ware.capacity,
      attempts.begin(.topUp(id, news.height / 8), at: news.height)
    else { return nil }
    var m = TopUpOffer()
    m.head = try head(news)
    m.offer = id
    m.slots = ware.capacity - slots
    return .topUpOffer(m)
  }
}
