// Walk 1, step by step: an auction under `replicated(3)` without audits, and what silence does.

import Kernel
import Primitives
import Testing

@testable import Market

@Suite("Walk 1: auction, replicated(3)")
struct ReplicatedRoadTests {
  static let check = CheckTerms("replicated", [Number("replicas", 3), Number("audit", 0)])
  static let bidders = (1...7).map { "provider\($0)" }
  static let prices = (1...7).map { UInt64(700_000 + 10_000 * $0) }

  /// What the road is worth to each: the critical value against the seventh bid, of equal weight,
  /// is 0.77, or a millionth less where the tie is lost.
  struct Prices {
    let of: [String: UInt64]
    var sum: UInt64 { of.values.sorted().reduce(0, +) }

    /// Price less the take, rounded up, of 0.25 %.
    func paid(_ name: String) -> Int64 {
      let price = of[name] ?? 0
      return Int64(price - (price * 2_500 + 999_999) / 1_000_000)
    }

    func take(_ names: [String]) -> UInt64 {
      names.map { (of[$0] ?? 0) - UInt64(paid($0)) }.reduce(0, +)
    }
  }

  /// Steps 1 to 4: order, bids, reveals, closed.
  static func closed(
    _ house: inout House, _ terms: CheckTerms = check
  ) throws -> OrderID {
    let order = OrderID(try house.send(try house.order(terms)))
    #expect(house.gain("buyer") == (terms == check ? -3_000_000 : -4_000_500))
    for (name, price) in zip(bidders, prices) {
      try house.send(House.bid(name, order, price))
    }
    #expect(house.escrow(order.digest) == UInt64(700_000 - house.gain("buyer")))
    try house.block(seconds: 30)
    for (name, price) in zip(bidders, prices) {
      try house.send(House.reveal(name, order, price))
    }
    try house.block(seconds: 30)
    return order
  }

  /// Steps 5 and 6: the seats are drawn.
  static func awarded(
    _ house: inout House, _ terms: CheckTerms = check
  ) throws -> (LeaseID, Lease) {
    let order = try closed(&house, terms)
    try house.block()
    try house.block()
    try house.send(House.draw(order))
    var found: (LeaseID, Lease)?
    house.market.forEachLease { found = ($0, $1) }
    return try #require(found)
  }

  static func name(of provider: Address) -> String {
    bidders.first { House.account($0) == provider } ?? "?"
  }

  /// Steps 7 to 9: all seats are honoured and the run has its input.
  static func running(
    _ house: inout House
  ) throws -> (RunKey, seats: [String], prices: Prices) {
    let (id, lease) = try awarded(&house)
    let seats = lease.seats.map { name(of: $0.provider) }
    for seat in seats { try house.send(House.honour(seat, id)) }
    let run = RunKey(id, 0)
    try house.send(try house.sendInput(run, to: seats))
    let prices = lease.seats.map { (name(of: $0.provider), $0.rate.amount.units) }
    return (run, seats, Prices(of: Dictionary(uniqueKeysWithValues: prices)))
  }

  @Test("three agree: each seat gets its price less the take, bonds back")
  func threeAgree() throws {
    var house = try House(["buyer"] + Self.bidders)
    let (run, seats, prices) = try Self.running(&house)
    for seat in seats { try house.send(try house.seal(seat, run, "4")) }
    for seat in seats { try house.send(try house.unseal(seat, run, "4")) }
    for name in Self.bidders {
      #expect(house.gain(name) == (seats.contains(name) ? prices.paid(name) : 0))
    }
    #expect(house.gain("buyer") == -Int64(prices.sum))
    #expect(house.treasury == prices.take(seats))
    #expect(house.escrow(run.lease.digest) == 0)
    var left = 0
    house.market.forEachLease { _, _ in left += 1 }
    house.market.forEachRun { _, _ in left += 1 }
    house.market.forEachBid { _, _ in left += 1 }
    #expect(left == 0)
    guard case .settled(let record)? = house.conclusions.last else {
      Issue.record("no settled run")
      return
    }
    #expect(record.verdict.outcome == .majority)
    let paid: UInt64 = record.payouts.map(\.amount.units).reduce(0, +)
    let stakes = 4 * prices.sum
    #expect(paid == stakes)
  }

  @Test("a draw before block h+2 is refused, a wrong salt is refused")
  func drawTooEarly() throws {
    var house = try House(["buyer"] + Self.bidders)
    let order = try Self.closed(&house)
    refused("wrongState") { () throws(Refusal) in try house.send(House.draw(order)) }
    try house.block()
    refused("wrongState") { () throws(Refusal) in try house.send(House.draw(order)) }
    try house.block()
    var other = House.draw(order)
    other.salt = House.salt("another")
    refused("sealDiffers") { () throws(Refusal) in try house.send(other) }
    try house.send(House.draw(order))
  }

  @Test("one differs: it loses its bond, the buyer gets that price back")
  func oneDiffers() throws {
    var house = try House(["buyer"] + Self.bidders)
    let (run, seats, prices) = try Self.running(&house)
    let answers = ["4", "9", "4"]
    for (seat, answer) in zip(seats, answers) {
      try house.send(try house.seal(seat, run, answer))
    }
    for (seat, answer) in zip(seats, answers) {
      try house.send(try house.unseal(seat, run, answer))
    }
    #expect(house.gain(seats[0]) == prices.paid(seats[0]))
    #expect(house.gain(seats[1]) == -3 * Int64(prices.of[seats[1]] ?? 0))
    #expect(house.gain("buyer") == -Int64(prices.sum - (prices.of[seats[1]] ?? 0)))
    #expect(house.treasury == 3 * (prices.of[seats[1]] ?? 0) + prices.take([seats[0], seats[2]]))
  }

  @Test("sealed and never opened loses S, never sealed loses B, the others are paid")
  func silence() throws {
    var house = try House(["buyer"] + Self.bidders)
    let (run, seats, prices) = try Self.running(&house)
    try house.send(try house.seal(seats[0], run, "4"))
    try house.send(try house.seal(seats[1], run, "4"))
    refused("notYourMove") { () throws(Refusal) in
      try house.send((try? house.unseal(seats[0], run, "4")) ?? UnsealAnswer())
    }
    try house.block(seconds: 60)
    try house.send(try house.unseal(seats[0], run, "4"))
    refused("notYourMove") { () throws(Refusal) in
      try house.send((try? house.seal(seats[2], run, "4")) ?? SealAnswer())
    }
    try house.block(seconds: 3_600)
    // One opened of three is no majority: refund, bonds of those who opened back.
    #expect(house.gain(seats[0]) == 0)
    #expect(house.gain(seats[1]) == -3 * Int64(prices.of[seats[1]] ?? 0))
    #expect(house.gain(seats[2]) == -100_000)
    #expect(house.gain("buyer") == 0)
    #expect(house.treasury == 3 * (prices.of[seats[1]] ?? 0) + 100_000)
  }

  @Test("the buyer keeps its salt: it forfeits the highest critical value, bonds go back")
  func saltWithheld() throws {
    var house = try House(["buyer"] + Self.bidders)
    _ = try Self.closed(&house)
    try house.block()
    try house.block()
    try house.block(seconds: 600)
    #expect(house.gain("buyer") == -770_000)
    #expect(house.treasury == 770_000)
    for name in Self.bidders { #expect(house.gain(name) == 0) }
  }

  @Test("who does not honour loses B and the next in the reserve is called")
  func notHonoured() throws {
    var house = try House(["buyer"] + Self.bidders)
    let (id, lease) = try Self.awarded(&house)
    let seats = lease.seats.map { Self.name(of: $0.provider) }
    try house.send(House.honour(seats[0], id))
    try house.send(House.honour(seats[1], id))
    try house.block(seconds: 300)
    #expect(house.gain(seats[2]) == -100_000)
    let called = Self.name(of: lease.reserve[0].provider)
    try house.send(House.honour(called, id))
    let run = RunKey(id, 0)
    try house.send(try house.sendInput(run, to: [seats[0], seats[1], called]))
    #expect(house.treasury == 100_000)
  }

  @Test("the input is withheld: each seat gets a tenth of its price, bonds back")
  func inputWithheld() throws {
    var house = try House(["buyer"] + Self.bidders)
    let (id, lease) = try Self.awarded(&house)
    let seats = lease.seats.map { Self.name(of: $0.provider) }
    for seat in seats { try house.send(House.honour(seat, id)) }
    try house.block(seconds: 600)
    var fees: Int64 = 0
    for (seat, name) in zip(lease.seats, seats) {
      let fee = Int64(seat.rate.amount.units / 10)
      #expect(house.gain(name) == fee)
      fees += fee
    }
    #expect(house.gain("buyer") == -fees)
    #expect(house.treasury == 0)
  }

  @Test("the input of an audited order is withheld: F comes back with the rest")
  func auditedInputWithheld() throws {
    var house = try House(["buyer"] + Self.bidders + House.auditors)
    for name in House.auditors { try house.send(House.register(name)) }
    let check = CheckTerms("replicated", [Number("replicas", 3), Number("audit", 50_000)])
    let (id, lease) = try Self.awarded(&house, check)
    #expect(house.escrow(lease.order.digest) > 4_000_500)
    let seats = lease.seats.map { Self.name(of: $0.provider) }
    for seat in seats { try house.send(House.honour(seat, id)) }
    try house.block(seconds: 600)
    let fees = lease.seats.reduce(Int64(0)) { $0 + Int64($1.rate.amount.units / 10) }
    #expect(house.gain("buyer") == -fees)
    #expect(seats.reduce(0) { $0 + house.gain($1) } == fees)
    #expect(house.escrow(lease.order.digest) == 0)
  }

  @Test("of one declared operator only the lowest bid stays; too few bids refund everybody")
  func operators() throws {
    var house = try House(["buyer"] + Self.bidders)
    let names = Array(Self.bidders.prefix(6))
    let (owner, member) = (House.account("provider1"), House.account("provider2"))
    try house.k.accounts.declare(member, operator: owner)
    try house.k.accounts.confirm(member, by: owner)
    let order = OrderID(try house.send(try house.order(Self.check)))
    for name in names { try house.send(House.bid(name, order, 500_000)) }
    try house.block(seconds: 30)
    for name in names { try house.send(House.reveal(name, order, 500_000)) }
    try house.block(seconds: 30)
    for name in ["buyer"] + names { #expect(house.gain(name) == 0) }
  }

  @Test("a bid that is not revealed loses its bond")
  func notRevealed() throws {
    var house = try House(["buyer"] + Self.bidders)
    let order = OrderID(try house.send(try house.order(Self.check)))
    for name in Self.bidders { try house.send(House.bid(name, order, 500_000)) }
    refused("alreadyBid") { () throws(Refusal) in
      try house.send(House.bid("provider1", order, 1))
    }
    refused("ownOrder") { () throws(Refusal) in
      try house.send(House.bid("buyer", order, 1))
    }
    try house.block(seconds: 30)
    refused("sealDiffers") { () throws(Refusal) in
      try house.send(House.reveal("provider2", order, 499_999))
    }
    for name in Self.bidders.dropFirst() {
      try house.send(House.reveal(name, order, 500_000))
    }
    try house.block(seconds: 30)
    #expect(house.gain("provider1") == -100_000)
    let faults = house.conclusions.filter {
      if case .fault(.notRevealed, _, _, _) = $0 { true } else { false }
    }
    #expect(faults.count == 1)
  }
}

/// Expects the refusal with that code.
func refused(
  _ code: String, _ act: () throws(Refusal) -> some Any,
  at location: SourceLocation = #_sourceLocation
) {
  do throws(Refusal) {
    _ = try act()
    Issue.record("was not refused", sourceLocation: location)
  } catch {
    #expect(error.code == code, sourceLocation: location)
  }
}
