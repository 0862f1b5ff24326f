// The counter of a node: what it has to sell to visitors, and their tickets.

import Agents
import Chain
public import Explorer
import Graphs
import Inference
import Kernel
import Market
import NetworkRoom
public import Primitives

/// Buys for visitors of the pages: with test accounts, whose keys it holds, or with what their
/// wallets have signed.
///
/// It is there before the node answers, since the pages are made first; until `open` it has nothing
/// to sell. Tickets live in memory: a restart forgets them, and the ledger's own rules end what was
/// under way.
public actor CounterDesk: Counter {
  /// What the desk has once the node answers.
  struct Shop: Sendable {
    let market: NodeMarket
    let gate: HeightGate
    let blobs: any BlobShelf
    let genesis: Genesis
    /// The program's own model.
    let own: Craft
  }

  let purses: [PrivateKey]
  /// Opens the salts of audits in the wallets' place.
  let deputy: PrivateKey
  let clock: any NodeClock
  /// From which the sealing keys of wallets derive. It lives as long as the process.
  let secret: Bytes32
  var shop: Shop?
  var book = TicketBook()
  /// Accounts that are paying for something.
  var busy: Set<Address> = []
  var deputyBox: Outbox?
  private var tasks: [String: Task<Void, Never>] = [:]
  /// Models by their ids, as far as their manifests were fetched.
  var crafts: [Bytes32: Craft] = [:]
  /// When it was asked last for a manifest that nobody has published.
  private var unpublished: [Bytes32: Time] = [:]
  private static let patienceForManifests: UInt64 = 5_000
  /// What was shown last, by model.
  private var known: [Bytes32?: (stock: CounterStock, at: Time)] = [:]
  /// More models than anybody reads on one page.
  private static let mostModels = 32

  /// What is shown may be this old, in milliseconds.
  private static let freshness: UInt64 = 500

  /// - Parameters:
  ///   - purses: test accounts; none on a node whose money is worth something.
  ///   - deputy: an account of the node's owner, with money for tolls.
  public init(purses: [PrivateKey], deputy: PrivateKey, clock: any NodeClock = WallClock()) {
    self.purses = purses
    self.deputy = deputy
    self.clock = clock
    secret = CounterDesk.randomBytes()
  }

  /// Thirty-two bytes that nobody knows.
  static func randomBytes() -> Bytes32 {
    var source = SystemRandomNumberGenerator()
    return SHA256.hash((0..<32).map { _ in UInt8.random(in: 0...255, using: &source) })
  }

  /// Begins to sell what is on the node's market.
  public func open(_ node: Node) async throws {
    guard let blobs = node.services.blobs else { return }
    let market = NodeMarket(NodeClient(node.address, timeout: Demo.patience), clock: clock)
    let own = try Craft(DigitCraft(try Fixtures()))
    crafts[own.id] = own
    shop = Shop(
      market: market, gate: node.services.gate, blobs: blobs, genesis: node.genesis, own: own)
  }

  /// Leaves what is under way to the ledger.
  public func close() {
    for task in tasks.values { task.cancel() }
    tasks = [:]
    shop?.market.client.close()
    shop = nil
  }

  func opened() throws(Missing) -> Shop {
    guard let shop else {
      throw Missing(503, "notOpen", "the counter is not open yet", hint: "try again in a moment")
    }
    return shop
  }

  var now: Time { clock.now }

  public func ticket(_ name: String) -> CounterTicket? {
    book.sweep(now)
    return book[name]?.ticket
  }

  /// Carries a purchase on in the background.
  func go(_ name: String, _ body: @escaping @Sendable () async -> Void) {
    tasks[name] = Task {
      await body()
      self.left(name)
    }
  }

  private func left(_ name: String) { tasks[name] = nil }

  func change(_ name: String, _ body: (inout CounterTicket) -> Void) {
    book.change(name, at: now, body)
  }

  func fail(_ name: String, _ why: Missing) {
    change(name) { ticket in
      ticket.stage = .failed
      ticket.trouble = why
    }
  }

  // MARK: - What there is

  public func stock(of model: Bytes32? = nil) async throws(Missing) -> CounterStock {
    if let known = known[model],
      now.milliseconds - min(known.at.milliseconds, now.milliseconds)
        < CounterDesk.freshness
    {
      var stock = known.stock
      for index in stock.purses.indices {
        stock.purses[index].isBusy = busy.contains(stock.purses[index].account)
      }
      return stock
    }
    let shop = try opened()
    do {
      let offers = try await shop.market.offers(of: nil).map(\.offer)
      let (models, hidden) = try await models(in: offers, shop)
      let craft = try chosen(model, among: models, shop)
      var purses: [CounterPurse] = []
      for key in self.purses {
        let balance = try await shop.market.client.account(key.address).balance
        purses.append(
          CounterPurse(
            account: key.address, balance: balance, isBusy: busy.contains(key.address)))
      }
      let shelf = CounterShelf(
        offers, craft.spec, shop.genesis.terms,
        auditors: try await shop.market.client.auditors(of: craft.id))
      var stock = CounterStock(
        models: models, model: models.first { $0.id == craft.id }, hidden: hidden,
        wares: try shelf.wares(of: craft.id),
        purses: purses, samples: craft.digits?.samples.map(\.pixels) ?? [],
        chainID: shop.genesis.chainId)
      stock.lacksAuditor = shelf.lacksAuditor
      if known.count > Self.mostModels { known = [:] }
      known[model] = (stock, now)
      return stock
    } catch let missing as Missing {
      throw missing
    } catch { throw .away }
  }

  /// Models that somebody sells: those whose inputs can be made ready here, and the others. The
  /// program's own comes first, then who has most providers.
  private func models(
    in offers: [Offer], _ shop: Shop
  ) async throws -> (known: [CounterModel], hidden: [Bytes32]) {
    var providers: [Bytes32: Set<Address>] = [:]
    for offer in offers where offer.work == "inference" && !offer.withdrawn && offer.free > 0 {
      guard let spec = try? CBOR.decode(InferenceSpec.self, from: offer.spec) else { continue }
      providers[spec.model, default: []].insert(offer.provider)
    }
    let order = providers.sorted {
      let (first, second) = ($0.key == shop.own.id, $1.key == shop.own.id)
      if first != second { return first }
      return ($1.value.count, $0.key) < ($0.value.count, $1.key)
    }
    var known: [CounterModel] = []
    var hidden: [Bytes32] = []
    for (id, sellers) in order.prefix(Self.mostModels) {
      if let craft = try await craft(of: id, shop) {
        known.append(craft.model(providers: UInt64(sellers.count)))
      } else {
        hidden.append(id)
      }
    }
    return (known, hidden)
  }

  /// What is known of a model; nil where nobody has published its manifest, or where it is none
  /// that could be sold here. It is asked again, since it may be published any time.
  private func craft(of id: Bytes32, _ shop: Shop) async throws -> Craft? {
    if let known = crafts[id] { return known }
    // A page that many look at does not ask for each of them.
    if let asked = unpublished[id],
      now.milliseconds < asked.milliseconds + CounterDesk.patienceForManifests
    {
      return nil
    }
    guard try await shop.market.isPublished(model: id) else {
      if unpublished.count > Self.mostModels { unpublished = [:] }
      unpublished[id] = now
      return nil
    }
    let bytes = try await shop.market.client.manifest(of: id)
    guard let manifest = try? Manifest(decoding: bytes), manifest.id.digest == id,
      let craft = try? Craft(manifest)
    else { return nil }
    crafts[id] = craft
    return craft
  }

  private func chosen(
    _ model: Bytes32?, among models: [CounterModel], _ shop: Shop
  ) throws(Missing) -> Craft {
    guard let model else { return models.first.flatMap { crafts[$0.id] } ?? shop.own }
    guard let craft = crafts[model] else {
      throw Missing(
        404, "notSold", "nobody sells that model here, or nobody has published what it reads",
        hint: "choose one of those on the page")
    }
    return craft
  }

  /// The model that an order names; what was shown first where it names none.
  func craft(for order: CounterOrder) async throws(Missing) -> Craft {
    let shop = try opened()
    var model = order.model
    if model == nil { model = try await stock().model?.id }
    guard let model else { return shop.own }
    if let craft = crafts[model] { return craft }
    _ = try await stock(of: model)
    guard let craft = crafts[model] else { throw .away }
    return craft
  }

  /// The ware that an order names, at no higher price than its visitor saw.
  func ware(_ order: CounterOrder) async throws(Missing) -> CounterWare {
    let stock = try await stock(of: order.model)
    guard let ware = stock.wares.first(where: { $0.name == order.ware }) else {
      throw Missing(
        409, "notSold", "nobody sells it in that way at this moment",
        hint: "choose another way, or come back in a minute")
    }
    if let shown = order.most, ware.most > shown {
      throw Missing(
        409, "priceMoved", "it costs \(ware.most.dollars) now, more than you were shown",
        hint: "look at the new price, and buy again if it suits you")
    }
    return ware
  }
}

extension Missing {
  static var away: Missing {
    Missing(503, "away", "the node does not answer", hint: "try again in a moment")
  }

  init(_ refusal: Refusal, status: Int = 409) {
    self.init(status, refusal.code, refusal.message, hint: refusal.hint)
  }
}
