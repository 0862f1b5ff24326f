// The check `proved`: the verifier's word is the verdict, at once, and nothing else is.

import Kernel
import Primitives
import Testing

@testable import Market

extension House {
  /// The run that was settled last.
  var lastSettled: SettledRun? {
    guard case .settled(let run)? = conclusions.last else { return nil }
    return run
  }
}

@Suite("proved")
struct ProvedRoadTests {
  static let check = CheckTerms("proved", [Number("level", 1)])
  static let holds: [UInt8] = [1]
  static let fails: [UInt8] = [0]
  static let foreign: [UInt8] = [9]

  /// An offer of two slots at a dollar under `proved`, taken once; a market with a stranger.
  static func taken(_ house: inout House, runs: UInt64 = 1) throws -> RunKey {
    var offer = OfferRoadTests.offer()
    offer.check = check
    offer.capacity = 2
    let id = OfferID(try house.send(offer))
    let take = try OfferRoadTests.take(id, house, runs: runs)
    return RunKey(LeaseID.of(take: try house.send(take)), 0)
  }

  static func proof(
    _ house: borrowing House, _ run: RunKey, _ bytes: [UInt8] = holds, by name: String = "provider",
    units: UInt64 = 1
  ) throws -> SubmitProof {
    var m = SubmitProof()
    m.head = House.head(name)
    m.run = run
    m.evidence = try house.evidence(name, "4", units: units)
    m.key = House.outputKey(name)
    m.salt = ContentSalt(contentKey: House.inputKey).value
    m.output = Array("4".utf8)
    m.proof = bytes
    return m
  }

  /// The code that a message is refused with; nil when it stands.
  static func code(_ house: inout House, _ m: some MessageContent) -> String? {
    do throws(Refusal) {
      try house.send(m)
      return nil
    } catch { return error.code }
  }

  static func house() throws -> House { try House(["provider", "buyer", "stranger"]) }

  @Test("a proof that holds is paid in its own message")
  func paid() throws {
    var house = try Self.house()
    let run = try Self.taken(&house)
    #expect(house.gain("provider") == -200_000)
    try house.send(try Self.proof(house, run))
    let last = house.lastSettled
    let settled = try #require(last)
    #expect(settled.verdict.outcome == .proved)
    #expect(settled.verdict.seats.map(\.fate) == [.paid])
    // The price less the take; the slot's bond is the offer's again.
    #expect(house.gain("provider") == 1_000_000 - 2_500 - 200_000)
    #expect(house.gain("buyer") == -1_000_000)
    #expect(house.treasury == 2_500)
    #expect((house.market.runs[run] == nil) == true)
  }

  @Test("units that were not used are not paid")
  func units() throws {
    var house = try House(["provider", "buyer"])
    var offer = OfferRoadTests.offer()
    offer.check = Self.check
    offer.maxUnits = 4
    let id = OfferID(try house.send(offer))
    let take = try OfferRoadTests.take(id, house, units: 4)
    let run = RunKey(LeaseID.of(take: try house.send(take)), 0)
    try house.send(try Self.proof(house, run, units: 3))
    #expect(house.gain("buyer") == -3_000_000)
    #expect(house.treasury == 7_500)
  }

  @Test("a false proof costs the bond and refunds the buyer in its own message")
  func disproved() throws {
    var house = try Self.house()
    let run = try Self.taken(&house)
    try house.send(try Self.proof(house, run, Self.fails))
    let last = house.lastSettled
    let settled = try #require(last)
    #expect(settled.verdict.outcome == .disproved)
    #expect(settled.verdict.seats.map(\.fate) == [.fallen])
    #expect(house.gain("buyer") == 0)
    #expect(house.gain("provider") == -200_000)
    #expect(house.treasury == 100_000)
    // There is no second try after a verdict.
    #expect(Self.code(&house, try Self.proof(house, run)) == "unknownRun")
  }

  @Test("a proof of something else is refused, and the right one may follow")
  func foreign() throws {
    var house = try Self.house()
    let run = try Self.taken(&house)
    #expect(Self.code(&house, try Self.proof(house, run, Self.foreign)) == "otherProof")
    #expect(Self.code(&house, try Self.proof(house, run, [])) == "otherProof")
    #expect((house.market.runs[run] != nil) == true)
    #expect(Self.code(&house, try Self.proof(house, run)) == nil)
  }

  @Test("evidence twice: the run is gone after the first")
  func twice() throws {
    var house = try Self.house()
    let run = try Self.taken(&house)
    try house.send(try Self.proof(house, run))
    #expect(Self.code(&house, try Self.proof(house, run)) == "unknownRun")
    #expect(house.gain("buyer") == -1_000_000)
  }

  @Test("only the seat proves its run")
  func thief() throws {
    var house = try Self.house()
    let run = try Self.taken(&house)
    for name in ["stranger", "buyer"] {
      #expect(Self.code(&house, try Self.proof(house, run, by: name)) == "notYours")
      #expect(Self.code(&house, try Self.proof(house, run, Self.fails, by: name)) == "notYours")
    }
    #expect((house.market.runs[run] != nil) == true)
  }

  @Test("no proof in time is no evidence")
  func late() throws {
    var house = try Self.house()
    let run = try Self.taken(&house)
    try house.block(seconds: 59)
    #expect((house.market.runs[run] != nil) == true)
    try house.block(seconds: 1)
    let last = house.lastSettled
    let settled = try #require(last)
    #expect(settled.verdict.outcome == .noEvidence)
    #expect(house.gain("buyer") == 0)
    #expect(house.treasury == 100_000)
    #expect(Self.code(&house, try Self.proof(house, run)) == "unknownRun")
  }

  @Test("salt, output and evidence must be one another's")
  func commitments() throws {
    var house = try Self.house()
    let run = try Self.taken(&house)
    let good = try Self.proof(house, run)
    func changed(_ change: (inout SubmitProof) -> Void) -> SubmitProof {
      var m = good
      change(&m)
      return m
    }
    let cases: [(String, SubmitProof)] = [
      ("otherSalt", changed { $0.salt = House.salt("another") }),
      ("otherSalt", changed { $0.salt = .zero }),
      ("otherOutput", changed { $0.output = Array("5".utf8) }),
      ("otherOutput", changed { $0.output = [] }),
      ("outOfRange", changed { $0.output += Array("5".utf8) }),
      ("outOfRange", changed { $0.output = [UInt8](repeating: 0, count: 5_000) }),
      ("tooManyUnits", changed { $0.evidence.units = 2 }),
      ("badCustody", changed { $0.evidence.output.root = House.salt("root") }),
      ("badKeys", changed { $0.key.to = House.account("stranger") }),
      ("unknownRun", changed { $0.run.index = 1 }),
    ]
    for (wanted, m) in cases { #expect(Self.code(&house, m) == wanted) }
    #expect(Self.code(&house, good) == nil)
  }

  @Test("no other move counts under it, and it counts under no other check")
  func otherMoves() throws {
    var house = try Self.house()
    let run = try Self.taken(&house)
    #expect(Self.code(&house, try house.submit("provider", run, "4")) == "notYourMove")
    #expect(Self.code(&house, OfferRoadTests.accept(run)) == "notYourMove")
    var reject = RejectRun()
    reject.head = House.head("buyer")
    reject.run = run
    #expect(Self.code(&house, reject) == "notYourMove")
    var challenge = ChallengeRun()
    challenge.head = House.head("stranger")
    challenge.run = run
    challenge.answer = try house.evidence("provider", "4").output.root
    #expect(Self.code(&house, challenge) == "notDisputable")

    var open = try House(["provider", "buyer"])
    let (_, other) = try OfferRoadTests.taken(&open)
    #expect(Self.code(&open, try Self.proof(open, other)) == "notYourMove")
    #expect(Self.code(&open, try Self.proof(open, other, Self.fails)) == "notYourMove")
  }

  @Test("a seat that cannot open the input demands it, and is paid for waiting")
  func withheld() throws {
    var house = try Self.house()
    let run = try Self.taken(&house)
    try house.send(OfferRoadTests.demand("provider", run))
    try house.block(seconds: 3_600)
    let last = house.lastSettled
    let settled = try #require(last)
    #expect(settled.verdict.outcome == .inputWithheld)
    #expect(settled.verdict.seats.map(\.fate) == [.idle])
    #expect(house.gain("buyer") == -100_000)
    #expect(house.treasury == 0)
  }

  @Test("levels are numbers from 1; which are built only the work knows")
  func levels() throws {
    var house = try House(["provider"])
    for level: UInt64 in [0, 256, .max] {
      var offer = OfferRoadTests.offer()
      offer.check = CheckTerms("proved", [Number("level", level)])
      #expect(Self.code(&house, offer) == "outOfRange")
    }
    var offer = OfferRoadTests.offer()
    offer.check = CheckTerms("proved")
    #expect(Self.code(&house, offer) == "checkTermsDiffer")
  }

  @Test("an auction is settled like an offer")
  func auction() throws {
    var house = try House(["provider", "other", "buyer"])
    let order = OrderID(try house.send(try house.order(Self.check)))
    for (name, price) in [("provider", 700_000), ("other", 900_000)] as [(String, UInt64)] {
      try house.send(House.bid(name, order, price))
    }
    try house.block(seconds: 30)
    for (name, price) in [("provider", 700_000), ("other", 900_000)] as [(String, UInt64)] {
      try house.send(House.reveal(name, order, price))
    }
    try house.block(seconds: 30)
    try house.block()
    try house.block()
    var found: LeaseID?
    house.market.forEachLease { id, _ in found = id }
    let lease = try #require(found)
    try house.send(House.honour("provider", lease))
    let run = RunKey(lease, 0)
    try house.send(try house.sendInput(run, to: ["provider"]))
    try house.send(try Self.proof(house, run))
    let houseSettled = house.lastSettled
    #expect(houseSettled?.verdict.outcome == .proved)
    #expect(house.gain("buyer") == -900_000)
    #expect(house.gain("provider") == 900_000 - 2_250)
    #expect(house.gain("other") == 0)
  }

  @Test("the game survives a restart")
  func restart() throws {
    var house = try Self.house()
    let run = try Self.taken(&house)
    var again = try house.restarted()
    try again.send(try Self.proof(again, run))
    let againSettled = again.lastSettled
    #expect(againSettled?.verdict.outcome == .proved)
  }

  @Test("each end pays out what was put in")
  func settlement() throws {
    let (price, bond) = (Amount(1_000_000), Amount(100_000))
    let wanted: [(ProvedOutcome, [UInt64])] = [
      (.holds, [0, 1_097_500, 2_500]), (.fails, [1_000_000, 0, 100_000]),
      (.noEvidence, [1_000_000, 0, 100_000]), (.inputWithheld, [900_000, 200_000, 0]),
    ]
    for (outcome, sums) in wanted {
      let paid = try Settlement.proved(
        price: price, bidBond: bond, outcome: outcome, terms: .standard)
      #expect([paid[.buyer], paid[.provider], paid[.treasury]].map(\.units) == sums)
    }
  }
}
