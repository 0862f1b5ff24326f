// Session keys in a walk: owners who grant them, keys that buy, and thieves who hold one.

import Chain
import Kernel
import Market
import Primitives

extension Walker {
  /// Keys that nobody's account has.
  static let sessionKeys = (0..<UInt8(4)).map {
    Address(lastBytesOf: Cast.secret(Array("session".utf8), [$0]))
  }

  /// An owner grants a session or takes one back.
  mutating func writeSession() -> any MessageContent {
    let key = random.pick(Walker.sessionKeys) ?? Address()
    if random.chance(15) {
      var m = RevokeSession()
      let owners = cast.people.filter {
        state.kernel.sessions.session(of: $0, key: key) != nil
      }
      m.head = head(random.chance(80) ? random.pick(owners) ?? person() : person())
      m.key = key
      return m
    }
    var m = GrantSession()
    m.head = head(random.chance(90) ? cast.people[random.below(4)] : person())
    if random.chance(3) { m.head = head(cast.operatorKey.address) }
    m.key = key
    m.limits.expires = Time(
      state.kernel.blockTime.milliseconds + UInt64(1 + random.below(400_000)))
    m.limits.total = Amount(UInt64(1 + random.below(random.chance(20) ? 5_000 : 4_000_000)))
    if random.chance(50) {
      m.limits.period = 60
      m.limits.perPeriod = Amount(UInt64(1 + random.below(random.chance(50) ? 300 : 400_000)))
    }
    if random.chance(50) { m.limits.perMessage = Amount(UInt64(1 + random.below(100_000))) }
    if walksAssets && m.limits.period > 0 {
      // A bound that nothing but the period's keeps.
      (m.limits.total, m.limits.perMessage) = (Amount(4_000_000), .zero)
      m.limits.perPeriod = Amount(1_000)
    }
    m.limits.kinds = MessageKind.forSessions
      .filter { $0 == .contestProof ? seed % 4 == 0 : random.chance(90) }
      .map { UInt64($0.rawValue) }.sorted()
    if m.limits.kinds.isEmpty { m.limits.kinds = [UInt64(Transfer.kind)] }
    if random.chance(40) { m.limits.payees = [person(), person()] }
    return m
  }

  /// In few walks somebody has a key that may move little a minute, and uses it for everything.
  var walksNarrowSessions: Bool { seed % 20 == 19 }

  /// The key is given its bounds, and then asked for more than they allow or for another asset.
  mutating func useNarrowSession() -> any MessageContent {
    let (owner, key) = (cast.people[5], Walker.sessionKeys[3])
    guard state.kernel.sessions.session(of: owner, key: key) != nil else {
      var m = GrantSession()
      m.head = head(owner)
      m.key = key
      m.limits.expires = Time(state.kernel.blockTime.milliseconds + 390_000)
      m.limits.total = Amount(4_000_000)
      (m.limits.period, m.limits.perPeriod) = (60, Amount(3_000))
      m.limits.kinds = [UInt64(Transfer.kind)]
      return m
    }
    var m = Transfer()
    m.head = head(owner)
    m.to = cast.people[0]
    m.asset = random.chance(30) ? Asset(1) : .dollar
    m.amount = Amount(UInt64(1 + random.below(m.asset == .dollar ? 4_000 : 3)))
    return m
  }

  /// Who signs: mostly the sender, now and then a key that has a session of it, or says so.
  mutating func signer(of content: any MessageContent) -> Address {
    let owner = content.head.from
    guard random.chance(walksNarrowSessions ? 80 : 30) else { return owner }
    var live: [Address] = []
    for key in Walker.sessionKeys
    where state.kernel.sessions.session(of: owner, key: key) != nil { live.append(key) }
    if let key = random.pick(live) { return key }
    return random.chance(4) ? cast.stranger : owner
  }

  mutating func spoil(_ grant: GrantSession) -> GrantSession {
    var m = grant
    switch random.below(7) {
    case 0: m.limits.expires = Time(1)
    case 1: m.limits.expires = .never
    case 2: m.limits.total = .zero
    case 3: m.limits.kinds.append(UInt64(GrantSession.kind))
    case 4: m.limits.kinds = [UInt64(PublishKey.kind)]
    case 5: m.key = m.head.from
    default: m.limits.payees = cast.people
    }
    return m
  }

  /// A session that took more than its owner said.
  func brokenSession() -> String? {
    var wrong: String?
    state.kernel.sessions.forEach { id, session in
      let limits = session.limits
      if session.used > limits.total { wrong = "\(id): \(session.used.units) of its total" }
      if session.periodUsed > limits.perPeriod { wrong = "\(id): \(session.periodUsed.units)" }
      if session.limits.expires.milliseconds &+ 1 < session.periodBegan.milliseconds {
        wrong = "\(id): counts after its end"
      }
    }
    return wrong
  }
}
