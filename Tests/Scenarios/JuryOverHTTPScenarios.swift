// The lone honest seat over a real node: HTTP, blobs in its store, signatures, blocks on disk.

import Agents
import Chain
import Foundation
import Kernel
import Market
import NetworkRoom
import Node
import Primitives
import Testing
import Workers

/// A node with stepped time in a folder of its own, and everybody at its door.
private struct Courtroom {
  let folder: String
  let node: Node
  let market: NodeMarket

  init() async throws {
    folder = NSTemporaryDirectory() + "tolsey-jury-" + UUID().uuidString
    var founding = Founding(time: World.epoch)
    founding.seed = Array("jury".utf8)
    founding.links = 2_048
    founding.funds = [GenesisFund(Stage.buyerKey.address, World.fund)]
    for number in 1...Jury.bidders {
      founding.funds.append(GenesisFund(Stage.key(number).address, World.fund))
    }
    for number in 1...4 {
      founding.funds.append(GenesisFund(Court.checkerKey(number).address, World.fund))
    }
    _ = try NodeFolder.found(founding, at: folder)
    var configuration = NodeConfiguration(folder: folder)
    configuration.log.logLevel = .critical
    configuration.port = 0
    configuration.pace = .steps
    node = try await Node.start(configuration)
    market = NodeMarket(NodeClient(node.address, timeout: .seconds(600)))
  }

  func close() async {
    market.client.close()
    await node.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Everybody answers every block, until it is over or the world is at rest.
  func play(_ reactors: [any Reactor], until isOver: () async -> Bool) async throws {
    guard let stepper = node.stepper else { return }
    await stepper.register("everybody")
    var news = BlockNews(height: 0, time: World.epoch, now: World.epoch, events: [])
    for _ in 0..<300 {
      for reactor in reactors {
        for message in try await reactor.react(to: news) {
          _ = try await market.client.post(message)
        }
      }
      if await isOver() { return }
      guard let height = await stepper.done("everybody"),
        let next = try await market.block(height)
      else { return }
      news = next
    }
  }
}

@Suite("One honest seat of three, over HTTP")
struct JuryOverHTTPScenarios {
  static let check = CheckTerms("replicated", [Number("replicas", 3), Number("audit", million)])

  static func provider(
    _ number: Int, _ market: NodeMarket, _ answering: any Answering
  ) throws -> Provider {
    var lists = Lists()
    lists.maxRejection = million
    let ware = Ware(
      try Court.model(), PricePolicy(cost: Rate(Jury.cost)), lists: lists, check: check)
    return Provider(
      key: Stage.key(number), client: market, catalogue: Catalogue([ware]), answering: answering)
  }

  @Test("the audit fells a majority that lies, and the honest seat loses nothing")
  func audited() async throws {
    let room = try await Courtroom()
    do {
      // Four of six lie alike, and three are drawn: often two of them beside an honest one.
      let liars = 1...4
      let buyer = Buyer(
        key: Stage.buyerKey, client: room.market,
        wants: try Jury.wants(4, audit: million, isPublic: false),
        budget: Budget(total: Amount(9_000_000), perOrder: Amount(100_000)), tries: 1)
      let providers = try (1...Jury.bidders).map { number in
        try Self.provider(
          number, room.market, liars.contains(number) ? LieInTheMiddle() : Honest())
      }
      let model = try Court.model()
      let checkers = (1...4).map { number in
        Checker(
          key: Court.checkerKey(number), client: room.market,
          plan: CheckerPlan([model], bond: Amount(4_000_000)))
      }
      try await room.play([buyer] + providers + checkers) { await buyer.isDone }

      let names = Set(liars.map { Stage.key($0).address })
      let results = await buyer.results
      let lone = results.filter { result in
        result.settled?.verdict.seats.count { names.contains($0.provider) } == 2
      }
      #expect(results.count == 4)
      #expect(!lone.isEmpty)
      for result in lone { try expectFelled(result, by: names) }
      #expect(Set(await buyer.fallen).isSubset(of: names))
    } catch {
      await room.close()
      throw error
    }
    await room.close()
  }

  /// The auditor is with the honest seat, both liars fall, the honest seat keeps its bond, and the
  /// buyer its money.
  private func expectFelled(_ result: PurchaseResult, by liars: Set<Address>) throws {
    let run = try #require(result.settled)
    // The auditor says what the one seat says that stands, and what the majority does not.
    #expect(run.verdict.audit == .equal)
    #expect(run.verdict.outcome == .noMajority)
    #expect(!result.isGood)
    for (place, seat) in run.verdict.seats.enumerated() {
      let (share, stake) = (run.payouts[place + 1].amount.units, run.stakes[place])
      #expect(seat.fate == (liars.contains(seat.provider) ? .fallen : .undecided))
      #expect(liars.contains(seat.provider) ? share == 0 : share >= stake)
    }
    #expect(result.cost == .zero)
    // The receipt says the same to whoever never met the node.
    _ = try ReceiptVerifier.verify(try #require(result.receipt))
  }
}
