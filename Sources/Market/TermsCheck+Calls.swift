// The conditions of vouchers and of blocks, which terms alone decide.

import Kernel
import Primitives

extension TermsCheck {
  static func calls(_ t: Terms) -> [Condition] {
    [
      Condition(
        "standingCourt", unit: "µ$", "standingBond", { t.standingBond }, .atLeast, "courtFloor",
        { t.courtFloor }, because: "a standing bond must carry a game"),
      Condition(
        "standingClaim", unit: "µ$", "standingBond", { t.standingBond }, .atLeast,
        "slice of claimTarget",
        { () throws(Refusal) in
          try Bonds.sliceBond(claim: Amount(t.claimTarget), terms: t).units
        }, because: "the least standing bond must back one claim of the usual size"),
      Condition(
        "minClaimCourt", unit: "µ$", "minClaim", { t.minClaim }, .atLeast,
        "courtFloor × (1 − coalition) × winner",
        { () throws(Refusal) in
          guard t.coalition <= million else { throw .overflow }
          return try Wide(t.courtFloor).times(million - t.coalition).times(t.winner)
            .dividedUp(by: try Wide(million).times(million)).units
        }, because: "the slice of the least claim must carry a game by itself"),
      Condition(
        "minClaimTarget", unit: "µ$", "minClaim", { t.minClaim }, .atMost, "claimTarget",
        { t.claimTarget }, because: "a claim of the usual size must be one that is taken"),
      Condition(
        "maxCallShare", unit: "µ$", "10 × maxCall",
        { () throws(Refusal) in try Amount(t.maxCall).multiplied(by: 10).units }, .atMost,
        "claimTarget", { t.claimTarget },
        because: "a drawn call dearer than a tenth of its claim would cost too much to audit"),
      Condition(
        "withdrawRoad", unit: "s", "withdrawDelay", { t.withdrawDelay }, .atLeast,
        "2 × claimInterval + saltWindow + auditWindow + chess + 4 × maxCallTime",
        { () throws(Refusal) in
          try sum(t.claimInterval, times: 2)
            .plus(Wide(t.saltWindow)).plus(Wide(t.auditWindow)).plus(Wide(t.chess))
            .plus(try sum(t.maxCallTime, times: 4)).dividedUp(by: Wide(1)).units
        }, because: "a deposit must not leave before the vouchers on it are claimed and audited"),
      Condition(
        "unbondingRoad", unit: "s", "unbonding", { t.unbonding }, .atLeast,
        "disputeWindow + auditWindow + 2 × chess + 8 × maxRunTime",
        { () throws(Refusal) in
          try sum(t.chess, times: 2).plus(Wide(t.disputeWindow)).plus(Wide(t.auditWindow))
            .plus(try sum(t.maxRunTime, times: 8)).dividedUp(by: Wide(1)).units
        }, because: "a bond must not leave before what it answers for can be judged"),
    ]
  }

  static func blocks(_ t: Terms) -> [Condition] {
    [
      Condition(
        "rivalBid", unit: "bids", "maxBidders", { t.maxBidders }, .atLeast,
        "7 × bidFactor + 1",
        { () throws(Refusal) in
          try Amount(t.bidFactor).multiplied(by: 7).adding(Amount(1)).units
        }, because: "an order with seven seats must have room for the bid that sets its price"),
      Condition(
        "messageFits", unit: "bytes", "maxMessage", { t.maxMessage }, .atMost, "blockBytes",
        { t.blockBytes }, because: "the longest message must fit a block"),
    ]
  }

  private static func sum(_ value: UInt64, times factor: UInt64) throws(Refusal) -> Wide {
    try Wide(value).times(factor)
  }
}
