// The counter of a node: what it has to sell to visitors, and their tickets.

import Agents
import Chain
public import Explorer
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
    let craft: DigitCraft
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
  private var known: (stock: CounterStock, at: Time)?

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
    let market = NodeMarket(NodeClient(node.address), clock: clock)
    shop = Shop(
      market: market, gate: node.services.gate, blobs: blobs, genesis: node.genesis,
      craft: DigitCraft(try Fixtures()))
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

  public func stock() async throws(Missing) -> CounterStock {
    if let known,
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
      let offers = try await shop.market.offers(of: nil)
      var purses: [CounterPurse] = []
      for key in self.purses {
        let balance = try await shop.market.client.account(key.address).balance
        purses.append(
          CounterPurse(
            account: key.address, balance: balance, isBusy: busy.contains(key.address)))
      }
      let stock = CounterStock(
        wares: try CounterShelf(offers.map(\.offer), shop.craft.spec, shop.genesis.terms)
          .wares(of: shop.craft.model.id.digest),
        purses: purses, samples: shop.craft.samples.map(\.pixels), chainID: shop.genesis.chainId)
      known = (stock, now)
      return stock
    } catch { throw .away }
  }

  /// The ware that an order names, at no higher price than its visitor saw.
  func ware(_ order: CounterOrder) async throws(Missing) -> CounterWare {
    guard let ware = try await stock().wares.first(where: { $0.name == order.ware }) else {
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
