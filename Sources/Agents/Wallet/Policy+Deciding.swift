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
  /// paid in the end: to try again costs as much as to pay again.
  public func decide(
    _ intent: Intent, log: [WalletEntry], now clock: Time
  ) -> Decision {
    let last = log.last?.time ?? .zero
    if log.contains(where: { $0.kind == .stopped }) { return Decision(.denied, .stopped) }
    if clock.milliseconds < last.milliseconds - min(last.milliseconds, Policy.clockSlack) {
      return Decision(.denied, .clockWentBack)
    }
    let now = max(clock, last)
    if let reason = shape(of: intent) { return Decision(.denied, reason) }
    if let reason = overCaps(intent, log, now) { return Decision(.denied, reason) }
    let known = knows(intent, log)
    if let reason = known.denial { return Decision(.denied, reason) }
    let question: Reason? =
      known.asks ? .firstPayment : intent.amount > askAbove ? .largePayment : nil
    guard let question else { return Decision(.allowed, .withinPolicy) }
    return ask(question, intent, log, now)
  }

  /// What is wrong with it by itself.
  private func shape(of intent: Intent) -> Reason? {
    if intent.amount == .zero { return .nothing }
    if intent.asset != .dollar { return .otherAsset }
    if Origin(intent.origin)?.text != intent.origin { return .badOrigin }
    return intent.amount > perPayment ? .perPayment : nil
  }

  private func overCaps(_ intent: Intent, _ log: [WalletEntry], _ now: Time) -> Reason? {
    func within(_ span: UInt64) -> [WalletEntry] {
      log.filter { $0.time.milliseconds > now.milliseconds - min(now.milliseconds, span) }
    }
    func exceeds(_ cap: Amount, _ entries: [WalletEntry]) -> Bool {
      var sum = intent.amount.units
      for entry in entries where entry.kind == .allowed {
        let (next, overflow) = sum.addingReportingOverflow(entry.intent.amount.units)
        if overflow { return true }
        sum = next
      }
      return sum > cap.units
    }
    // By origin: one that asks all the time must not use up the minute of the others.
    let asked = within(Policy.minute).filter {
      [.allowed, .asked, .denied].contains($0.kind) && $0.intent.origin == intent.origin
    }
    if UInt64(asked.count) >= perMinute { return .perMinute }
    if exceeds(perHour, within(Policy.hour)) { return .perHour }
    let today = within(Policy.day)
    if exceeds(perDay, today) { return .perDay }
    guard intent.payee != Address() else { return nil }
    let same = today.filter { $0.intent.payee == intent.payee }
    if exceeds(perPayee, same) { return .perPayee }
    let own = payees.first { $0.address == intent.payee }?.perDay ?? .zero
    return own > .zero && exceeds(own, same) ? .perPayee : nil
  }

  /// Whether payee and origin belong together, by the list or by what the owner approved while
  /// this very policy was in force: another policy takes back every yes that it does not name.
  private func knows(
    _ intent: Intent, _ log: [WalletEntry]
  ) -> (asks: Bool, denial: Reason?) {
    if intent.kind != .pay {
      return (false, nodes.contains(intent.origin) ? nil : .unknownNode)
    }
    if intent.payee == Address() { return (false, .unknownPayee) }
    var pairs: [(address: Address, origin: String)] = []
    for payee in payees { for origin in payee.origins { pairs.append((payee.address, origin)) } }
    let own = hash
    for entry in log where entry.kind == .allowed && entry.reason == Reason.approved.rawValue {
      guard entry.intent.kind == .pay, entry.object == own else { continue }
      pairs.append((entry.intent.payee, entry.intent.origin))
    }
    if pairs.contains(where: { $0 == (intent.payee, intent.origin) }) { return (false, nil) }
    if pairs.contains(where: { $0.address == intent.payee }) { return (false, .otherOrigin) }
    if pairs.contains(where: { $0.origin == intent.origin }) { return (false, .otherPayee) }
    return asksFirst ? (true, nil) : (false, .unknownPayee)
  }

  /// The owner's word on exactly this intent, where it was given in the last hour and not used.
  private func ask(
    _ question: Reason, _ intent: Intent, _ log: [WalletEntry], _ now: Time
  ) -> Decision {
    let recent = log.filter {
      $0.intent == intent
        && $0.time.milliseconds > now.milliseconds - min(now.milliseconds, Policy.hour)
    }
    let used = recent.filter { $0.kind == .allowed }.map(\.about)
    // A yes that was given under another policy is none.
    let own = hash
    if let yes = recent.last(where: {
      $0.kind == .approved && $0.object == own && !used.contains($0.about)
    }) {
      return Decision(.allowed, .approved, about: yes.about)
    }
    let answered = recent.filter { [.approved, .rejected].contains($0.kind) }.map(\.about)
    if let open = recent.last(where: { $0.kind == .asked && !answered.contains($0.number) }) {
      return Decision(.asked, question, about: open.number)
    }
    if recent.contains(where: { $0.kind == .rejected }) { return Decision(.denied, .turnedAway) }
    return Decision(.asked, question)
  }
}

extension [WalletEntry] {
  /// What waits for the owner.
  public var pending: [WalletEntry] {
    let answered = filter { [.approved, .rejected].contains($0.kind) }.map(\.about)
    return filter { $0.kind == .asked && !answered.contains($0.number) }
  }

  /// The line of the last minute that says an origin asks too often.
  func storm(of origin: String, before now: Time) -> UInt64? {
    last {
      $0.kind == .denied && $0.reason == Reason.perMinute.rawValue && $0.intent.origin == origin
        && $0.time.milliseconds > now.milliseconds - Swift.min(now.milliseconds, Policy.minute)
    }?.number
  }

  /// What was allowed in the 24 hours before a moment.
  public func spent(before now: Time) -> Amount {
    var sum: UInt64 = 0
    for entry in self
    where entry.kind == .allowed
      && entry.time.milliseconds > now.milliseconds - Swift.min(now.milliseconds, Policy.day)
    {
      sum = sum.addingReportingOverflow(entry.intent.amount.units).partialValue
    }
    return Amount(sum)
  }
}
