// The page of a run before a panel: who judges, who has sealed, what was scored, who was paid.

import Chain
import Kernel
import Market
import Primitives
import Tasks
import Testing

@testable import Explorer

@Suite struct PanelPageTests {
  private static let auditSalt = RealMarket.hash("panel salt")
  /// All of those who do not bid: providers and the buyer stand ready, too, and are left out.
  private static let bench = ["liar", "checker", "other"]
  private static let hostile = "<img src=x onerror=alert(1)>\u{202E}"
  private static let answers = [["house", "tree"], [hostile, "wood"], ["x", "x"]]
  private static let honest: [UInt8] = [10, 10, 8, 6, 1, 1]

  /// What the market has come to, and whose page it is.
  private struct Panel {
    let market: RealMarket
    let run: RunKey
    let judges: [String]

    var site: Explorer { Explorer(market.specimen().house) }
    var page: String { "/runs/\(run.id)" }

    func text() async throws -> String {
      let page = try #require(await SiteTests.page(site, page))
      #expect(page.status == 200 && HTMLCheck(page.text).faults == [])
      return page.text
    }

    func seal(_ name: String, _ said: [UInt8]) throws {
      var seal = SealAnswer()
      seal.run = run
      seal.seal = OpenAnswer.seal(
        run: run.id, seat: RealMarket.address(name), answer: said, units: 1,
        salt: RealMarket.hash(name))
      try market.say(name, seal)
    }

    func open(_ name: String, _ said: [UInt8]) throws {
      var open = OpenAnswer()
      open.run = run
      (open.answer, open.salt) = (said, RealMarket.hash(name))
      try market.say(name, open)
    }
  }

  /// Up to the draw: three seats have answered, and all that may judge are drawn.
  private static func drawn() throws -> Panel {
    let market = try RealMarket()
    try market.block(
      RealMarket.people.map { name in
        var m = PublishKey()
        m.sealingKey = RealMarket.hash("sealing key of \(name)")
        return (name, m)
      })
    try market.block(
      (bench + ["ada", "provider1", "provider2", "provider3"]).map { name in
        var m = RegisterAuditor()
        m.subjects = [Subject.panel(0)]
        m.bond = Amount(40_000_000)
        return (name, m)
      })
    var order = PlaceOrder()
    order.request.work = "tasks"
    order.request.spec =
      TasksSpec(question: "Say it in English. \(hostile)", criteria: "Meaning.", items: 2).encoded
    order.request.check = CheckTerms(
      "panel",
      [
        Number("seats", 3), Number("judges", 3), Number("share", 200_000), Number("rule", 1),
        Number("par", 600_000), Number("gold", 0), Number("topic", 0),
      ])
    order.request.limit = Rate(Amount(1_000_000))
    order.saltCommitment = SaltCommitment.of(RealMarket.seatSalt)
    order.input = try market.content()
    let id = try market.say("ada", order)
    let (run, seats) = try market.started(OrderID(id), auditSalt: auditSalt)
    let panel = Panel(market: market, run: run, judges: bench)
    let said = answers.map { CBOR.encode(TaskPieces(texts: $0)) }
    for (seat, said) in zip(seats, said) { try panel.seal(seat, said) }
    for (seat, said) in zip(seats, said) { try panel.open(seat, said) }
    try market.block()
    try market.block()
    var draw = DrawAudit()
    draw.run = run
    draw.salt = auditSalt
    try market.say("ada", draw)
    return panel
  }

  @Test func whoWasDrawnAndHasSealedIsShownAndNoPointIs() async throws {
    let panel = try Self.drawn()
    var text = try await panel.text()
    #expect(text.contains("Drawn to judge it"))
    #expect(text.ranges(of: "has sealed nothing yet").count == 3)
    for name in panel.judges {
      #expect(text.contains(RealMarket.address(name).checksummed), "\(name)")
    }
    #expect(text.contains("loses it by silence"))
    try panel.seal(panel.judges[0], Self.honest)
    text = try await panel.text()
    #expect(text.ranges(of: "has sealed nothing yet").count == 2)
    #expect(text.contains("sealed <code>"))
    #expect(!text.contains("Points of each judge"))
  }

  @Test func scoresAndPayAreShownWithTheirReasons() async throws {
    let panel = try Self.drawn()
    let sheets = [Self.honest, Self.honest, Self.honest.map { 11 - $0 }]
    for (name, sheet) in zip(panel.judges, sheets) { try panel.seal(name, sheet) }
    for (name, sheet) in zip(panel.judges, sheets) { try panel.open(name, sheet) }
    let text = try await panel.text()
    #expect(text.contains("Points of each judge") && text.contains("Agreement beyond chance"))
    #expect(text.contains("points; par is 6.4") && text.contains("data-label=\"Why\""))
    for name in panel.judges { #expect(text.contains(RealMarket.address(name).checksummed)) }
    // In the order of the bench, which is drawn.
    let rows = ["10 10 1", "10 1 10", "1 10 10"]
    #expect(rows.contains { text.contains(">\($0)</td>") })
    #expect(text.contains("judged the answers: a purse of the prices"))
    #expect(text.contains("its scores earned nothing, or never came"))
    // Who scores as the others has its whole purse, who says the contrary nothing.
    #expect(text.ranges(of: ">100\u{A0}%<").count >= 2 && text.contains(">0\u{A0}%<"))
  }

  @Test func aJudgeThatKeptSilentIsNamed() async throws {
    let panel = try Self.drawn()
    for name in panel.judges.dropLast() { try panel.seal(name, Self.honest) }
    try panel.market.block(after: 3_601)
    for name in panel.judges.dropLast() { try panel.open(name, Self.honest) }
    let text = try await panel.text()
    #expect(text.contains("opened no scores"))
    #expect(text.contains("its scores earned nothing, or never came"))
    #expect(text.contains("a judge lost its bond"))
  }

  @Test func whatStrangersWroteStaysText() async throws {
    let panel = try Self.drawn()
    for name in panel.judges { try panel.seal(name, Self.honest) }
    for name in panel.judges { try panel.open(name, Self.honest) }
    let text = try await panel.text()
    #expect(text.contains("&lt;img src=x") && !text.contains("<img src=x"))
    let answer = try #require(await panel.site.answer(SiteTests.visit(panel.page + ".json")))
    #expect(answer.status == 200)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("\(panel.run.id)"))
    #expect(try JSONValue(parsing: answer.body).members?.isEmpty == false)
  }
}
