// What a facilitator spends on others' behalf: so much a day, and not all of it for one payee.

public import Primitives

/// What a facilitator spends at most on others' behalf.
public struct FacilitatorLimits: Sendable {
  /// Accounts and channels that it opens in a day, each at the toll of an account. Beyond that it
  /// carries payments to accounts, and deposits into channels, that are open.
  public var accountsPerDay = 0
  /// Messages that it carries in a day, each at its toll, some 42 µ$.
  public var messagesPerDay = 100_000
  /// The least that a payment or a deposit may be: about what it costs to carry it. Otherwise
  /// anybody could let it spend its tolls on money that goes in circles.
  public var least = Amount(50)

  public init(accountsPerDay: Int = 0) { self.accountsPerDay = accountsPerDay }

  /// What one payee may take of a day's messages.
  var messagesPerPayee: Int { max(1, messagesPerDay / 4) }
}

/// What a day has cost so far. What is about to be spent is taken first and given back where it
/// was not spent, so that many at once do not go beyond.
struct CarryingBudget {
  private var day: UInt64 = 0
  private var opened = 0
  private var carried = 0
  private var byPayee: [Address: Int] = [:]

  private mutating func begin(_ now: Time) {
    let today = now.milliseconds / 86_400_000
    if today != day { self = CarryingBudget(day: today) }
  }

  init(day: UInt64 = 0) { self.day = day }

  /// Whether another account or channel may be opened.
  mutating func mayOpen(_ limits: FacilitatorLimits, _ now: Time) -> Bool {
    begin(now)
    return opened < limits.accountsPerDay
  }

  mutating func take(
    opening count: Int, for payee: Address, _ limits: FacilitatorLimits, _ now: Time
  ) -> Bool {
    begin(now)
    let own = byPayee[payee] ?? 0
    guard count == 0 || opened + count <= limits.accountsPerDay,
      carried < limits.messagesPerDay, own < limits.messagesPerPayee
    else { return false }
    opened += count
    carried += 1
    byPayee[payee] = own + 1
    return true
  }

  /// What was taken on the same day and did not happen.
  mutating func giveBack(opening count: Int, message payee: Address?, _ now: Time) {
    begin(now)
    opened = max(0, opened - count)
    guard let payee, let own = byPayee[payee] else { return }
    carried = max(0, carried - 1)
    byPayee[payee] = own > 1 ? own - 1 : nil
  }
}
