// What each term of the network means, in the order and the groups in which people look for it.

import Kernel
import Primitives

/// A group of terms under one heading.
struct TermGroup {
  var title: String
  var gist: String
  /// Names with their meanings.
  var terms: [(name: String, means: String)]
}

enum TermWords {
  /// A value with its unit, as people write it.
  static func value(_ value: UInt64, _ unit: String) -> Markup {
    switch unit {
    case "ppm": "\(Formats.exactPercent(ppm: value))"
    case "µ$": Parts.money(value)
    case "s": "\(Formats.span(value.multipliedReportingOverflow(by: 1000).partialValue))"
    case "µ$ a dollar": "\(Parts.money(value)) a dollar"
    case "µ$ an hour": "\(Parts.money(value)) an hour"
    case let unit where value == 1 && unit.hasSuffix("s"): "1 \(unit.dropLast())"
    default: "\(Formats.grouped(value)) \(unit)"
    }
  }

  static let groups: [TermGroup] = [audits, bidding, vouchers, tolls, windows, records, limits]

  private static let audits = TermGroup(
    title: "Audits, bonds and the court",
    gist: "What a lie must cost, so that honest work is the better business.",
    terms: [
      ("audit", "how often a run is audited where its order does not say"),
      (
        "coalition", "the share of all audit bonds that one coalition may own without gaining by it"
      ),
      ("winner", "the winner’s share of a lost bond; the rest goes to the treasury"),
      ("minority", "seat bond of replicated answers without audits, in prices"),
      ("courtFloor", "least bond that a dispute can be played for, since the loser pays its tolls"),
      ("auditBase", "what an auditor earns beside the price of the run"),
      ("auditTurns", "auditors that are called one after the other before a run settles unaudited"),
      ("auditOperators", "operators of auditors without whom nothing audited is sold"),
    ])

  private static let bidding = TermGroup(
    title: "Bidding and settlement",
    gist: "What a promise costs who does not keep it, and what the network takes.",
    terms: [
      ("bidBond", "bond of a bid, as a share of the highest price"),
      ("bidBondFloor", "least bond of a bid"),
      ("replicas", "seats that answer where an order under replicated does not say"),
      ("bidFactor", "lowest bids that qualify for each seat that is drawn"),
      ("saltForfeit", "prices that a buyer loses who keeps the salt of the draw to itself"),
      ("take", "share of each price paid that goes to the treasury"),
      ("idle", "share of the price for a seat whose input never came"),
    ])

  private static let vouchers = TermGroup(
    title: "Small calls by voucher",
    gist: "Bounds for calls that are paid together later.",
    terms: [
      ("standingBond", "least standing bond of a provider of small calls"),
      ("claimTarget", "vouchers that a provider lets gather before it claims them"),
      ("minClaim", "least claim"), ("maxCall", "dearest call that is sold without a lease"),
      ("claimInterval", "time between two claims of one provider, at most"),
      ("withdrawDelay", "time from the wish to withdraw a deposit to the money"),
      ("unbonding", "time from the wish to withdraw a standing bond to the money"),
    ])

  private static let tolls = TermGroup(
    title: "Tolls",
    gist: "What a message costs, so that nobody fills the blocks of others for nothing.",
    terms: [
      ("tollBase", "each message"),
      ("tollBytes", "bytes of a message that a millionth of a dollar pays for"),
      ("tollAccount", "opening an account, publishing a model, and a key's first session"),
      ("tollBlob", "stored bytes that a millionth of a dollar pays for"),
    ])

  private static let windows = TermGroup(
    title: "Windows in which a silence has a meaning",
    gist:
      "They count market time, which stands still while the node is down or its blocks are full.",
    terms: [
      ("acceptWindow", "the buyer of an open run accepts or rejects; silence accepts"),
      ("bidWindow", "sealed bids are taken"), ("revealWindow", "bids are opened"),
      ("honourWindow", "a winner locks the bond of its seat"),
      ("saltWindow", "a buyer opens the salt of a draw"),
      ("inputWindow", "a buyer hands over the key to its input"),
      ("auditWindow", "the sides of an audit seal their traces, beside twice the time of a run"),
      ("disputeWindow", "a run may be challenged, beside twice the time of a run"),
      ("chess", "clock of each side of a dispute, beside twice the time of a run"),
      ("sealWindow", "what was sealed is opened"), ("demandWindow", "a demanded key is posted"),
      ("demandGrace", "time that a demander has left after the answer"),
    ])

  private static let records = TermGroup(
    title: "Records",
    gist: "How what somebody did before counts in the next match.",
    terms: [
      ("weightFloor", "the weight that every newcomer has and nobody falls below"),
      ("weightPrior", "confirmed work that counts as much as the weight at the start"),
      ("fault", "share of the price that counts against a lease without an answer"),
      ("maxRejection", "rate of rejections up to which a side deals when it does not say"),
    ])

  private static let limits = TermGroup(
    title: "Blocks and limits", gist: "How much of everything there may be at once.",
    terms: [
      ("blockBytes", "bytes at which a block is full"),
      ("blockTimers", "timers at which a block is full"),
      ("messageRate", "messages a second that the node takes; what a flood costs hangs on it"),
      ("amendDelay", "time from an amendment of these terms until it is in force"),
      ("blobRetention", "how long inputs and outputs are kept"),
      ("maxMessage", "bytes of one message with its attachment"),
      ("maxBidders", "bids of one order"), ("maxRuns", "runs of one lease"),
      ("maxParallel", "runs of one lease that are open at once"),
      ("maxCapacity", "runs that one offer may back at once"),
      ("maxUnits", "units of work of one run"), ("maxRunTime", "longest time for a run of a lease"),
      ("maxCallTime", "longest time for a call that is paid by voucher"),
    ])
}
