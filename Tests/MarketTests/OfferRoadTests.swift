// Walk 2, step by step: an offer under `open`, and what each silence costs.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Walk 2: offer, open")
struct OfferRoadTests {
  /// Steps 0 and 1: an offer of five slots at a dollar, taken once.
  static func taken(
    _ house: inout House, units: UInt64 = 1, runs: UInt64 = 1
  ) throws -> (OfferID, RunKey) {
    let offer = OfferID(try house.send(offer()))
    #expect(house.gain("provider") == -500_000)
    let take = try house.send(try take(offer, house, units: units, runs: runs))
    return (offer, RunKey(LeaseID.of(take: take), 0))
  }

  static func offer() -> PostOffer {
    var m = PostOffer()
    m.head = House.head("provider")
    m.work = "inference"
    m.spec = [1]
    m.check = CheckTerms("open")
    m.rate = Rate(Amount(1_000_000))
    m.capacity = 5
    return m
  }

  static func take(
    _ offer: OfferID, _ house: borrowing House, units: UInt64 = 1, runs: UInt64 = 1
  ) throws -> TakeOffer {
    var m = TakeOffer()
    m.head = House.head("buyer")
    m.offer = offer
    m.units = units
    m.runs = runs
    m.input = try house.input()
    m.key = House.sealed(to: House.account("provider"))
    return m
  }

  static func accept(_ run: RunKey) -> AcceptRun {
    var m = AcceptRun()
    m.head = House.head("buyer")
    m.run = run
    return m
  }

  static func demand(_ name: String, _ run: RunKey) -> DemandKey {
    var m = DemandKey()
    m.head = House.head(name)
    m.run = run
    return m
  }

  static func post(_ name: String, _ run: RunKey, _ key: Bytes32) -> PostKey {
    var m = PostKey()
    m.head = House.head(name)
    m.run = run
    m.key = key
    return m
  }

  @Test("accepted, or silent: price less the take")
  func accepted() throws {
    for speaks in [true, false] {
      var house = try House(["buyer", "provider"])
      let (offer, run) = try Self.taken(&house)
      #expect(house.gain("buyer") == -1_000_000)
      try house.send(try house.submit("provider", run, "4"))
      if speaks { try house.send(Self.accept(run)) } else { try house.block(seconds: 3_600) }
      #expect(house.gain("provider") == 997_500 - 500_000)
      #expect(house.treasury == 2_500)
      #expect(house.escrow(offer.digest) == 500_000)
      #expect(house.escrow(run.lease.digest) == 0)
    }
  }

  @Test("a rejection burns the price: nobody gets it, the bond is back in its slot")
  func rejected() throws {
    var house = try House(["buyer", "provider"])
    let (offer, run) = try Self.taken(&house)
    try house.send(try house.submit("provider", run, "junk"))
    var m = RejectRun()
    m.head = House.head("buyer")
    m.run = run
    m.reason = .wrong
    try house.send(m)
    #expect(house.gain("buyer") == -1_000_000)
    #expect(house.gain("provider") == -500_000)
    #expect(house.escrow(offer.digest) == 500_000)
    #expect(house.treasury == 1_000_000)
  }

  @Test("no evidence: refund, B lost, the slot is gone until it is topped up")
  func noEvidence() throws {
    var house = try House(["buyer", "provider"])
    let (offer, run) = try Self.taken(&house)
    try house.block(seconds: 60)
    refused("unknownRun") { () throws(Refusal) in try house.send(Self.accept(run)) }
    #expect(house.gain("buyer") == 0)
    #expect(house.treasury == 100_000)
    #expect(house.escrow(offer.digest) == 400_000)
    var m = TopUpOffer()
    m.head = House.head("provider")
    m.offer = offer
    m.slots = 1
    try house.send(m)
    #expect(house.escrow(offer.digest) == 500_000)
  }

  @Test("a demand that the provider does not answer is settled as no evidence")
  func demandExpired() throws {
    var house = try House(["buyer", "provider"])
    let (_, run) = try Self.taken(&house)
    refused("notDemandable") { () throws(Refusal) in
      try house.send(Self.demand("buyer", run))
    }
    try house.send(try house.submit("provider", run, "4"))
    try house.send(Self.demand("buyer", run))
    refused("alreadyDemanded") { () throws(Refusal) in
      try house.send(Self.demand("buyer", run))
    }
    try house.block(seconds: 3_600)
    #expect(house.gain("buyer") == 0)
    #expect(house.treasury == 100_000)
  }

  @Test("a key that is posted on demand ends it; a true chunk proves nothing, a false one all")
  func show() throws {
    for lies in [false, true] {
      var house = try House(["buyer", "provider"])
      let (_, run) = try Self.taken(&house)
      var m = try house.submit("provider", run, "4")
      let key = House.salt("provider output key")
      let chunks = try ContentChunks(
        output: Array("4".utf8), salt: ContentSalt(contentKey: House.inputKey),
        key: lies ? House.salt("other") : key)
      m.evidence.output = Content(chunks, custody: Custody())
      m.evidence.output.keyHash = ContentSalt.keyHash(of: key)
      m.evidence.output = house.vouched(m.evidence.output)
      try house.send(m)
      try house.send(Self.demand("buyer", run))
      refused("wrongKey") { () throws(Refusal) in
        try house.send(Self.post("provider", run, House.salt("other")))
      }
      try house.send(Self.post("provider", run, key))
      var shown = ShowChunk(
        House.head("buyer"), run, ContentChunks.show(0, in: chunks.blob))
      if lies {
        try house.send(shown)
        #expect(house.gain("buyer") == 0)
        #expect(house.treasury == 100_000)
      } else {
        refused("chunkIsTrue") { () throws(Refusal) in try house.send(shown) }
        shown.box[0] ^= 1
        refused("badPath") { () throws(Refusal) in try house.send(shown) }
      }
    }
  }

  @Test("an input whose key the buyer does not post is withheld: a tenth to the provider")
  func inputWithheld() throws {
    var house = try House(["buyer", "provider"])
    let (_, run) = try Self.taken(&house)
    try house.send(Self.demand("provider", run))
    try house.block(seconds: 3_600)
    #expect(house.gain("buyer") == -100_000)
    #expect(house.gain("provider") == 100_000 - 500_000)
    #expect(house.treasury == 0)
  }

  @Test("units: the bill falls with the units used, never rises, and is rounded up once")
  func units() throws {
    var house = try House(["buyer", "provider"])
    var offer = Self.offer()
    offer.rate = Rate(Amount(3), per: 7)
    offer.maxUnits = 1_000_000
    let id = OfferID(try house.send(offer))
    let before = house.gain("provider")
    let take = try house.send(try Self.take(id, house, units: 1_000_000))
    #expect(house.gain("buyer") == -428_572)
    let run = RunKey(LeaseID.of(take: take), 0)
    var evidence = try house.submit("provider", run, "4")
    evidence.evidence.units = 1_000_001
    refused("tooManyUnits") { () throws(Refusal) in try house.send(evidence) }
    evidence.evidence.units = 10
    try house.send(evidence)
    try house.send(Self.accept(run))
    #expect(house.gain("buyer") == -5)
    #expect(house.gain("provider") - before == 4)
  }

  @Test("a lease of several runs keeps the bond between them and ends with the last")
  func severalRuns() throws {
    var house = try House(["buyer", "provider"])
    let (offer, first) = try Self.taken(&house, runs: 3)
    for index in 0..<UInt64(3) {
      let run = RunKey(first.lease, index)
      if index > 0 { try house.send(try house.sendInput(run, to: ["provider"])) }
      try house.send(try house.submit("provider", run, "4"))
      try house.send(Self.accept(run))
    }
    #expect(house.gain("buyer") == -3_000_000)
    #expect(house.gain("provider") == 3 * 997_500 - 500_000)
    #expect(house.escrow(offer.digest) == 500_000)
  }

  @Test("a buyer leaves between two runs and has the rest back")
  func leave() throws {
    var house = try House(["buyer", "provider"])
    let (_, first) = try Self.taken(&house, runs: 3)
    var close = CloseLease()
    close.head = House.head("buyer")
    close.lease = first.lease
    refused("wrongState") { () throws(Refusal) in try house.send(close) }
    try house.send(try house.submit("provider", first, "4"))
    try house.send(Self.accept(first))
    try house.send(close)
    #expect(house.gain("buyer") == -1_000_000)
  }

  @Test("capacity is bounded, a withdrawn offer returns what backs no lease and then the rest")
  func withdraw() throws {
    var house = try House(["buyer", "provider", "stranger"])
    let (offer, run) = try Self.taken(&house)
    for _ in 0..<4 { try house.send(try Self.take(offer, house)) }
    let fifth = try Self.take(offer, house)
    refused("noCapacity") { () throws(Refusal) in try house.send(fifth) }
    var m = WithdrawOffer()
    m.head = House.head("stranger")
    m.offer = offer
    refused("notYours") { () throws(Refusal) in try house.send(m) }
    m.head = House.head("provider")
    try house.send(m)
    #expect(house.gain("provider") == -500_000)
    try house.send(try house.submit("provider", run, "4"))
    try house.send(Self.accept(run))
    #expect(house.gain("provider") == 997_500 - 400_000)
  }

  @Test("lists turn away before the match, with number and limit")
  func lists() throws {
    var house = try House(["buyer", "provider"])
    house.standing.rejections[House.account("buyer")] = 136_363
    let offer = OfferID(try house.send(Self.offer()))
    let take = try Self.take(offer, house)
    refused("rejectionRate") { () throws(Refusal) in try house.send(take) }
    var choosy = Self.offer()
    choosy.lists.refuse = [House.account("buyer")]
    let other = OfferID(try house.send(choosy))
    let second = try Self.take(other, house)
    refused("turnedAway") { () throws(Refusal) in try house.send(second) }
  }

  @Test("strangers, late words and foreign custody are refused")
  func strangers() throws {
    var house = try House(["buyer", "provider", "stranger"])
    let (offer, run) = try Self.taken(&house)
    var evidence = try house.submit("provider", run, "4")
    evidence.head.from = House.account("stranger")
    refused("notYours") { () throws(Refusal) in try house.send(evidence) }
    evidence = try house.submit("provider", run, "4")
    evidence.evidence.output.custody.signature[3] ^= 1
    refused("badCustody") { () throws(Refusal) in try house.send(evidence) }
    refused("notYourMove") { () throws(Refusal) in try house.send(Self.accept(run)) }
    let own = try Self.take(offer, house)
    var selfish = own
    selfish.head.from = House.account("provider")
    refused("ownOrder") { () throws(Refusal) in try house.send(selfish) }
  }
}
