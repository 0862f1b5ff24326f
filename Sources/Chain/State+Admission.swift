// The two steps of a message, each whole or not at all: it is admitted, then carried out.

public import Kernel
public import Primitives

extension State {
  /// Takes a message into the open block. A refusal here means that it was not admitted: nothing
  /// of it stays, and it stands in no block. One whose body is refused was admitted: its toll and
  /// its place in the lane are used up, and the outcome says why.
  ///
  /// It reads the message where it lies: a copy would count anew who holds its many arrays.
  mutating func apply(
    _ messages: Span<VerifiedMessage>, at index: Int
  ) throws(Refusal) -> MessageOutcome {
    // Admission touches the Kernel alone.
    let before = kernel.mark()
    let toll: Amount
    do throws(Refusal) {
      guard messages[index].separator == domain.separator else { throw .notTheSigner }
      toll = try admit(
        messages[index].head, signer: messages[index].signer, size: messages[index].size)
      if let session = messages[index].session {
        let kind = try messages[index].signed.number
        try kernel.admit(session, kind: kind, toll: toll)
      }
      if let most = messages[index].feeLimit {
        try checkGas(most, of: messages[index].signed.message, toll: toll)
      }
    } catch {
      kernel.rollback(to: before)
      throw error
    }
    kernel.recoveries = messages[index].recoveries
    let outcome = carryOut(
      messages[index].signed.message, as: messages[index].signed.id, toll: toll,
      by: messages[index].session)
    kernel.recoveries = []
    forgetUndo()
    return outcome
  }

  /// The first step: size, expiry, sequence, toll.
  mutating func admit(_ head: Head, signer: Address, size: Int) throws(Refusal) -> Amount {
    let limit = Int(clamping: try kernel.terms.current { $0.maxMessage })
    guard size <= limit else { throw .tooLong(size, limit: limit) }
    try kernel.admit(head, signer: signer, bytes: size)
    return kernel.tollPaid
  }

  /// The second step: the body, undone whole when it is refused. What a session key signed is
  /// held to the session as well.
  mutating func carryOut(
    _ message: Message, as id: Bytes32, toll: Amount, by session: SessionSigner? = nil
  ) -> MessageOutcome {
    let admitted = mark()
    let posted = kernel.ledger.postings.count
    do throws(Refusal) {
      if let session { try checkSession(message, of: session) }
      try dispatch(message, as: id)
      if let session { try kernel.count(session, after: posted) }
      return MessageOutcome(id: id, refusal: nil, toll: toll)
    } catch {
      rollback(to: admitted)
      return MessageOutcome(id: id, refusal: error, toll: toll)
    }
  }
}

// MARK: - The door

/// What the door has taken and no block holds yet: tolls and places that are spoken for.
public struct WaitingMessages: Sendable {
  /// How far ahead of a lane's next message the door holds others.
  public static let window: UInt64 = 16

  private var tolls: [Address: Amount] = [:]
  /// The part of them that accounts signed for themselves.
  private var ownTolls: [Address: Amount] = [:]
  private var sessionTolls: [SessionSigner: Amount] = [:]
  private var places: [LaneKey: [UInt64: Bytes32]] = [:]

  public init() {}

  /// What an account owes for messages that wait.
  public func owed(by account: Address) -> Amount { tolls[account] ?? .zero }

  /// What an account's balance has to hold for a message: its own messages are not held to what
  /// its sessions have waiting, or whoever has a session's key could hold back its revocation.
  public func owed(with m: VerifiedMessage) -> Amount {
    m.session == nil ? ownTolls[m.head.from] ?? .zero : owed(by: m.head.from)
  }

  /// What waiting messages take off the cap of a session.
  public func owed(by session: SessionSigner) -> Amount { sessionTolls[session] ?? .zero }

  /// The message that waits at a place of a lane.
  public func message(of lane: LaneKey, at sequence: UInt64) -> Bytes32? {
    places[lane]?[sequence]
  }

  public mutating func add(_ m: VerifiedMessage, toll: Amount) throws(Refusal) {
    let head = m.head
    tolls[head.from] = try owed(by: head.from).adding(toll)
    if let session = m.session {
      sessionTolls[session] = try owed(by: session).adding(toll)
    } else {
      ownTolls[head.from] = try owed(with: m).adding(toll)
    }
    places[LaneKey(m.signer, head.lane), default: [:]][head.sequence] = m.signed.id
  }

  /// Forgets a message that a block took or that was turned away.
  public mutating func remove(_ m: VerifiedMessage, toll: Amount) {
    let head = m.head
    let lane = LaneKey(m.signer, head.lane)
    guard places[lane]?[head.sequence] == m.signed.id else { return }
    places[lane]?[head.sequence] = nil
    if places[lane]?.isEmpty == true { places[lane] = nil }
    let rest = (try? owed(by: head.from).subtracting(toll)) ?? .zero
    tolls[head.from] = rest == .zero ? nil : rest
    guard let session = m.session else {
      let own = (try? owed(with: m).subtracting(toll)) ?? .zero
      ownTolls[head.from] = own == .zero ? nil : own
      return
    }
    let left = (try? owed(by: session).subtracting(toll)) ?? .zero
    sessionTolls[session] = left == .zero ? nil : left
  }
}

extension State {
  /// What runs before a message is ordered: it costs nothing and changes nothing. The toll that
  /// comes back is to be reserved with `WaitingMessages.add`.
  public func check(
    _ m: VerifiedMessage, now: Time, _ waiting: borrowing WaitingMessages
  ) throws(Refusal) -> Amount {
    guard m.separator == domain.separator else { throw .notTheSigner }
    let head = m.head
    let limit = Int(clamping: kernel.terms.current.maxMessage)
    guard m.size <= limit else { throw .tooLong(m.size, limit: limit) }
    let earliest = max(now, kernel.blockTime)
    guard head.validUntil >= earliest else {
      throw .expired(validUntil: head.validUntil, now: earliest)
    }
    guard kernel.accounts.isOpen(head.from) else { throw .unknownAccount }
    let next = kernel.accounts.nextSequence(signer: m.signer, lane: head.lane)
    if head.sequence < next { throw .staleSequence(got: head.sequence, next: next) }
    if head.sequence - next >= WaitingMessages.window {
      throw .futureSequence(got: head.sequence, next: next)
    }
    if let other = waiting.message(of: LaneKey(m.signer, head.lane), at: head.sequence) {
      throw other == m.signed.id ? .waitsAlready : .sequenceTaken(head.sequence)
    }
    let toll = try kernel.toll(of: head.from, bytes: m.size)
    if let session = m.session {
      let tolls = try waiting.owed(by: session).adding(toll)
      try kernel.check(session, kind: try m.signed.number, toll: tolls, at: earliest)
    }
    if let most = m.feeLimit { try checkGas(most, of: m.signed.message, toll: toll) }
    let needs = try waiting.owed(with: m).adding(toll)
    let has = kernel.ledger.balance(.account(head.from))
    guard has >= needs else { throw .insufficient(has: has, needs: needs) }
    return toll
  }

  /// Asks again of a message that waits whether what was promised for it is still there: money
  /// moves on, and sessions end, while a place is held.
  public func checkAgain(
    _ m: VerifiedMessage, now: Time, _ waiting: borrowing WaitingMessages
  ) throws(Refusal) {
    if let session = m.session {
      try kernel.check(
        session, kind: try m.signed.number, toll: waiting.owed(by: session),
        at: max(now, kernel.blockTime))
    }
    let needs = waiting.owed(with: m)
    let has = kernel.ledger.balance(.account(m.head.from))
    guard has >= needs else { throw .insufficient(has: has, needs: needs) }
  }

  /// The sequence that a lane takes next.
  public func nextSequence(of lane: LaneKey) -> UInt64 {
    kernel.accounts.nextSequence(signer: lane.signer, lane: lane.lane)
  }
}

extension Refusal {
  /// The same message waits for a block.
  static var waitsAlready: Refusal { Refusal("waitsAlready") }

  /// Another message of the lane waits with this sequence.
  static func sequenceTaken(_ sequence: UInt64) -> Refusal {
    Refusal("sequenceTaken", ["sequence": sequence])
  }

  /// The message waited for one before it in its lane, which did not come.
  public static func gapTooLong(sequence: UInt64, next: UInt64, seconds: UInt64) -> Refusal {
    Refusal("gapTooLong", ["sequence": sequence, "next": next, "seconds": seconds])
  }

  /// As much waits at the cost of one account as may.
  public static func accountWaits(messages: Int, bytes: Int) -> Refusal {
    Refusal(
      "accountWaits",
      ["messages": UInt64(clamping: messages), "bytes": UInt64(clamping: bytes)])
  }
}
