// What of an account's money waits: escrows of its orders, bonds of its seats, offers and audits.

import Archive
import Kernel
import Market
import Primitives

struct AccountLocks {
  /// Roads, leases and offers that are looked at; whoever has more sees a part of the sum.
  private static let most = 200

  private(set) var escrows: UInt64 = 0
  private(set) var seats: UInt64 = 0
  private(set) var offers: UInt64 = 0
  private(set) var audits: UInt64 = 0

  init(_ house: House, _ address: Address, _ auditor: Auditor?) throws {
    let lists = house.listings
    let mine = try lists.roads(
      ListFilter(buyer: address, isAlive: true), before: nil, limit: AccountLocks.most)
    for road in mine.lines { escrows = AccountLocks.sum(escrows, road.escrow) }
    let theirs = try lists.roads(
      ListFilter(provider: address, isAlive: true), before: nil, limit: AccountLocks.most)
    for road in theirs.lines {
      let lease = try house.row(Lease.self, "leases", road.lease.keyBytes)
      for seat in lease?.seats ?? [] where seat.provider == address {
        seats = AccountLocks.sum(seats, seat.locked.units)
      }
    }
    let posted = try lists.offers(
      ListFilter(provider: address, isAlive: true), before: nil, limit: AccountLocks.most)
    for line in posted.lines {
      guard let offer = try house.row(Offer.self, "offers", line.offer.keyBytes) else { continue }
      let bonds = offer.slotBond.units.multipliedReportingOverflow(by: offer.free)
      offers = AccountLocks.sum(offers, bonds.overflow ? .max : bonds.partialValue)
    }
    audits = auditor?.bond.units ?? 0
  }

  var sum: UInt64 { all.reduce(0) { AccountLocks.sum($0, $1.amount) } }

  var all: [(name: String, amount: UInt64)] {
    [
      ("Locked for its orders", escrows), ("Locked as bonds of seats", seats),
      ("Locked behind its offers", offers), ("Locked as a checker", audits),
    ]
  }

  var json: JSONValue {
    [
      "orders": .unsigned(escrows), "seats": .unsigned(seats), "offers": .unsigned(offers),
      "audits": .unsigned(audits),
    ]
  }

  private static func sum(_ l: UInt64, _ r: UInt64) -> UInt64 {
    let (sum, overflow) = l.addingReportingOverflow(r)
    return overflow ? .max : sum
  }
}
