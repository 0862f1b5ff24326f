// The ways to buy a run of one model, from the offers that stand.

import Agents
import Explorer
import Kernel
import Market
import Primitives

/// Offers, sorted into ways to buy.
struct CounterShelf {
  private let offers: [Offer]
  private let spec: [UInt8]
  private let terms: Terms
  private let auditors: Set<Address>

  static let replicas: UInt64 = 3
  /// Windows of the counter's auctions in seconds: bidders are programs.
  static let bidWindow: UInt64 = 12
  static let revealWindow: UInt64 = 10

  /// - Parameter auditors: those who stand ready for the model.
  init(_ offers: [Offer], _ spec: [UInt8], _ terms: Terms, auditors: [Address]) {
    self.offers = offers.filter {
      $0.work == "inference" && $0.spec == spec && !$0.withdrawn && $0.free > 0
    }
    self.spec = spec
    self.terms = terms
    self.auditors = Set(auditors)
  }

  func wares(of model: Bytes32) throws(Refusal) -> [CounterWare] {
    var wares: [CounterWare] = []
    for kind in [OpenCheck.name, DisputableCheck.name] {
      if let ware = try offered(kind, model, from: audited) { wares.append(ware) }
    }
    if let ware = try auctioned(model) { wares.insert(ware, at: min(1, wares.count)) }
    return wares
  }

  /// Offers without an audit, and those for which somebody stands ready beside the provider: who
  /// is a party is never drawn, and a lot that finds nobody protects nobody.
  private var audited: [Offer] {
    offers.filter { offer in
      offer.check.kind != DisputableCheck.name || auditors.contains { $0 != offer.provider }
    }
  }

  /// Whether offers stand under a court, and none that anybody could audit.
  var lacksAuditor: Bool {
    offers.contains { $0.check.kind == DisputableCheck.name }
      && !audited.contains { $0.check.kind == DisputableCheck.name }
  }

  /// The cheapest of a kind.
  func cheapest(_ check: CheckTerms) throws(Refusal) -> Offer? {
    try cheapest(offers.filter { $0.check == check })
  }

  private func cheapest(_ offers: [Offer]) throws(Refusal) -> Offer? {
    var best: (offer: Offer, price: Amount)?
    for offer in offers {
      let price = try offer.rate.price(of: 1)
      if best.map({ price < $0.price }) ?? true { best = (offer, price) }
    }
    return best?.offer
  }

  private func offered(
    _ kind: String, _ model: Bytes32, from offers: [Offer]
  ) throws(Refusal) -> CounterWare? {
    let all = offers.filter { $0.check.kind == kind }
    guard let best = try cheapest(all) else { return nil }
    let same = all.filter { $0.check == best.check }
    let price = try best.rate.price(of: 1)
    let want = want(best.check, price)
    // A court leaves time to dispute the answer.
    let seconds = want.auditPpm > 0 ? terms.disputeWindow + 2 * best.runTime : 2
    return CounterWare(
      name: kind, check: best.check, model: model, price: price, most: try want.most(terms: terms),
      isAuction: false, providers: CounterShelf.providers(same), seconds: seconds)
  }

  /// Who offers under `open` bids as well; without enough to draw the seats from there is no match.
  private func auctioned(_ model: Bytes32) throws(Refusal) -> CounterWare? {
    let bidders = offers.filter { $0.check.kind == OpenCheck.name }
    let count = CounterShelf.providers(bidders)
    guard count >= CounterShelf.replicas * terms.bidFactor else { return nil }
    var dearest = Amount.zero
    for offer in bidders { dearest = max(dearest, try offer.rate.price(of: 1)) }
    let check = CheckTerms(
      ReplicatedCheck.name, [Number("replicas", CounterShelf.replicas), Number("audit", 0)])
    let want = want(check, dearest)
    return CounterWare(
      name: ReplicatedCheck.name, check: check, model: model, price: dearest,
      most: try want.most(terms: terms), isAuction: true, providers: count,
      seconds: CounterShelf.bidWindow + CounterShelf.revealWindow + 5)
  }

  private func want(_ check: CheckTerms, _ price: Amount) -> Want {
    Want(.offer, spec: spec, input: [], check: check, limit: Rate(price))
  }

  private static func providers(_ offers: [Offer]) -> UInt64 {
    UInt64(Set(offers.map(\.provider)).count)
  }
}
