// The demo: a whole market in one process, cheats and checkers included, from a seed to a summary.

import Agents
import Chain
import Foundation
import Kernel
import Logging
public import NetworkRoom
import Primitives
import Synchronization
import Workers

/// What a demo is asked to do.
public struct DemoConfiguration: Sendable {
  public var seed: UInt64 = 1
  /// Classifications to buy from offers, under `open`.
  public var open = 32
  /// Classifications to buy by auction, under `replicated(3)`.
  public var replicated = 32
  /// Beside these, purchases under `replicated(3)` with audits in which a cartel holds the seats:
  /// they bring no answer, and show how a majority falls.
  public var audited = 1
  /// Classifications to buy from offers, under `disputable`.
  public var disputable = 16
  /// Classifications to buy from offers, under `proved(open)`.
  public var proved = 8
  /// Classifications to buy from offers, under `proved(private)`.
  public var privately = 4
  /// Where `*.receipt` files are written; nil writes none.
  public var receipts: String?
  /// Where the node answers on loopback; 0 takes any free port.
  public var port = 0
  /// What is done when the market is over and the node still answers.
  public var afterwards: (@Sendable (NodeAddress, DemoSummary) async throws -> Void)?

  public init() {}
}

/// How far a demo has come.
public struct DemoProgress: Sendable {
  public var height: UInt64
  /// Purchases that have ended with an answer, of so many.
  public var bought: Int
  public var wanted: Int
}

/// Runs the demo. It prints nothing; the same seed gives the same summary and receipts.
public struct Demo: Sendable {
  public typealias Progress = @Sendable (DemoProgress) -> Void

  let configuration: DemoConfiguration

  public init(_ configuration: DemoConfiguration) { self.configuration = configuration }

  /// The moment at which the demo's world begins.
  static let epoch = Time(1_800_000_000_000)
  /// How long its actors wait for an answer. They take turns, so that on a busy machine the first
  /// waits for all others; nobody has to know whether a node of one's own is there.
  static let patience = Duration.seconds(600)
  /// Blocks that a demo may take; it needs about fifty.
  static let links = 4_096

  public func run(progress: @escaping Progress = { _ in }) async throws -> DemoSummary {
    let fixtures = try Fixtures()
    let cast = try DemoCast(configuration, fixtures)
    let folder = NSTemporaryDirectory() + "tolsey-demo-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let node = try await start(cast, in: folder)
    do {
      let summary = try await play(cast, on: node, progress)
      try await configuration.afterwards?(node.address, summary)
      await node.stop()
      return summary
    } catch {
      await node.stop()
      throw error
    }
  }

  private func start(_ cast: DemoCast, in folder: String) async throws -> Node {
    var founding = Founding(time: Demo.epoch)
    founding.seed = DemoCast.key(configuration.seed, "network").secret.bytes
    founding.faucet = .zero
    founding.links = Demo.links
    founding.funds = [GenesisFund(cast.buyerKey.address, DemoCast.purse)]
    founding.funds += cast.sellers.map { GenesisFund($0.key.address, DemoCast.purse) }
    founding.funds += cast.checkers.map { GenesisFund($0.key.address, DemoCast.purse) }
    _ = try NodeFolder.found(founding, at: folder)
    var log = Logger(label: "tolsey.demo")
    log.logLevel = .error
    var settings = NodeConfiguration(folder: folder, log: log)
    settings.port = configuration.port
    settings.pages = { ExplorerPages($0) }
    settings.pace = .steps
    settings.faucet = nil
    return try await Node.start(settings)
  }

  private func play(
    _ cast: DemoCast, on node: Node, _ progress: @escaping Progress
  ) async throws -> DemoSummary {
    guard let stepper = node.stepper else { throw NodeError.badFolder("time is not stepped") }
    let market = NodeMarket(NodeClient(node.address, timeout: Demo.patience))
    defer { market.client.close() }
    let buyer = Buyer(
      key: cast.buyerKey, client: market, wants: cast.wants,
      budget: Budget(total: DemoCast.purse, perOrder: Amount(50_000)), judge: cast.judge,
      parallel: cast.wants.count, tries: 12)
    let sellers = cast.sellers.map {
      Provider(
        key: $0.key, client: market, catalogue: $0.catalogue, answering: $0.answering)
    }
    let checkers = cast.checkers.map { Checker(key: $0.key, client: market, plan: $0.plan) }
    let ending = Ending()
    let wanted = cast.wants.count - configuration.audited
    await stepper.register("buyer")
    for seller in cast.sellers { await stepper.register(seller.name) }
    for checker in cast.checkers { await stepper.register(checker.name) }
    try await withThrowingTaskGroup { group in
      group.addTask {
        try await DemoActor(name: "buyer", reactor: buyer, market, stepper).play { height in
          let results = await buyer.results
          let bought = results.count { $0.isGood }
          progress(DemoProgress(height: height, bought: bought, wanted: wanted))
          guard await buyer.isDone else { return false }
          ending.begin(at: height)
          return true
        }
      }
      for (seller, provider) in zip(cast.sellers, sellers) {
        group.addTask {
          let actor = DemoActor(name: seller.name, reactor: provider, market, stepper)
          try await actor.play { height in
            // What the buyer says at a height counts from the next, for everybody alike.
            if ending.hasBegun(before: height) { await provider.stop() }
            return await provider.isDone
          }
        }
      }
      for (examiner, checker) in zip(cast.checkers, checkers) {
        group.addTask {
          let actor = DemoActor(name: examiner.name, reactor: checker, market, stepper)
          try await actor.play { height in
            if ending.hasBegun(before: height) { await checker.stop(leaving: true) }
            return await checker.isDone
          }
        }
      }
      try await group.waitForAll()
    }
    var reports: [CheckerReport] = []
    for checker in checkers { reports.append(await checker.report) }
    return try await summary(cast, node, market, await buyer.results, reports)
  }
}

/// The height at which the buyer had all that it wanted.
final class Ending: Sendable {
  private let height = Mutex<UInt64?>(nil)

  func begin(at height: UInt64) { self.height.withLock { $0 = height } }

  func hasBegun(before height: UInt64) -> Bool {
    self.height.withLock { begun in begun.map { $0 < height } ?? false }
  }
}

/// One actor's walk through the heights.
struct DemoActor {
  let name: String
  let reactor: any Reactor
  let market: NodeMarket
  let stepper: Stepper

  init(name: String, reactor: any Reactor, _ market: NodeMarket, _ stepper: Stepper) {
    self.name = name
    self.reactor = reactor
    self.market = market
    self.stepper = stepper
  }

  /// Answers every block until `isOver` says so, or the world is at rest.
  func play(_ isOver: (UInt64) async -> Bool) async throws {
    do {
      var news = BlockNews(height: 0, time: Demo.epoch, now: Demo.epoch, events: [])
      while true {
        for message in try await reactor.react(to: news) { try await market.submit(message) }
        if await isOver(news.height) { break }
        guard let height = await stepper.done(name),
          let next = try await market.block(height)
        else { break }
        news = next
      }
      await stepper.leave(name)
    } catch {
      await stepper.leave(name)
      throw error
    }
  }
}
