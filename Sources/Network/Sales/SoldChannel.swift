// What a seller knows of one channel: what the ledger has, what was charged, and the last sale.

import Payments
public import Primitives

/// The last sale of a channel: who shows its voucher again with the same request gets its answer.
struct ChannelSaleRow: Fielded, Hashable {
  static let typeName = "ChannelSaleRow"
  /// The digest of method, URL and body.
  var request = Bytes32.zero
  /// The sum that its voucher allows.
  var most = Amount()
  /// What the client counted from: its voucher is this and the price that was asked.
  var base = Amount()
  /// What the client was told that it has been charged in all.
  var told = Amount()
  /// What was charged before it.
  var before = Amount()
  var price = Amount()
  /// A stream that has not ended: its price is the most that it may be.
  var isOpen = false
  /// The deposit that came with it, if one did.
  var transaction = Bytes32.zero

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("request", &request)
    try v("most", &most)
    try v("base", &base)
    try v("told", &told)
    try v("before", &before)
    try v("price", &price)
    try v("isOpen", &isOpen)
    try v("transaction", &transaction)
  }
}

/// A channel as its receiver keeps it.
struct SoldChannel: Fielded, Hashable {
  static let typeName = "SoldChannel"
  var config = ChannelConfig()
  // What the ledger has.
  var balance = Amount()
  var claimed = Amount()
  var withdrawal = Amount()
  var requestedAt: UInt64 = 0
  var refundNonce: UInt64 = 0
  // What the payer signed: the voucher of the greatest sum.
  var most = Amount()
  var signature: [UInt8] = []
  /// What all its runs came to.
  var charged = Amount()
  /// What the client counts: no less than what was charged. A stream is told before it is said, at
  /// the most that it may cost; what it did not say is taken off the next answer.
  var told = Amount()
  /// How many runs there were.
  var count: UInt64 = 0
  /// How many of them were claimed.
  var claimedRuns: UInt64 = 0
  /// Empty, or the last sale.
  var last: [ChannelSaleRow] = []

  init() {}

  init(_ config: ChannelConfig) { self.config = config }

  mutating func fields<V: FieldVisitor>(_ v: inout V) throws(Refusal) {
    try v("config", &config)
    try v("balance", &balance)
    try v("claimed", &claimed)
    try v("withdrawal", &withdrawal)
    try v("requestedAt", &requestedAt)
    try v("refundNonce", &refundNonce)
    try v("most", &most)
    try v("signature", &signature)
    try v("charged", &charged)
    try v("told", &told)
    try v("count", &count)
    try v("claimedRuns", &claimedRuns)
    try v("last", &last)
  }

  /// What vouchers may come to: what the payer asked back is spoken for.
  var available: Amount { (try? balance.subtracting(withdrawal)) ?? .zero }

  /// What can be claimed: all but a stream that is being said.
  var claimable: Amount {
    guard let last = last.first, last.isOpen else { return charged }
    return last.before
  }

  /// What will be claimed: what lies beyond the deposits is lost and waits for nothing.
  var unclaimed: Amount { (try? min(claimable, balance).subtracting(claimed)) ?? .zero }

  /// Whether nothing is left in it, nothing is owed, and whoever begins it again by what the ledger
  /// says takes no place that a run has: the last one cost something.
  var isSpent: Bool {
    guard charged == claimed, balance <= claimed, withdrawal == .zero else { return false }
    guard let sale = last.first else { return count == 0 }
    return !sale.isOpen && sale.price > .zero
  }

  /// The standing of a channel that the ledger shows as empty.
  var emptied: ChannelStanding {
    ChannelStanding(balance: .zero, claimed: claimed, refundNonce: refundNonce)
  }

  /// Whether a voucher is the next one. A client that was set right counts from what was charged,
  /// one that was told a stream's most counts from that.
  func isNext(_ most: Amount, price: Amount) -> Bool {
    [told, charged].contains { (try? $0.adding(price)) == most }
  }

  /// Takes what the ledger has. Where nothing was charged here since, what was claimed is what was
  /// charged: so a seller that lost its book goes on.
  mutating func learn(_ standing: ChannelStanding) {
    balance = standing.balance
    claimed = standing.claimed
    withdrawal = standing.withdrawal
    requestedAt = standing.requestedAt
    refundNonce = standing.refundNonce
    if charged < claimed {
      charged = claimed
      told = max(told, claimed)
    }
  }

  // MARK: - Sales

  /// Charges a run. Nothing is charged above what its voucher allows.
  mutating func charge(_ sale: ChannelSaleRow, _ signature: [UInt8], index: UInt64) {
    charged = (try? sale.before.adding(sale.price)) ?? charged
    told = max(sale.told, charged)
    if sale.most >= most || most < charged {
      most = sale.most
      self.signature = signature
    }
    count = index + 1
    last = [sale]
  }

  /// A stream has ended, and came to less or as much.
  mutating func finish(price: Amount) {
    guard var sale = last.first, sale.isOpen else { return }
    sale.price = min(price, sale.price)
    sale.isOpen = false
    charged = (try? sale.before.adding(sale.price)) ?? charged
    last = [sale]
  }

  /// What was begun came to nothing: it costs nothing, and its voucher buys another.
  mutating func undo() {
    reopen()
    last = []
  }

  /// A stream that was cut off by the end of the program is not charged, and can be had again.
  mutating func reopen() {
    guard let sale = last.first, sale.isOpen else { return }
    charged = sale.before
    count -= min(count, 1)
  }
}

/// A channel as the ledger has it.
public struct ChannelStanding: Hashable, Sendable {
  public var balance: Amount
  public var claimed: Amount
  public var withdrawal: Amount
  /// Seconds; zero where the payer asked for nothing.
  public var requestedAt: UInt64
  public var refundNonce: UInt64

  public init(
    balance: Amount, claimed: Amount, withdrawal: Amount = .zero, requestedAt: UInt64 = 0,
    refundNonce: UInt64 = 0
  ) {
    self.balance = balance
    self.claimed = claimed
    self.withdrawal = withdrawal
    self.requestedAt = requestedAt
    self.refundNonce = refundNonce
  }
}

extension ChannelStanding {
  init(_ state: ChannelState, withdrawal: Amount) {
    self.init(
      balance: state.balance, claimed: state.claimed, withdrawal: withdrawal,
      requestedAt: state.requestedAt, refundNonce: state.refundNonce)
  }
}
