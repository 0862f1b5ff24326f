// The dry run that a wallet shows before it signs.

public import Kernel
public import Market
public import Primitives

/// What a message would do to the state as it is after the last block.
public struct Rehearsal: Sendable {
  /// Why it would not be done; nil when it would.
  public var refusal: Refusal?
  /// Whether it would enter a block, and so cost its toll, even when it is refused.
  public var isAdmitted = false
  public var toll = Amount()
  /// Rows as they would be, by leaf.
  public var changes: [RowChange] = []
  /// Money as it would move, tolls first.
  public var postings: [Posting] = []
  public var events: [Event] = []
  public var settled: [SettledRun] = []

  public init() {}
}

extension State {
  /// Applies a message that nobody signed yet, lists what changes, and takes everything back.
  ///
  /// - Parameter session: the key that would sign it, where that is not the sender's own.
  public mutating func rehearse(
    _ message: Message, by session: Address? = nil
  ) -> Rehearsal {
    var rehearsal = Rehearsal()
    guard !isTorn else {
      rehearsal.refusal = .stateIsTorn
      return rehearsal
    }
    let before = mark()
    let unsigned = Authorisation(Signature(r: .zero, s: .zero, v: 27))
    let size = SignedMessage(message, unsigned).encoded.count
    do throws(Refusal) {
      let head = message.head
      let signer = session.map { SessionSigner(owner: head.from, key: $0) }
      rehearsal.toll = try admit(head, signer: session ?? head.from, size: size)
      if let signer {
        let kind = try CBOR.kind(of: message.encoded)
        try kernel.admit(signer, kind: kind, toll: rehearsal.toll)
      }
      rehearsal.isAdmitted = true
      let outcome = carryOut(
        message, as: message.id, toll: rehearsal.toll, by: signer)
      rehearsal.refusal = outcome.refusal
      list(since: before, into: &rehearsal)
    } catch {
      rehearsal.refusal = error
    }
    rollback(to: before)
    return rehearsal
  }

  private func list(since mark: Mark, into rehearsal: inout Rehearsal) {
    kernel.list(since: mark.kernel, into: &rehearsal.changes)
    market.list(since: mark.market, into: &rehearsal.changes)
    reputation.list(since: mark.reputation, into: &rehearsal.changes)
    payments.list(since: mark.payments, into: &rehearsal.changes)
    subnets.list(since: mark.subnets, into: &rehearsal.changes)
    tournaments.list(since: mark.tournaments, into: &rehearsal.changes)
    topics.list(since: mark.topics, into: &rehearsal.changes)
    works.list(since: mark.works, into: &rehearsal.changes)
    rehearsal.changes.sort { $0.leafKey < $1.leafKey }
    rehearsal.postings = kernel.ledger.postings
    rehearsal.events = kernel.events
    rehearsal.settled = Array(results.settled[mark.settled...])
  }
}
