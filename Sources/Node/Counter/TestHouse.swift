// What a test node has for newcomers: the counter, and on demand sellers of its own.

import Explorer
public import Primitives

/// The counter with its test accounts, and the market behind it.
public struct TestHouse: Sendable {
  public let desk: CounterDesk
  private let market: HouseMarket?

  /// - Parameters:
  ///   - accounts: everybody may know their keys.
  ///   - sells: whether the node runs providers and a checker too.
  public init(accounts: [PrivateKey], sells: Bool, clock: any NodeClock = WallClock()) {
    let secret = accounts.first?.secret ?? CounterDesk.randomBytes()
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

  /// Before the node stops: nothing is asked of it any more.
  public func close() async {
    await market?.close()
    await desk.close()
  }
}
