// Buys runs on a node's market for a door that sells checked answers.

public import Agents
import Chain
import Kernel
import Market
import NetworkRoom
public import Primitives

/// Somebody who buys what a want says, under its check.
public protocol RunBuyer: Sendable {
  func buy(_ want: Want) async throws -> PurchaseResult
  /// Whether an offer stands that serves the want.
  func hasOffer(for want: Want) async throws -> Bool
}

/// One account that buys side by side whatever is asked for.
///
/// It keeps nothing: what was under way when its program died ends by the rules of the market, at
/// its own cost.
public actor CheckBuyer: RunBuyer {
  private let buyer: Buyer
  private let market: NodeMarket
  private let walk: NodeWalk
  private var walking: Task<Void, Never>?
  /// Why the ledger took no order, by what was ordered last.
  private var refusal: Refusal?

  /// Nobody waits any longer for a purchase, which the market's own rules end.
  struct TookTooLong: Error {}

  /// A purchase takes no longer than this, or nobody waits for it.
  public static let patience = Duration.seconds(120)
  private let patience: Duration
  private static let pause = Duration.milliseconds(100)

  /// - Parameters:
  ///   - key: of an account that nobody else signs for: it counts its own messages.
  ///   - patience: how long a purchase is waited for.
  public init(
    key: PrivateKey, at market: NodeMarket, bell: any BlockBell,
    clock: any NodeClock = WallClock(), patience: Duration = CheckBuyer.patience
  ) {
    self.patience = patience
    let most = Amount(UInt64.max >> 1)
    buyer = Buyer(
      key: key, client: market, wants: [], budget: Budget(total: most, perOrder: most), tries: 1)
    self.market = market
    walk = NodeWalk(market: market, gate: bell, clock: clock)
  }

  public func hasOffer(for want: Want) async throws -> Bool {
    let shelf = OfferShelf(try await market.offers(of: nil))
    return shelf.serves(want, buyer.address)
  }

  public func buy(_ want: Want) async throws -> PurchaseResult {
    let number = await buyer.add(want)
    go()
    let end = ContinuousClock.now + patience
    while ContinuousClock.now < end {
      if let result = await buyer.collect(number) { return try result.get() }
      // Nobody who is told to stop leaves what is paid for behind.
      await CheckBuyer.rest()
    }
    await buyer.forget(number)
    throw TookTooLong()
  }

  /// Sleeps also where the task is cancelled.
  private static func rest() async {
    await Task { try? await Task.sleep(for: pause) }.value
  }

  /// Walks along the blocks as long as something is wanted.
  private func go() {
    guard walking == nil else { return }
    walking = Task { [buyer, walk] in
      while await !buyer.isDone {
        // A node that does not answer now is asked again.
        try? await walk.run(buyer) { _ in await buyer.isDone }
        guard !Task.isCancelled else { break }
        await CheckBuyer.rest()
      }
      self.ended()
    }
  }

  private func ended() {
    walking = nil
    Task { if await !buyer.isDone { go() } }
  }

  public func close() {
    walking?.cancel()
    walking = nil
  }
}
