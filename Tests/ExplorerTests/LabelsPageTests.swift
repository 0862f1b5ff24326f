// The page of an order for labels: what it says of answers and gold, and hostile names in it.

import Chain
import Kernel
import Labels
import Market
import Primitives
import Testing

@testable import Explorer

@Suite struct LabelsPageTests {
  private static let items = 40
  private static let truth = (0..<items).map { UInt8(1 + $0 * 7 % 3) }
  private static let gold = truth.enumerated().map { $0 % 4 == 0 ? $1 : 0 }
  private static let salt = RealMarket.hash("gold")
  private static let hostile = "<script>alert(1)</script>\u{202E}"

  /// One batch that three seats answered; the last of them slips on item 2.
  private static func market(
    question: String = "What is it?", choices: [String] = ["cat", "dog", "neither"],
    opensGold: Bool = true
  ) throws -> (site: Explorer, path: String, run: RunID) {
    let market = try RealMarket()
    try market.block(
      RealMarket.people.map { name in
        var m = PublishKey()
        m.sealingKey = RealMarket.hash("sealing key of \(name)")
        return (name, m)
      })
    var order = PlaceOrder()
    order.request.work = "labels"
    order.request.spec =
      LabelsSpec(
        question: question, choices: choices, items: UInt64(items),
        gold: LabelsGold.root(of: [LabelsGold.leaf(run: 0, salt: salt, gold: gold)])
      ).encoded
    order.request.check = CheckTerms(
      "judged",
      [Number("seats", 3), Number("gold", 10), Number("par", 150_000), Number("panel", 0)])
    order.request.units = UInt64(items)
    order.request.limit = Rate(Amount(1_000_000), per: UInt64(items))
    order.saltCommitment = SaltCommitment.of(RealMarket.seatSalt)
    order.input = try market.content()
    let id = try market.say("ada", order)
    let (run, seats) = try market.started(OrderID(id))
    try answer(run, seats, in: market)
    if opensGold {
      var open = OpenGold()
      open.run = run
      (open.gold, open.salt) = (gold, salt)
      try market.say("ada", open)
    }
    let path = "/labels/\(PrintedID.full("order", id))"
    return (Explorer(market.specimen().house), path, run.id)
  }

  private static func answer(_ run: RunKey, _ seats: [String], in market: RealMarket) throws {
    let answers = seats.indices.map { seat in
      truth.enumerated().map { $0 == 2 && seat == 2 ? 1 + $1 % 3 : $1 }
    }
    for (seat, said) in zip(seats, answers) {
      var seal = SealAnswer()
      seal.run = run
      seal.seal = OpenAnswer.seal(
        run: run.id, seat: RealMarket.address(seat), answer: said, units: UInt64(items),
        salt: RealMarket.hash(seat))
      try market.say(seat, seal)
    }
    for (seat, said) in zip(seats, answers) {
      var open = OpenAnswer()
      open.run = run
      (open.answer, open.salt) = (said, RealMarket.hash(seat))
      try market.say(seat, open)
    }
  }

  private static func twin(_ site: Explorer, _ path: String) async throws -> JSONValue {
    let answer = try #require(await site.answer(SiteTests.visit(path)))
    #expect(answer.status == 200)
    return try JSONValue(parsing: answer.body)
  }

  @Test func itemsStandLeastAgreedFirstAndGoldLast() async throws {
    let (site, path, run) = try Self.market()
    let page = try #require(await SiteTests.page(site, path))
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    #expect(page.text.contains("What is it?") && page.text.contains("10 opened"))
    #expect(page.text.contains("/receipts/\(run)") && page.text.contains("/runs/\(run)"))
    #expect(page.text.contains("data-label=\"Confidence\">100\u{A0}%</td>"))
    let unsure = page.text.ranges(of: "data-label=\"Confidence\">99.").count
    #expect(unsure == Self.items - 10)
    let twin = try await Self.twin(site, path + ".json")
    let items = try #require(twin["items"]?.array)
    #expect(items.count == Self.items && twin["next"] == .null)
    // The one item that a seat contradicts; it is the third.
    #expect(items[0]["item"]?.int64 == 3 && items[0]["disagreementPpm"]?.uint64 == 333_333)
    #expect(items[0]["answers"]?.array?.compactMap(\.uint64).reduce(0, +) == 3)
    #expect(items.dropLast(10).allSatisfy { $0["gold"]?.bool == false })
    #expect(items.suffix(10).allSatisfy { $0["gold"]?.bool == true })
    let names = ["cat", "dog", "neither"]
    for item in items {
      let place = try #require(item["item"]?.int64)
      #expect(item["label"]?.string == names[Int(Self.truth[Int(place) - 1]) - 1])
    }
  }

  @Test func goldIsShownOnlyOnceItWasOpened() async throws {
    let (site, path, _) = try Self.market(opensGold: false)
    let page = try #require(await SiteTests.page(site, path))
    #expect(page.status == 200 && !page.text.contains("opened"))
    let twin = try await Self.twin(site, path + ".json")
    #expect(twin["items"]?.array?.isEmpty == true && twin["settled"]?.uint64 == 0)
  }

  @Test func hostileWordsStayWords() async throws {
    let choices = ["<img src=x onerror=alert(1)>", "\"'&", "javascript:alert(1)"]
    let (site, path, _) = try Self.market(question: Self.hostile, choices: choices)
    let page = try #require(await SiteTests.page(site, path))
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    #expect(!page.text.contains("<script>alert") && !page.text.contains("<img src=x"))
    #expect(page.text.contains("&lt;script&gt;"))
    let twin = try await Self.twin(site, path + ".json")
    #expect(twin["question"]?.string == Self.hostile)
  }

  /// An order for labels names no model, so nothing may look as if it did.
  @Test func labelsAreNoModel() async throws {
    let (site, path, run) = try Self.market()
    let spec = try #require(
      try await Self.twin(site, "/orders/" + path.dropFirst(8) + ".json")["road"]?["subject"]?
        .string)
    for page in ["/", "/models", "/orders", "/market", "/runs/\(run)"] {
      let text = try #require(await SiteTests.page(site, page)).text
      #expect(!text.contains("/models/0x") && !text.contains(spec.prefix(10) + "…"), "\(page)")
    }
    #expect(await SiteTests.page(site, "/models/\(spec)")?.status == 404)
    let order = try #require(await SiteTests.page(site, "/orders/" + path.dropFirst(8))).text
    #expect(order.contains("bought 1 run of labels for at most"))
    #expect(order.contains("labels: <bdi class=\"prose\">What is it?</bdi>"))
    #expect(try #require(await SiteTests.page(site, "/")).text.contains("answered"))
  }

  @Test func aRunSaysOfEachSeatWhyItWasPaid() async throws {
    let (site, path, run) = try Self.market()
    let page = try #require(await SiteTests.page(site, "/runs/\(run)"))
    #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
    #expect(page.text.contains("of what sure ones do, gold 10 of 10 right; par is 15"))
    #expect(page.text.contains("href=\"\(path)\""))
    let why = try await Self.twin(site, "/runs/\(run).json")["why"]?.array ?? []
    #expect(why.count == 3 && why.allSatisfy { $0.string?.hasPrefix("its answers tell") == true })
  }

  @Test func otherRoadsAndCrookedQueriesAreNoPages() async throws {
    let (site, path, _) = try Self.market()
    for (address, status) in [
      (path + "?before=-1", 400), (path + "?before=01", 400), (path + "?before=<b>", 400),
      ("/labels/order_nothing", 404), ("/labels/run_x", 404), (path + "?before=0", 200),
    ] {
      #expect(await SiteTests.page(site, address)?.status == status, "\(address)")
    }
    let specimen = try RealMarket.shared.get()
    let other = Explorer(specimen.house)
    let road = try #require(
      specimen.records.log.first { record in
        (try? CBOR.decode(SignedMessage.self, from: record.bytes).message.kind) == .placeOrder
      })
    let name = PrintedID.full("order", road.id)
    #expect(await SiteTests.page(other, "/labels/\(name)")?.status == 404)
    #expect(await SiteTests.page(site, "/orders/" + path.dropFirst(8))?.text.contains(path) == true)
  }
}
