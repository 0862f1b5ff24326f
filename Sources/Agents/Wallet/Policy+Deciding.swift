// The decision about an intent: a pure function of policy, log, intent and time.

public import Primitives

/// Allowed, asked or denied, and why.
public struct Decision: Hashable, Sendable {
  public var kind: EntryKind
  public var reason: Reason
  /// The line of the owner's approval that it uses, or that it waits for.
  public var about: UInt64?

  public init(_ kind: EntryKind, _ reason: Reason, about: UInt64? = nil) {
    self.kind = kind
    self.reason = reason
    self.about = about
  }
}

/// Why a wallet decided as it did. The raw value is the stable code.
public enum Reason: String, CaseIterable, Sendable {
  case withinPolicy, approved
  case stopped, clockWentBack, badOrigin, otherAsset, nothing
  case perPayment, perHour, perDay, perPayee, perMinute
  case otherOrigin, otherPayee, unknownPayee, unknownNode
  case firstPayment, largePayment
  case turnedAway

  /// What the owner reads.
  public var text: String {
    switch self {
    case .withinPolicy: "it is within the policy"
    case .approved: "the owner approved it"
    case .stopped: "the agent was stopped"
    case .clockWentBack: "the clock is behind the last line of the log"
    case .badOrigin: "it does not say which origin asked"
    case .otherAsset: "the policy spends dollars only"
    case .nothing: "it asks for nothing"
    case .perPayment: "it is more than one payment may be"
    case .perHour: "it is more than is left of this hour"
    case .perDay: "it is more than is left of this day"
    case .perPayee: "it is more than is left for this payee today"
    case .perMinute: "too many payments were asked for in the last minute"
    case .otherOrigin: "another origin than the payee's own asked for it"
    case .otherPayee: "the origin named another payee before"
    case .unknownPayee: "the payee is not on the policy's list"
    case .unknownNode: "the policy buys on no market of that node"
    case .firstPayment: "it is the first payment to this payee"
    case .largePayment: "it is large, and waits for the owner"
    case .turnedAway: "the owner turned the same away within the last hour"
    }
  }
}

extension Policy {
  static let minute: UInt64 = 60_000
  static let hour: UInt64 = 3_600_000
  static let day: UInt64 = 86_400_000
  /// How far a clock may be set back by those who keep it, before nothing is decided.
  static let clockSlack: UInt64 = 5_000

  /// What is to be done about an intent. What was allowed counts as spent, whether or not it was
  /// paid in the end: to try again costs as much as to pay again. Only a charge for which nothing
  /// was ever shown to anybody is taken back.
  ///
  /// - Parameter isCovered: an intent of nothing is no mistake: what it lets be taken was charged
  ///   before. All else is judged as ever.
  public func decide(
    _ intent: Intent, _ tally: inout WalletTally, isCovered: Bool = false, now clock: Time
  ) -> Decision {
    let last = tally.time
    if tally.isStopped { return Decision(.denied, .stopped) }
    if clock.milliseconds < last.milliseconds - min(last.milliseconds, Policy.clockSlack) {
      return Decision(.denied, .clockWentBack)
    }
    tally.move(to: max(clock, last))
    if let reason = shape(of: intent, isCovered) { return Decision(.denied, reason) }
    if let reason = overCaps(intent, tally) { return Decision(.denied, reason) }
    let own = hash
    let known = knows(intent, tally, own)
    if let reason = known.denial { return Decision(.denied, reason) }
    let question: Reason? =
      known.asks ? .firstPayment : intent.amount > askAbove ? .largePayment : nil
    guard let question else { return Decision(.allowed, .withinPolicy) }
    return ask(question, intent, tally, own)
  }

  /// How much more a payee could be paid now without a word of the owner's: the least that any cap
  /// leaves. What is put into a channel is bounded by it, though only vouchers are charged. What
  /// lies in channels already counts: at one seller against what that one may have, and in all
  /// against hour and day.
  public func room(
    for payee: Address, beside locked: LockedMoney, _ tally: inout WalletTally, now clock: Time
  ) -> Amount {
    tally.move(to: max(clock, tally.time))
    let own = payees.first { $0.address == payee }?.perDay ?? .zero
    var caps = [perPayment, askAbove, tally.left(of: perPayee, .payee(payee))]
    if own > .zero { caps.append(tally.left(of: own, .payee(payee))) }
    let all = [tally.left(of: perHour, .hour), tally.left(of: perDay, .day)]
    let rooms =
      caps.map { $0.units - min($0.units, locked.there.units) }
      + all.map { $0.units - min($0.units, locked.all.units) }
    return Amount(rooms.min() ?? 0)
  }

  /// What is asked about where a voucher for a price lets its payee take so much more. The owner's
  /// bounds for one payment speak of prices: a price beyond them is judged, and charged, whole.
  public func weight(of price: Amount, adding more: Amount) -> Amount {
    price > perPayment || price > askAbove ? price : more
  }

  /// The same from a whole log.
  public func decide(
    _ intent: Intent, log: [WalletEntry], now: Time
  ) -> Decision {
    var tally = WalletTally(log)
    return decide(intent, &tally, now: now)
  }

  /// What is wrong with it by itself.
  private func shape(of intent: Intent, _ isCovered: Bool) -> Reason? {
    if intent.amount == .zero, !isCovered { return .nothing }
    if intent.asset != .dollar { return .otherAsset }
    if Origin(intent.origin)?.text != intent.origin { return .badOrigin }
    return intent.amount > perPayment ? .perPayment : nil
  }

  private func overCaps(_ intent: Intent, _ tally: WalletTally) -> Reason? {
    if tally.asked(by: intent.origin) >= perMinute { return .perMinute }
    if tally.exceeds(perHour, .hour, by: intent.amount) { return .perHour }
    if tally.exceeds(perDay, .day, by: intent.amount) { return .perDay }
    guard intent.payee != Address() else { return nil }
    let same = WalletTally.Window.payee(intent.payee)
    if tally.exceeds(perPayee, same, by: intent.amount) { return .perPayee }
    let own = payees.first { $0.address == intent.payee }?.perDay ?? .zero
    return own > .zero && tally.exceeds(own, same, by: intent.amount) ? .perPayee : nil
  }

  /// Whether payee and origin belong together, by the list or by what the owner approved while
  /// this very policy was in force: another policy takes back every yes that it does not name.
  private func knows(
    _ intent: Intent, _ tally: WalletTally, _ own: Bytes32
  ) -> (asks: Bool, denial: Reason?) {
    if intent.kind != .pay {
      return (false, nodes.contains(intent.origin) ? nil : .unknownNode)
    }
    if intent.payee == Address() { return (false, .unknownPayee) }
    switch tally.knows(intent, listed: payees, under: own) {
    case .pair: return (false, nil)
    case .payee: return (false, .otherOrigin)
    case .origin: return (false, .otherPayee)
    case .none: return asksFirst ? (true, nil) : (false, .unknownPayee)
    }
  }

  /// The owner's word on exactly this intent, where it was given in the last hour and not used. A
  /// yes that was given under another policy is none.
  private func ask(
    _ question: Reason, _ intent: Intent, _ tally: WalletTally, _ own: Bytes32
  ) -> Decision {
    let words = tally.words(on: intent, under: own)
    if let yes = words.yes { return Decision(.allowed, .approved, about: yes) }
    if let open = words.open { return Decision(.asked, question, about: open) }
    if words.isTurnedAway { return Decision(.denied, .turnedAway) }
    return Decision(.asked, question)
  }
}

/// Money in channels that is charged to nobody, since no voucher was signed for it.
public struct LockedMoney: Hashable, Sendable {
  /// At the seller who asks, under whatever name.
  public var there = Amount()
  public var all = Amount()

  public init() {}
}

extension [WalletEntry] {
  /// Questions without an answer, however old.
  public var pending: [WalletEntry] { self[...].open }

  /// What waits for the owner, oldest first: questions of the last hour that have no answer. One
  /// that is older is asked again by whoever still wants it. Of those for one payee by one origin
  /// the newest waits for all: the others are the same seller with other numbers.
  public func waiting(at now: Time) -> [WalletEntry] {
    let since = now.milliseconds - Swift.min(now.milliseconds, Policy.hour)
    var pairs: Set<[String]> = []
    let newest = suffix { $0.time.milliseconds > since }.open.reversed().filter { entry in
      let intent = entry.intent
      guard intent.kind == .pay else { return true }
      return pairs.insert([intent.payee.checksummed, intent.origin]).inserted
    }
    return newest.reversed()
  }

  private func suffix(while isIn: (WalletEntry) -> Bool) -> ArraySlice<WalletEntry> {
    var start = endIndex
    while start > startIndex, isIn(self[start - 1]) { start -= 1 }
    return self[start...]
  }

  /// What was allowed in the 24 hours before a moment, and not taken back.
  public func spent(before now: Time) -> Amount {
    var tally = WalletTally(self)
    tally.move(to: Swift.max(now, tally.time))
    return tally.spentToday
  }
}

extension ArraySlice<WalletEntry> {
  fileprivate var open: [WalletEntry] {
    var answered: Set<UInt64> = []
    for entry in self where [.approved, .rejected].contains(entry.kind) {
      answered.insert(entry.about)
    }
    return filter { $0.kind == .asked && !answered.contains($0.number) }
  }
}
