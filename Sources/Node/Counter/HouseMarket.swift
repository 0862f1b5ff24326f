// Sellers and a checker within a test node, so that a newcomer has something to buy at once.

import Agents
import Chain
import Kernel
import Market
import Models
import NetworkRoom
public import Primitives
import Workers

/// Six honest providers of the digits model, as many as an auction for three seats needs, and one
/// honest checker. Their keys follow from a
/// secret of the node's, so that they go on after a restart.
public actor HouseMarket {
  public static let providers = 6
  /// p under `disputable`: high, so that who plays sees an audit soon.
  static let audit: UInt64 = 200_000
  private static let poor = Amount(20_000_000)

  private let keys: [PrivateKey]
  private let clock: any NodeClock
  private var tasks: [Task<Void, Never>] = []
  private var client: NodeClient?

  /// - Parameter secret: whose accounts they are; the same secret gives the same.
  public init(secret: Bytes32, clock: any NodeClock = WallClock()) {
    keys = (0...HouseMarket.providers).map { HouseMarket.key(secret, "actor \($0)") }
    self.clock = clock
  }

  static func key(_ secret: Bytes32, _ use: String) -> PrivateKey {
    PrivateKey(seed: Array("tolsey/market/1 ".utf8) + secret.bytes + Array(use.utf8))
  }

  /// An account that buys what the house's own text model says again, where that is to be checked.
  static func speaker(_ secret: Bytes32) -> PrivateKey { key(secret, "speaker") }

  /// What a run of the text model costs whoever runs it, tolls before all, and the most that the
  /// house pays for one.
  static let symbol = (cost: UInt64(250), limit: Amount(400))

  /// An account for what the counter itself has to say.
  static func deputy(_ secret: Bytes32) -> PrivateKey { key(secret, "deputy") }

  /// Fetches money and opens the stalls.
  public func open(_ node: Node) async throws {
    let market = NodeMarket(NodeClient(node.address, timeout: Demo.patience), clock: clock)
    client = market.client
    for key in keys { try await HouseMarket.fund(key.address, market.client) }
    let craft = DigitCraft(try Fixtures())
    let text = try HouseSpeaker.model().model
    var actors: [any Reactor] = (0..<HouseMarket.providers).map { place in
      let cost = 4_000 + 200 * UInt64(place)
      return Provider(
        key: keys[place], client: market, catalogue: HouseMarket.catalogue(craft, cost, text))
    }
    actors.append(
      Checker(
        key: keys[HouseMarket.providers], client: market,
        plan: CheckerPlan([craft.model], bond: Amount(20_000_000))))
    var walk = NodeWalk(market: market, gate: node.services.gate, clock: clock)
    walk.resumes = true
    tasks = actors.map { actor in
      Task { [walk] in
        // A node that does not answer yet is asked again; who is told to stop stops.
        while !Task.isCancelled {
          try? await walk.run(actor) { _ in Task.isCancelled }
          try? await Task.sleep(for: .milliseconds(200))
        }
      }
    }
  }

  /// Test money for who has little; a faucet that gave today gives no more, and need not.
  static func fund(_ account: Address, _ client: NodeClient) async throws {
    guard try await client.account(account).balance < poor else { return }
    _ = try? await client.pour(to: account)
  }

  private static func catalogue(
    _ craft: DigitCraft, _ cost: UInt64, _ text: Model
  ) -> Catalogue {
    var lists = Lists()
    // What a buyer once rejected elsewhere is the buyer's own loss.
    lists.maxRejection = million
    let checks = [
      CheckTerms(OpenCheck.name), CheckTerms(DisputableCheck.name, [Number("audit", audit)]),
    ]
    let digits = checks.map { check in
      Ware(
        craft.model, PricePolicy(cost: Rate(Amount(cost))), capacity: 6, runTime: 10,
        lists: lists, check: check)
    }
    // Symbols of text are bid for and not offered: a page of offers is for people.
    let symbols = Ware(
      text, PricePolicy(cost: Rate(Amount(symbol.cost))), runTime: 10, lists: lists)
    return Catalogue(digits + [symbols])
  }

  /// Closes the stalls. What they owe they do when they are opened again.
  public func close() {
    for task in tasks { task.cancel() }
    tasks = []
    client?.close()
  }
}
