// Every number of the market that the operator may amend, with its unit, default and reason.

public import Primitives

/// The market's parameters, as genesis or an amendment sets them; an order keeps the terms that
/// it was made under.
///
/// Shares are in parts per million (ppm), money in millionths of a dollar, windows in seconds.
/// `TermsCheck` in Market evaluates the conditions that tie them together. The blank value is the
/// standard one.
public struct Terms: Fielded, Hashable {
  public static let typeName = "Terms"
  /// What a network starts with unless its genesis says otherwise.
  public static let standard = Terms()

  // Audits, bonds and the court.

  /// p, ppm: how often a run is audited when its order does not say. 50,000.
  public var audit: UInt64 = 50_000
  /// c, ppm: the share of all audit bonds that one coalition may own without gaining. 300,000.
  public var coalition: UInt64 = 300_000
  /// w, ppm: the winner's share of a lost bond; more would feed catching oneself. 500,000.
  public var winner: UInt64 = 500_000
  /// Seat bond of `replicated` without audits, in prices. 3.
  public var minority: UInt64 = 3
  /// µ$: least bond that a game can be played for, since the loser pays its tolls. 60,000.
  public var courtFloor: UInt64 = 60_000
  /// µ$ beside the price that an auditor earns. 500.
  public var auditBase: UInt64 = 500
  /// Auditors called one after the other before a run settles unaudited. 3.
  public var auditTurns: UInt64 = 3
  /// Operators of auditors without whom nothing that is audited is sold. 4.
  public var auditOperators: UInt64 = 4

  // Bidding.

  /// B, ppm of the limit. 100,000.
  public var bidBond: UInt64 = 100_000
  /// µ$: least B. 1,000.
  public var bidBondFloor: UInt64 = 1_000
  /// k of `replicated` when its order does not say. 3.
  public var replicas: UInt64 = 3
  /// Lowest bids that qualify for each seat that is drawn. 2.
  public var bidFactor: UInt64 = 2
  /// Prices that a buyer loses who keeps the salt of the seats to itself. 1.
  public var saltForfeit: UInt64 = 1
  /// ppm of each price paid, to the treasury. 2,500.
  public var take: UInt64 = 2_500
  /// ppm of the price to a seat whose input never came. 100,000.
  public var idle: UInt64 = 100_000

  // Vouchers.

  /// µ$: least standing bond of a provider of small calls. 10,000,000.
  public var standingBond: UInt64 = 10_000_000
  /// Δ, µ$: vouchers that a provider lets gather before it claims. 1,000,000.
  public var claimTarget: UInt64 = 1_000_000
  /// µ$: least claim. 25,000.
  public var minClaim: UInt64 = 25_000
  /// µ$: dearest call that is sold without a lease. 100,000.
  public var maxCall: UInt64 = 100_000
  /// s between two claims of one provider, at most. 28,800, ours: the facts name no number.
  public var claimInterval: UInt64 = 28_800
  /// s from the wish to withdraw a deposit to the money. 86,400.
  public var withdrawDelay: UInt64 = 86_400
  /// s from the wish to withdraw a standing bond to the money. 604,800.
  public var unbonding: UInt64 = 604_800

  // Tolls.

  /// µ$ a message. 20.
  public var tollBase: UInt64 = 20
  /// Bytes of a message that one µ$ pays for. 16.
  public var tollBytes: UInt64 = 16
  /// µ$ for opening an account. 10,000.
  public var tollAccount: UInt64 = 10_000
  /// Bytes of a stored blob that one µ$ pays for, for as long as blobs are kept. 4,096.
  public var tollBlob: UInt64 = 4_096

  // Windows in which a silence has a meaning.

  /// s in which the buyer of an `open` run accepts or rejects. 3,600.
  public var acceptWindow: UInt64 = 3_600
  /// s in which sealed bids are taken. 30.
  public var bidWindow: UInt64 = 30
  /// s in which bids are revealed. 30.
  public var revealWindow: UInt64 = 30
  /// s in which a winner honours its seat. 300.
  public var honourWindow: UInt64 = 300
  /// s in which a buyer opens the salt of a draw. 600.
  public var saltWindow: UInt64 = 600
  /// s in which a buyer hands over the key to its input. 600.
  public var inputWindow: UInt64 = 600
  /// s beside 2T in which the sides of an audit seal their trace. 600.
  public var auditWindow: UInt64 = 600
  /// W, s beside 2T in which a run may be challenged. 600.
  public var disputeWindow: UInt64 = 600
  /// s beside 2T on the clock of each side of a game. 3,600.
  public var chess: UInt64 = 3_600
  /// s in which what was sealed is opened. 3,600.
  public var sealWindow: UInt64 = 3_600
  /// s in which a demanded key is posted. 3,600.
  public var demandWindow: UInt64 = 3_600
  /// s that a demander has left after the answer, and in which a seat may demand its input. 600.
  public var demandGrace: UInt64 = 600

  // Records.

  /// w₀, ppm: the weight that every newcomer has and nobody falls below. 970,000.
  public var weightFloor: UInt64 = 970_000
  /// 10U, µ$: confirmed work that counts as much as the start weight. 10,000,000.
  public var weightPrior: UInt64 = 10_000_000
  /// ppm of the price that counts as bad for a lease without evidence. 100,000.
  public var fault: UInt64 = 100_000
  /// ppm: rate of rejections up to which a side deals when it does not say. 100,000.
  public var maxRejection: UInt64 = 100_000

  // Blocks and limits. Without a source in the facts unless one is named.

  /// Bytes at which a block is full (formats). 4 MiB.
  public var blockBytes: UInt64 = 4_194_304
  /// Timers at which a block is full (formats). 10,000.
  public var blockTimers: UInt64 = 10_000
  /// Messages a second that the node takes, measured; what filling blocks costs hangs on it.
  public var messageRate: UInt64 = 20_000
  /// s from an amendment of these terms until it is in force (formats). 604,800.
  public var amendDelay: UInt64 = 604_800
  /// s for which blobs are kept (incentives f). 604,800.
  public var blobRetention: UInt64 = 604_800
  /// Bytes of one message with its attachment. 1 MiB.
  public var maxMessage: UInt64 = 1_048_576
  /// Bids of one order. 64.
  public var maxBidders: UInt64 = 64
  /// Runs of one lease. 10,000.
  public var maxRuns: UInt64 = 10_000
  /// Runs of one lease that are open at once. 64.
  public var maxParallel: UInt64 = 64
  /// Runs that one offer may back at once. 1,000.
  public var maxCapacity: UInt64 = 1_000
  /// Units of work of one run. 2^40.
  public var maxUnits: UInt64 = 1_099_511_627_776
  /// Longest T of a lease, s. 43,200.
  public var maxRunTime: UInt64 = 43_200
  /// Longest T of a call that is paid by voucher, s. 3,600.
  public var maxCallTime: UInt64 = 3_600

  public init() {}

  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try bondFields(&v)
    try callFields(&v)
    try windowFields(&v)
    try recordFields(&v)
  }
}
