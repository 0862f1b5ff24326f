// How a run ended, whole: the leaf of the receipts tree and what learners are told.

public import Kernel
public import Primitives

/// One party's share of a settlement.
public struct Payout: Fielded, Hashable {
  public static let typeName = "Payout"
  /// 0 an account, 2 the treasury, 3 the operator, as `Holder` numbers them.
  public var kind: UInt8 = 0
  public var account = Address()
  public var amount = Amount()

  public init() {}
  public init(to account: Address, _ amount: Amount) {
    self.account = account
    self.amount = amount
  }
  public init(tolls amount: Amount) {
    kind = 3
    self.amount = amount
  }
  public init(treasury amount: Amount) {
    kind = 2
    self.amount = amount
  }

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("kind", &kind)
    try v("account", &account)
    try v("amount", &amount)
  }
}

/// The whole road of one run, each station by hash.
public struct SettledRun: Fielded, Hashable {
  public static let typeName = "SettledRun"
  /// Hash of the request; zero for an offer, whose promise holds it.
  public var request = Bytes32()
  /// The order, or the message that took the offer.
  public var order = Bytes32()
  /// The bids, or the offer, that the seats came from; behind them the scores that a panel's judges
  /// opened.
  public var promises: [Bytes32] = []
  public var lease = LeaseID()
  /// The seed of the draw that made the lease; zero for an offer.
  public var seed = Bytes32()
  /// Price of one run of each seat, at the units asked for.
  public var prices: [UInt64] = []
  /// What each seat had at stake.
  public var stakes: [UInt64] = []
  /// F, escrowed beside the price for an audit; zero where the check has none.
  public var fee: UInt64 = 0
  /// What the auditor had at stake.
  public var auditBond: UInt64 = 0
  public var buyer = Address()
  public var check = CheckTerms()
  public var run = RunID()
  public var index: UInt64 = 0
  /// The message that started the run; zero when the input never came.
  public var startedBy = Bytes32()
  public var verdict = Verdict()
  /// Stakes and price, as they were paid out; their sum is what was put in.
  public var payouts: [Payout] = []

  public init() {}

  @inlinable
  public mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("request", &request)
    try v("order", &order)
    try v("promises", &promises)
    try v("lease", &lease)
    try v("seed", &seed)
    try v("prices", &prices)
    try v("stakes", &stakes)
    try v("fee", &fee)
    try v("auditBond", &auditBond)
    try v("buyer", &buyer)
    try v("check", &check)
    try v("run", &run)
    try v("index", &index)
    try v("startedBy", &startedBy)
    try v("verdict", &verdict)
    try v("payouts", &payouts)
  }
}

extension SettledRun {
  /// What its seats were paid for it: their stakes and what they won of others left out.
  public func earned() throws(Refusal) -> Amount {
    var earned = Amount.zero
    for (place, price) in prices.enumerated()
    where place < stakes.count && place + 1 < payouts.count {
      // The buyer's payout stands before those of the seats, which hold their stakes as well.
      let (paid, stake) = (payouts[place + 1].amount, Amount(stakes[place]))
      guard paid > stake else { continue }
      earned = try earned.adding(min(try paid.subtracting(stake), Amount(price)))
    }
    return earned
  }
}

/// A promise that was broken before any run: what records keep of it.
public enum FaultKind: UInt8, ByteChoice {
  case notRevealed = 1
  case notHonoured = 2
  case saltWithheld = 3
}

/// What the market tells its learners.
public enum Conclusion: Hashable, Sendable {
  case settled(SettledRun)
  case fault(FaultKind, by: Address, order: OrderID, lost: Amount)
  /// A subnet's share of a routed run lies in its purse: it takes it, or gives it back.
  case routed(RoutedShare)
}
