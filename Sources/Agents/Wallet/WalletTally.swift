// What a policy needs to know of a log, kept line by line: sums of the last hour and day, and more.

public import Primitives

/// A pure value. It holds a day of lines, whatever the log's length.
public struct WalletTally: Sendable {
  private struct Line {
    var entry: WalletEntry
    /// Its charge was taken back: it counts as asked for and not as spent.
    var isVoid = false

    var spends: Bool { entry.kind == .allowed && !isVoid }
    var units: UInt128 { UInt128(entry.intent.amount.units) }
  }

  private struct Pair: Hashable {
    var payee: Address
    var origin: String
    var policy: Bytes32
  }

  /// How many lines there are, and the last one's hash and time.
  public private(set) var count: UInt64 = 0
  public private(set) var hash = Bytes32.zero
  public private(set) var time = Time.zero
  public private(set) var ending = Ending.none
  public var isStopped: Bool { ending != .none }
  /// Questions that wait for the owner.
  public private(set) var pending: [WalletEntry] = []

  /// The lines of the day before the last one, oldest first.
  private var recent: [Line] = []
  /// Whom the owner let be paid, by the policy that was in force.
  private var approved: Set<Pair> = []
  /// The moment for which the sums hold, and where day and hour begin in `recent`.
  private var at = Time.zero
  private var (dayStart, hourStart) = (0, 0)
  private var (day, hour) = (UInt128(0), UInt128(0))
  private var byPayee: [Address: UInt128] = [:]

  public init() {}

  public init(_ log: [WalletEntry]) { for entry in log { take(entry) } }

  // MARK: - Lines

  public mutating func take(_ entry: WalletEntry) {
    count += 1
    hash = entry.hash
    time = entry.time
    move(to: entry.time)
    dropOld()
    switch entry.kind {
    case .stopped: ending = max(ending, .stopped)
    // Steps of an end that nobody began are none.
    case .revoked: if isStopped { ending = max(ending, .revoked) }
    case .closed: if isStopped { ending = .closed }
    case .asked: pending.append(entry)
    case .approved, .rejected: pending.removeAll { $0.number == entry.about }
    case .takenBack: void(entry.about)
    case .allowed where entry.reason == Reason.approved.rawValue && entry.intent.kind == .pay:
      approved.insert(
        Pair(payee: entry.intent.payee, origin: entry.intent.origin, policy: entry.object))
    case .allowed, .denied, .sent, .policy: break
    }
    recent.append(Line(entry: entry))
    if entry.kind == .allowed { add(recent[recent.count - 1], sign: true) }
  }

  private mutating func add(_ line: Line, sign isPlus: Bool) {
    guard line.spends else { return }
    day = isPlus ? day + line.units : day - line.units
    hour = isPlus ? hour + line.units : hour
    let before = byPayee[line.entry.intent.payee] ?? 0
    let own = isPlus ? before + line.units : before - line.units
    byPayee[line.entry.intent.payee] = own == 0 ? nil : own
  }

  private mutating func void(_ number: UInt64) {
    guard let first = recent.first?.entry.number, number >= first,
      number - first < UInt64(recent.count)
    else { return }
    let place = Int(number - first)
    let line = recent[place]
    guard line.spends else { return }
    if place >= dayStart { add(line, sign: false) }
    if place >= hourStart { hour -= line.units }
    recent[place].isVoid = true
  }

  /// What is older than a day before the last line is older than a day for ever.
  private mutating func dropOld() {
    guard dayStart > 256, dayStart > recent.count / 2 else { return }
    recent.removeFirst(dayStart)
    hourStart -= dayStart
    dayStart = 0
  }

  // MARK: - Time

  /// Makes the sums those of another moment. A clock that went back brings back what it let go.
  mutating func move(to now: Time) {
    if now < at {
      (dayStart, hourStart, day, hour, byPayee) = (0, 0, 0, 0, [:])
      for line in recent { add(line, sign: true) }
    }
    at = now
    while dayStart < recent.count, !isWithin(Policy.day, recent[dayStart]) {
      add(recent[dayStart], sign: false)
      dayStart += 1
    }
    while hourStart < recent.count, !isWithin(Policy.hour, recent[hourStart]) {
      if recent[hourStart].spends { hour -= recent[hourStart].units }
      hourStart += 1
    }
  }

  private func isWithin(_ span: UInt64, _ line: Line) -> Bool {
    line.entry.time.milliseconds > at.milliseconds - min(at.milliseconds, span)
  }

  // MARK: - What a policy asks

  enum Window { case hour, day, payee(Address) }

  private func spent(_ window: Window) -> UInt128 {
    switch window {
    case .hour: hour
    case .day: day
    case .payee(let payee): byPayee[payee] ?? 0
    }
  }

  /// Whether so much more is too much.
  func exceeds(_ cap: Amount, _ window: Window, by more: Amount) -> Bool {
    spent(window) + UInt128(more.units) > UInt128(cap.units)
  }

  /// What is left of a cap.
  func left(of cap: Amount, _ window: Window) -> Amount {
    let (spent, cap) = (spent(window), UInt128(cap.units))
    return Amount(UInt64(clamping: cap - min(cap, spent)))
  }

  /// What was spent in the 24 hours before the moment that it was moved to.
  public var spentToday: Amount { Amount(UInt64(clamping: day)) }

  /// Lines of the last span, the newest first.
  private func backwards(_ span: UInt64) -> some Sequence<Line> {
    recent.reversed().lazy.prefix { isWithin(span, $0) }
  }

  /// By origin: one that asks all the time must not use up the minute of the others.
  func asked(by origin: String) -> UInt64 {
    var count: UInt64 = 0
    for line in backwards(Policy.minute) where line.entry.intent.origin == origin {
      if [.allowed, .asked, .denied].contains(line.entry.kind) { count += 1 }
    }
    return count
  }

  /// The line of the last minute that says an origin asks too often.
  func storm(of origin: String) -> UInt64? {
    backwards(Policy.minute).first {
      $0.entry.kind == .denied && $0.entry.reason == Reason.perMinute.rawValue
        && $0.entry.intent.origin == origin
    }?.entry.number
  }

  /// The owner's word on exactly this intent in the last hour, the newest first.
  struct Words {
    /// A line that was approved under this policy and not used.
    var yes: UInt64?
    /// A question that waits.
    var open: UInt64?
    var isTurnedAway = false
  }

  func words(on intent: Intent, under policy: Bytes32) -> Words {
    var words = Words()
    var used: [UInt64] = []
    var answered: [UInt64] = []
    for line in backwards(Policy.hour) where line.entry.intent == intent {
      let entry = line.entry
      switch entry.kind {
      case .allowed: if !line.isVoid { used.append(entry.about) }
      case .approved:
        answered.append(entry.about)
        if words.yes == nil, entry.object == policy, !used.contains(entry.about) {
          words.yes = entry.about
        }
      case .rejected:
        answered.append(entry.about)
        words.isTurnedAway = true
      case .asked:
        if words.open == nil, !answered.contains(entry.number) { words.open = entry.number }
      case .denied, .sent, .policy, .stopped, .takenBack, .revoked, .closed: break
      }
    }
    return words
  }

  /// Payees and origins that the owner brought together under a policy.
  enum Knowledge { case pair, payee, origin, none }

  func knows(_ intent: Intent, listed: [PolicyPayee], under policy: Bytes32) -> Knowledge {
    var found = Knowledge.none
    func meet(_ payee: Address, _ origin: String) {
      switch (payee == intent.payee, origin == intent.origin) {
      case (true, true): found = .pair
      case (true, false): if found != .pair { found = .payee }
      case (false, true): if found == .none { found = .origin }
      case (false, false): break
      }
    }
    for payee in listed { for origin in payee.origins { meet(payee.address, origin) } }
    // In no order: what is found does not depend on it.
    for pair in approved where pair.policy == policy { meet(pair.payee, pair.origin) }
    return found
  }
}
