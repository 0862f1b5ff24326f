// Thieves and griefers at auctions: who is spared, who moves a rank, who stops a clock.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Thief: auctions and replicas")
struct ThiefAuctionTests {
  private typealias Road = ReplicatedRoadTests

  @Test("none of the seats that were silent is spared when the reserve is used up")
  func nobodyHonours() throws {
    var house = try House(["buyer"] + Road.bidders)
    let (id, lease) = try Road.awarded(&house)
    let called = (lease.seats + lease.reserve).map { Road.name(of: $0.provider) }
    try house.block(seconds: 300)
    #expect(house.treasury == 300_000)
    try house.block(seconds: 300)
    #expect(house.treasury == 600_000)
    for name in called { #expect(house.gain(name) == -100_000) }
    #expect(house.gain("buyer") == 0)
    #expect(house.escrow(lease.order.digest) == 0)
    var left = 0
    house.market.forEachLease { _, _ in left += 1 }
    #expect(left == 0)
    let faults = house.conclusions.filter {
      if case .fault(.notHonoured, _, _, _) = $0 { true } else { false }
    }
    #expect(faults.count == 6)
    refused("unknownLease") { () throws(Refusal) in
      try house.send(House.honour(called[0], id))
    }
  }

  @Test("a reserve that is too short: who honoured has its bond back, who did not has lost it")
  func shortReserve() throws {
    var house = try House(["buyer"] + Road.bidders)
    let (id, lease) = try Road.awarded(&house)
    let names = lease.seats.map { Road.name(of: $0.provider) }
    try house.send(House.honour(names[0], id))
    // Two seats are silent, then two of the reserve, then one is left for two.
    try house.block(seconds: 300)
    try house.block(seconds: 300)
    #expect(house.treasury == 400_000)
    #expect(house.gain(names[0]) == 0)
    let standby = lease.reserve.map { Road.name(of: $0.provider) }
    #expect(house.gain(standby[2]) == 0)
    #expect(house.gain("buyer") == 0)
    #expect(house.escrow(lease.order.digest) == 0)
  }

  @Test("a record that changes after bidding closed moves neither ranks nor prices")
  func weightAfterClose() throws {
    var leases: [Lease] = []
    for moves in [false, true] {
      var house = try House(["buyer"] + Road.bidders)
      let order = try Road.closed(&house)
      try house.block()
      try house.block()
      if moves {
        house.standing.weights[House.account("provider7")] = 1_000_000
        house.standing.weights[House.account("provider1")] = 100_000
      }
      try house.send(House.draw(order))
      house.market.forEachLease { leases.append($1) }
    }
    #expect(leases.count == 2)
    #expect(leases[0] == leases[1])
  }

  @Test("a record that changed before bidding closed counts")
  func weightBeforeClose() throws {
    var house = try House(["buyer"] + Road.bidders)
    house.standing.weights[House.account("provider1")] = 100_000
    let (_, lease) = try Road.awarded(&house)
    let called = (lease.seats + lease.reserve).map { Road.name(of: $0.provider) }
    #expect(!called.contains("provider1"))
  }

  @Test("a draw that is let lapse costs a price for each run that the seats would have served")
  func rerollOfManyRuns() throws {
    for runs in [1, 5] as [UInt64] {
      var house = try House(["buyer"] + Road.bidders)
      var m = try house.order(Road.check)
      m.request.runs = runs
      let order = OrderID(try house.send(m))
      for (name, price) in zip(Road.bidders, Road.prices).prefix(6) {
        try house.send(House.bid(name, order, price))
      }
      try house.block(seconds: 30)
      for (name, price) in zip(Road.bidders, Road.prices).prefix(6) {
        try house.send(House.reveal(name, order, price))
      }
      try house.block(seconds: 30)
      try house.block()
      try house.block()
      try house.block(seconds: 600)
      #expect(house.gain("buyer") == -Int64(runs) * 1_000_000)
      #expect(house.treasury == runs * 1_000_000)
      #expect(house.escrow(order.digest) == 0)
    }
  }

  @Test("who declares one operator after bidding takes no bid back for nothing")
  func declaredLate() throws {
    for isLate in [true, false] {
      var house = try House(["buyer"] + Road.bidders)
      func declare(_ house: inout House) throws {
        for name in ["provider1", "provider2"] {
          let member = House.account(name)
          let boss = House.account("provider3")
          try house.k.accounts.declare(member, operator: boss)
          try house.k.accounts.confirm(member, by: boss)
        }
      }
      if !isLate { try declare(&house) }
      let order = OrderID(try house.send(try house.order(Road.check)))
      for (name, price) in zip(Road.bidders, Road.prices) {
        try house.send(House.bid(name, order, price))
      }
      try house.block(seconds: 30)
      for (name, price) in zip(Road.bidders, Road.prices) {
        try house.send(House.reveal(name, order, price))
      }
      if isLate { try declare(&house) }
      try house.block(seconds: 30)
      // Five bids of six that are needed, or all seven.
      #expect(house.escrow(order.digest) == (isLate ? 3_700_000 : 0))
    }
  }

  @Test("a seat that has sealed cannot stop the clock with a demand for the input")
  func demandAfterSeal() throws {
    var house = try House(["buyer"] + Road.bidders)
    let (run, seats, _) = try Road.running(&house)
    try house.send(try house.seal(seats[0], run, "4"))
    refused("notDemandable") { () throws(Refusal) in
      try house.send(OfferRoadTests.demand(seats[0], run))
    }
    try house.send(OfferRoadTests.demand(seats[1], run))
  }

  @Test("parallel replicated runs: a seat that loses one bond still answers for the other run")
  func parallelReplicas() throws {
    var house = try House(["buyer"] + Road.bidders)
    var m = try house.order(Road.check)
    m.request.runs = 3
    m.request.parallel = 2
    let order = OrderID(try house.send(m))
    for (name, price) in zip(Road.bidders, Road.prices) {
      try house.send(House.bid(name, order, price))
    }
    try house.block(seconds: 30)
    for (name, price) in zip(Road.bidders, Road.prices) {
      try house.send(House.reveal(name, order, price))
    }
    try house.block(seconds: 30)
    try house.block()
    try house.block()
    try house.send(House.draw(order))
    var found: (LeaseID, Lease)?
    house.market.forEachLease { found = ($0, $1) }
    let (id, lease) = try #require(found)
    let seats = lease.seats.map { Road.name(of: $0.provider) }
    for seat in seats { try house.send(House.honour(seat, id)) }
    let bonds = lease.seats.map { Int64($0.stake.units) }
    let runs = [RunKey(id, 0), RunKey(id, 1)]
    for run in runs { try house.send(try house.sendInput(run, to: seats)) }
    // A seal is bound to its run: the first run's opens nothing in the second.
    try house.send(try house.seal(seats[2], runs[1], "lie"))
    for run in runs {
      for seat in seats.prefix(2) { try house.send(try house.seal(seat, run, "4")) }
    }
    // The third seat is absent in run 0 and lies in run 1: B once, S once.
    try house.block(seconds: 60)
    for run in runs {
      for seat in seats.prefix(2) { try house.send(try house.unseal(seat, run, "4")) }
    }
    try house.send(try house.unseal(seats[2], runs[1], "lie"))
    #expect(house.gain(seats[2]) == -100_000 - bonds[2])
    #expect(house.escrow(order.digest) == 0)
    var left = 0
    house.market.forEachLease { _, _ in left += 1 }
    house.market.forEachRun { _, _ in left += 1 }
    #expect(left == 0)
    let paid = lease.seats.prefix(2).map { Int64($0.rate.amount.units) }
    #expect(house.gain("buyer") == -2 * paid.reduce(0, +))
  }
}
