// The shill bid: the buyer's own sealed bid between the first and the second.

import Kernel
import Market
import Primitives

/// An auction of bidders whose costs lie evenly between 0.7 and 1.0 of the limit, in steps.
struct ShillAuction {
  static let steps = 63
  let bidders: Int
  let limit: Amount
  let bidBond: Fraction
  let shill: Amount

  init(_ s: Setting, bidders: Int) throws {
    self.bidders = bidders
    limit = s.price
    bidBond = Fraction(try s.bidBond())
    // Where the gain of a lower second price and the risk of an unused bond balance: with n
    // bidders in [l, h] and bond B that is h − (h − l − B)·n/((n + 1)(h − l))·(h − l).
    let width = Fraction(3, over: 10) * Fraction(limit)
    let n = Fraction(bidders)
    let below = max(0, width - bidBond) * n / (n + 1)
    shill = Amount(UInt64((Fraction(limit) - below).rounded))
  }

  /// The middle of a step.
  func cost(_ step: Int) -> Amount {
    let width = Fraction(3, over: 10) * Fraction(limit)
    let place = Fraction(Int128(2 * step + 1), over: Int128(2 * ShillAuction.steps))
    return Amount(UInt64((Fraction(7, over: 10) * Fraction(limit) + place * width).rounded))
  }

  private func bid(_ amount: Amount, _ number: UInt8) -> ScoredBid {
    ScoredBid(bid: amount, weight: million, tie: SHA256.hash([number]))
  }

  private func price(_ bids: [ScoredBid]) -> Fraction {
    Fraction(Auction.run(bids: bids, k: 1, limit: limit)?.dearest ?? .zero)
  }

  /// What the shill changes, given the two lowest costs: it is revealed only when it does not
  /// win, and costs its bond when it stays sealed.
  func gain(first: Amount, second: Amount) throws -> Fraction {
    let others = [bid(first, 0), bid(second, 1)]
    let mine = bid(shill, 2)
    guard others[0].isAhead(of: mine) else { return -bidBond }
    return price(others) - price(others + [mine])
  }

  /// The chance that the lowest cost is in one step and the second lowest in another.
  func chance(_ first: Int, _ second: Int) -> Fraction {
    let (n, g) = (bidders, ShillAuction.steps)
    func ways(_ base: Int, _ power: Int) -> Int128 {
      (0..<power).reduce(Int128(1)) { total, _ in total * Int128(base) }
    }
    let whole = ways(g, n)
    if first == second {
      // All of n in this step or above, less those with none or one in it.
      let all = ways(g - first, n)
      let above = g - first - 1
      return Fraction(all - ways(above, n) - Int128(n) * ways(above, n - 1), over: whole)
    }
    let from = ways(g - second, n - 1)
    let beyond = ways(g - second - 1, n - 1)
    return Fraction(Int128(n) * (from - beyond), over: whole)
  }
}

enum Shills {
  static let cheats: [Cheat] = [(6, "+0.001"), (2, "+0.013")].map { bidders, figure in
    Cheat(
      "shill.bid", "\(bidders) bidders", by: .buyer,
      "hides a bid of its own between the first and the second", figure: Figure(figure)
    ) { s in
      let auction = try ShillAuction(s, bidders: bidders)
      var list: [Outcome] = []
      for first in 0..<ShillAuction.steps {
        for second in first..<ShillAuction.steps {
          let gain = try auction.gain(
            first: auction.cost(first), second: auction.cost(second))
          list.append(
            Outcome("steps \(first), \(second)", auction.chance(first, second), gain))
        }
      }
      return list
    }.with {
      $0.isAgainstHonest = true
      $0.defence = "bid bond; an open limit gives as much"
      $0.play = { s, chance in
        let auction = try ShillAuction(s, bidders: bidders)
        let costs = (0..<bidders)
          .map { _ in auction.cost(chance.below(ShillAuction.steps)) }.sorted()
        return .profit(try auction.gain(first: costs[0], second: costs[1]))
      }
      $0.bound = Cheat.Bound("the gap between the first and the second price") { s in
        // The mean gap of n even costs is their width over n + 1.
        Fraction(3, over: 10) * Fraction(s.price) / Fraction(bidders + 1)
      }
    }
  }
}
