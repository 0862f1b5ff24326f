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
    var grants = Grants("testGrants", falls: "testFalls")
    let (one, two) = (Self.grant(5, end: 3), Self.grant(7, end: 3))
    try grants.add(one, as: SHA256.hash([1]))
    try grants.add(two, as: SHA256.hash([2]))
    try grants.add(Self.grant(9, end: 3, payee: 2), as: SHA256.hash([3]))
    #expect(try grants.rate(of: 1, at: 2, from: Amount(12)) == Amount(12))
    // One that stops falls after the running epoch; the other at its end.
    try grants.stop(one, after: 0)
    #expect(try grants.rate(of: 1, at: 1, from: Amount(12)) == Amount(7))
    #expect(try grants.rate(of: 1, at: 3, from: Amount(7)) == .zero)
    #expect(try grants.rate(of: 2, at: 3, from: Amount(9)) == .zero)
    #expect(grants.falls.count == 0)
    #expect(throws: Refusal.grantIsSpent) { try grants.stop(two, after: 2) }
    #expect(try two.unspent(at: 1) == Amount(14))
    #expect(try two.unspent(at: 9) == .zero)
    #expect(throws: Refusal.notYourGrant) {
      try grants.require(SHA256.hash([1]), of: PrivateKey(seed: [2]).address)
    }
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
    openings.leave()
    #expect(openings.open == 1 && openings.next == 3)
    #expect(try openings.price(at: .never) == Openings.leastDeposit)
  }

  @Test func aBlockHasRoomForSoMuch() {
    var work = Table<UInt64, BlockWork>("testWork")
    var found: [Bool] = []
    func ask(_ cells: UInt64, at height: UInt64, charging charge: UInt64? = nil) {
      found.append(work.hasRoom(for: cells, of: 100, charging: charge, at: height))
    }
    // The first always has room; what follows has while it fits.
    ask(200, at: 7)
    ask(1, at: 7)
    ask(60, at: 8)
    ask(40, at: 8)
    ask(1, at: 8)
    // What costs nothing to compute may still count.
    ask(0, at: 8, charging: 1)
    ask(0, at: 8, charging: 1)
    #expect(found == [true, false, true, true, false, true, false])
  }

  @Test func namesArePlain() {
    for name in ["a", "rain-47", String(repeating: "x", count: 32)] { #expect(name.isPlainName) }
    for name in ["", "Rain", "a b", "é", String(repeating: "x", count: 33)] {
      #expect(!name.isPlainName)
    }
  }
}
