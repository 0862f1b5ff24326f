// An offer with what stands behind it now: free places, and who sells.

import Archive
import Kernel
import Market
import Primitives

struct OfferStanding {
  var line: OfferLine
  /// Runs that could begin at once.
  var free: UInt64
  /// Runs that it backs now.
  var tied: UInt64
  /// Of its provider.
  var interval: WilsonInterval

  /// What so many units cost, rounded up; the greatest number where it has no bounds.
  func price(for units: UInt64) -> UInt64 {
    (try? line.rate.price(of: units).units) ?? .max
  }

  var json: JSONValue {
    .object(
      (line.json.members ?? []) + [
        .init(name: "free", value: .unsigned(free)), .init(name: "tied", value: .unsigned(tied)),
        .init(name: "provenLow", value: .unsigned(interval.low)),
        .init(name: "provenHigh", value: .unsigned(interval.high)),
      ])
  }
}

extension House {
  /// Offers with their rows, cheapest first.
  func standings(of lines: [OfferLine]) throws -> [OfferStanding] {
    let all = try lines.map { line in
      let row = try row(Offer.self, "offers", line.offer.keyBytes)
      let party = try listings.party(line.provider).value
      return OfferStanding(
        line: line, free: row?.free ?? 0, tied: row?.tied ?? 0,
        interval: party?.interval ?? WilsonInterval(good: 0, of: 0))
    }
    return all.sorted { l, r in
      let left = l.line.rate.amount.units.multipliedFullWidth(by: r.line.rate.per)
      let right = r.line.rate.amount.units.multipliedFullWidth(by: l.line.rate.per)
      return (left.high, left.low, l.line.number) < (right.high, right.low, r.line.number)
    }
  }
}

extension PartyLine {
  /// The share of good runs among those that say anything about it: a run that was rejected by
  /// word, that had no majority or no input proves nothing either way.
  var interval: WilsonInterval {
    WilsonInterval(good: good, of: good &+ wrong &+ silent)
  }

  /// Too few to rank by.
  var isNewcomer: Bool { interval.count < 10 }
}
