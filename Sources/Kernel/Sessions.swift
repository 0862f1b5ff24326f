// Keys that act for an account within limits, and what each of them has used up.

public import Primitives

/// The sessions of all accounts, each under the hash of owner and key: who grants one takes
/// nothing from anybody else who grants one to the same key.
public struct Sessions: ~Copyable {
  @usableFromInline var rows = Table<Bytes32, Session>("sessions")

  public init() {}

  public static func id(of owner: Address, _ key: Address) -> Bytes32 {
    SHA256.hash(owner.bytes + key.bytes)
  }

  /// The session as it stands, whether or not it has expired.
  public func session(of owner: Address, key: Address) -> Session? {
    rows[Sessions.id(of: owner, key)]
  }

  /// The session, as long as its key may sign.
  public func live(
    of owner: Address, key: Address, at now: Time
  ) throws(Refusal) -> Session {
    let session = try rows.require(Sessions.id(of: owner, key), else: .noSession)
    guard session.limits.expires >= now else {
      throw .sessionExpired(session.limits.expires, now: now)
    }
    return session
  }

  /// A new one takes the place of the one before it, and counts from zero.
  mutating func put(_ session: Session) {
    rows[Sessions.id(of: session.owner, session.key)] = session
  }

  /// Whether there was one.
  mutating func remove(of owner: Address, key: Address) -> Bool {
    let id = Sessions.id(of: owner, key)
    guard rows.contains(id) else { return false }
    rows[id] = nil
    return true
  }

  /// The session whose row is due to go; nil where another was granted since.
  mutating func expire(_ id: Bytes32, dueAt deadline: Time) -> Session? {
    guard let session = rows[id], session.removal == deadline else { return nil }
    rows[id] = nil
    return session
  }

  /// Every session, in the order of the keys' bytes.
  public func forEach(_ body: (Bytes32, Session) -> Void) { rows.forEach(body) }
}

extension Sessions: TableGroup {
  public mutating func tables(_ v: inout TableVisitor) {
    v(&rows)
  }
}

// MARK: - What a message costs its session

/// Who acts for whom, where that is not the sender itself.
public struct SessionSigner: Hashable, Sendable {
  public let owner: Address
  public let key: Address

  public init(owner: Address, key: Address) {
    self.owner = owner
    self.key = key
  }
}

extension KernelTables {
  /// The first step, after the sender's own: the key stands for the sender, may send this kind,
  /// and its cap bears the toll.
  public mutating func admit(
    _ signer: SessionSigner, kind: UInt8, toll: Amount
  ) throws(Refusal) {
    var session = try mayAct(signer, kind: kind, at: blockTime)
    try session.count(toll, at: blockTime)
    sessions.put(session)
  }

  /// The same before anything is ordered: `toll` counts what waits.
  public func check(
    _ signer: SessionSigner, kind: UInt8, toll: Amount, at now: Time
  ) throws(Refusal) {
    var session = try mayAct(signer, kind: kind, at: now)
    try session.count(toll, at: now)
  }

  private func mayAct(
    _ signer: SessionSigner, kind: UInt8, at now: Time
  ) throws(Refusal) -> Session {
    let session = try sessions.live(of: signer.owner, key: signer.key, at: now)
    guard kind == RevokeSession.kind || session.limits.kinds.contains(UInt64(kind)) else {
      throw .sessionKind(kind)
    }
    return session
  }

  /// The last step: whatever the message was, only postings move money, so these are what it cost
  /// its sender. A refusal undoes the message.
  public mutating func count(
    _ signer: SessionSigner, after posted: Int
  ) throws(Refusal) {
    // Who gives a session up has none to count against.
    guard var session = sessions.session(of: signer.owner, key: signer.key) else { return }
    var moved = Amount.zero
    var begun: [Bytes32] = []
    for posting in ledger.postings(after: posted) where posting.from == .account(signer.owner) {
      guard posting.asset == .dollar else { throw .sessionAsset(posting.asset) }
      moved = try moved.adding(posting.amount)
      if case .escrow(let id) = posting.to, !session.purchases.contains(id) { begun.append(id) }
    }
    if moved == .zero { return }
    let most = session.limits.perMessage
    guard most == .zero || moved <= most else {
      throw .sessionPerMessage(asks: moved, limit: most)
    }
    try session.count(moved, at: blockTime)
    if !begun.isEmpty {
      session.purchases.removeAll { ledger.balance(.escrow($0)) == .zero }
      session.purchases += begun
      guard session.purchases.count <= Session.purchaseLimit else {
        throw .sessionPurchases(limit: UInt64(Session.purchaseLimit))
      }
    }
    sessions.put(session)
  }
}

extension KernelTimer {
  /// A session's row goes.
  public static func session(_ id: Bytes32) -> TimerKey {
    TimerKey(room: 0, kind: sessionKind, id: id)
  }

  static let sessionKind: UInt8 = 1
}
