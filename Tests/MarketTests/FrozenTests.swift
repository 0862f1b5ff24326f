// Objects whose timer was refused: nothing moves, and the operator returns what was paid in.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Frozen objects")
struct FrozenTests {
  static func release(_ object: Bytes32, by name: String?) -> ReleaseFrozen {
    var m = ReleaseFrozen()
    m.head.from = name.map { House.account($0) } ?? House.operatorKey.address
    m.object = object
    return m
  }

  @Test("an order: bids are refused, its timer sleeps, the release returns escrow and bonds")
  func order() throws {
    var house = try House(["buyer"] + ReplicatedRoadTests.bidders)
    let order = OrderID(try house.send(try house.order(ReplicatedRoadTests.check)))
    try house.send(House.bid("provider1", order, 500_000))
    house.freeze(MarketTimer.tender.key(order.digest))
    refused("isFrozen") { () throws(Refusal) in
      try house.send(House.bid("provider2", order, 500_000))
    }
    try house.block(seconds: 100)
    #expect(house.escrow(order.digest) == 3_100_000)
    refused("notYours") { () throws(Refusal) in
      try house.send(Self.release(order.digest, by: "buyer"))
    }
    try house.send(Self.release(order.digest, by: nil))
    #expect(house.gain("buyer") == 0)
    #expect(house.gain("provider1") == 0)
    refused("notFrozen") { () throws(Refusal) in
      try house.send(Self.release(order.digest, by: nil))
    }
  }

  @Test("a lease with an open run: price to the buyer, bonds to the seats, the run is gone")
  func lease() throws {
    var house = try House(["buyer"] + ReplicatedRoadTests.bidders)
    let (run, seats, _) = try ReplicatedRoadTests.running(&house)
    house.freeze(MarketTimer.lease.key(run.lease.digest))
    let seal = try house.seal(seats[0], run, "4")
    refused("isFrozen") { () throws(Refusal) in try house.send(seal) }
    try house.send(Self.release(run.lease.digest, by: nil))
    for name in ["buyer"] + seats { #expect(house.gain(name) == 0) }
    refused("unknownRun") { () throws(Refusal) in try house.send(seal) }
  }
}
