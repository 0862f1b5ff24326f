// A list of bids that puppets fill, and bonds for as many runs as may be open at once.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Lists of bids")
struct BidListTests {
  static let puppets = (0..<64).map { "puppet\($0)" }

  @Test("puppets who fill the list keep out their like, and nobody who has a record")
  func displaced() throws {
    let known = ["known1", "known2", "known3"]
    var house = try House(["buyer", "unknown"] + Self.puppets + known)
    let order = OrderID(try house.send(try house.order(CheckTerms("open"))))
    for name in Self.puppets { try house.send(House.bid(name, order, 1)) }
    let full = house.escrow(order.digest)
    func bid(_ name: String) throws(Refusal) { try house.send(House.bid(name, order, 500_000)) }
    for name in ["unknown", "known1"] {
      refused("tooManyBidders") { () throws(Refusal) in try bid(name) }
    }
    for (place, name) in known.enumerated() {
      house.standing.weights[House.account(name)] = 970_001 + UInt64(place)
    }
    try bid("known1")
    // Of those with the least weight the latest goes, with its bond.
    #expect(house.gain("puppet63") == 0)
    #expect(house.market.bids[BidKey(order, House.account("puppet63"))] == nil)
    #expect(house.escrow(order.digest) == full)
    refused("tooManyBidders") { () throws(Refusal) in try bid("puppet63") }
    refused("alreadyBid") { () throws(Refusal) in try bid("known1") }
    try bid("known3")
    try bid("known2")
    #expect(house.gain("puppet61") == 0 && house.gain("puppet60") == -100_000)
    let tender = try #require(house.market.tenders[order])
    #expect(tender.bidders.count == 64)
    #expect(Array(tender.bidders.suffix(3)) == ["known1", "known3", "known2"].map(House.account))
    #expect(house.k.events.count { $0.name == "bidDisplaced" } == 3)
  }

  @Test("a bidder of less weight than all displaces nobody, whatever it bids")
  func least() throws {
    var house = try House(["buyer", "late"] + Self.puppets)
    for name in Self.puppets { house.standing.weights[House.account(name)] = 980_000 }
    house.standing.weights[House.account("late")] = 980_000
    let order = OrderID(try house.send(try house.order(CheckTerms("open"))))
    for name in Self.puppets { try house.send(House.bid(name, order, 1)) }
    refused("tooManyBidders") { () throws(Refusal) in try house.send(House.bid("late", order, 0)) }
  }

  @Test("a bid locks B for each run that may be open at once; who walks away loses all of it")
  func parallel() throws {
    var house = try House(["buyer", "provider"])
    var m = try house.order(CheckTerms("open"))
    (m.request.runs, m.request.parallel) = (4, 3)
    let order = OrderID(try house.send(m))
    try house.send(House.bid("provider", order, 700_000))
    #expect(house.gain("provider") == -300_000)
    try house.block(seconds: 30)
    try house.send(House.reveal("provider", order, 700_000))
    for seconds in [30, 1, 1] as [UInt64] { try house.block(seconds: seconds) }
    #expect(house.market.leases.count == 1)
    try house.block(seconds: 300)
    #expect(house.market.leases.count == 0)
    #expect(house.gain("provider") == -300_000 && house.treasury == 300_000)
    #expect(house.gain("buyer") == 0)
  }

  @Test("one run without evidence costs B, not what lies for the others")
  func oneRun() throws {
    var house = try House(["buyer", "provider"])
    var m = try house.order(CheckTerms("open"))
    (m.request.runs, m.request.parallel) = (2, 2)
    let order = OrderID(try house.send(m))
    try house.send(House.bid("provider", order, 700_000))
    try house.block(seconds: 30)
    try house.send(House.reveal("provider", order, 700_000))
    for seconds in [30, 1, 1] as [UInt64] { try house.block(seconds: seconds) }
    var found: LeaseID?
    house.market.forEachLease { id, _ in found = id }
    let lease = try #require(found)
    try house.send(House.honour("provider", lease))
    #expect(house.gain("provider") == -200_000)
    try house.send(try house.sendInput(RunKey(lease, 0), to: ["provider"]))
    try house.block(seconds: 3_600)
    #expect(house.gain("provider") == -100_000)
    #expect(house.gain("buyer") == 0 && house.treasury == 100_000)
  }
}
