// What a test node has for newcomers: the counter, and on demand sellers of its own.

import Explorer
import Market
public import NetworkRoom
public import Primitives

/// The counter with its test accounts, and the market behind it.
public struct TestHouse: Sendable {
  public let desk: CounterDesk
  private let market: HouseMarket?
  private let secret: Bytes32
  private let clock: any NodeClock

  /// - Parameters:
  ///   - accounts: everybody may know their keys.
  ///   - sells: whether the node runs providers and a checker too.
  public init(accounts: [PrivateKey], sells: Bool, clock: any NodeClock = WallClock()) {
    secret = accounts.first?.secret ?? CounterDesk.randomBytes()
    self.clock = clock
    desk = CounterDesk(purses: accounts, deputy: HouseMarket.deputy(secret), clock: clock)
    market = sells ? HouseMarket(secret: secret, clock: clock) : nil
  }

  public func open(_ node: Node) async throws {
    try await desk.open(node)
    guard let market else { return }
    try await market.open(node)
    // Whoever comes at once shall find something.
    for _ in 0..<100 {
      if await (try? desk.stock())?.wares.count == 3 { return }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// What speaks at the node's own `/v1`: where the house has a market, answers can be had that
  /// were done again there.
  ///
  /// - Parameters:
  ///   - folder: keeps what was bought for such answers.
  ///   - patience: how long such an answer is waited for.
  public func speaker(
    at node: Node, created: UInt64, in folder: String,
    patience: Duration = CheckBuyer.patience
  ) async throws -> any Speaker {
    let base = HouseSpeaker(created: created)
    guard market != nil else { return base }
    let key = HouseMarket.speaker(secret)
    let checked = CheckedText(
      HouseSpeaker.name, try HouseSpeaker.model(), under: ReplicatedCheck.name,
      limit: HouseMarket.symbol.limit, mostTokens: 16, terms: node.genesis.terms)
    guard let checked else { return base }
    let nodes = NodeMarket(NodeClient(node.address, timeout: Demo.patience), clock: clock)
    try await HouseMarket.fund(key.address, nodes.client)
    let buyer = CheckBuyer(
      key: key, at: nodes, bell: node.services.gate, clock: clock, patience: patience)
    return CheckedSpeaker(base, [checked], buyer: buyer, shelf: try CheckedShelf(folder))
  }

  /// Before the node stops: nothing is asked of it any more.
  public func close() async {
    await market?.close()
    await desk.close()
  }
}
