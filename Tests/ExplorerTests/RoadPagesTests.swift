// The pages of roads, runs, disputes and blocks over a network that really ran.

import Archive
import Chain
import Foundation
import Graphs
import Kernel
import Market
import Primitives
import Testing

@testable import Explorer

@Suite struct RoadPagesTests {
  let specimen: Specimen
  let site: Explorer

  init() throws {
    specimen = try RealMarket.shared.get()
    site = Explorer(specimen.house)
  }

  private func road(_ fits: (Road) -> Bool) throws -> Road {
    let found = specimen.listings.allRoads.first(where: fits)
    return try #require(found)
  }

  private func page(_ address: String) async throws -> String {
    let found = try #require(await SiteTests.page(site, address), "\(address)")
    #expect(found.status == 200, "\(address)")
    let check = HTMLCheck(found.text)
    #expect(check.faults == [], "\(address)")
    return check.text
  }

  @Test func anAuctionSaysWhatHappened() async throws {
    let road = try road { $0.check.kind == "replicated" && $0.state == .over }
    let text = try await page("/orders/" + PrintedID.full("order", road.id))
    #expect(text.contains("bought 1 run of the model"))
    #expect(text.contains("7 providers bid"))
    #expect(text.contains("2 of 3 answered the same bits; 1 did not."))
    #expect(text.contains("never opened: bond lost"))
    #expect(text.contains("won seat 3"))
    let run = try #require(specimen.listings.allRuns.first { $0.road == road.id })
    let other = try await page("/runs/" + PrintedID.full("run", run.run))
    #expect(other.contains("against the others"))
    #expect(other.contains("nothing appeared and nothing was lost"))
  }

  @Test func theMoneyOfEveryRoadAddsUp() throws {
    for road in specimen.listings.allRoads {
      let money = RoadMoney(try RoadStory(road, in: specimen.house))
      func sum(_ list: [(who: Address, amount: UInt64)]) -> UInt64 {
        list.reduce(0) { $0 + $1.amount }
      }
      #expect(money.escrow == money.spent + money.returned + money.locked)
      let gone = sum(money.gains) + money.treasury + money.tolls
      #expect(money.spent + sum(money.losses) == gone)
      // What the lists say of the same road.
      #expect(sum(money.losses) == road.slashed)
    }
  }

  @Test func everySettlementIsExplained() throws {
    for entry in specimen.records.settledRuns {
      let run = try CBOR.decode(SettledRun.self, from: entry.bytes)
      let lines = RunMoney(run).lines
      #expect(lines.count == run.payouts.count)
      #expect(lines.reduce(0) { $0 + $1.put } == lines.reduce(0) { $0 + $1.got })
      #expect(lines.allSatisfy { !$0.why.isEmpty })
      #expect(lines.first?.role == "buyer" && lines.last?.role == "treasury")
    }
  }

  @Test func aDisputeNarrowsToOneFalseStep() async throws {
    let line = try #require(specimen.listings.allGames.first { $0.state == .challengerWon })
    let story = try #require(try GameStory(line.game, in: specimen.house))
    #expect(story.rounds.count == 3)
    #expect(story.rounds.allSatisfy { $0.pick != nil && !$0.children.isEmpty })
    let step = try #require(StepView(story))
    #expect(step.operation == "linear")
    #expect(step.place == BlockPlace(tensor: 1, tile: 1, block: 15))
    // The page's own referee agrees with the ledger's.
    #expect(step.holds == false)
    let text = try await page("/disputes/" + PrintedID.full("game", line.game))
    #expect(text.contains("The challenger won and the answer fell"))
    #expect(text.contains("Something else comes out"))
    #expect(text.contains("tolsey dispute replay"))
  }

  @Test func anAuditorIsPaidForWhatItFinds() async throws {
    let runs = specimen.listings.allRuns
    let equal = try #require(runs.first { $0.audit == .equal })
    let text = try await page("/runs/" + PrintedID.full("run", equal.run))
    #expect(text.contains("A drawn auditor ran the work again, blindly, and found the same bits."))
    #expect(text.contains("found the same bits: its fee, and its bond back"))
    let differs = try #require(runs.first { $0.audit == .differs })
    let other = try await page("/runs/" + PrintedID.full("run", differs.run))
    #expect(other.contains("found the answer false and proved it"))
    // Its game has the root that the audit opened, and ends at the same step.
    let line = try #require(specimen.listings.allGames.first { $0.run == differs.run })
    let story = try #require(try GameStory(line.game, in: specimen.house))
    #expect(story.isAudit && story.roots.count == 1)
    #expect(StepView(story)?.holds == false)
    let page = try await page("/disputes/" + PrintedID.full("game", line.game))
    #expect(page.contains("drawn as its auditor"))
  }

  @Test func aDisputeUnderWaySaysWhoseTurnItIs() async throws {
    let line = try #require(specimen.listings.allGames.first { $0.state == .open })
    let text = try await page("/disputes/" + PrintedID.full("game", line.game))
    #expect(text.contains("The provider opens the place that the dispute has come to."))
    #expect(text.contains("left in all"))
    let run = try await page("/runs/" + PrintedID.full("run", line.run))
    #expect(run.contains("The run is not settled yet."))
    #expect(!run.contains("tolsey run output"))
  }

  /// An event of a game names its challenger first, whoever moved.
  @Test func movesAreTheirMovers() throws {
    let events = try specimen.records.recordedEvents.map {
      try CBOR.decode(Event.self, from: $0.bytes)
    }
    let liar = RealMarket.address("liar")
    for event in events {
      switch event.name {
      case "traceShown", "vertexOpened": #expect(RoadTime.actor(event) == liar)
      case "gameBegun", "childPicked": #expect(RoadTime.actor(event) != liar)
      default: break
      }
    }
    #expect(events.contains { $0.name == "vertexOpened" })
  }

  @Test func bidsStaySealedUntilTheyAreOpened() async throws {
    let road = try road { $0.state == .bidding }
    let story = try #require(try RoadStory(road.id, in: specimen.house))
    let bids = RoadBids(story)
    #expect(bids.bids.count == 3 && bids.bids.allSatisfy { $0.price == nil })
    let text = try await page("/orders/" + PrintedID.full("order", road.id))
    #expect(text.contains("3 sealed bids, none of them open yet."))
    let opening = try self.road { $0.state == .revealing }
    let other = try #require(try RoadStory(opening.id, in: specimen.house))
    #expect(RoadBids(other).bids.count { $0.price != nil } == 2)
  }

  /// Deadlines count market time; the page shows when that is by the clock on the wall.
  @Test func pausesMoveADeadline() throws {
    let road = try road { $0.state == .bidding }
    let story = try #require(try RoadStory(road.id, in: specimen.house))
    let deadline = try #require(story.deadline)
    #expect(story.clock.paused == Time(55_000))
    #expect(deadline.wall.milliseconds == deadline.at.milliseconds + 55_000)
    #expect(deadline.markup.text.contains("(") == true)
    var house = specimen.house
    house.isStepped = false
    let live = try #require(Deadline(deadline.at, story.clock, in: house))
    #expect(live.markup.text.contains("data-deadline=\"\(deadline.wall.milliseconds)\""))
    #expect(Deadline(.never, story.clock, in: house) == nil)
  }

  @Test func everyPageIsWhole() async throws {
    var addresses = ["/orders", "/disputes", "/blocks", "/orders?state=over", "/receipts/verify"]
    addresses += specimen.listings.allRoads.map { "/orders/" + PrintedID.full("order", $0.id) }
    addresses += specimen.listings.allRoads.filter { $0.lease != .zero }.map {
      "/leases/" + PrintedID.full("lease", $0.lease)
    }
    addresses += specimen.listings.allGames.flatMap { game in
      ["/disputes/" + PrintedID.full("game", game.game), "/runs/\(game.run)"]
    }
    addresses += specimen.listings.allRuns.flatMap { run in
      ["/receipts/" + PrintedID.full("run", run.run), "/runs/" + PrintedID.full("run", run.run)]
    }
    addresses += specimen.records.log.map { "/messages/\($0.id)" }
    addresses += (1...specimen.records.height).map { "/blocks/\($0)" }
    for address in addresses {
      _ = try await page(address)
      var visit = SiteTests.visit(address)
      visit.path += ".json"
      let twin = try #require(await site.answer(visit), "\(address)")
      #expect(try JSONValue(parsing: twin.body)["height"]?.uint64 == specimen.records.height)
      try await keep(address)
    }
  }

  @Test(arguments: [
    "/orders/order_000", "/orders/nonsense", "/orders/0x" + String(repeating: "ab", count: 32),
    "/leases/0x" + String(repeating: "00", count: 32), "/runs/run_zzzz", "/runs/0x12",
    "/disputes/0x" + String(repeating: "cd", count: 32), "/blocks/99999999", "/blocks/-1",
    "/blocks/x", "/messages/0x" + String(repeating: "ef", count: 32), "/messages/order_0000000",
    "/receipts/run_00000000", "/receipts/nonsense",
  ])
  func whatIsNotKnownIsNotFound(_ address: String) async throws {
    let found = try #require(await SiteTests.page(site, address))
    #expect(found.status == 404)
    #expect(HTMLCheck(found.text).faults == [])
  }

  @Test func anIDOfAnotherThingIsNoOrder() async throws {
    let road = try #require(specimen.listings.allRoads.first { $0.lease != .zero })
    let lease = PrintedID.full("lease", road.lease)
    #expect(await SiteTests.page(site, "/orders/" + lease)?.status == 404)
    // The id is right, what it names is not an order.
    #expect(await SiteTests.page(site, "/orders/\(road.lease)")?.status == 404)
    // The first letters are enough.
    let short = String(PrintedID.full("order", road.id).prefix(14))
    #expect(await SiteTests.page(site, "/orders/" + short)?.status == 200)
  }

  /// With TOLSEY_PAGES_OUT set, the pages lie there as files.
  private func keep(_ address: String) async throws {
    guard let folder = ProcessInfo.processInfo.environment["TOLSEY_PAGES_OUT"],
      let found = await SiteTests.page(site, address)
    else { return }
    let name = address.dropFirst().map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "-" }
    let text = found.text.replacing(Asset.style.path, with: "style.css")
    try Style.text.write(toFile: folder + "/style.css", atomically: true, encoding: .utf8)
    try text.write(
      toFile: "\(folder)/real-\(String(name.prefix(40))).html", atomically: true, encoding: .utf8)
  }
}
