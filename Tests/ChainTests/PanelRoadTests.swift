// Tasks before a panel, through signed messages: drawn, scored, paid, counted again offline.

import Kernel
import Primitives
import Tasks
import Testing

@testable import Chain
@testable import Market

@Suite struct PanelRoadTests {
  static let judges = (1...8).map { "judge\($0)" }
  static let items = ["Haus", "Baum", "Brunnen", "Wald"]
  static let gold = CBOR.encode(TaskPieces(texts: ["house", "tree", "", ""]))
  static let goldSalt = SampleNetwork.salt("gold")
  static let auditSalt = SampleNetwork.salt("panel")

  static let good = ["house", "tree", "well", "forest"]
  static let fair = ["house", "wood", "fountain", "woods"]
  static let junk = ["x", "x", "x", "x"]

  static func answer(_ texts: [String]) -> [UInt8] { CBOR.encode(TaskPieces(texts: texts)) }

  static func request(_ request: inout Request, gold: [UInt8]?, rule: UInt64 = 1) {
    let leaf = gold.map { TasksGold.leaf(run: 0, salt: goldSalt, gold: $0) }
    request.work = "tasks"
    request.spec =
      TasksSpec(
        question: "Say it in English.", criteria: "Meaning, then style.", items: 4,
        gold: leaf ?? .zero
      ).encoded
    request.check = CheckTerms(
      "panel",
      [
        Number("seats", 3), Number("judges", 3), Number("share", 200_000), Number("rule", rule),
        Number("par", 600_000), Number("gold", gold == nil ? 0 : 2), Number("topic", 0),
      ])
  }

  /// Judges of as many operators, and beside them a bidder and the buyer, with far greater bonds.
  static func market(judges count: Int = 8) throws -> SampleNetwork {
    let names = ["buyer"] + SampleNetwork.providers + judges
    var network = try SampleNetwork(Sample.genesis(funding: names))
    try network.publishKeys(names)
    for (name, bond) in judges.prefix(count).map({ ($0, UInt64(20_000_000)) })
      + [("provider1", 80_000_000), ("buyer", 80_000_000)]
    {
      _ = try network.say(name) { _, head in
        var m = RegisterAuditor()
        m.head = head
        m.subjects = [Subject.panel(0)]
        m.bond = Amount(bond)
        return .registerAuditor(m)
      }
    }
    return network
  }

  static func seal(
    _ network: inout SampleNetwork, _ run: RunKey, _ name: String, _ said: [UInt8]
  ) throws {
    _ = try network.say(name) { _, head in
      var m = SealAnswer()
      m.head = head
      m.run = run
      m.seal = OpenAnswer.seal(
        run: run.id, seat: Sample.address(name), answer: said, units: 1,
        salt: SampleNetwork.salt(name))
      return .sealAnswer(m)
    }
  }

  static func opening(_ run: RunKey, _ name: String, _ said: [UInt8], _ head: Head) -> Message {
    var m = OpenAnswer()
    m.head = head
    m.run = run
    m.answer = said
    m.salt = SampleNetwork.salt(name)
    return .openAnswer(m)
  }

  static func game(_ network: borrowing SampleNetwork, _ run: RunKey) -> PanelCheck? {
    var found: PanelCheck?
    network.state.market.forEachRun { key, row in
      if key == run, case .panel(let game) = row.game { found = game }
    }
    return found
  }

  /// Up to the drawing: the answers lie open, and the beacon is known.
  static func answered(
    _ network: inout SampleNetwork, _ texts: [[String]?], gold: [UInt8]? = nil, rule: UInt64 = 1,
    jury: UInt64? = nil
  ) throws -> (run: RunKey, seats: [String]) {
    let (lease, seats) = try network.funded {
      request(&$0, gold: gold, rule: rule)
      $0.check = $0.check.routed(jury: jury)
    }
    let run = RunKey(lease, 0)
    _ = try network.say("buyer") { network, head in
      var m = SendInput()
      m.head = head
      m.run = run
      m.input = try network.input("eight by eight")
      m.keys = seats.map { WrappedKey(to: Sample.address($0), bytes: SampleNetwork.inputKey.bytes) }
      m.auditSalt = SaltCommitment.of(auditSalt)
      return .sendInput(m)
    }
    for (seat, text) in zip(seats, texts) {
      if let text { try seal(&network, run, seat, answer(text)) }
    }
    if texts.contains(where: { $0 == nil }) { try network.block(after: 61_000) }
    for (seat, text) in zip(seats, texts) {
      guard let text else { continue }
      _ = try network.say(seat) { _, head in opening(run, seat, answer(text), head) }
    }
    if game(network, run) != nil {
      try network.block()
      try network.block()
    }
    return (run, seats)
  }

  /// The buyer's salt draws the panel; the names of its judges come back.
  static func drawn(_ network: inout SampleNetwork, _ run: RunKey) throws -> [String] {
    _ = try network.say("buyer") { _, head in
      var m = DrawAudit()
      m.head = head
      m.run = run
      m.salt = auditSalt
      return .drawAudit(m)
    }
    let bench = game(network, run)?.bench ?? []
    return bench.map { judge in
      (judges + SampleNetwork.providers + ["buyer"]).first { Sample.address($0) == judge.account }
        ?? "?"
    }
  }

  /// A sheet by the points of the good, the fair and the junk answer, in the order of the seats.
  static func sheet(_ texts: [[String]?], _ points: [[String]: [UInt8]]) -> [UInt8] {
    texts.flatMap { $0.flatMap { points[$0] } ?? [0, 0, 0, 0] }
  }

  static let honest: [[String]: [UInt8]] = [
    good: [10, 10, 9, 9], fair: [10, 5, 7, 6], junk: [1, 1, 1, 1],
  ]
  static let liar: [[String]: [UInt8]] = [
    good: [1, 1, 1, 1], fair: [2, 2, 2, 2], junk: [10, 10, 10, 10],
  ]

  /// A run to its end; nil for a judge that never seals.
  static func ended(
    _ texts: [[String]?], judges: [[[String]: [UInt8]]?], gold: [UInt8]? = nil,
    opensGold: Bool = true, rule: UInt64 = 1
  ) throws -> (receipt: Receipt, bench: [String], bonds: [UInt64]) {
    var network = try market()
    let (run, _) = try answered(&network, texts, gold: gold, rule: rule)
    let bench = try drawn(&network, run)
    let sheets = judges.map { $0.map { sheet(texts, $0) } }
    for (judge, sheet) in zip(bench, sheets) {
      if let sheet { try seal(&network, run, judge, sheet) }
    }
    if judges.contains(where: { $0 == nil }) { try network.block(after: 3_601_000) }
    if game(network, run) != nil {
      for (judge, sheet) in zip(bench, sheets) {
        guard let sheet else { continue }
        _ = try network.say(judge) { _, head in opening(run, judge, sheet, head) }
      }
    }
    if let gold, game(network, run) != nil {
      if opensGold {
        _ = try network.say("buyer") { _, head in openGold(run, gold, head) }
      } else {
        try network.block(after: 3_601_000)
      }
    }
    let receipt = try network.receipt()
    let bonds = bench.map { name in
      var bond: UInt64 = 0
      network.state.market.forEachAuditor { if $0 == Sample.address(name) { bond = $1.bond.units } }
      return bond
    }
    // Nothing stays tied, and whoever replays the blocks comes to the same state.
    network.state.market.forEachAuditor { #expect($1.tied == .zero && $1.open == 0) }
    var replica = try State(network.genesis)
    for block in network.blocks { _ = try replica.replay(block) }
    #expect(replica.stateRoot == network.state.stateRoot)
    return (receipt, bench, bonds)
  }

  static func openGold(_ run: RunKey, _ gold: [UInt8], _ head: Head) -> Message {
    var m = OpenGold()
    m.head = head
    m.run = run
    m.gold = gold
    m.salt = goldSalt
    return .openGold(m)
  }

  static func net(_ gross: UInt64) -> UInt64 { gross - (gross * 2_500 + 999_999) / 1_000_000 }

  @Test func thePanelPaysWhatAnswersAreWorth() throws {
    let texts = [Self.good, Self.fair, Self.junk]
    let road = try Self.ended(texts, judges: [Self.honest, Self.honest, Self.honest])
    let verified = try ReceiptVerifier.verify(road.receipt.bytes)
    #expect(verified.trust([])[0].hasPrefix("judged"))
    let settled = verified.settled
    #expect(settled.verdict.outcome == .judged)
    #expect(settled.verdict.seats.map(\.fate) == [.paid, .paid, .differs])
    let gains = JudgedRoadTests.gains(road.receipt)
    let price = settled.prices[0]
    #expect(gains[0] == Int64(Self.net(price - price / 5)))
    // 5.7 ninths of the scale are 0.667, above par.
    #expect(gains[1] == gains[0])
    #expect(gains[2] == -100_000)
    // Every judge has a third of the judges' part; nothing comes back to the buyer.
    let purse = settled.prices.reduce(0) { $0 + $1 / 5 } / 3
    for judge in 0..<3 { #expect(settled.payouts[4 + judge].amount.units == Self.net(purse)) }
    #expect(settled.payouts[0].amount == .zero)
    #expect(road.bonds == [20_000_000, 20_000_000, 20_000_000])
  }

  /// Neither who bid, nor who buys judges, however great the bond.
  @Test func aPartyIsNeverDrawn() throws {
    var network = try Self.market()
    let (run, seats) = try Self.answered(&network, [Self.good, Self.fair, Self.junk])
    let bench = try Self.drawn(&network, run)
    #expect(bench.count == 3 && Set(bench).count == 3)
    #expect(bench.allSatisfy { $0.hasPrefix("judge") })
    #expect(!bench.contains { seats.contains($0) })
    // The same blocks draw the same panel.
    var again = try Self.market()
    let (other, _) = try Self.answered(&again, [Self.good, Self.fair, Self.junk])
    #expect(try Self.drawn(&again, other) == bench)
  }

  @Test func oneLiarBendsNothingAndGoldTakesItsBond() throws {
    let texts = [Self.good, Self.fair, Self.junk]
    let plain = try Self.ended(texts, judges: [Self.honest, Self.honest, Self.liar])
    #expect(plain.receipt.settled.payouts[6].amount == .zero)
    #expect(plain.bonds[2] == 20_000_000)
    let golden = try Self.ended(
      texts, judges: [Self.honest, Self.honest, Self.liar], gold: Self.gold)
    let settled = try ReceiptVerifier.verify(golden.receipt.bytes).settled
    #expect(settled.verdict.outcome == .judged)
    let bond = settled.prices.reduce(0, +)
    #expect(golden.bonds == [20_000_000, 20_000_000, 20_000_000 - bond])
    #expect(settled.payouts[0].amount.units == settled.fee)
  }

  @Test func twoLiarsAreUnpaidWhereGoldKnowsBetter() throws {
    let texts = [Self.good, Self.fair, Self.junk]
    let judges = [Self.honest, Self.liar, Self.liar]
    let golden = try Self.ended(texts, judges: judges, gold: Self.gold)
    let settled = try ReceiptVerifier.verify(golden.receipt.bytes).settled
    #expect(settled.verdict.seats[0].fate == .paid)
    #expect(settled.payouts[4].amount.units > 0)
    #expect(settled.payouts[5].amount == .zero && settled.payouts[6].amount == .zero)
    #expect(JudgedRoadTests.gains(golden.receipt)[2] == 0)
    // Without gold a majority of the panel stands.
    let blind = try Self.ended(texts, judges: judges)
    #expect(JudgedRoadTests.gains(blind.receipt)[2] > 0)
    #expect(blind.receipt.settled.payouts[4].amount == .zero)
  }

  @Test func aBuyerThatKeepsItsGoldLosesItsPledge() throws {
    let texts = [Self.good, Self.fair, Self.junk]
    let road = try Self.ended(
      texts, judges: [Self.honest, Self.honest, Self.honest], gold: Self.gold, opensGold: false)
    let settled = try ReceiptVerifier.verify(road.receipt.bytes).settled
    #expect(settled.verdict.outcome == .goldWithheld)
    #expect(settled.payouts[0].amount == .zero)
    #expect(JudgedRoadTests.gains(road.receipt)[2] == 0)
  }

  @Test func aSilentJudgeLosesItsBondAndTwoEndTheRun() throws {
    let texts = [Self.good, Self.fair, Self.junk]
    let one = try Self.ended(texts, judges: [Self.honest, nil, Self.honest])
    let settled = try ReceiptVerifier.verify(one.receipt.bytes).settled
    let bond = settled.prices.reduce(0, +)
    #expect(settled.verdict.outcome == .judged)
    #expect(one.bonds == [20_000_000, 20_000_000 - bond, 20_000_000])
    let two = try Self.ended(texts, judges: [Self.honest, nil, nil])
    let none = try ReceiptVerifier.verify(two.receipt.bytes).settled
    #expect(none.verdict.outcome == .unjudged)
    #expect(none.payouts[0].amount.units == none.prices.reduce(0, +))
    #expect(JudgedRoadTests.gains(two.receipt) == [0, 0, 0])
    #expect(two.bonds == [20_000_000, 20_000_000 - bond, 20_000_000 - bond])
  }

  @Test func theClipIsCountedAgainToo() throws {
    let texts = [Self.good, nil, Self.junk]
    let road = try Self.ended(texts, judges: [Self.honest, Self.honest, Self.honest], rule: 2)
    let settled = try ReceiptVerifier.verify(road.receipt.bytes).settled
    #expect(settled.verdict.seats.map(\.fate) == [.paid, .absent, .differs])
    #expect(settled.payouts[0].amount.units == settled.prices[1])
  }

  /// A buyer that keeps its salt pays everybody in full, and saves nothing of the judges' part.
  @Test func aSaltThatIsKeptAcceptsEverything() throws {
    var network = try Self.market()
    let (run, _) = try Self.answered(&network, [Self.good, Self.fair, Self.junk])
    try network.block(after: 601_000)
    #expect(Self.game(network, run) == nil)
    let receipt = try network.receipt()
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.outcome == .silent)
    #expect(JudgedRoadTests.gains(receipt).allSatisfy { $0 > 0 })
    #expect(settled.payouts[0].amount == .zero)
  }

  @Test func nobodyAnsweredCondemnsNobody() throws {
    var network = try Self.market()
    _ = try Self.answered(&network, [nil, nil, nil])
    let receipt = try network.receipt()
    let settled = try ReceiptVerifier.verify(receipt.bytes).settled
    #expect(settled.verdict.outcome == .tooFew)
    #expect(JudgedRoadTests.gains(receipt) == [0, 0, 0])
    #expect(settled.payouts[0].amount.units == settled.prices.reduce(0, +))
  }
}
