// What is known of an agent's channels: what their sellers owe, what the ledger has of them.

import Agents
import Kernel
import Payments
import Primitives

extension Teller {
  /// Answers that a seller owes, of both kinds of payment.
  ///
  /// - Parameter number: a channel whose last voucher the next one replaces.
  func debts(of seller: String, besides number: UInt64? = nil) -> Int {
    owed.count { $0.origin == seller } + voucherDebts(of: seller, besides: number)
  }

  /// Answers that were charged and never came, and vouchers that were shown and left without one.
  func voucherDebts(of seller: String, besides number: UInt64? = nil) -> Int {
    let rows = channels.book.channels.filter { $0.seller == seller }
    let left = rows.count { $0.number != number && isLeft($0) }
    return left + Int(clamping: rows.map(\.owed).reduce(0, Amount.clamped(_:plus:)))
  }

  /// Whether the last voucher of a channel was shown, has no answer and is not being served.
  func isLeft(_ row: AgentChannel) -> Bool {
    row.isUnanswered && busyChannels[row.number] == nil
  }

  /// Takes back what nobody has seen.
  func reclaim(_ row: AgentChannel) throws -> AgentChannel {
    try Teller.reclaim(row, channels, wallet, clock())
  }

  static func reclaim(
    _ asked: AgentChannel, _ channels: ChannelsJournal, _ wallet: AgentWallet, _ now: Time
  ) throws(WalletFault) -> AgentChannel {
    guard asked.number < UInt64(channels.book.channels.count) else { return asked }
    let row = channels.book.channels[Int(asked.number)]
    guard [.decided, .signed].contains(row.payment.state) else { return row }
    try channels.mend()
    try wallet.takeBack(row.payment.line, hash: row.payment.lineHash, "neverShown", now: now)
    let free = row.become(.givenUp, now)
    try channels.put(free)
    return free
  }

  /// Looks at the ledger. A deposit that was carried, or can be carried no more, is none any more.
  func refresh(_ asked: AgentChannel) async throws -> AgentChannel {
    let nonce = asked.depositNonce
    let hasDeposit = asked.deposit > .zero
    // First the time and then the nonce: in between it could be carried.
    let hasEnded = hasDeposit ? await hasEnded(asked.depositUntil) : false
    let isSpent = hasDeposit ? await pocket.isSpent(nonce) : nil
    let standing = try await inPocket { try await pocket.channel(asked.id) }
    var row = channels.book.channels[Int(asked.number)]
    let before = row
    row.learn(standing)
    if row.depositNonce == nonce, isSpent == true || isSpent == false && hasEnded {
      (row.deposit, row.depositNonce, row.depositUntil) = (.zero, .zero, 0)
    }
    // What was taken was signed, whoever remembers it.
    row.signed = max(row.signed, row.claimed)
    if row != before {
      try inFolder { [row] () throws(WalletFault) in try channels.put(row) }
    }
    return row
  }
}

extension AgentChannel {
  /// Takes what the ledger has. Of a channel that is empty there it tells nothing.
  mutating func learn(_ standing: ChannelStanding?) {
    balance = standing?.balance ?? claimed
    claimed = standing?.claimed ?? claimed
    isLeaving = (standing?.requestedAt ?? 0) > 0
  }
}

extension PocketProblem {
  static let brokenChannel = PocketProblem(
    "channelBroken",
    "the seller contradicted itself about a channel; nothing more is signed on it")
  static let depositUnderWay = PocketProblem(
    "depositUnderWay", "a deposit is on its way into the channel; ask again", isTemporary: true)
  static let depositTooLarge = PocketProblem(
    "depositTooLarge", "the channel needs a larger deposit than the policy leaves room for")
  static let channelBusy = PocketProblem(
    "channelBusy", "too many requests wait for the channel to this seller", isTemporary: true)
  static let tooManyChannels = PocketProblem(
    "tooManyChannels", "this seller has had as many channels as are looked through")
  static let noSession = PocketProblem(
    "noSession", "the ledger has no session of this agent any more, so nothing is paid")
  static let tooMuch = PocketProblem("tooMuch", "so much money there is not")
}

extension Amount {
  /// A sum for bounds, which is the greatest there is where it is greater.
  static func clamped(_ units: UInt64, plus more: UInt64) -> UInt64 {
    let (sum, overflow) = units.addingReportingOverflow(more)
    return overflow ? .max : sum
  }
}
