// The sealed-bid auction: who wins, and what each winner is paid, in exact integers.

public import Primitives

/// A revealed bid as the auction sees it.
public struct ScoredBid: Hashable, Sendable {
  public var bid: Amount
  /// From the record of the bidder, never from the bid; parts per million.
  public var weight: UInt64
  /// Decides between equal bids, the smaller first; different for every bidder of an auction.
  public var tie: Bytes32

  public init(bid: Amount, weight: UInt64, tie: Bytes32) {
    self.bid = bid
    self.weight = weight
    self.tie = tie
  }

  /// Whether this one is ahead: the lower bid ÷ weight, compared without dividing.
  public func isAhead(of other: ScoredBid) -> Bool {
    let mine = bid.units.multipliedFullWidth(by: other.weight)
    let theirs = other.bid.units.multipliedFullWidth(by: weight)
    if mine.high != theirs.high { return mine.high < theirs.high }
    if mine.low != theirs.low { return mine.low < theirs.low }
    return tie < other.tie
  }
}

/// The winners of an auction, the best first, as indices into its bids; `payments` beside them.
public struct Award: Hashable, Sendable {
  public var winners: [Int]
  public var payments: [Amount]

  public init(winners: [Int], payments: [Amount]) {
    self.winners = winners
    self.payments = payments
  }

  /// What a buyer forfeits who lets the draw lapse.
  public var dearest: Amount { payments.max() ?? .zero }
}

/// A scoring Vickrey auction with `k` winners.
///
/// The lowest bid ÷ weight wins; each winner is paid the largest bid with which it would still
/// have won, at most the limit. What a bid says decides whether it wins, never what it is paid,
/// so that no bidder gains by saying anything but its cost.
public enum Auction {
  /// The indices of the bids, the best first.
  public static func rank(_ bids: [ScoredBid]) -> [Int] {
    bids.indices.sorted { l, r in
      if bids[l].isAhead(of: bids[r]) { return true }
      if bids[r].isAhead(of: bids[l]) { return false }
      return l < r
    }
  }

  /// The largest bid with which `winner` is ahead of `rival`; nil when there is none.
  public static func critical(of winner: ScoredBid, against rival: ScoredBid) -> Amount? {
    guard rival.weight > 0 else { return Amount(.max) }
    let product = UInt128(rival.bid.units) * UInt128(winner.weight)
    if winner.tie < rival.tie {
      return Amount(UInt64(clamping: product / UInt128(rival.weight)))
    }
    guard product > 0 else { return nil }
    return Amount(UInt64(clamping: (product - 1) / UInt128(rival.weight)))
  }

  /// The award of `k` seats; nil when fewer than `k` bids are valid.
  ///
  /// A bid is valid when it is not above the limit and its bidder has a weight. Without a bid
  /// beside the winners the limit is the price.
  public static func run(bids: [ScoredBid], k: Int, limit: Amount) -> Award? {
    let valid = bids.indices.filter { bids[$0].bid <= limit && bids[$0].weight > 0 }
    guard k > 0, valid.count >= k else { return nil }
    let ranked = rank(valid.map { bids[$0] }).map { valid[$0] }
    let winners = Array(ranked[..<k])
    guard ranked.count > k else {
      return Award(winners: winners, payments: winners.map { _ in limit })
    }
    let rival = bids[ranked[k]]
    return Award(
      winners: winners,
      payments: winners.map { min(limit, critical(of: bids[$0], against: rival) ?? .zero) })
  }

  /// The bidders from whom the `seats` of a replicated run are drawn: the `bidFactor`·k lowest,
  /// each with its critical value against the next bid. The chance of a seat does not depend on
  /// the bid, so that saying one's cost stays best.
  public static func qualify(
    bids: [ScoredBid], seats: Int, limit: Amount, factor: UInt64
  ) -> Award? {
    guard let each = Int(exactly: factor) else { return nil }
    let (entries, overflow) = each.multipliedReportingOverflow(by: seats)
    return overflow ? nil : run(bids: bids, k: entries, limit: limit)
  }

  /// The bids that stay when every owner keeps only its best one, in the order given.
  public static func lowestOfEach(_ bids: [ScoredBid], owners: [Address]) -> [Int] {
    var best: [Address: Int] = [:]
    for index in rank(bids) where best[owners[index]] == nil { best[owners[index]] = index }
    return bids.indices.filter { best[owners[$0]] == $0 }
  }
}
