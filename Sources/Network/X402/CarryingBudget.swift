// What a facilitator spends on others' behalf: so much a day, and not all of it for a few.

import Payments
public import Primitives

/// What a facilitator spends at most on others' behalf.
public struct FacilitatorLimits: Sendable {
  /// Accounts and channels that it opens in a day, each at the toll of an account. Beyond that it
  /// carries payments to accounts, and deposits into channels, that are open.
  public var accountsPerDay = 0
  /// Tolls of the messages that it carries in a day, also of those that the ledger refuses.
  public var tollsPerDay = Amount(4_200_000)
  /// The least that a payment, a deposit or a refund may be: about what it costs to carry it. Money
  /// can go in circles all the same: what that takes is bounded by the shares below.
  public var least = Amount(50)
  /// Half of the day is theirs alone, since whoever has many accounts has many shares of the rest.
  /// A seller's channels count where their authorizer is the seller itself, named as well or known
  /// by the seller's signed word, or where its standing bond is behind them.
  public var payees: Set<Address> = []

  public init(accountsPerDay: Int = 0) { self.accountsPerDay = accountsPerDay }
}

/// On whose behalf something is spent.
struct CarriedFor: Sendable {
  /// Who is paid.
  var payees: Set<Address>
  /// Who pays, where it is one.
  var payer: Address?
  /// Money that goes back to its payer is nobody's sale: it has no part in what is kept.
  var isRefund = false
  /// Money that only lies in a channel: its payer may take it out again, so each payer has at most
  /// a share also of what is kept.
  var isDeposit = false
}

extension CarriedFor {
  /// On whose behalf a channel's deposit or refund is carried: the receiver's where the authorizer
  /// is known to be its own. Anybody can name a receiver and a key of his own as the authorizer,
  /// who gives him his money back; what that costs is his, and no receiver's.
  static func channel(_ config: ChannelConfig, isReceivers: Bool) -> CarriedFor {
    let side = isReceivers ? config.receiver : config.receiverAuthorizer
    return CarriedFor(payees: [side], payer: config.payer)
  }
}

/// What a day has cost so far. What is about to be spent is taken first and given back where it
/// was not spent, so that many at once do not go beyond.
struct CarryingBudget {
  private var day: UInt64 = 0
  private var tolls = Purse()
  private var openings = Purse()

  init(day: UInt64 = 0) { self.day = day }

  private mutating func begin(_ now: Time) {
    let today = now.milliseconds / 86_400_000
    if today != day { self = CarryingBudget(day: today) }
  }

  /// Whether another account or channel may be opened.
  mutating func mayOpen(_ whom: CarriedFor, _ limits: FacilitatorLimits, _ now: Time) -> Bool {
    begin(now)
    return openings.has(1, for: whom, limits.openings, limits.payees)
  }

  mutating func take(
    opening count: Int, toll: Amount, for whom: CarriedFor, _ limits: FacilitatorLimits,
    _ now: Time
  ) -> Bool {
    begin(now)
    let count = UInt64(clamping: count)
    guard count == 0 || openings.has(count, for: whom, limits.openings, limits.payees),
      tolls.has(toll.units, for: whom, limits.tollsPerDay.units, limits.payees)
    else { return false }
    openings.add(count, for: whom, limits.payees)
    tolls.add(toll.units, for: whom, limits.payees)
    return true
  }

  /// What was taken on the same day and did not happen.
  mutating func giveBack(
    opening count: Int, toll: Amount, for whom: CarriedFor, _ limits: FacilitatorLimits,
    _ now: Time
  ) {
    begin(now)
    openings.remove(UInt64(clamping: count), for: whom, limits.payees)
    tolls.remove(toll.units, for: whom, limits.payees)
  }
}

extension CarriedFor {
  fileprivate var depositor: Address? { isDeposit ? payer : nil }
}

extension FacilitatorLimits {
  fileprivate var openings: UInt64 { UInt64(clamping: accountsPerDay) }
}

/// One sum for a day. Payees that the operator named have half of it to themselves; of the rest any
/// other, and any payer, has at most a sixteenth of what the others left.
private struct Purse {
  private var spent: UInt64 = 0
  /// What of it was not for payees that were named.
  private var rest: UInt64 = 0
  private var byAccount: [Address: UInt64] = [:]
  /// What of the rest of the sum each payer's deposits took.
  private var byDepositor: [Address: UInt64] = [:]

  private static let share: UInt64 = 16

  private func isNamed(_ whom: CarriedFor, _ named: Set<Address>) -> Bool {
    !whom.isRefund && whom.payees.isSubset(of: named)
  }

  private func accounts(_ whom: CarriedFor) -> Set<Address> {
    whom.payer.map { whom.payees.union([$0]) } ?? whom.payees
  }

  func has(
    _ amount: UInt64, for whom: CarriedFor, _ limit: UInt64, _ named: Set<Address>
  ) -> Bool {
    guard spent <= limit, amount <= limit - spent else { return false }
    if isNamed(whom, named) {
      guard let depositor = whom.depositor else { return true }
      let own = byDepositor[depositor] ?? 0
      return own + amount <= max((limit - (spent - min(own, spent))) / Purse.share, 1)
    }
    let most = named.isEmpty ? limit : limit - limit / 2
    guard rest <= most, amount <= most - rest else { return false }
    return accounts(whom).allSatisfy { account in
      let own = byAccount[account] ?? 0
      let left = most - (rest - min(own, rest))
      // Who has nothing yet has one, where there is one.
      return own + amount <= max(left / Purse.share, 1)
    }
  }

  mutating func add(_ amount: UInt64, for whom: CarriedFor, _ named: Set<Address>) {
    guard amount > 0 else { return }
    spent += amount
    if isNamed(whom, named) {
      if let depositor = whom.depositor { byDepositor[depositor, default: 0] += amount }
      return
    }
    rest += amount
    for account in accounts(whom) { byAccount[account, default: 0] += amount }
  }

  mutating func remove(_ amount: UInt64, for whom: CarriedFor, _ named: Set<Address>) {
    spent -= min(spent, amount)
    if isNamed(whom, named) {
      if let depositor = whom.depositor {
        byDepositor[depositor] = Purse.less(byDepositor[depositor], amount)
      }
      return
    }
    rest -= min(rest, amount)
    for account in accounts(whom) {
      byAccount[account] = Purse.less(byAccount[account], amount)
    }
  }

  private static func less(_ own: UInt64?, _ amount: UInt64) -> UInt64? {
    (own ?? 0) > amount ? (own ?? 0) - amount : nil
  }
}
