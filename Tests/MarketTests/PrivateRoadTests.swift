// The check `proved` where the proof hides its input: it stands, and one message can fell it.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("proved(private)")
struct PrivateRoadTests {
  static let check = CheckTerms("proved", [Number("level", 3)])
  static let input = Array("eight by eight".utf8)

  static func taken(_ house: inout House, window: UInt64 = 3_600) throws -> RunKey {
    var offer = OfferRoadTests.offer()
    offer.check = check
    offer.capacity = 2
    let id = OfferID(try house.send(offer))
    var take = try OfferRoadTests.take(id, house)
    take.acceptWindow = window
    return RunKey(LeaseID.of(take: try house.send(take)), 0)
  }

  /// Evidence whose output has no salt, with a proof about `input`; the toy's binding is the input.
  static func proof(
    _ house: borrowing House, _ run: RunKey, about input: [UInt8] = input
  ) throws -> SubmitProof {
    var m = try ProvedRoadTests.proof(house, run, [2] + input)
    let key = House.salt("output of provider")
    let chunks = try ContentChunks(
      output: m.output, salt: ContentSalt(value: .zero), key: key)
    m.evidence.output = house.vouched(Content(chunks, custody: Custody()))
    m.salt = .zero
    return m
  }

  static func contest(_ run: RunKey, by name: String = "buyer") -> ContestProof {
    var m = ContestProof()
    m.head = House.head(name)
    m.run = run
    m.salt = ContentSalt(contentKey: House.inputKey).value
    m.input = input
    return m
  }

  static func code(_ house: inout House, _ m: some MessageContent) -> String? {
    ProvedRoadTests.code(&house, m)
  }

  /// A house in which a proof stands.
  static func standing(_ house: inout House, about input: [UInt8] = input) throws -> RunKey {
    let run = try taken(&house)
    try house.send(try proof(house, run, about: input))
    #expect((house.market.runs[run]?.game.phase == .looking) == true)
    let settled = house.lastSettled
    #expect(settled == nil)
    return run
  }

  @Test("a proof that hides its input stands, and silence pays it")
  func silence() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.standing(&house)
    try house.block(seconds: 3_599)
    #expect((house.market.runs[run] != nil) == true)
    try house.block(seconds: 1)
    let settled = house.lastSettled
    #expect(settled?.verdict.outcome == .proved)
    #expect(settled?.verdict.seats.map(\.fate) == [.paid])
    #expect(settled?.verdict.seats.first?.evidence != EvidenceID())
    #expect(house.gain("provider") == 1_000_000 - 2_500 - 200_000)
    #expect(house.gain("buyer") == -1_000_000)
    #expect(Self.code(&house, Self.contest(run)) == "unknownRun")
  }

  @Test("the buyer's word pays it at once; nobody else's does, and a rejection is no word")
  func accepted() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.standing(&house)
    var accept = OfferRoadTests.accept(run)
    for (name, wanted) in [("stranger", "notYours"), ("provider", "notYourMove")] {
      accept.head = House.head(name)
      #expect(Self.code(&house, accept) == wanted)
    }
    var reject = RejectRun()
    reject.head = House.head("buyer")
    reject.run = run
    #expect(Self.code(&house, reject) == "notYourMove")
    #expect(Self.code(&house, OfferRoadTests.accept(run)) == nil)
    let outcome = house.lastSettled?.verdict.outcome
    #expect(outcome == .proved)
  }

  @Test("a proof about another input falls when the input is shown, by whoever shows it")
  func contested() throws {
    for name in ["buyer", "stranger", "provider"] {
      var house = try ProvedRoadTests.house()
      let run = try Self.standing(&house, about: Array("5".utf8))
      #expect(Self.code(&house, Self.contest(run, by: name)) == nil)
      let settled = house.lastSettled
      #expect(settled?.verdict.outcome == .otherInput)
      #expect(settled?.verdict.seats.map(\.fate) == [.fallen])
      #expect(house.gain("buyer") == 0)
      #expect(house.gain("provider") == -200_000)
      #expect(house.treasury == 100_000)
      #expect((house.market.runs[run] == nil) == true)
    }
  }

  @Test("a proof about this input is not felled, and stands as long as before")
  func lyingBuyer() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.standing(&house)
    let before = house.market.runs[run]
    #expect(Self.code(&house, Self.contest(run)) == "proofIsAboutIt")
    #expect((house.market.runs[run] == before) == true)
    try house.block(seconds: 3_600)
    let outcome = house.lastSettled?.verdict.outcome
    #expect(outcome == .proved)
    #expect(house.gain("buyer") == -1_000_000)
  }

  @Test("only the run's own input counts, under its own salt")
  func openings() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.standing(&house, about: Array("5".utf8))
    func changed(_ change: (inout ContestProof) -> Void) -> ContestProof {
      var m = Self.contest(run)
      change(&m)
      return m
    }
    let cases: [(String, ContestProof)] = [
      ("otherSalt", changed { $0.salt = .zero }),
      ("otherSalt", changed { $0.salt = House.inputKey }),
      ("notTheInput", changed { $0.input = [] }),
      ("notTheInput", changed { $0.input[0] ^= 1 }),
      ("outOfRange", changed { $0.input.append(0) }),
      ("unknownRun", changed { $0.run.index = 1 }),
    ]
    for (wanted, m) in cases { #expect(Self.code(&house, m) == wanted) }
    #expect(Self.code(&house, Self.contest(run)) == nil)
  }

  @Test("the last moment counts, and the one after it does not")
  func deadline() throws {
    for (seconds, wanted) in [(3_599, nil), (3_600, "unknownRun")] as [(UInt64, String?)] {
      var house = try ProvedRoadTests.house()
      let run = try Self.standing(&house, about: Array("5".utf8))
      try house.block(seconds: seconds)
      #expect(Self.code(&house, Self.contest(run)) == wanted)
      let outcome = house.lastSettled?.verdict.outcome
      #expect(outcome == (wanted == nil ? .otherInput : .proved))
    }
  }

  @Test("who came too late is told so even before the timer has fired")
  func beforeTheTimer() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.standing(&house, about: Array("5".utf8))
    let found = house.market.runs[run]
    var row = try #require(found)
    row.deadline = house.k.now
    house.market.runs.put(row, at: run)
    #expect(Self.code(&house, Self.contest(run)) == "tooLate")
    #expect(Self.code(&house, OfferRoadTests.accept(run)) == "tooLate")
  }

  @Test("nothing is contested that does not stand")
  func nothingStands() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.taken(&house)
    #expect(Self.code(&house, Self.contest(run)) == "notYourMove")
    #expect(Self.code(&house, OfferRoadTests.accept(run)) == "notYourMove")
    // Under another check there is nothing of the kind.
    var open = try House(["provider", "buyer"])
    let (_, other) = try OfferRoadTests.taken(&open)
    #expect(Self.code(&open, Self.contest(other)) == "notYourMove")
  }

  @Test("a false proof is one at once, whatever it hides")
  func disproved() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.taken(&house)
    var m = try Self.proof(house, run)
    m.proof = ProvedRoadTests.fails
    #expect(Self.code(&house, m) == nil)
    let outcome = house.lastSettled?.verdict.outcome
    #expect(outcome == .disproved)
    #expect(house.treasury == 100_000)
  }

  @Test("a seat does not show the salt of a hidden input, nor need it at the other levels less")
  func salts() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.taken(&house)
    let good = try Self.proof(house, run)
    var shown = try ProvedRoadTests.proof(house, run, [2] + Self.input)
    #expect(Self.code(&house, shown) == "otherSalt")
    shown = good
    shown.salt = House.salt("another")
    #expect(Self.code(&house, shown) == "otherSalt")
    shown = good
    shown.output = Array("5".utf8)
    #expect(Self.code(&house, shown) == "otherOutput")
    #expect(Self.code(&house, good) == nil)
    let open = try ProvedRoadTests.taken(&house)
    #expect(Self.code(&house, try Self.proof(house, open)) == "otherSalt")
  }

  @Test("who has answered neither answers again nor demands the input")
  func onceOnly() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.standing(&house, about: Array("5".utf8))
    #expect(Self.code(&house, try Self.proof(house, run)) == "notYourMove")
    #expect(Self.code(&house, OfferRoadTests.demand("provider", run)) == "notDemandable")
    #expect(Self.code(&house, OfferRoadTests.demand("buyer", run)) == "notDemandable")
  }

  @Test("an answer ends what was demanded before it")
  func demandedBefore() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.taken(&house)
    try house.send(OfferRoadTests.demand("provider", run))
    try house.send(try Self.proof(house, run))
    let demand = house.market.runs[run]?.demand
    #expect(demand == DemandState.none)
    try house.block(seconds: 3_600)
    let outcome = house.lastSettled?.verdict.outcome
    #expect(outcome == .proved)
  }

  @Test("what stands survives a restart, and its time runs on")
  func restart() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.standing(&house, about: Array("5".utf8))
    var again = try house.restarted()
    var other = try house.restarted()
    #expect(Self.code(&again, Self.contest(run)) == nil)
    let contested = again.lastSettled?.verdict.outcome
    #expect(contested == .otherInput)
    try other.block(seconds: 3_600)
    let silent = other.lastSettled?.verdict.outcome
    #expect(silent == .proved)
  }

  @Test("a frozen lease is contested by nobody, and its release gives back what was put in")
  func frozen() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.standing(&house, about: Array("5".utf8))
    house.freeze(MarketTimer.run.key(run.lease.digest, run.index))
    #expect(Self.code(&house, Self.contest(run)) == "isFrozen")
    var release = ReleaseFrozen()
    release.head.from = House.operatorKey.address
    release.object = run.lease.digest
    try house.send(release)
    #expect(house.gain("buyer") == 0)
    #expect(house.gain("provider") == -200_000)
    #expect((house.market.runs[run] == nil) == true)
  }

  @Test("the buyer chooses how long it may look")
  func window() throws {
    var house = try ProvedRoadTests.house()
    let run = try Self.taken(&house, window: 60)
    try house.send(try Self.proof(house, run))
    try house.block(seconds: 60)
    let outcome = house.lastSettled?.verdict.outcome
    #expect(outcome == .proved)
    #expect((house.market.runs[run] == nil) == true)
  }
}
