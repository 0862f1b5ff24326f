// What institutions share: grants that pay epochs, deposits that double, work that fits a block.

import Primitives
import Testing

@testable import Kernel

@Suite struct InstitutionTests {
  private static func grant(_ units: UInt64, end: UInt64, payee: UInt64 = 1) -> Grant {
    var grant = Grant()
    grant.payee = payee
    grant.sponsor = PrivateKey(seed: [1]).address
    grant.perEpoch = Amount(units)
    grant.end = end
    return grant
  }

  @Test func ratesFallWhenGrantsEnd() throws {
    var grants = Grants("testGrants", falls: "testFalls", payees: "testGrantsOf")
    let (one, two) = (Self.grant(5, end: 3), Self.grant(7, end: 3))
    try grants.add(one, as: SHA256.hash([1]))
    try grants.add(two, as: SHA256.hash([2]))
    try grants.add(Self.grant(9, end: 3, payee: 2), as: SHA256.hash([3]))
    #expect(try grants.rate(of: 1, at: 2, from: Amount(12)) == Amount(12))
    // One that stops falls after the running epoch; the other at its end.
    try grants.stop(SHA256.hash([1]), one, after: 0)
    #expect(try grants.rate(of: 1, at: 1, from: Amount(12)) == Amount(7))
    #expect(try grants.rate(of: 1, at: 3, from: Amount(7)) == .zero)
    #expect(try grants.rate(of: 2, at: 3, from: Amount(9)) == .zero)
    #expect(grants.falls.count == 0)
    #expect(throws: Refusal.grantIsSpent) { try grants.stop(SHA256.hash([2]), two, after: 2) }
    #expect(try two.unspent(at: 1) == Amount(14))
    #expect(try two.unspent(at: 9) == .zero)
    #expect(throws: Refusal.notYourGrant) {
      try grants.require(SHA256.hash([1]), of: PrivateKey(seed: [2]).address)
    }
  }

  /// A payee that ends before its grants reads no rate any more: nothing of them is left.
  @Test func grantsThatEndLeaveNothing() throws {
    var grants = Grants("testGrants", falls: "testFalls", payees: "testGrantsOf")
    let (one, two) = (Self.grant(5, end: 3), Self.grant(7, end: 3))
    try grants.add(one, as: SHA256.hash([1]))
    try grants.add(two, as: SHA256.hash([2]))
    // The greater stands first, whatever its id.
    var order: [Amount] = []
    grants.payees.forEach { _, row in order.append(row.amount) }
    #expect(order == [Amount(7), Amount(5)])
    try grants.end(SHA256.hash([1]), one, at: 1)
    #expect(grants.falls[PlaceIn(1, 3)]?.amount == Amount(7))
    try grants.end(SHA256.hash([2]), two, at: 1)
    #expect(grants.rows.count == 0 && grants.falls.count == 0 && grants.payees.count == 0)
    // One that is spent has fallen already, and another's fall stays.
    try grants.add(one, as: SHA256.hash([1]))
    #expect(try grants.rate(of: 1, at: 3, from: Amount(5)) == .zero)
    try grants.add(Self.grant(7, end: 9), as: SHA256.hash([2]))
    try grants.end(SHA256.hash([1]), one, at: 3)
    #expect(grants.falls.count == 1 && grants.rows.count == 1)
  }

  @Test func depositsDoubleAndFall() throws {
    var openings = Openings()
    let now = Time(1_700_000_000_000)
    let first = try openings.take(at: now, most: Openings.leastDeposit)
    #expect(first.number == 1 && first.deposit == Openings.leastDeposit)
    let double = Amount(2 * Openings.leastDeposit.units)
    #expect(throws: Refusal.priceAboveMost(double, most: Openings.leastDeposit)) {
      _ = try openings.take(at: now, most: Openings.leastDeposit)
    }
    let second = try openings.take(at: now, most: double)
    #expect(second.number == 2 && second.deposit == double)
    try openings.leave(at: now)
    #expect(openings.open == 1 && openings.next == 3)
    #expect(try openings.price(at: now) == double)
    #expect(try openings.price(at: .never) == Openings.leastDeposit)
  }

  /// Whoever makes many and closes them has its deposits back, and leaves the price as it was.
  @Test func nobodyIsPricedOutWithMoneyThatComesBack() throws {
    var openings = Openings()
    let now = Time(1_700_000_000_000)
    for _ in 0..<10 { _ = try openings.take(at: now, most: Amount(.max)) }
    #expect(try openings.price(at: now) == Amount(1_024 * Openings.leastDeposit.units))
    for _ in 0..<10 { try openings.leave(at: now) }
    #expect(try openings.price(at: now) == Openings.leastDeposit)
    // Closing is no way to make the next one cheaper than it was before.
    for _ in 0..<3 { _ = try openings.take(at: now, most: Amount(.max)) }
    let price = try openings.price(at: now)
    _ = try openings.take(at: now, most: price)
    try openings.leave(at: now)
    #expect(try openings.price(at: now) == price)
  }

  @Test func aBlockHasRoomForSoMuch() {
    var work = Table<UInt64, BlockWork>("testWork")
    var found: [Bool] = []
    func ask(_ cells: UInt64, at height: UInt64) {
      found.append(work.hasRoom(for: cells, of: 100, at: height))
    }
    // The first always has room; what follows has while it fits.
    ask(200, at: 7)
    ask(1, at: 7)
    ask(60, at: 8)
    ask(40, at: 8)
    ask(1, at: 8)
    #expect(found == [true, false, true, true, false])
    #expect(work.charged(at: 8) == 100 && work.charged(at: 9) == 0)
  }

  @Test func namesArePlain() {
    for name in ["a", "rain-47", String(repeating: "x", count: 32)] { #expect(name.isPlainName) }
    for name in ["", "Rain", "a b", "é", String(repeating: "x", count: 33)] {
      #expect(!name.isPlainName)
    }
  }
}
